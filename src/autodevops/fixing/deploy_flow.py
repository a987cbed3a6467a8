"""Staging vs Production Deploy Flow: deploys say where they go."""

from autodevops.facts._yaml import Mapping
from autodevops.facts.occasions import Occasion, Occasions
from autodevops.fixing import _yaml
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._workflow_text import GONE, parts
from autodevops.guide.model import Environment, EnvironmentPolicy
from autodevops.guide.sections.delivery import EnvironmentTrigger


@fixer("DF001", title="name the environment that it deploys to", safety=Safety.UNSAFE)
def name_environment(finding: Finding, site: Site) -> Answer:
    """Give the job the guide's environment for the occasions on which it runs."""
    path, name, _ = parts(finding.subject)
    text = site.text(path)
    job = _yaml.find(text or "", ("jobs", name))
    if text is None or not isinstance(job, Mapping):
        return GONE
    if job.get("uses") is not None:
        return Refusal("a job that calls a workflow can't name one; the called job can")
    environment = _environment(path, name, site)
    if isinstance(environment, Refusal):
        return environment
    after = next((key for key in ("timeout-minutes", "runs-on") if job.get(key)), None)
    new = _yaml.insert_key(text, ("jobs", name), f"environment: {environment.name}", after=after)
    return new if isinstance(new, Refusal) else site.write(path, new)


def _environment(path: str, name: str, site: Site) -> Environment | Refusal:
    occasions = site.fact(Occasions)
    workflow = None if occasions is None else occasions.workflows.by_path.get(path)
    job = None if workflow is None else workflow.job(name)
    if occasions is None or job is None:
        return GONE
    runs_on = {occasion for occasion in Occasion if occasions.may_run(job, occasion)}
    released = bool(runs_on & {Occasion.PUSH, Occasion.TAG})
    reviewed = Occasion.PULL_REQUEST in runs_on
    if released == reviewed:
        return Refusal(
            "it runs for releases and for pull requests alike"
            if released
            else "when it runs, and so where it deploys to, can't be told"
        )
    wanted = EnvironmentTrigger.MERGE if released else EnvironmentTrigger.PULL_REQUEST
    known = site.guide(EnvironmentPolicy).environments
    found = [one for one in known if one.trigger is wanted]
    if len(found) != 1:
        return Refusal("the guide has several environments for that, or none")
    return found[0]
