"""The images from outside that the team's images stand on."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._image_names import ImageName, image_name
from autodevops.facts.images import Image, Images


class BaseImage(Struct, frozen=True, kw_only=True):
    """One use of an image from outside."""

    path: str
    """The Dockerfile."""
    line: int
    """1-based line of the `FROM` or `COPY --from`."""
    written: str
    """As written."""
    name: ImageName | None
    """Its parts, variables replaced; None when a variable has no value."""


class BaseImages(Struct, frozen=True):
    """Every use of an image from outside."""

    uses: tuple[BaseImage, ...]
    """By Dockerfile and line."""


@fact
def base_images(images: Images) -> BaseImages:
    """List what `FROM`, `COPY --from` and mounts take from outside."""
    found = (use for image in images.images for use in _uses(image, images.own_names))
    return BaseImages(tuple(found))


def _uses(image: Image, own: frozenset[str]) -> Iterator[BaseImage]:
    for stage in image.file.stages:
        if stage.parent is None:
            yield from _use(image, stage.source.line, stage.written, stage.base, own)
    for source in image.sources:
        if source.origin is not None and image.file.stage(source.origin) is None:
            known = None if "$" in source.origin else source.origin
            yield from _use(image, source.line, source.origin, known, own)


def _use(
    image: Image, line: int, written: str, text: str | None, own: frozenset[str]
) -> Iterator[BaseImage]:
    name = None if text is None else image_name(text)
    if name is not None and (name.repository in {"scratch", "context"} or name.repository in own):
        return
    yield BaseImage(path=image.path, line=line, written=written, name=name)
