"""Secrets that get into the layers of the team's images."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._docker_stages import Stage, Step
from autodevops.facts._literal_secrets import LiteralSecret, detected, judged, without_repeats
from autodevops.facts.images import Image, Images
from autodevops.facts.secrets import (
    Secrets,
    is_environment_example,
    is_environment_file,
    names_secret,
)
from autodevops.guide.model import SecretPolicy
from autodevops.model.finding import Confidence
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot, Unavailable

_KEY_FILE = regex(
    r"(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.aws/credentials|\.netrc|\.git-credentials"
    r"|\.docker/config\.json|credentials\.json|service[-_]account[\w-]*\.json"
    r"|[\w.-]*private[\w.-]*\.(?:pem|key))$"
)
_PRIVATE = "PRIVATE KEY-----"


class ImageSecrets(Struct, frozen=True):
    """Secrets that builds put into layers."""

    found: tuple[LiteralSecret, ...]
    """By Dockerfile and line."""


@fact
def image_secrets(
    snapshot: Snapshot, images: Images, secrets: Secrets | Unavailable, policy: SecretPolicy
) -> ImageSecrets:
    """Find what `ENV`, `ARG` and `COPY` put into layers."""
    found: list[LiteralSecret] = []
    for image in images.images:
        final = {stage.index for target in image.targets for stage in image.file.chain(target)}
        for stage in image.file.stages:
            for step in image.file.walk(stage):
                if step.stage is not stage:
                    continue
                found.extend(_set(image, step, secrets))
                if stage.index in final and not image.for_development:
                    found.extend(_passed(image, step, policy))
            found.extend(_copied(snapshot, image, stage, secrets))
        first = image.file.stages[0].source.line
        for name, value in image.file.arguments.items():
            found.extend(filter(None, [judged(image.path, first, name, value or "", "ARG")]))
    return ImageSecrets(without_repeats(found))


def _set(image: Image, step: Step, secrets: Secrets | Unavailable) -> Iterator[LiteralSecret]:
    """Yield the literal values of one `ENV` or `ARG`."""
    instruction = step.instruction
    if instruction.name not in {"ENV", "ARG"}:
        return
    for name, value, line in instruction.settings:
        one = None if not value else judged(image.path, line, name, value, instruction.name)
        if one is not None:
            yield one
    yield from detected(
        secrets, image.path, instruction.line, instruction.end_line, instruction.name
    )


def _passed(image: Image, step: Step, policy: SecretPolicy) -> Iterator[LiteralSecret]:
    """Yield the build arguments that are meant for secrets: the image's history shows them."""
    if step.instruction.name != "ARG":
        return
    for name, value, line in step.instruction.settings:
        if value or not names_secret(name) or name.startswith(tuple(policy.public_prefixes)):
            continue
        yield LiteralSecret(
            path=image.path,
            line=line,
            end_line=line,
            name=name,
            where="ARG",
            reason="build arguments stay in the history of the final stage",
            confidence=Confidence.MEDIUM,
        )


def _copied(
    snapshot: Snapshot, image: Image, stage: Stage, secrets: Secrets | Unavailable
) -> Iterator[LiteralSecret]:
    """Yield the files with secrets that a stage copies by name."""
    for source in image.sources:
        if source.stage != stage.index or source.origin is not None or source.mounted:
            continue
        path = source.path or ""
        if is_environment_example(path):
            continue
        environment = is_environment_file(path) and path.rpartition("/")[2].startswith(".env")
        if not environment and _KEY_FILE.search(path) is None:
            continue
        full = f"{image.context}/{path}".lstrip("/")
        if full in snapshot.by_path and not _holds_secret(snapshot, full, secrets):
            continue
        yield LiteralSecret(
            path=image.path,
            line=source.line,
            end_line=source.line,
            name=path,
            where="COPY",
            reason="an environment file" if environment else "a file of keys",
            confidence=Confidence.HIGH,
        )


def _holds_secret(snapshot: Snapshot, path: str, secrets: Secrets | Unavailable) -> bool:
    """Tell whether a tracked file holds a secret; one of public values only is innocent."""
    if not isinstance(secrets, Unavailable) and path in secrets.by_path:
        return True
    text = snapshot.text(path, CONFIG_LIMIT) or ""
    if _PRIVATE in text:
        return True
    for number, line in enumerate(text.split("\n")[:2_000], start=1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and judged(path, number, name, value, "COPY"):
            return True
    return False
