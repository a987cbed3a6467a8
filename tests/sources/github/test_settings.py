"""Settings as a stand-in for GitHub tells them: each group there, absent, forbidden, faulty."""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from autodevops.facts.settings import ADMINISTRATION, SECRETS
from autodevops.model.settings import (
    CiRuns,
    CodeownersErrors,
    DeployEnvironment,
    DeployEnvironments,
    MergeSettings,
    Protection,
    SecretScanning,
    Settings,
    StoredSecrets,
    TagRulesets,
    TrunkCommits,
)
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.client import GitHub
from autodevops.sources.github.etags import Etags
from autodevops.sources.github.groups import PERMISSIONS, TOKEN, Group
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.patience import Patience
from autodevops.sources.github.settings import read_settings
from tests.support.github import (
    Classic,
    CodeownersError,
    Commit,
    Environment,
    Fault,
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
from tests.support.memory import NOW
from tests.support.repositories import ago

READER = Token("ghp_" + "readerOfThePublicRepositories0000000", role="READ")
OWNER = Token("ghp_" + "ownerOfTheOrganisation00000000000000", scopes=("repo", "admin:org"))
METADATA_ONLY = Token("github_pat_" + "metadataOnly")
EVERYTHING = Token(
    "github_pat_" + "everything",
    permissions=dict.fromkeys(
        (
            "administration",
            "actions",
            "contents",
            "environments",
            "pull_requests",
            "secrets",
            "variables",
        ),
        "read",
    ),
)
APP = replace(EVERYTHING, value="ghs_" + "installationOfAnApp")
WHOLE = frozenset(Group)


def name(repository: Repository) -> RepositoryName:
    return RepositoryName("https://github.com", repository.owner, repository.name)


def shop(**changes: object) -> Repository:
    """Return a repository in which there is something of everything."""
    commits = [
        Commit(f"{n:040x}", parents=[f"{n + 1:040x}"], pull_requests=[n], committed_at=ago(days=n))
        for n in range(1, 4)
    ]
    whole = Repository(
        "acme/shop",
        commits=commits,
        protection=Classic(approvals=1, checks=["test"], strict=True, admins=True),
        rulesets=[
            Ruleset("trunk", rules=[Rule("deletion"), Rule("non_fast_forward")]),
            Ruleset(
                "releases",
                target="tag",
                include=["refs/tags/v*"],
                rules=[Rule("update"), Rule("deletion")],
            ),
        ],
        environments=[
            Environment(
                "Production", reviewers=2, policies=["main", "v*"], secrets=[Secret("DEPLOY_KEY")]
            ),
        ],
        secrets=[Secret("API_KEY", updated_at=ago(days=400))],
        runs=[Run(minutes=5)],
        codeowners_errors=[CodeownersError(line=3)],
        secret_scanning="enabled",
        delete_branch_on_merge=True,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def read(
    github: Server,
    *repositories: Repository,
    token: Token | None = None,
    groups: frozenset[Group] = WHOLE,
    anonymous: bool = False,
) -> list[Settings]:
    """Return the settings of repositories that are put onto the server."""
    for one in repositories:
        github.world.add(one)
    asks = github.world.owner if token is None else github.world.allow(token)
    quick = Patience(backoff=0.0)
    who = None if anonymous else credential(asks)
    with GitHub(who, at=github.at, patience=quick) as client:
        found = read_settings(client, [name(one) for one in repositories], groups, now=NOW)
    return [found[name(one)] for one in repositories]


def missing(settings: Settings) -> dict[str, str | None]:
    """Return what each group that is missing needs."""
    return {
        one.name: value.needs
        for one in fields(settings)
        if isinstance(value := getattr(settings, one.name), Unavailable)
    }


@pytest.fixture
def organisation(github: Server) -> Organization:
    found = Organization("acme", secrets=[Secret("ORG_KEY")])
    github.world.organizations["acme"] = found
    return found


@pytest.mark.usefixtures("organisation")
@pytest.mark.parametrize("token", [None, EVERYTHING, APP], ids=["classic", "fine-grained", "app"])
def test_all_groups_of_a_whole_repository(github: Server, token: Token | None) -> None:
    (found,) = read(github, shop(), token=token)
    assert missing(found) == {}
    assert isinstance(found.protection, Protection)
    assert found.protection.approvals == 1
    assert found.protection.deletion.is_on
    assert found.protection.deletion.bypassed_by == ()
    assert found.protection.strict is True
    assert found.protection.unseen is None
    assert found.merging == MergeSettings(delete_on_merge=True)
    assert isinstance(found.tag_rulesets, TagRulesets)
    (tags,) = found.tag_rulesets.rulesets
    assert tags.includes == ("v*",)
    assert (tags.blocks_update, tags.blocks_deletion) == (True, True)
    assert isinstance(found.ci_runs, CiRuns)
    assert [run.duration for run in found.ci_runs.runs] == [timedelta(minutes=5)]
    assert isinstance(found.trunk_commits, TrunkCommits)
    assert [one.pull_requests for one in found.trunk_commits.commits] == [(1,), (2,), (3,)]
    assert found.environments == DeployEnvironments(
        environments=(
            DeployEnvironment(name="Production", reviewers=2, branch_policy=("main", "v*")),
        )
    )
    assert isinstance(found.secrets, StoredSecrets)
    assert {(one.name, one.place) for one in found.secrets.secrets} == {
        ("API_KEY", "repository"),
        ("DEPLOY_KEY", "environment Production"),
        ("ORG_KEY", "organization"),
    }
    assert found.secrets.unseen is None
    assert isinstance(found.codeowners_errors, CodeownersErrors)
    assert found.codeowners_errors.errors[0].line == 3
    assert found.secret_scanning == SecretScanning(is_on=True, push_protection=False)
    assert len(github.calls) <= 8


def test_a_repository_with_nothing(github: Server) -> None:
    (found,) = read(github, Repository("ada/notes", commits=[Commit("1" * 40)]))
    assert missing(found) == {}
    assert isinstance(found.protection, Protection)
    assert not found.protection.pull_request
    assert found.protection.unseen is None
    assert found.ci_runs == CiRuns(runs=())
    assert found.environments == DeployEnvironments(environments=())
    assert isinstance(found.secrets, StoredSecrets)
    assert (found.secrets.secrets, found.secrets.unseen) == ((), None)
    assert found.codeowners_errors == CodeownersErrors(errors=())


def test_a_reader_of_a_public_repository(github: Server) -> None:
    (found,) = read(github, shop(), token=READER)
    assert missing(found) == {"secrets": SECRETS, "secret_scanning": ADMINISTRATION}
    assert isinstance(found.protection, Protection)
    assert found.protection.approvals == 1
    assert isinstance(found.protection.strict, Unavailable)
    assert isinstance(found.protection.deletion.bypassed_by, Unavailable)
    assert found.protection.unseen is not None
    assert found.protection.unseen.needs == ADMINISTRATION


def test_a_fine_grained_token_that_may_see_next_to_nothing(github: Server) -> None:
    (found,) = read(github, shop(private=True), token=METADATA_ONLY)
    needed = missing(found)
    assert {
        "ci_runs",
        "environments",
        "secrets",
        "codeowners_errors",
        "secret_scanning",
        "trunk_commits",
    } == set(needed)
    for group, needs in needed.items():
        assert needs == PERMISSIONS[Group(group)].needs
    assert isinstance(found.protection, Protection)
    assert found.protection.unseen is not None
    assert found.protection.unseen.needs == ADMINISTRATION
    assert isinstance(found.merging, MergeSettings)


def test_nobody_in_particular(github: Server) -> None:
    (found,) = read(github, shop(), anonymous=True)
    assert missing(found) == {
        "merging": TOKEN,
        "trunk_commits": TOKEN,
        "secrets": SECRETS,
        "secret_scanning": ADMINISTRATION,
    }
    assert isinstance(found.protection, Protection)
    assert found.protection.deletion.is_on
    assert found.protection.approvals == 0
    assert found.protection.unseen is not None
    assert isinstance(found.tag_rulesets, TagRulesets)
    assert found.tag_rulesets.rulesets[0].blocks_update
    assert isinstance(found.environments, DeployEnvironments)
    assert found.environments.environments[0].reviewers == 2
    assert len(github.calls) <= 8


def test_a_private_repository_is_nobody_s(github: Server) -> None:
    (found,) = read(github, shop(private=True), anonymous=True)
    assert set(missing(found)) == {one.name for one in fields(Settings)}
    (hidden,) = read(github, shop(private=True), token=replace(READER, scopes=()))
    assert set(missing(hidden)) == {one.name for one in fields(Settings)}
    assert None not in missing(hidden).values()


def test_an_empty_repository(github: Server) -> None:
    (found,) = read(github, Repository("acme/new", commits=[]))
    assert set(missing(found)) == {"protection", "trunk_commits"}
    assert found.ci_runs == CiRuns(runs=())


def test_an_archived_repository_reads_like_any_other(github: Server) -> None:
    (found,) = read(github, shop(archived=True))
    assert missing(found) == {}


def test_a_repository_that_was_renamed(github: Server) -> None:
    github.world.add(shop(former_names=["acme/store"]))
    old = RepositoryName("https://github.com", "acme", "store")
    with GitHub(credential(github.world.owner), at=github.at) as client:
        found = read_settings(client, [old], WHOLE, now=NOW)
    assert missing(found[old]) == {}


@pytest.mark.parametrize("group", Group)
def test_only_what_is_asked_for_is_read(github: Server, group: Group) -> None:
    (found,) = read(github, shop(), groups=frozenset({group}))
    assert set(missing(found)) == {one.value for one in Group} - {group.value}
    assert len(github.calls) <= (5 if group is Group.SECRETS else 2)


def test_nothing_asked_costs_nothing(github: Server) -> None:
    (found,) = read(github, shop(), groups=frozenset())
    assert len(missing(found)) == len(Group)
    assert github.calls == []


@pytest.mark.usefixtures("organisation")
@pytest.mark.parametrize(
    ("on", "lost"),
    [
        ("/actions/runs", {"ci_runs"}),
        ("/actions/secrets", {"secrets"}),
        ("/deployment-branch-policies", set()),
        ("/environments/Production/secrets", set()),
        ("/actions/organization-secrets", set()),
        ("/actions/variables", set()),
    ],
)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=403, body=b'{"message": "Resource not accessible by integration"}'),
        Fault(status=404, body=b'{"message": "Not Found"}'),
        Fault(status=200, body=b'["not", "what", "was", "asked"]'),
        Fault(status=200, body=b'{"secrets": [{"name": 1}], "workflow_runs": {}}'),
    ],
    ids=["forbidden", "missing", "another shape", "other fields"],
)
def test_one_address_that_fails_takes_one_group_with_it(
    github: Server, on: str, lost: set[str], fault: Fault
) -> None:
    github.faults.add(replace(fault, on=on, times=9))
    (found,) = read(github, shop())
    assert set(missing(found)) == lost
    assert isinstance(found.environments, DeployEnvironments)
    if "policies" in on:
        (one,) = found.environments.environments
        assert isinstance(one.branch_policy, Unavailable)
    if on.endswith(("n/secrets", "n-secrets")):
        assert isinstance(found.secrets, StoredSecrets)
        assert found.secrets.unseen is not None
        assert found.secrets.unseen.needs


