"""What a workflow lets others do: values reach scripts as data, tokens do only what they must."""

import re
from collections.abc import Callable

from autodevops.facts._yaml import Scalar
from autodevops.facts.workflows import Workflows
from autodevops.fixing import _yaml
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.fixing._script_edits import Chosen, Wanted, freed
from autodevops.fixing._workflow_text import (
    GONE,
    StepPlace,
    lines_now,
    parts,
    put_input,
    step_at,
    steps,
)

_SECRET = re.compile(r"\bsecrets(?:\.|\[)")
# What the repository itself or GitHub decides: no words of a stranger.
_HARMLESS = re.compile(
    r"(?:secrets\.\w+|github\.(?:repository\w*|sha|run_\w+|workspace|server_url|api_url|token|job"
    r"|event_name|action\w*)|runner\.\w+|job\.\w+|strategy\.[\w-]+|matrix\.[\w.-]+"
    r"|github\.event\.(?:number|pull_request\.(?:number|(?:head|base)\.sha)))"
)
_PROGRAMS = re.compile(
    r"\b(?:(?:ba|z|da)?sh|node|python[\d.]*|ruby|perl|php|deno|bun)\s[^\n|;]{0,200}?-\w*[cep]\b"
    r"|\beval\b|\bssh\b|\bjq\b|\bxargs\b|\bpsql\b|\bmysql\b|\bgithub-script\b"
    r"|<<-?[ \t]{0,9}['\"\\]?\w"
)


@fixer("WS001", title="hand the value over in the environment", safety=Safety.SAFE)
def hand_over_value(finding: Finding, site: Site) -> Answer:
    """Put what others may write into `env:` and read the variable in the script."""
    return _handed_over(finding, site, _strange, _PROGRAMS, "the value")


@fixer("WS005", title="hand the secret over in the environment", safety=Safety.SAFE)
def hand_over_secret(finding: Finding, site: Site) -> Answer:
    """Put the secret into `env:` and read the variable in the script."""
    return _handed_over(finding, site, _secret, None, "the secret")


@fixer("WS002", title="pin the actions to commits known here", safety=Safety.UNSAFE)
def pin_actions(finding: Finding, site: Site) -> Answer:
    """Pin to the commit that the repository pins the same action and tag to elsewhere."""
    text = site.text(finding.subject)
    if text is None:
        return GONE
    known = _pins(site)
    for used in dict.fromkeys(listed(finding, "uses")):
        commit = known.get(used.lower())
        if commit is None:
            return Refusal(f"which commit {used} stands for only GitHub knows")
        name, _, tag = used.rpartition("@")
        text = re.sub(
            rf"(uses:[ \t]*){re.escape(used)}[ \t]*$",
            rf"\g<1>{name}@{commit} # {tag}",
            text,
            flags=re.MULTILINE,
        )
    return site.write(finding.subject, text)


@fixer("WS007", title="leave no credentials behind", safety=Safety.SAFE)
def forget_credentials(finding: Finding, site: Site) -> Answer:
    """Set `persist-credentials: false` on each checkout."""
    path = finding.subject
    text = site.text(path)
    lines = lines_now(finding, site, path)
    if text is None or not lines:
        return GONE
    places = {step.path for line in lines if (step := step_at(text, line)) is not None}
    for place in sorted(places, key=str):
        step = next((one for one in steps(text) if one.path == place), None)
        if step is None:
            return GONE
        kept = step.node.path("with", "persist-credentials")
        if kept is not None and kept.as_text != "false":
            return Refusal("a checkout keeps its credentials on purpose")
        new = put_input(text, step, "persist-credentials", "false")
        if isinstance(new, Refusal):
            return new
        text = new
    return site.write(path, text)


def _handed_over(
    finding: Finding,
    site: Site,
    choice: Callable[[Scalar, frozenset[int]], Chosen],
    reparsed: re.Pattern[str] | None,
    whose: str,
) -> Answer:
    """Free the scripts of all steps that a finding is about: those of one name are one."""
    path = parts(finding.subject)[0]
    lines = lines_now(finding, site, path)
    text = site.text(path)
    if not lines or text is None:
        return GONE
    done: set[tuple[str | int, ...]] = set()
    # From the end on, so that what is added moves no line that is still to come.
    for line in sorted(lines, reverse=True):
        step = step_at(text, line)
        run = None if step is None else step.node.get("run")
        if step is None:
            return GONE
        if not isinstance(run, Scalar):
            return Refusal("how the action's script reads its environment is up to its author")
        if step.path in done:
            continue
        done.add(step.path)
        wanted = Wanted(choice(run, frozenset(lines)), reparsed, whose)
        new = freed(text, step, _shell(step, text, site, path), wanted)
        if isinstance(new, Refusal):
            return new
        text = new
    return site.write(path, text)


def _secret(_run: Scalar, _lines: frozenset[int]) -> Chosen:
    return lambda inner, _at: _SECRET.search(inner) is not None


def _strange(run: Scalar, lines: frozenset[int]) -> Chosen:
    """Return what chooses the expressions of the lines that others may write."""
    rows = run.text.split("\n")
    # Only the lines of literal blocks are where they seem to be.
    exact = run.style == "|"
    flagged = {at for at in range(len(rows)) if not exact or run.line_at(at) in lines}
    telling = any(_is_telling(row) for at, row in enumerate(rows) if at in flagged)
    return lambda inner, at: at in flagged and (not telling or not _HARMLESS.fullmatch(inner))


def _is_telling(row: str) -> bool:
    """Tell whether a line has an expression that is not known to be harmless."""
    found = re.findall(r"\$\{\{(.*?)\}\}", row)
    return any(not _HARMLESS.fullmatch(one.strip()) for one in found)


def _shell(step: StepPlace, text: str, site: Site, path: str) -> str:
    """Return the shell in force for a step, empty for bash by default."""
    own = step.node.get("shell")
    if own is not None:
        return own.as_text or ""
    scopes = [(*step.path[:2], "defaults", "run", "shell"), ("defaults", "run", "shell")]
    for scope in scopes:
        found = _yaml.find(text, scope)
        if found is not None:
            return found.as_text or ""
    workflows = site.fact(Workflows)
    workflow = None if workflows is None else workflows.by_path.get(path)
    job = None if workflow is None else workflow.job(str(step.path[1]))
    labels = [] if job is None else job.runs_on
    if any("windows" in one.lower() for one in labels):
        return "pwsh"
    node = _yaml.find(text, (*step.path[:2], "strategy", "matrix"))
    mixed = any("${{" in one for one in labels) and node is not None and "windows" in text.lower()
    return "the runner's own shell" if mixed else ""


def _pins(site: Site) -> dict[str, str]:
    """Return the commits that `owner/name@tag` is pinned to somewhere in the repository."""
    pinned = re.compile(r"uses:[ \t]*([\w./-]+)@([0-9a-f]{40})[ \t]+#[ \t]*(v?\d[\w.-]*)")
    found: dict[str, str] = {}
    for path in sorted(site.paths):
        if path.startswith(".github/") and path.endswith((".yml", ".yaml")):
            for name, commit, tag in pinned.findall(site.text(path) or ""):
                found.setdefault(f"{name}@{tag}".lower(), commit)
    return found
