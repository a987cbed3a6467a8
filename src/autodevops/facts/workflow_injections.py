"""Scripts of workflows and actions that are put together from what others may write."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as ByPlace
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._yaml_nodes import texts_of
from autodevops.facts.workflows import WORKFLOWS, Step, Workflows
from autodevops.model.analysis import Analysis, Observation
from autodevops.model.finding import Severity
from autodevops.model.patterns import regex

AUDITS = frozenset({"template-injection", "github-env"})
"""The analyser's audits that are about this."""

_EXPRESSION = regex(r"\$\{\{([^{}]{1,500}?)\}\}")
# What anybody can write without rights: https://docs.github.com/actions/security-guides
_STRANGERS = regex(
    r"github\.head_ref"
    r"|github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)"
    r"|github\.event\.(?:comment|review|review_comment|discussion_comment)\.body"
    r"|github\.event\.pull_request\.head\.(?:ref|label|repo\.(?:default_branch|description|homepage))"
    r"|github\.event\.(?:head_commit|commits\[?[^.]{0,9})\.(?:message|author\.(?:name|email))"
    r"|github\.event\.workflow_run\.(?:head_branch|head_commit\.|display_title)"
    r"|github\.event\.pages\[?[^.]{0,9}\.page_name",
    re.IGNORECASE,
)
# What GitHub or somebody with rights here decides: numbers, commit ids, the name of the event.
# A login has only letters, digits and hyphens; secrets in scripts are another rule's.
_FIXED = regex(
    r"\s{0,99}(?:github\.(?:event_name|base_ref|run_number|run_attempt|actor|triggering_actor"
    r"|repository_owner|token)|secrets\.\w{1,200}"
    r"|github\.event\.(?:action|number"
    r"|(?:pull_request|issue)\.(?:number|id|merge_commit_sha|base\.(?:ref|sha)|head\.sha))"
    r")\s{0,99}"
)
# Whoever may start a workflow by hand, or call it, may write to the repository anyway; and what
# the repository is called, nobody else decides.
_OWN = regex(
    r"\s{0,99}(?:(?:github\.event\.)?inputs\.[\w-]{1,200}"
    r"|github\.event\.(?:repository|organization)\.[\w.-]{1,200}"
    r"|github\.(?:repository|server_url|actor_id|sha|run_id|ref_type)\w{0,20})\s{0,99}"
)
_ENV = regex(r"^\s{0,99}env\.([A-Za-z_]\w{0,200})\s{0,99}$")


class Injection(Struct, frozen=True, kw_only=True):
    """One script with an expression that others may write."""

    path: str
    """The file."""
    subject: str
    """`path#job/step`."""
    lines: tuple[int, ...]
    """1-based lines of the expressions."""
    expression: str
    """The first of them, as written."""
    audits: tuple[str, ...]
    """The analyser's audits that saw it; none where only we did."""
    from_stranger: bool
    """Whether somebody without any rights may write it."""


class Injections(Struct, frozen=True, kw_only=True):
    """All of them."""

    found: tuple[Injection, ...]
    """By path and line."""


@fact
def injections(analysis: Analysis, workflows: Workflows) -> Injections:
    """Fold what the analyser observed together with variables that are read back by `env.X`."""
    observed: dict[tuple[str, int], Observation] = {
        (one.at.path or "", one.at.line or 0): one
        for one in analysis.observations
        if one.audit in AUDITS and one.severity.rank >= Severity.MEDIUM.rank
    }
    found: list[Injection] = []
    for subject, step, env in _steps(workflows):
        injection = _injection(subject, step, env, observed)
        if injection is not None:
            found.append(injection)
    return Injections(found=tuple(sorted(found, key=lambda one: (one.path, one.lines))))


def _steps(workflows: Workflows) -> Iterator[tuple[str, Step, dict[str, str]]]:
    """Yield every step with a script, its subject and the variables in force for it."""
    for workflow in workflows.files:
        for job in workflow.jobs:
            for step in job.steps:
                if step.code is not None:
                    env = texts_of(workflow.env) | texts_of(job.env) | texts_of(step.env)
                    yield f"{job.subject}/{step.key}", step, env
    for action in workflows.actions.values():
        for step in action.steps:
            if step.code is not None:
                yield f"{action.path}#{step.key}", step, texts_of(step.env)


def _injection(
    subject: str, step: Step, env: dict[str, str], observed: ByPlace[tuple[str, int], Observation]
) -> Injection | None:
    lines = tuple(_lines(step, env, observed))
    if not lines:
        return None
    expressions = [one for line in lines for one in line.expressions]
    return Injection(
        path=step.path,
        subject=subject,
        lines=tuple(line.number for line in lines),
        expression=f"${{{{ {expressions[0].strip()} }}}}" if expressions else "an expression",
        audits=tuple(sorted({line.seen.audit for line in lines if line.seen is not None})),
        from_stranger=any(line.from_stranger for line in lines),
    )


class _Line(NamedTuple):
    """One line of a script with an expression that others may write."""

    number: int
    expressions: list[str]
    seen: Observation | None
    from_stranger: bool


def _lines(
    step: Step, env: dict[str, str], observed: ByPlace[tuple[str, int], Observation]
) -> Iterator[_Line]:
    in_workflow = step.path.startswith(WORKFLOWS)
    code = step.code
    if code is None:
        return
    for index, line in enumerate(code.text.split("\n")):
        if line.lstrip().startswith(("#", "//")):
            continue
        number = code.line_at(index)
        seen = observed.get((step.path, number))
        expressions: list[str] = _EXPRESSION.findall(line)
        strange = [one for one in expressions if _is_strange(one, env)]
        if strange:
            yield _Line(number, strange, seen, from_stranger=True)
        elif seen is not None:
            open_to_others = [
                one for one in expressions if not _is_ours(one, in_workflow=in_workflow)
            ]
            if open_to_others or not expressions:
                yield _Line(number, open_to_others[:1], seen, from_stranger=False)


def _is_ours(expression: str, *, in_workflow: bool) -> bool:
    """Tell whether nobody without rights decides what an expression comes to."""
    if _FIXED.fullmatch(expression) is not None:
        return True
    return in_workflow and _OWN.fullmatch(expression) is not None


def _is_strange(expression: str, env: dict[str, str]) -> bool:
    """Tell whether anybody may write what an expression comes to, also by way of `env`."""
    if _STRANGERS.search(expression):
        return True
    read_back = _ENV.match(expression)
    return read_back is not None and bool(_STRANGERS.search(env.get(read_back[1], "")))
