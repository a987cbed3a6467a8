"""CI Pipelines Per Service: scanners get their history, jobs a time limit, deploys a queue."""

from posixpath import basename, splitext

from autodevops.facts._yaml import Mapping, Scalar, Sequence
from autodevops.fixing import _yaml
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.fixing._workflow_text import GONE, put, put_input, step_at
from autodevops.guide.model import WorkflowPolicy


@fixer("CI011", title="fetch the whole history for the scanner", safety=Safety.SAFE)
def fetch_history(finding: Finding, site: Site) -> Answer:
    """Set `fetch-depth: 0` on the checkout before the scanner."""
    place = finding.locations[0]
    text = site.text(place.path or "")
    line = site.line_now(place.path or "", place.line or 0)
    if place.path is None or text is None or line is None:
        return GONE
    step = step_at(text, line)
    if step is None:
        return GONE
    depth = step.node.path("with", "fetch-depth")
    if isinstance(depth, Scalar) and "${{" in depth.text:
        return Refusal("how much is fetched is decided by an expression")
    new = put_input(text, step, "fetch-depth", "0")
    return new if isinstance(new, Refusal) else site.write(place.path, new)


@fixer("CI012", title="give the jobs a time limit", safety=Safety.UNSAFE)
def limit_jobs(finding: Finding, site: Site) -> Answer:
    """Set `timeout-minutes` of each job without one to the guide's limit of a whole build."""
    path = finding.subject
    text = site.text(path)
    minutes = site.guide(WorkflowPolicy).duration_limit_minutes
    jobs = _yaml.find(text or "", ("jobs",))
    if text is None or not isinstance(jobs, Mapping):
        return GONE
    for name, job in jobs.entries():
        if not isinstance(job, Mapping) or job.get("uses") or job.get("timeout-minutes"):
            continue
        if all(step.get("timeout-minutes") for step in _steps(job)):
            continue
        line = f"timeout-minutes: {minutes}"
        after = "runs-on" if job.get("runs-on") else None
        new = _yaml.insert_key(text, ("jobs", name), line, after=after)
        if isinstance(new, Refusal):
            new = put(text, ("jobs", name), "timeout-minutes", str(minutes))
        if isinstance(new, Refusal):
            return new
        text = new
    return site.write(path, text)


@fixer("CI013", title="let deploys take turns", safety=Safety.UNSAFE)
def take_turns(finding: Finding, site: Site) -> Answer:
    """Give each deploying job a group of its own, and leave running deploys alone."""
    path = finding.subject
    text = site.text(path)
    if text is None:
        return GONE
    for name in listed(finding, "without_group"):
        new = _grouped(text, path, name)
        if isinstance(new, Refusal):
            return new
        text = new
    for name in listed(finding, "cancelled"):
        new = _uncancelled(text, name)
        if isinstance(new, Refusal):
            return new
        text = new
    return site.write(path, text)


def _grouped(text: str, path: str, name: str) -> str | Refusal:
    job = _yaml.find(text, ("jobs", name))
    if not isinstance(job, Mapping):
        return GONE
    if job.get("concurrency") is not None:
        return text
    group = "-".join(dict.fromkeys((splitext(basename(path))[0], name)))
    # Of several jobs in one group all but the newest that waits are given up: a matrix needs more.
    if job.path("strategy", "matrix") is not None:
        group += "-${{ strategy.job-index }}"
    lines = ("concurrency:", f"  group: {group}", "  cancel-in-progress: false")
    after = next((key for key in ("runs-on", "uses") if job.get(key)), None)
    return _yaml.insert_key(text, ("jobs", name), *lines, after=after)


def _uncancelled(text: str, name: str) -> str | Refusal:
    """Return the text in which no newer push cancels a job's run."""
    own = ("jobs", name, "concurrency")
    if _yaml.find(text, (*own, "cancel-in-progress")) is not None:
        text_or_not = _yaml.replace_scalar(text, (*own, "cancel-in-progress"), "false")
        if isinstance(text_or_not, Refusal):
            return text_or_not
        text = text_or_not
    shared = _yaml.find(text, ("concurrency", "cancel-in-progress"))
    if not isinstance(shared, Scalar):
        return text
    if shared.value is not True:
        return text if shared.value is False else Refusal("an expression decides what is cancelled")
    triggers = _yaml.find(text, ("on",))
    reviewed = triggers is not None and (
        triggers.get("pull_request") is not None
        or "pull_request" in triggers.texts()
        or (isinstance(triggers, Mapping) and "pull_request" in triggers.index)
    )
    value = "${{ github.event_name == 'pull_request' }}" if reviewed else "false"
    return _yaml.replace_scalar(text, ("concurrency", "cancel-in-progress"), value)


def _steps(job: Mapping) -> list[Mapping]:
    found = job.get("steps")
    items = found.items if isinstance(found, Sequence) else ()
    return [one for one in items if isinstance(one, Mapping)]
