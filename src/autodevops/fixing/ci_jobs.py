"""CI Pipelines Per Service: jobs wait for what they depend on."""

from autodevops.facts._yaml import Mapping, Scalar
from autodevops.facts.pipeline import Pipeline, ignores_failures
from autodevops.facts.workflows import Job
from autodevops.fixing import _yaml
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.fixing._workflow_text import GONE, parts


@fixer("CI004", title="wait for every unit-test job", safety=Safety.UNSAFE)
def wait_for_units(finding: Finding, site: Site) -> Answer:
    """Name the missing jobs in the integration test's `needs`."""
    return _waiting(finding, site)


@fixer("CI005", title="wait for the tests and the scan", safety=Safety.UNSAFE)
def wait_for_gates(finding: Finding, site: Site) -> Answer:
    """Name the missing jobs in the `needs` of what goes out."""
    return _waiting(finding, site)


def _waiting(finding: Finding, site: Site) -> Answer:
    path, name, _ = parts(finding.subject)
    pipeline = site.fact(Pipeline)
    text = site.text(path)
    workflow = None if pipeline is None else pipeline.workflows.by_path.get(path)
    job = None if workflow is None else workflow.job(name)
    if pipeline is None or text is None or job is None:
        return GONE
    if job.condition is not None and job.needs and ignores_failures(job):
        return Refusal(f"its condition ({job.condition.text.strip()}) takes the gate away")
    for wanted in listed(finding, "missing"):
        gate = _gate(wanted, job, pipeline)
        if isinstance(gate, Refusal):
            return gate
        new = _needing(text, name, gate)
        if isinstance(new, Refusal):
            return new
        text = new
    return site.write(path, text)


def _gate(wanted: str, job: Job, pipeline: Pipeline) -> str | Refusal:
    """Return the id of the job to wait for."""
    role = next((one for one in pipeline.roles if one.wanted.name == wanted), None)
    jobs = () if role is None else role.certain
    here = [one for one in jobs if one.path == job.path and one.id != job.id]
    if not here:
        elsewhere = jobs[0].path if jobs else "another workflow"
        return Refusal(f"{wanted} runs in {elsewhere}, and `needs` does not reach there")
    if any(job.subject in pipeline.waits_for(one) for one in here):
        return Refusal(f"{wanted} waits for {job.id} itself")
    return here[0].id


def _needing(text: str, name: str, gate: str) -> str | Refusal:
    """Return the text in which a job needs another one, too."""
    path = ("jobs", name, "needs")
    needs = _yaml.find(text, path)
    if needs is None or (isinstance(needs, Scalar) and not needs.text):
        job = _yaml.find(text, ("jobs", name))
        keys = job.index if isinstance(job, Mapping) else {}
        before = next((key for key in ("if", "runs-on", "uses") if key in keys), None)
        return _yaml.insert_key(text, ("jobs", name), f"needs: [{gate}]", before=before)
    if isinstance(needs, Scalar):
        return _yaml.replace_scalar(text, path, f"[{needs.text}, {gate}]")
    if gate in needs.texts():
        return text
    return _yaml.append_item(text, path, gate)
