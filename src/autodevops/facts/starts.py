"""Start commands of images, compose services and platforms that can't work, and why."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._build_sources import sources_in
from autodevops.facts._docker_stages import Stage
from autodevops.facts._dockerfile import Instruction
from autodevops.facts._server_flags import unknown_flags
from autodevops.facts._start_programs import why_missing
from autodevops.facts._start_targets import Targets
from autodevops.facts._start_words import Invocation, invocations, script_invocations
from autodevops.facts.compose import Compose, ComposeService
from autodevops.facts.images import Image, Images
from autodevops.facts.path_index import PathIndex
from autodevops.facts.platform_files import PlatformFiles
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_ENTRY_SCRIPT = regex(r"entry-?point|\.sh$|\.bash$", re.IGNORECASE)
_STANDALONE = ".next/standalone"
_NEXT_CONFIGS = tuple(f"next.config.{ending}" for ending in ("js", "mjs", "cjs", "ts", "mts"))


class Fault(StrEnum):
    """What keeps a start command from working."""

    PROGRAM = "program"
    FLAG = "flag"
    TARGET = "target"


class BrokenStart(Struct, frozen=True, kw_only=True):
    """One start command that can't work."""

    subject: str
    """The Dockerfile, or `file#service`."""
    path: str
    """The file."""
    line: int
    """1-based line of the command."""
    end_line: int
    """1-based last line of the command."""
    command: str
    """The command, shortened."""
    fault: Fault
    """What is wrong."""
    reason: str
    """Why it can't work, in words."""


class Starts(Struct, frozen=True):
    """Start commands that can't work."""

    broken: tuple[BrokenStart, ...]
    """By file."""


@fact
def starts(
    snapshot: Snapshot,
    index: PathIndex,
    images: Images | NotApplicable,
    compose: Compose | NotApplicable,
    platform: PlatformFiles,
) -> Starts | NotApplicable:
    """Follow every start command as far as it is written in the repository."""
    if isinstance(images, NotApplicable) and isinstance(compose, NotApplicable):
        return images
    found: list[BrokenStart] = []
    by_path = {image.path: image for image in images.images} if isinstance(images, Images) else {}
    for image in by_path.values():
        for stage in image.targets:
            found.extend(_of_image(snapshot, index, image, stage))
    if isinstance(compose, Compose):
        found.extend(_of_compose(snapshot, compose, by_path))
    found.extend(_of_platform(platform))
    return Starts(tuple(found))


def _of_image(
    snapshot: Snapshot, index: PathIndex, image: Image, stage: Stage
) -> Iterator[BrokenStart]:
    last: dict[str, Instruction] = {}
    for step in image.file.walk(stage):
        if step.instruction.name in {"CMD", "ENTRYPOINT"}:
            last[step.instruction.name] = step.instruction
    targets = Targets(snapshot, index, image, stage)
    for instruction, programs in _commands(last.get("ENTRYPOINT"), last.get("CMD")):
        for program in programs:
            for fault, reason in _faults(snapshot, image, stage, program, targets):
                yield BrokenStart(
                    subject=image.path,
                    path=image.path,
                    line=instruction.line,
                    end_line=instruction.end_line,
                    command=instruction.rest[:120],
                    fault=fault,
                    reason=reason,
                )
    yield from _standalone(snapshot, index, image, stage)


def _commands(
    entry: Instruction | None, command: Instruction | None
) -> Iterator[tuple[Instruction, tuple[Invocation, ...]]]:
    """Yield the programs that entry point and command run together."""
    if entry is None or entry.json is None:
        for one in (entry, command if entry is None else None):
            if one is not None:
                yield one, _programs(one)
        return
    first = tuple(invocations(entry.json))
    if not entry.json or not first or _ENTRY_SCRIPT.search(entry.json[-1]):
        if command is not None:
            yield command, _programs(command)
    elif command is None or command.json is not None:
        rest = () if command is None else command.json or ()
        yield entry, tuple(invocations((*entry.json, *rest)))


def _programs(instruction: Instruction) -> tuple[Invocation, ...]:
    if instruction.json is not None:
        return tuple(invocations(instruction.json))
    return tuple(script_invocations(instruction.rest))