def test_classic_protection_that_cannot_be_asked_for_stays_unseen(github: Server) -> None:
    github.faults.add(Fault(status=404, on="/protection", body=b'{"message": "Not Found"}'))
    (found,) = read(github, shop(protection=None), token=EVERYTHING)
    assert isinstance(found.protection, Protection)
    assert found.protection.unseen is not None


def test_a_query_that_is_too_heavy_is_asked_one_by_one(github: Server) -> None:
    github.faults.add(Fault(status=502, on="graphql", times=3))
    repositories = [shop(full_name=f"acme/shop-{n}") for n in range(3)]
    for found in read(github, *repositories):
        assert missing(found) == {}


def test_one_unknown_repository_among_others(github: Server) -> None:
    one, two = shop(), shop(full_name="acme/other")
    gone = RepositoryName("https://github.com", "acme", "gone")
    for each in (one, two):
        github.world.add(each)
    with GitHub(credential(github.world.owner), at=github.at) as client:
        found = read_settings(client, [name(one), gone, name(two)], WHOLE, now=NOW)
    assert missing(found[name(one)]) == missing(found[name(two)]) == {}
    assert len(missing(found[gone])) == len(Group)


def test_a_spent_limit_leaves_the_rest_unknown(github: Server) -> None:
    github.remaining["core"] = 1
    (found,) = read(github, shop())
    assert {"ci_runs", "secrets", "secret_scanning"} & set(missing(found))
    assert isinstance(found.protection, Protection)
    assert any("rate limit" in needs for needs in missing(found).values() if needs)


