"""What the instructions of a Dockerfile take from the build context and from other stages."""

from collections.abc import Iterator
from posixpath import normpath
from typing import NamedTuple

from autodevops.facts._docker_stages import Dockerfile, Stage, Step
from autodevops.facts._dockerfile import expand
from autodevops.model.patterns import regex

_REMOTE = regex(r"[a-z][a-z0-9+.-]*://|git@|[\w.-]+@[\w.-]+:")
_GLOB = regex(r"[*?\[]")


class Source(NamedTuple):
    """One source of a `COPY`, `ADD` or bind mount."""

    written: str
    """As written."""
    path: str | None
    """Relative to the context, "" for all of it; None when a variable has no known value."""
    target: str | None
    """Where it goes, as written with variables replaced; None for a mount or when not known."""
    origin: str | None
    """Stage or image of `--from`; None for the context."""
    line: int
    """1-based line of the instruction."""
    stage: int
    """Position of the stage."""
    mounted: bool = False
    """Whether it is only there while one `RUN` runs."""

    @property
    def is_glob(self) -> bool:
        """Tell whether it is a pattern."""
        return self.path is not None and _GLOB.search(self.path) is not None


def sources(file: Dockerfile) -> tuple[Source, ...]:
    """Return everything that a Dockerfile copies or mounts."""
    return tuple(
        source
        for stage in file.stages
        for step in file.walk(stage)
        if step.stage is stage
        for source in sources_of(step)
    )


def sources_in(file: Dockerfile, stage: Stage) -> tuple[tuple[Step, tuple[Source, ...]], ...]:
    """Return the steps that make a stage, each with what it copies."""
    return tuple((step, tuple(sources_of(step))) for step in file.walk(stage))


def sources_of(step: Step) -> Iterator[Source]:
    """Yield what one instruction copies or mounts."""
    instruction, values = step.instruction, step.values
    if instruction.name in {"COPY", "ADD"}:
        *from_where, target = instruction.arguments or ("",)
        origin = instruction.flag("from")
        for text in from_where:
            if text.startswith("<<") or _REMOTE.match(text):
                continue
            yield Source(
                written=text,
                path=_cleaned(expand(text, values)),
                target=expand(target, values),
                origin=None if origin is None else expand(origin, values) or origin,
                line=instruction.line,
                stage=step.stage.index,
            )
    elif instruction.name == "RUN":
        yield from _mounts(step)


def _mounts(step: Step) -> Iterator[Source]:
    """Yield the bind mounts of a `RUN`."""
    for name, value in step.instruction.flags:
        options = dict(part.partition("=")[::2] for part in value.split(","))
        if name != "mount" or options.get("type", "bind") != "bind":
            continue
        text = options.get("source") or options.get("src") or "."
        yield Source(
            written=text,
            path=_cleaned(expand(text, step.values)),
            target=None,
            origin=options.get("from"),
            line=step.instruction.line,
            stage=step.stage.index,
            mounted=True,
        )


def _cleaned(text: str | None) -> str | None:
    """Return a source relative to the context, without `./` and slashes at its ends."""
    if text is None:
        return None
    path = normpath(f"/{text}").lstrip("/")
    return "" if path == "." else path
