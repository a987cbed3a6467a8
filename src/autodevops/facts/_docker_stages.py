"""The stages of a Dockerfile: what each is built on, and which values hold at each instruction."""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._dockerfile import (
    MAX_INSTRUCTIONS,
    Instruction,
    expand,
    read_instructions,
)
from autodevops.facts._image_names import ImageName, image_name

_MAX_STAGES = 50
_MAX_VARIABLES = 2_000

Values = dict[str, str | None]
"""Variables by name; None for one that is declared but whose value is not known."""


class Stage(Struct, frozen=True):
    """One stage, from its `FROM` to the next."""

    index: int
    """0-based position."""
    name: str
    """Name behind `AS`, in lower case; empty without one."""
    source: Instruction
    """Its `FROM`."""
    written: str
    """What it is built on, as written."""
    base: str | None
    """The same with the variables replaced; None when one has no value."""
    parent: int | None
    """Position of the stage that it is built on; None for an image from outside."""
    instructions: tuple[Instruction, ...]
    """What follows its `FROM`."""


class Step(NamedTuple):
    """One instruction in its place."""

    stage: Stage
    """The stage that it stands in."""
    instruction: Instruction
    """The instruction."""
    values: Values
    """Variables that hold there; not to be changed."""


class Dockerfile(Struct, frozen=True, dict=True):
    """One Dockerfile."""

    path: str
    """Where it lies."""
    stages: tuple[Stage, ...]
    """Its stages, in their order; at least one."""
    arguments: Values
    """`ARG`s before the first `FROM`."""
    is_cut: bool = False
    """Whether it has more instructions or stages than are read."""

    @property
    def folder(self) -> str:
        """Return the folder that it lies in, "" for the root."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Return its file name."""
        return self.path.rpartition("/")[2]

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """Return every instruction of every stage but `FROM`."""
        return tuple(one for stage in self.stages for one in stage.instructions)

    def stage(self, wanted: str) -> Stage | None:
        """Return the stage of that name or number."""
        key = wanted.lower()
        named = next((stage for stage in reversed(self.stages) if stage.name == key), None)
        if named is None and key.isdecimal() and int(key[:6]) < len(self.stages):
            return self.stages[int(key[:6])]
        return named

    def chain(self, stage: Stage) -> tuple[Stage, ...]:
        """Return the stages that one is built on, the lowest first, itself last."""
        found = [stage]
        while (parent := found[-1].parent) is not None:
            found.append(self.stages[parent])
        return tuple(reversed(found))

    def base(self, stage: Stage) -> ImageName | None:
        """Return the image from outside that a stage stands on; None when it is not known."""
        text = self.chain(stage)[0].base
        return None if text is None else image_name(text)

    def walk(self, stage: Stage) -> Iterator[Step]:
        """Yield the instructions that make a stage, those of its parents first."""
        environment: Values = {}
        for link in self.chain(stage):
            arguments: Values = {}
            values = dict(environment)
            for instruction in link.instructions:
                yield Step(link, instruction, values)
                if instruction.name not in {"ARG", "ENV"}:
                    continue
                target = environment if instruction.name == "ENV" else arguments
                for name, value, _line in instruction.settings:
                    outer = self.arguments.get(name) if instruction.name == "ARG" else None
                    if len(target) < _MAX_VARIABLES:
                        target[name] = outer if value is None else expand(value, values)
                values = arguments | environment

    def environment(self, stage: Stage) -> Values:
        """Return what `ENV` sets in a stage and those below it."""
        values: Values = {}
        for step in self.walk(stage):
            if step.instruction.name == "ENV":
                known = step.values | values
                for name, value, _line in step.instruction.settings:
                    values[name] = expand(value or "", known)
        return values


def read_dockerfile(path: str, text: str) -> Dockerfile | None:
    """Return a Dockerfile with its stages; None for a text without `FROM`."""
    instructions = read_instructions(text)
    starts = [at for at, one in enumerate(instructions) if one.name == "FROM" and one.words]
    if not starts:
        return None
    arguments: Values = {}
    for instruction in instructions[: starts[0]]:
        if instruction.name == "ARG":
            for name, value, _line in instruction.settings:
                arguments[name] = None if value is None else expand(value, arguments)
    stages: list[Stage] = []
    for at, start in enumerate(starts[:_MAX_STAGES]):
        end = starts[at + 1] if at + 1 < len(starts) else len(instructions)
        stages.append(_stage(stages, instructions[start], instructions[start + 1 : end], arguments))
    cut = len(instructions) >= MAX_INSTRUCTIONS or len(starts) > _MAX_STAGES
    return Dockerfile(path, tuple(stages), arguments, cut)


def _stage(
    stages: list[Stage], source: Instruction, body: tuple[Instruction, ...], arguments: Values
) -> Stage:
    written, *others = (word.text for word in source.words)
    name = others[1].lower() if len(others) > 1 and others[0].lower() == "as" else ""
    base = expand(written, arguments)
    below = (stage.index for stage in reversed(stages) if base and stage.name == base.lower())
    return Stage(
        index=len(stages),
        name=name,
        source=source,
        written=written,
        base=base,
        parent=next(below, None),
        instructions=body,
    )