@pytest.mark.parametrize("fault", [Fault(status=502), Fault(truncate=True)], ids=["502", "cut"])
@pytest.mark.parametrize(
    ("on", "lost"), [("/actions/runs", {"ci_runs"}), ("/actions/secrets", {"secrets"})]
)
def test_failures_that_last_take_one_group_with_them(
    github: Server, on: str, lost: set[str], fault: Fault
) -> None:
    github.faults.add(replace(fault, on=on, times=9))
    (found,) = read(github, shop())
    assert set(missing(found)) == lost


def test_no_graphql_at_all_is_said_of_every_group(github: Server) -> None:
    github.faults.add(Fault(status=502, on="graphql", times=9))
    (found,) = read(github, shop())
    assert len(missing(found)) == len(Group)
    assert set(missing(found).values()) == {"an answer of GitHub"}


class TestInherited:
    def test_what_the_organisation_demands_counts(
        self, github: Server, organisation: Organization
    ) -> None:
        organisation.rulesets.append(
            Ruleset(
                "everywhere",
                rules=[
                    Rule("pull_request", {"required_approving_review_count": 2}),
                    Rule(
                        "required_status_checks",
                        {"required_status_checks": [{"context": "lint", "integration_id": 15368}]},
                    ),
                ],
            )
        )
        for anonymous in (False, True):
            (found,) = read(github, shop(protection=None), anonymous=anonymous)
            assert isinstance(found.protection, Protection)
            assert found.protection.approvals == 2
            (check,) = found.protection.required_checks
            assert (check.name, check.app) == ("lint", "github-actions")

    def test_tags_too(self, github: Server, organisation: Organization) -> None:
        organisation.rulesets.append(
            Ruleset("tags", target="tag", include=["~ALL"], rules=[Rule("update")])
        )
        for anonymous in (False, True):
            (found,) = read(github, shop(rulesets=[]), anonymous=anonymous)
            assert isinstance(found.tag_rulesets, TagRulesets)
            assert [one.includes for one in found.tag_rulesets.rulesets] == [("~ALL",)]


