"""Git's hooks: puts ours into a repository, takes them out, and judges a commit's message."""

import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from autodevops.errors import OutputError, UsageError
from autodevops.guide.model import CommitPolicy
from autodevops.policy import guide_for, planned
from autodevops.request import Request
from autodevops.sources.files import read_beginning, read_regular
from autodevops.sources.locating import Location, locate
from autodevops.sources.repository import value_in_force
from autodevops.writing import write_whole

HOOKS = {
    "pre-commit": "audit --staged --offline",
    "commit-msg": 'hook commit-message "$1"',
}
"""What each hook runs, by its name."""
_MARK = "# Written by `autodevops hook install`; `autodevops hook uninstall` takes it away."
_MESSAGE_RULE = "GV002"
_MESSAGE_LIMIT = 1 << 20
_HOOK_LIMIT = 1 << 16
_SCISSORS = " ------------------------ >8 ------------------------"
_WORDED_BY_GIT = ("fixup! ", "squash! ", "amend! ", "Merge ")
"""How headers begin that git words: folded away by a rebase, or spared by the rule."""


def install(target: str) -> list[Path]:
    """Write the hooks into a repository and return their paths.

    All or none: raises UsageError when git would not run them, or when another hook is in the way,
    and OutputError when they can't be written.
    """
    folder = _folder(locate(target))
    for name in HOOKS:
        _refuse_others(folder / name)
    try:
        folder.mkdir(exist_ok=True)
        for name, command in HOOKS.items():
            script = _script(command).encode("utf-8", "surrogateescape")
            write_whole(folder / name, [script], mode=0o755)
    except OSError as problem:
        raise _unwritable(folder, problem) from problem
    return [folder / name for name in HOOKS]


def uninstall(target: str) -> list[Path]:
    """Take our hooks out of a repository and return the paths they had; others stay."""
    folder = _folder(locate(target))
    ours = [folder / name for name in HOOKS if _is_ours(folder / name)]
    try:
        for hook in ours:
            hook.unlink()
    except OSError as problem:
        raise _unwritable(folder, problem) from problem
    return ours


class MessageFault(NamedTuple):
    """What GV002 has against a commit message."""

    reason: str
    """What is wrong, as the end of a sentence."""
    advice: str
    """How messages are written."""


def fault_of_message(path: str) -> MessageFault | None:
    """Return what GV002 has against the message in a file; None when it has nothing.

    The policy is that of the guide in force. What git words itself passes: merges, reverts, and
    the headers that tell a rebase what to fold. Raises UsageError when the file can't be read.
    """
    message = _message(path)
    request = Request(target=".", staged=True)
    in_force = guide_for(request)
    rules = {one.rule.id: one for one in planned(request, in_force)}
    if rules[_MESSAGE_RULE].disabled is not None:
        return None
    from autodevops.facts._conventional import is_revert
    from autodevops.facts.commit_style import fault_of

    is_merge = (locate(".").git_folder / "MERGE_HEAD").exists()
    if is_merge or is_revert(message) or message.startswith(_WORDED_BY_GIT):
        return None
    policy = in_force.guide.section(CommitPolicy)
    reason = fault_of(message, policy)
    if reason is None:
        return None
    types = ", ".join(sorted(policy.types))
    advice = f"types are {types}; a header has up to {policy.header_limit} characters"
    return MessageFault(reason, advice)


def _message(path: str) -> str:
    """Return what git will keep of a message: no comments, nothing below the scissors."""
    try:
        text = read_beginning(Path(path), _MESSAGE_LIMIT).decode("utf-8", "replace")
    except OSError as problem:
        raise UsageError(
            f"{path} can't be read: {problem.strerror}",
            advice="git gives the file's name to its commit-msg hook",
        ) from problem
    kept: list[str] = []
    # For git only "\n" ends a line, and only these are blanks.
    for line in (written.rstrip(" \t\r") for written in text.split("\n")):
        if line[1:] == _SCISSORS:
            break
        if not line.startswith("#") and (line or kept[-1:] != [""]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _folder(location: Location) -> Path:
    """Return the folder whose hooks git runs; raises UsageError when that is not the usual one."""
    folder = location.common / "hooks"
    real = folder.resolve()
    if not any(real.is_relative_to(root) for root in location.roots):
        raise UsageError(
            f"{folder} leads out of the repository, to {real}", advice="make it a folder of its own"
        )
    configured = _hooks_path(location)
    if configured is not None and (location.top / configured).resolve() != real:
        commands = " and ".join(f"`autodevops {HOOKS[name]}` to {name}" for name in HOOKS)
        raise UsageError(
            f"core.hooksPath sends git to {configured} for its hooks",
            advice=f"add {commands} there, by whatever keeps that folder",
        )
    return folder


def _hooks_path(location: Location) -> Path | None:
    """Return where git's configuration, the user's included, says that hooks are."""
    value = value_in_force(location, "core.hooksPath")
    return Path(value).expanduser() if value else None


def _refuse_others(hook: Path) -> None:
    if not _is_there(hook) or _is_ours(hook):
        return
    command = f"autodevops {HOOKS[hook.name]}"
    raise UsageError(
        f"{hook} is there already and is not ours",
        advice=f"add this line to it, or to what wrote it (see docs/how-to/pre-commit.md): "
        f"`{command}`",
    )


def _is_there(hook: Path) -> bool:
    try:
        hook.lstat()
    except OSError:
        return False
    return True


def _is_ours(hook: Path) -> bool:
    try:
        return _MARK.encode() in read_regular(hook, _HOOK_LIMIT)
    except OSError:
        return False


def _script(command: str) -> str:
    program = Path(sys.executable).with_name("autodevops")
    ours = [str(program)] if program.exists() else [sys.executable, "-m", "autodevops"]
    gone = "autodevops is not where it was: run `autodevops hook install` again"
    return (
        "#!/bin/sh\n"
        f"{_MARK}\n"
        f"[ -x {shlex.quote(ours[0])} ] || {{ echo {shlex.quote(gone)} >&2; exit 1; }}\n"
        f"exec {shlex.join(ours)} {command}\n"
    )


def _unwritable(folder: Path, problem: OSError) -> OutputError:
    return OutputError(
        f"{folder} can't be written: {problem.strerror}", advice="run as a user who may write it"
    )
