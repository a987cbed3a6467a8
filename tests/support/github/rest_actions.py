"""REST: Actions secrets and variables, environments, workflow runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from tests.support.github.parts import Environment, Run, Secret
from tests.support.github.published import example
from tests.support.github.rest import Asked, RefusedError, Shown, route
from tests.support.github.world import Organization

_REPO = "/repos/{owner}/{repo}"
_ENVIRONMENT = f"{_REPO}/environments/{{environment_name}}"


@route(f"{_REPO}/actions/secrets", needs="secrets")
def secrets(asked: Asked) -> Shown:
    return _secrets(asked.repository.secrets)


@route(f"{_REPO}/actions/variables", needs="variables")
def variables(asked: Asked) -> Shown:
    return _variables(asked.repository.variables)


@route(f"{_REPO}/actions/organization-secrets", needs="secrets")
def organization_secrets(asked: Asked) -> Shown:
    return _secrets(_owner(asked).secrets)


@route(f"{_REPO}/actions/organization-variables", needs="variables")
def organization_variables(asked: Asked) -> Shown:
    return _variables(_owner(asked).variables)


@route(f"{_REPO}/environments", needs="actions")
def environments(asked: Asked) -> Shown:
    items = [_environment(asked, one) for one in asked.repository.environments]
    return Shown(items=items, key="environments")


@route(f"{_ENVIRONMENT}/deployment-branch-policies", needs="actions")
def policies(asked: Asked) -> Shown:
    one = _named(asked)
    items = [
        {"id": n, "node_id": f"P_{n}", "name": name, "type": "branch"}
        for n, name in enumerate(one.policies or (), 1)
    ]
    return Shown(items=items, key="branch_policies")


@route(f"{_ENVIRONMENT}/secrets", needs="environments")
def environment_secrets(asked: Asked) -> Shown:
    return _secrets(_named(asked).secrets)


@route(f"{_ENVIRONMENT}/variables", needs="environments")
def environment_variables(asked: Asked) -> Shown:
    return _variables(_named(asked).variables)


@route(f"{_REPO}/actions/runs", needs="actions")
def runs(asked: Asked) -> Shown:
    return _runs(asked, asked.repository.runs)


@route(f"{_REPO}/actions/workflows", needs="actions")
def workflows(asked: Asked) -> Shown:
    base = example("workflows")["workflows"][0]
    items = [{**base, "id": n, "path": path} for n, path in enumerate(_paths(asked), 1)]
    return Shown(items=items, key="workflows")


@route(f"{_REPO}/actions/workflows/{{workflow_id}}/runs", needs="actions")
def runs_of_workflow(asked: Asked) -> Shown:
    wanted = unquote(asked.parameters["workflow_id"])
    paths = [
        path
        for n, path in enumerate(_paths(asked), 1)
        if wanted in {str(n), path.rpartition("/")[2], path}
    ]
    if not paths:
        raise RefusedError(404, "Not Found")
    return _runs(asked, [one for one in asked.repository.runs if one.workflow in paths])


@route(f"{_REPO}/actions/runs/{{run_id}}/jobs", needs="actions")
def jobs(asked: Asked) -> Shown:
    for run in asked.repository.runs:
        if str(run.id) == asked.parameters["run_id"]:
            return Shown(items=[_job(run, at) for at in range(len(run.jobs))], key="jobs")
    raise RefusedError(404, "Not Found")


def _owner(asked: Asked) -> Organization:
    found = asked.world.organizations.get(asked.repository.owner)
    return found or Organization(asked.repository.owner)


def _named(asked: Asked) -> Environment:
    name = unquote(asked.parameters["environment_name"])
    for one in asked.repository.environments:
        if one.name == name:
            return one
    raise RefusedError(404, "Not Found")


def _secrets(secrets: Sequence[Secret]) -> Shown:
    items = [
        {"name": one.name, "created_at": _at(one.updated_at), "updated_at": _at(one.updated_at)}
        for one in secrets
    ]
    return Shown(items=items, key="secrets")


def _variables(variables: Sequence[Secret]) -> Shown:
    items = [{**_secrets([one]).items[0], "value": one.value} for one in variables]  # type: ignore[index]
    return Shown(items=items, key="variables")


def _environment(asked: Asked, one: Environment) -> dict[str, Any]:
    url = f"{asked.root}/repos/{asked.repository.full_name}/environments/{one.name}"
    user = example("listed repository")[0]["owner"]
    rules: list[dict[str, Any]] = []
    if one.wait_minutes:
        rules.append(_rule(1, "wait_timer", wait_timer=one.wait_minutes))
    if one.reviewers:
        reviewers = [{"type": "User", "reviewer": user}] * one.reviewers
        rules.append(_rule(2, "required_reviewers", reviewers=reviewers, prevent_self_review=False))
    policy = None
    if one.protected_branches or one.policies is not None:
        rules.append(_rule(3, "branch_policy"))
        policy = {
            "protected_branches": one.protected_branches,
            "custom_branch_policies": not one.protected_branches,
        }
    at = "2026-01-01T00:00:00Z"
    about = {"id": one.id, "node_id": f"EN_{one.id}", "name": one.name, "url": url}
    times = {"html_url": url, "created_at": at, "updated_at": at}
    return {**about, **times, "protection_rules": rules, "deployment_branch_policy": policy}


def _rule(number: int, kind: str, **details: Any) -> dict[str, Any]:
    return {"id": number, "node_id": f"GA_{number}", "type": kind, **details}


def _paths(asked: Asked) -> list[str]:
    return list(dict.fromkeys(run.workflow for run in asked.repository.runs))


def _runs(asked: Asked, every: Sequence[Run]) -> Shown:
    query = asked.query
    wanted = [
        one
        for one in sorted(every, key=lambda run: run.started_at, reverse=True)
        if query.get("branch") in {None, one.branch}
        and query.get("event") in {None, one.event}
        and query.get("status") in {None, one.status, one.conclusion}
    ]
    return Shown(items=[_run(asked, one) for one in wanted], key="workflow_runs")


def _run(asked: Asked, one: Run) -> dict[str, Any]:
    base = example("run")["workflow_runs"][0]
    end = one.started_at + timedelta(minutes=one.minutes)
    return {
        **base,
        "id": one.id,
        "path": one.workflow,
        "head_branch": one.branch,
        "event": one.event,
        "status": one.status,
        "conclusion": one.conclusion,
        "created_at": _at(one.started_at),
        "run_started_at": _at(one.started_at),
        "updated_at": _at(end),
        "workflow_id": _paths(asked).index(one.workflow) + 1,
    }


def _job(run: Run, at: int) -> dict[str, Any]:
    one = run.jobs[at]
    end = run.started_at + timedelta(minutes=one.minutes)
    return {
        **example("jobs")["jobs"][0],
        "id": run.id * 100 + at,
        "run_id": run.id,
        "name": one.name,
        "status": "completed",
        "conclusion": one.conclusion,
        "created_at": _at(run.started_at),
        "started_at": _at(run.started_at),
        "completed_at": _at(end),
    }


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