class TestCalls:
    def test_one_repository_costs_at_most_eight(
        self, github: Server, organisation: Organization
    ) -> None:
        del organisation
        many = [Environment(f"env-{n}", policies=["main"]) for n in range(30)]
        history = _long_trunk()
        slow = [Run(minutes=50, jobs=[Job("test", minutes=45)])]
        whole = shop(protection=None, environments=many, commits=history, runs=slow)
        (found,) = read(github, whole, token=EVERYTHING)
        assert len(github.calls) == 8
        assert missing(found) == {}
        assert isinstance(found.secrets, StoredSecrets)
        assert found.secrets.unseen is not None

    @pytest.mark.parametrize("token", [None, EVERYTHING, READER])
    def test_a_batch_costs_at_most_five_each(
        self, github: Server, organisation: Organization, token: Token | None
    ) -> None:
        del organisation
        repositories = [shop(full_name=f"acme/shop-{n}", protection=None) for n in range(20)]
        read(github, *repositories, token=token)
        assert len(github.calls) < 5 * len(repositories)

    def test_one_of_a_batch_costs_at_most_eight(self, github: Server) -> None:
        many = [Environment(f"env-{n}", policies=["main"]) for n in range(30)]
        small = [Repository(f"ada/{n}", commits=[Commit("1" * 40)]) for n in range(4)]
        read(github, shop(environments=many), *small)
        assert len([one for one in github.calls if "/acme/shop" in one.path]) in {7, 8}

    @pytest.mark.usefixtures("organisation")
    @pytest.mark.parametrize("private", [False, True])
    def test_a_batch_asks_an_organisation_once(self, github: Server, private: bool) -> None:
        github.faults.add(_shared("secrets", ALL="all", PRIVATE="private"))
        github.faults.add(_shared("variables", URL="all"))
        repositories = [shop(full_name=f"acme/shop-{n}", private=private) for n in range(7)]
        for found in read(github, *repositories, token=OWNER):
            assert isinstance(found.secrets, StoredSecrets)
            shared = {one.name for one in found.secrets.secrets if one.place == "organization"}
            assert shared == ({"ALL", "PRIVATE"} if private else {"ALL"})
            assert [one.name for one in found.secrets.variables] == ["URL"]
            assert isinstance(found.environments, DeployEnvironments)
            assert found.environments.environments[0].branch_policy == ("main", "v*")
        assert len(github.calls) < 5 * len(repositories)
        assert not any("organization-" in one.path for one in github.calls)

    @pytest.mark.usefixtures("organisation")
    def test_what_is_shared_with_chosen_repositories_is_asked_of_each(self, github: Server) -> None:
        github.faults.add(_shared("secrets", CHOSEN="selected"), _shared("variables"))
        others = [shop(full_name=f"acme/other-{n}") for n in range(4)]
        found, *_ = read(github, shop(), *others, token=OWNER)
        assert isinstance(found.secrets, StoredSecrets)
        assert "ORG_KEY" in {one.name for one in found.secrets.secrets}

    def test_unchanged_settings_cost_one_call(self, github: Server, tmp_path: Path) -> None:
        github.world.add(shop())
        etags = Etags(tmp_path)
        with GitHub(credential(github.world.owner), at=github.at, etags=etags) as client:
            first = read_settings(client, [name(shop())], WHOLE, now=NOW)
            before = len(github.calls)
            assert read_settings(client, [name(shop())], WHOLE, now=NOW) == first
        assert len(github.calls) - before == 1


