"""As whom the team's images start."""

import re

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._build_sources import sources_in
from autodevops.facts._docker_stages import Stage, Step
from autodevops.facts._dockerfile import expand
from autodevops.facts._image_names import ImageName, runs_as_root
from autodevops.facts.images import Image, Images
from autodevops.guide.model import ContainerPolicy
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_STEPS_DOWN = regex(
    r"\b(?:gosu|su-exec|setpriv|runuser|setuidgid|s6-setuidgid|chpst|setuid|fixuid|s6-overlay)\b"
    r"|\bchroot[ \t]+--userspec|\bsu[ \t]+(?:-[a-z]*[ \t]+)*[\w-]+[ \t]+-c|\bsudo[ \t]+-u"
)
_ROOT = regex(r"(?:root|0+)(?::.*)?")
_MAX_NAMES = 30
_NOT_RUN = frozenset({"scratch"})


class ImageUser(Struct, frozen=True, kw_only=True):
    """As whom one target of an image starts."""

    path: str
    """The Dockerfile."""
    target: str
    """Name of the stage; empty for an unnamed one."""
    user: str | None
    """The user of the last `USER`, variables replaced; None without one."""
    line: int
    """1-based line of the last `USER`, or of the stage's `FROM`."""
    base: str
    """What the chain of stages stands on, as written."""
    is_root: bool | None
    """Whether it is root; None when only the base image knows."""


class ImageUsers(Struct, frozen=True):
    """As whom the team's images start; those for development and those not run are left out."""

    users: tuple[ImageUser, ...]
    """By Dockerfile and stage."""


@fact
def image_users(snapshot: Snapshot, images: Images, policy: ContainerPolicy) -> ImageUsers:
    """Find the user of each target that is run."""
    return ImageUsers(
        tuple(
            _user(snapshot, image, stage, policy)
            for image in images.images
            if not image.for_development and not image.is_action
            for stage in image.targets
            if _is_run(image, stage)
        )
    )


def _is_run(image: Image, stage: Stage) -> bool:
    """Tell whether a stage is more than files to take out of it."""
    base = image.file.base(stage)
    named = {step.instruction.name for step in image.file.walk(stage)}
    return (
        base is None
        or base.repository not in _NOT_RUN
        or not named.isdisjoint({"CMD", "ENTRYPOINT"})
    )


def _user(snapshot: Snapshot, image: Image, stage: Stage, policy: ContainerPolicy) -> ImageUser:
    steps = tuple(image.file.walk(stage))
    lowest = image.file.chain(stage)[0]
    last = next((step for step in reversed(steps) if step.instruction.name == "USER"), None)
    user = None if last is None else expand(last.instruction.rest.strip("\"' "), last.values)
    base = image.file.base(stage)
    if last is not None:
        is_root = None if user is None else _ROOT.fullmatch(user) is not None
    elif base is None or base.repository in _NOT_RUN:
        is_root = None if base is None else True
    else:
        is_root = runs_as_root(base)
    if is_root and _steps_down(snapshot, image, stage, steps, base, policy):
        is_root = False
    return ImageUser(
        path=image.path,
        target=stage.name,
        user=user if last is None or user is not None else last.instruction.rest,
        line=stage.source.line if last is None else last.instruction.line,
        base=lowest.base or lowest.written,
        is_root=is_root,
    )


def _steps_down(
    snapshot: Snapshot,
    image: Image,
    stage: Stage,
    steps: tuple[Step, ...],
    base: ImageName | None,
    policy: ContainerPolicy,
) -> bool:
    """Tell whether a start as root ends as another user: an entry point that drops rights."""
    starts = [s.instruction for s in steps if s.instruction.name in {"CMD", "ENTRYPOINT"}]
    entry = any(one.name == "ENTRYPOINT" for one in starts)
    if base is not None and base.name in policy.data_store_images and not entry:
        return True  # the official images of data stores do so in their own entry point
    if any(_STEPS_DOWN.search(one.rest) for one in starts):
        return True
    words = {word for one in starts for word in re.split(r"[\s\"',\[\]]+", one.rest)}
    names = {word.rpartition("/")[2] for word in sorted(words)[:_MAX_NAMES] if word}
    for step, copied in sources_in(image.file, stage):
        if any(_STEPS_DOWN.search(body) for body in step.instruction.heredocs):
            return True
        for source in copied:
            if _script_steps_down(snapshot, image, source.path, names):
                return True
    return False


def _script_steps_down(snapshot: Snapshot, image: Image, path: str | None, names: set[str]) -> bool:
    """Tell whether the entry point is among what is copied and drops rights."""
    for context in image.contexts:
        full = "/".join(part for part in (context, path or "") if part)
        places = {full, *(f"{full}/{name}".lstrip("/") for name in names)} - {""}
        for place in places:
            if place.rpartition("/")[2] not in names or place not in snapshot.by_path:
                continue
            if place.endswith((".py", ".js", ".ts")):
                continue
            if _STEPS_DOWN.search(snapshot.text(place, CONFIG_LIMIT) or ""):
                return True
    return False
