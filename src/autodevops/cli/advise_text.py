"""How `autodevops advise` looks on a screen; every word of a model is escaped."""

import textwrap
from collections.abc import Iterator

from autodevops.advising import Advice, Counsel
from autodevops.cli.differences import differences
from autodevops.cli.screen import Screen
from autodevops.render.escape import ascii_only, log_line, terminal

_MOST_REASONS = 5
_NARROW = 100


def as_text(counsel: Counsel, screen: Screen, *, quiet: bool) -> str:
    """Return what is shown of a run."""
    if counsel.prompts:
        lines = list(_prompts(counsel))
    else:
        lines = [] if quiet else [*_advice(counsel, screen), *_changes(counsel, screen)]
        lines += _outcome(counsel)
    text = "".join(f"{line}\n" for line in lines)
    return text if screen.unicode else "".join(map(ascii_only, text.splitlines(keepends=True)))


def _prompts(counsel: Counsel) -> Iterator[str]:
    for at, one in enumerate(counsel.prompts, 1):
        yield f"=== request {at} of {len(counsel.prompts)} to {counsel.model}: instructions ==="
        yield from map(terminal, one.instructions.split("\n"))
        yield f"=== request {at} of {len(counsel.prompts)} to {counsel.model}: question ==="
        yield from map(terminal, one.text.split("\n"))
    yield "Nothing was sent."


def _advice(counsel: Counsel, screen: Screen) -> Iterator[str]:
    width = min(screen.width, _NARROW)
    for one in counsel.advice:
        finding = one.finding
        head = f"{finding.rule} {finding.severity.value} {terminal(finding.subject)}"
        yield f"\x1b[1m{head}\x1b[0m" if screen.color else head
        yield from _wrapped(finding.message, "  ", width)
        yield f"  {_source(one)}:"
        yield from _wrapped(one.remediation.explanation, "  ", width)
        for number, step in enumerate(one.remediation.steps, 1):
            yield from _wrapped(step, f"  {number}. ", width)
        if one.proof is not None:
            yield from _proof(one)
        yield ""


def _source(one: Advice) -> str:
    if one.model is None:
        return "The rule's own remedy"
    risk = f", risk {one.remediation.risk.value}" if one.remediation.risk else ""
    earlier = ", said in an earlier run" if one.cached else ""
    return f"Advice of {one.model}{risk}{earlier}"


def _proof(one: Advice) -> Iterator[str]:
    proof = one.proof
    if proof is None:
        return
    paths = ", ".join(map(terminal, proof.paths))
    if proof.is_verified:
        yield f"  Edit of {paths}: verified"
        return
    yield f"  Edit of {paths}: not verified: {terminal(proof.reasons[0])}"
    yield from (f"    {terminal(reason)}" for reason in proof.reasons[1:_MOST_REASONS])


def _changes(counsel: Counsel, screen: Screen) -> Iterator[str]:
    if counsel.changes:
        yield "Verified edits"
        yield from differences(counsel.changes, screen)


def _outcome(counsel: Counsel) -> Iterator[str]:
    if not counsel.advice:
        yield "No open findings to advise on."
        return
    by_model = sum(1 for one in counsel.advice if one.model is not None)
    total = len(counsel.advice)
    yield f"Advice on {total} finding{'' if total == 1 else 's'}, {by_model} by {counsel.model}."
    if counsel.spent:
        yield f"It cost about ${counsel.spent:.4f}."
    if counsel.left_out:
        yield f"{counsel.left_out} more: --limit {total + counsel.left_out}"
    if counsel.written:
        yield "The verified edits are written. Look at them: git diff"
    elif counsel.changes:
        yield "Write the verified edits: autodevops advise --apply"


def _wrapped(text: str, first: str, width: int) -> Iterator[str]:
    """Yield a text of several lines, each escaped and folded."""
    for line in text.split("\n"):
        shown = textwrap.wrap(terminal(line), max(width - len(first), 20)) or [""]
        for part in shown:
            # On a pipeline's log no line of a model's may be taken for a command.
            yield f"{first}{log_line(part)}"
            first = " " * len(first)