class TestTrunk:
    def test_further_pages_are_read(self, github: Server) -> None:
        (found,) = read(github, shop(commits=_long_trunk()))
        assert isinstance(found.trunk_commits, TrunkCommits)
        assert len(found.trunk_commits.commits) == 249
        assert found.trunk_commits.reaches_back_to == NOW - timedelta(days=91)

    def test_a_batch_reads_one_page_and_says_so(self, github: Server) -> None:
        other = shop(full_name="acme/other")
        found, _ = read(github, shop(commits=_long_trunk()), other)
        assert isinstance(found.trunk_commits, TrunkCommits)
        assert len(found.trunk_commits.commits) == 100
        assert found.trunk_commits.reaches_back_to == found.trunk_commits.commits[-1].committed_at


def _shared(kind: str, **visibility: str) -> Fault:
    """Return an organisation's own list."""
    items = [
        {"name": name, "visibility": said, "updated_at": "2026-11-01T00:00:00Z"}
        for name, said in visibility.items()
    ]
    body = json.dumps({"total_count": len(items), kind: items}).encode()
    return Fault(status=200, on=f"/orgs/acme/actions/{kind}", body=body)


def _long_trunk() -> Sequence[Commit]:
    first = ago(days=80)
    return [
        Commit(
            f"{n:040x}",
            parents=[f"{n - 1:040x}"] if n > 1 else [],
            pull_requests=[1],
            committed_at=_hours_after(first, n),
        )
        for n in range(250, 0, -1)
    ]


def _hours_after(first: datetime, hours: int) -> datetime:
    return first + timedelta(hours=hours)