def _faults(
    snapshot: Snapshot, image: Image, stage: Stage, program: Invocation, targets: Targets
) -> Iterator[tuple[Fault, str]]:
    """Yield the first thing that is wrong with a program, or nothing."""
    missing = why_missing(snapshot, image, stage, program)
    if missing is None and program.program == "gunicorn" and "uvicorn" in str(program.arguments):
        worker = Invocation("uvicorn", (), "python", "uvicorn")
        missing = why_missing(snapshot, image, stage, worker)
    if missing is not None:
        yield Fault.PROGRAM, missing
        return
    unknown = _unknown_flags(program)
    if unknown is not None:
        yield Fault.FLAG, unknown
    elif not image.for_development and (reason := targets.why_missing(program)) is not None:
        yield Fault.TARGET, reason


def _unknown_flags(program: Invocation) -> str | None:
    """Return that a program is given options that it does not know; None when it knows them."""
    flags = dict.fromkeys(unknown_flags(program.program, program.arguments))
    return f"{program.program} has no option {', '.join(flags)}" if flags else None


def _standalone(
    snapshot: Snapshot, index: PathIndex, image: Image, stage: Stage
) -> Iterator[BrokenStart]:
    """Yield copies of Next's standalone output where no configuration asks for it."""
    configs = [path for name in _NEXT_CONFIGS for path in index.named(name)]
    for step, copied in sources_in(image.file, stage):
        if not any(_STANDALONE in (source.path or "") for source in copied):
            continue
        texts = (snapshot.text(path, CONFIG_LIMIT) or "" for path in configs)
        if configs and not (_is_told_to_stand_alone(image) or any(map(_may_set_output, texts))):
            yield BrokenStart(
                subject=image.path,
                path=image.path,
                line=step.instruction.line,
                end_line=step.instruction.end_line,
                command=step.instruction.rest[:120],
                fault=Fault.TARGET,
                reason=f"{configs[0]} does not set output: 'standalone', so there is no "
                f"{_STANDALONE} to copy",
            )


def _is_told_to_stand_alone(image: Image) -> bool:
    """Tell whether a variable of the build asks for the output, whatever the configuration says."""
    return any("NEXT_PRIVATE_STANDALONE" in one.rest for one in image.file.instructions)


def _may_set_output(config: str) -> bool:
    """Tell whether a configuration asks for the output, or takes in another one that may."""
    return any(sign in config for sign in ("standalone", "require(", "import("))


def _of_compose(
    snapshot: Snapshot, compose: Compose, images: Mapping[str, Image]
) -> Iterator[BrokenStart]:
    """Yield the commands of compose files that can't work."""
    for file, service in compose.services():
        if not service.command or file.for_tests:
            continue
        for fault, reason in _faults_of_service(snapshot, service, images):
            yield BrokenStart(
                subject=f"{file.path}#{service.name}",
                path=file.path,
                line=service.command_line,
                end_line=service.command_line,
                command=" ".join(service.command)[:120],
                fault=fault,
                reason=reason,
            )


def _faults_of_service(
    snapshot: Snapshot, service: ComposeService, images: Mapping[str, Image]
) -> Iterator[tuple[Fault, str]]:
    """Yield what is wrong with each program of a command; one that is mounted may be there."""
    build = service.build
    image = None if build is None else images.get(build.dockerfile or "")
    stage = None
    if image is not None and build is not None and not service.volumes:
        stage = image.file.stage(build.target) if build.target else image.file.stages[-1]
    # One word is a line for the shell, more are the words of a list.
    is_line = len(service.command) == 1
    command = service.command
    for program in script_invocations(command[0]) if is_line else invocations(command):
        missing = why_missing(snapshot, image, stage, program) if image and stage else None
        unknown = None if service.entrypoint else _unknown_flags(program)
        if missing is not None:
            yield Fault.PROGRAM, missing
        elif unknown is not None:
            yield Fault.FLAG, unknown


def _of_platform(platform: PlatformFiles) -> Iterator[BrokenStart]:
    """Yield the start commands of platform files with options that no server accepts."""
    for file in platform.files:
        for setting in file.settings.values:
            if setting.name not in {"startCommand", "start_command"}:
                continue
            for program in script_invocations(setting.value):
                unknown = _unknown_flags(program)
                if unknown is not None:
                    yield BrokenStart(
                        subject=f"{file.path}#{'.'.join(setting.keys)}",
                        path=file.path,
                        line=setting.line,
                        end_line=setting.line,
                        command=setting.value[:120],
                        fault=Fault.FLAG,
                        reason=unknown,
                    )
