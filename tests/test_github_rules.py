"""What GitHub says becomes verdicts: good settings pass, each change of them fails its rules."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autodevops import Report
from autodevops.auditing import perform
from autodevops.request import Request
from autodevops.sources.github.client import GitHub
from autodevops.sources.github.groups import Group
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.settings import read_settings
from tests.support.github import (
    Classic,
    CodeownersError,
    Environment,
    Job,
    Organization,
    Repository,
    Rule,
    Ruleset,
    Run,
    Secret,
    Server,
    Token,
    credential,
)
from tests.support.github.good import CHECKS, REVIEW, TAGS, TRUNK, good
from tests.support.memory import NOW
from tests.support.repositories import ago
from tests.support.shop import lay_out

JUDGED = (
    "MR001",
    "SE011",
    "SE012",
    "SE013",
    "SE014",
    "BR008",
    "BR009",
    "BR010",
    "BR011",
    "BR012",
    "RE010",
    "OW006",
    "DF004",
    "DF005",
)
Change = Callable[[Repository], Repository]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    repo = lay_out("good-repo", tmp_path_factory.mktemp("github") / "shop")
    second = repo.commit("feat: more tea", {"docs/tea.md": "# Tea\n\nMore.\n"}, at=ago(days=1))
    return repo.path, second


def judged(github: Server, repository: Repository, token: Token | None = None) -> Report:
    github.world.add(repository)
    name = RepositoryName("https://github.com", "acme", "shop")
    asks = github.world.owner if token is None else github.world.allow(token)
    with GitHub(credential(asks), at=github.at) as client:
        found = read_settings(client, [name], frozenset(Group), now=NOW)[name]
    assert repository.path is not None
    request = Request(target=str(repository.path), select=JUDGED)
    return perform(request, now=NOW, settings=found).report


def statuses(report: Report) -> dict[str, str]:
    return {one.id: str(one.status) for one in report.rules if one.id in JUDGED}


def test_a_good_repository_passes(github: Server, clone: tuple[Path, str]) -> None:
    report = judged(github, good(clone))
    assert [one.message for one in report.findings] == []
    assert statuses(report) == dict.fromkeys(JUDGED, "pass")


def _rulesets(*rulesets: Ruleset) -> Change:
    return lambda repo: replace(repo, rulesets=list(rulesets))


def _trunk_without(*kinds: str, **changes: object) -> Change:
    rules = [rule for rule in TRUNK.rules if rule.type not in kinds]
    return _rulesets(replace(TRUNK, rules=rules, **changes), TAGS)  # type: ignore[arg-type]


def _changed(**changes: object) -> Change:
    return lambda repo: replace(repo, **changes)  # type: ignore[arg-type]


BYPASS = {"actor_id": 5, "actor_type": "RepositoryRole", "name": "admin", "bypass_mode": "always"}
LONG = [Run(minutes=50, jobs=[Job("backend-test", minutes=48)])]
CHANGES: dict[str, tuple[Change, set[str]]] = {
    "no review": (_trunk_without("pull_request"), {"BR008"}),
    "no force push rule": (_trunk_without("non_fast_forward"), {"BR009"}),
    "no deletion rule": (_trunk_without("deletion"), {"BR009"}),
    "administrators bypass": (_trunk_without(bypass=[BYPASS]), {"BR009"}),
    "no checks": (_trunk_without("required_status_checks"), {"BR010"}),
    "evaluated only": (_trunk_without(enforcement="evaluate"), {"BR008", "BR009", "BR010"}),
    "another branch": (_trunk_without(include=["refs/heads/x"]), {"BR008", "BR009", "BR010"}),
    "excluded": (_trunk_without(exclude=["refs/heads/main"]), {"BR008", "BR009", "BR010"}),
    "branches stay": (_changed(delete_branch_on_merge=False), {"BR011"}),
    "pushed directly": (_changed(merged={}), {"BR012"}),
    "no tag ruleset": (_rulesets(TRUNK), {"RE010"}),
    "tags may move": (_rulesets(TRUNK, replace(TAGS, rules=[Rule("deletion")])), {"RE010"}),
    "unknown owner": (
        _changed(codeowners_errors=[CodeownersError(line=1, source="* @acme/gone")]),
        {"OW006"},
    ),
    "slow CI": (_changed(runs=LONG), {"MR001"}),
    "a secret is missing": (
        lambda repo: replace(
            repo, secrets=[one for one in repo.secrets if one.name != "ENCRYPTION_KEY"]
        ),
        {"SE011"},
    ),
    "old secrets": (
        lambda repo: replace(
            repo, secrets=[replace(one, updated_at=ago(days=400)) for one in repo.secrets]
        ),
        {"SE012"},
    ),
    "scanning off": (_changed(secret_scanning="disabled"), {"SE014"}),
    "push protection off": (_changed(push_protection="disabled"), {"SE014"}),
    "staging": (
        lambda repo: replace(repo, environments=[*repo.environments, Environment("staging")]),
        {"DF004"},
    ),
    "nobody reviews": (
        _changed(environments=[Environment("Production", policies=["main"])]),
        {"DF005"},
    ),
    "any branch deploys": (
        _changed(environments=[Environment("Production", reviewers=1)]),
        {"DF005"},
    ),
    "a policy for all": (
        _changed(environments=[Environment("Production", reviewers=1, policies=["*"])]),
        {"DF005"},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_breaks_its_rules(github: Server, clone: tuple[Path, str], change: str) -> None:
    apply, broken = CHANGES[change]
    found = statuses(judged(github, apply(good(clone))))
    assert {rule for rule, status in found.items() if status == "fail"} == broken
    assert set(found.values()) <= {"pass", "fail"}


INNOCENT: dict[str, Change] = {
    "classic protection instead": lambda repo: replace(
        repo,
        rulesets=[TAGS],
        protection=Classic(
            approvals=1,
            dismiss_stale=True,
            code_owners=True,
            conversations=True,
            checks=CHECKS,
            strict=True,
            admins=True,
        ),
    ),
    "a ruleset for each demand": _rulesets(
        *(Ruleset(rule.type, rules=[rule]) for rule in TRUNK.rules), TAGS
    ),
    "one ruleset may be bypassed, another not": _rulesets(
        replace(TRUNK, bypass=[BYPASS]), replace(TRUNK, name="all"), TAGS
    ),
    "bypass in pull requests only": _trunk_without(
        bypass=[{**BYPASS, "bypass_mode": "pull_request"}]
    ),
    "a trial beside what is in force": _rulesets(
        TRUNK, replace(TRUNK, name="trial", enforcement="evaluate", bypass=[BYPASS]), TAGS
    ),
    "more approvals than demanded": _rulesets(
        replace(TRUNK, rules=[*TRUNK.rules, Rule("pull_request", REVIEW)]), TAGS
    ),
    "all tags": _rulesets(TRUNK, replace(TAGS, include=["~ALL"])),
    "all branches": _trunk_without(include=["~ALL"], exclude=["refs/heads/sandbox/*"]),
    "a secret of the environment": lambda repo: replace(
        repo,
        secrets=repo.secrets[1:],
        environments=[replace(repo.environments[1], secrets=repo.secrets[:1])],
    ),
    "a URL as a variable": lambda repo: replace(
        repo,
        secrets=[one for one in repo.secrets if one.name != "SUPABASE_URL"],
        variables=[Secret("SUPABASE_URL")],
    ),
    "secrets that nobody has to rotate": lambda repo: replace(
        repo,
        secrets=[
            replace(one, updated_at=ago(days=900)) if one.name == "RAILWAY_TOKEN" else one
            for one in repo.secrets
        ],
    ),
    "protected branches deploy": _changed(
        environments=[Environment("production", reviewers=1, protected_branches=True)]
    ),
    "environments of packages": lambda repo: replace(
        repo, environments=[*repo.environments, Environment("github-pages"), Environment("pypi")]
    ),
    "a nightly run of hours": _changed(runs=[Run(minutes=300, event="schedule"), Run()]),
    "a slow run that failed": _changed(runs=[Run(minutes=300, conclusion="failure"), Run()]),
    "a slow run of another branch": _changed(runs=[Run(minutes=300, branch="x"), Run()]),
    "another error of CODEOWNERS": _changed(
        codeowners_errors=[CodeownersError(line=1, kind="Invalid pattern", source="!x @a")]
    ),
    "a private repository": _changed(private=True),
    "an archived one": _changed(archived=True),
}


@pytest.mark.parametrize("change", INNOCENT)
def test_what_only_looks_guilty_passes(
    github: Server, clone: tuple[Path, str], change: str
) -> None:
    report = judged(github, INNOCENT[change](good(clone)))
    assert [f"{one.rule} {one.message}" for one in report.findings] == []
    assert set(statuses(report).values()) == {"pass"}


def test_secrets_and_rulesets_of_the_organisation_count(
    github: Server, clone: tuple[Path, str]
) -> None:
    own = good(clone)
    shared = Organization("acme", secrets=[*own.secrets], rulesets=[TRUNK, TAGS])
    github.world.organizations["acme"] = shared
    assert set(statuses(judged(github, replace(own, secrets=[], rulesets=[]))).values()) == {"pass"}


def test_a_run_that_waited_for_approval_proves_nothing(
    github: Server, clone: tuple[Path, str]
) -> None:
    waited = Run(minutes=600, jobs=[Job("deploy", minutes=3)])
    assert statuses(judged(github, replace(good(clone), runs=[waited])))["MR001"] == "unknown"


def test_no_runs_at_all(github: Server, clone: tuple[Path, str]) -> None:
    report = judged(github, replace(good(clone), runs=[]))
    assert statuses(report)["MR001"] == "not_applicable"


@pytest.mark.parametrize(
    ("token", "unknown"),
    [
        (
            Token("ghp_" + "reader00000000000000000000000000000", role="READ"),
            {"BR009", "SE011", "SE012", "SE013", "SE014"},
        ),
        (
            Token("github_pat_" + "metadata"),
            {"BR009", "SE011", "SE012", "SE013", "SE014"},
        ),
        (
            Token("github_pat_" + "secrets", permissions={"secrets": "read"}),
            {"BR009", "SE014"},
        ),
    ],
    ids=["reader", "metadata", "secrets"],
)
def test_what_a_token_cannot_see_is_unknown_with_its_permission(
    github: Server, clone: tuple[Path, str], token: Token, unknown: set[str]
) -> None:
    report = judged(github, good(clone), token)
    found = {one.id: one for one in report.rules if one.id in JUDGED}
    assert {rule for rule, one in found.items() if str(one.status) == "unknown"} == unknown
    assert {str(one.status) for rule, one in found.items() if rule not in unknown} == {"pass"}
    for rule in unknown:
        assert (found[rule].needs or "").startswith("GitHub: ")


def test_hidden_protection_is_never_called_missing(github: Server, clone: tuple[Path, str]) -> None:
    reader = Token("ghp_" + "reader00000000000000000000000000000", role="WRITE")
    report = judged(github, replace(good(clone), rulesets=[]), reader)
    found = statuses(report)
    assert [found[rule] for rule in ("BR008", "BR009", "BR010")] == ["unknown"] * 3
    assert found["RE010"] == "fail"
