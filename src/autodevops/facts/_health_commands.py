"""Whether a health check can fail, and whether its program is in the image."""

from autodevops.facts import _shell
from autodevops.facts._docker_stages import Dockerfile, Stage
from autodevops.facts._image_names import provides
from autodevops.facts._shell import Command, Fate
from autodevops.facts._words import words

_NEVER_FAILS = words("true : echo printf sleep return cd set export exit")
_CHECKED = words("curl wget nc python python3 node")


def flaw_of(test: tuple[str, ...], file: Dockerfile | None, stage: Stage | None) -> str | None:
    """Return what is wrong with a health check's command; None when nothing is known to be.

    `test` is in compose's form: `CMD` with words, or `CMD-SHELL` with one line.
    """
    if test[:1] == ("CMD",):
        argv = test[1:]
        if len(argv) == 3 and argv[0].rpartition("/")[2] in _shell.SHELLS and argv[1] == "-c":  # noqa: PLR2004
            return _script_flaw(argv[2], file, stage)
        if not argv:
            return None
        if len(argv) == 1 and " " in argv[0].strip():
            return f"it runs a program that is called {argv[0]!r}, spaces and all"
        name = argv[0].rpartition("/")[2]
        if name in _NEVER_FAILS:
            return f"{name} never fails"
        return _missing(name, file, stage)
    return _script_flaw(" ".join(test[1:]), file, stage) if len(test) > 1 else None


def lacks_program(name: str, file: Dockerfile, stage: Stage) -> bool:
    """Tell whether a program is certainly not in a stage: not in the base, never mentioned."""
    base = file.base(stage)
    if base is None or provides(base, name) is not False:
        return False
    for step in file.walk(stage):
        one = step.instruction
        if one.name == "RUN" and (name in one.script or "install.sh" in one.script):
            return False
        if one.name in {"COPY", "ADD"} and (name in one.rest or _copies_programs(one.rest)):
            return False
    return True


def _copies_programs(text: str) -> bool:
    """Tell whether a copy may bring programs of any name."""
    targets = text.replace('"', " ").replace("]", " ").replace(",", " ").split()
    return bool(targets) and (
        targets[-1].rstrip("/").endswith("bin") or targets[-1] in {"/", "/usr"}
    )


def _script_flaw(script: str, file: Dockerfile | None, stage: Stage | None) -> str | None:
    parsed = _shell.parse(script, _shell.PLAIN)
    if parsed.problem is not None or not parsed.commands:
        return None
    if not any(map(_can_fail, parsed.commands)):
        hidden = next((one.how for one in parsed.commands if one.how), "")
        return f"`{hidden}` hides every failure" if hidden else "nothing in it can fail"
    for command in parsed.commands:
        flaw = _missing(command.name, file, stage)
        if flaw is not None:
            return flaw
    return None


def _can_fail(command: Command) -> bool:
    if command.name == "exit":
        return command.fate is not Fate.HIDDEN and command.argv[1:] not in {(), ("0",)}
    return command.name not in _NEVER_FAILS and command.fate is not Fate.HIDDEN


def _missing(name: str, file: Dockerfile | None, stage: Stage | None) -> str | None:
    if file is None or stage is None or name not in _CHECKED:
        return None
    if not lacks_program(name, file, stage):
        return None
    base = file.chain(stage)[0]
    return f"{name} is not in {base.base or base.written} and nothing installs it"
