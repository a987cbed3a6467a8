"""What scripts of workflows do with secrets: expanded into the text, echoed, written to files."""

from collections.abc import Iterator
from collections.abc import Mapping as ByName
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._shell import Command
from autodevops.facts._yaml_nodes import Mapping
from autodevops.facts.workflows import Job, Step, Workflow, Workflows
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_SECRET = regex(
    r"\$\{\{[^{}]{0,300}?\bsecrets(?:\.|\[\s{0,3}['\"])([A-Za-z_]\w{0,200})[^{}]{0,300}?\}\}"
)
_PRINTERS = frozenset({"echo", "printf", "cat", "print", "Write-Host", "Write-Output"})
# `${#X}` and `${X:+set}` tell about a secret without telling it.
_SHOWN = regex(r"\$(?:\{([A-Za-z_]\w{0,200})(?:\}|:?[-=?]|[%/,^@#]|:\d)|([A-Za-z_]\w{0,200}))")
_PIPED = regex(r"[^|]{0,400}\|(?!\|)")
_TEE = regex(r"\|\s{0,9}(?:sudo\s{1,9})?tee\s{1,9}(?:-a\s{1,9})?([^\s|;&]{1,200})")
_HEREDOC = regex(r"<<-?\s{0,9}['\"]?(\w{1,100})")


class SecretUse(NamedTuple):
    """One line of a script that holds a secret."""

    path: str
    """The workflow."""
    subject: str
    """`path#job/step`."""
    line: int
    """1-based line."""
    secret: str
    """The secret's name."""
    variable: str | None
    """The environment variable that carries it; None when it is expanded into the script."""
    how: str
    """What the script does with it: `expanded`, `echoed` or `written to FILE`."""


class SecretUses(Struct, frozen=True, kw_only=True):
    """Secrets in scripts."""

    expanded: tuple[SecretUse, ...]
    """Put into the script's text by an expression."""
    told: tuple[SecretUse, ...]
    """Echoed to the log or written to a file."""


@fact
def secret_uses(workflows: Workflows) -> SecretUses | NotApplicable:
    """Return what the scripts of all workflows do with secrets."""
    if not workflows.files:
        return NotApplicable(reason="there are no workflows")
    expanded: list[SecretUse] = []
    told: list[SecretUse] = []
    for workflow in workflows.files:
        for job in workflow.jobs:
            for step in job.steps:
                expanded += _expanded(job, step)
                if step.run is not None:
                    told += _told(step, f"{job.subject}/{step.key}", _carriers(workflow, job, step))
    return SecretUses(expanded=tuple(expanded), told=tuple(told))


def _expanded(job: Job, step: Step) -> Iterator[SecretUse]:
    code = step.code
    if code is None:
        return
    for index, line in enumerate(code.text.split("\n")):
        if line.lstrip().startswith(("#", "//")):
            continue
        for found in _SECRET.finditer(line):
            yield SecretUse(
                job.path,
                f"{job.subject}/{step.key}",
                code.line_at(index),
                found[1],
                None,
                "expanded",
            )


def _carriers(workflow: Workflow, job: Job, step: Step) -> dict[str, str]:
    """Return the variables that hold a secret, with the secret's name."""
    carriers: dict[str, str] = {}
    for scope in (workflow.env, job.env, step.env):
        for name, value in scope.entries() if isinstance(scope, Mapping) else ():
            found = _SECRET.search(value.as_text or "")
            carriers.pop(name, None)
            if found:
                carriers[name] = found[1]
    return carriers


def _told(step: Step, subject: str, carriers: ByName[str, str]) -> Iterator[SecretUse]:
    lines = (step.run.text if step.run else "").split("\n")
    for command in step.script.commands:
        if command.name not in _PRINTERS or "add-mask" in command.text:
            continue
        rest = lines[command.line][lines[command.line].find(command.name) :]
        how = _how(command, rest)
        if how is None:
            continue
        text = " ".join(command.argv[1:])
        if command.name == "cat":
            text = _heredoc(rest, lines[command.line + 1 :])
        for secret, variable in _secrets_in(text, carriers):
            line = step.line_of(command.line)
            yield SecretUse(step.path, subject, line, secret, variable, how)


def _how(command: Command, rest: str) -> str | None:
    """Return what a printing command does with its text; None when a program reads it."""
    if command.output:
        return f"written to {command.output[0]}"
    if _PIPED.match(rest):
        copied = _TEE.search(rest)
        return f"written to {copied[1]}" if copied else None
    return "echoed"


def _heredoc(rest: str, following: list[str]) -> str:
    """Return what `cat` is given on the spot: a here-string or the lines of a here-document."""
    if "<<<" in rest:
        return rest.partition("<<<")[2]
    mark = _HEREDOC.search(rest)
    if mark is None:
        return ""
    ends = (at for at, line in enumerate(following) if line.strip() == mark[1])
    return "\n".join(following[: next(ends, len(following))])


def _secrets_in(text: str, carriers: ByName[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yield the secrets that a text would show, each once, with the variable that carries it."""
    found: dict[str, str | None] = {match[1]: None for match in _SECRET.finditer(text)}
    for match in _SHOWN.finditer(text):
        variable = match[1] or match[2]
        if variable in carriers:
            found.setdefault(carriers[variable], variable)
    yield from found.items()
