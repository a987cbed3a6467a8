"""Settings as a stand-in for GitHub tells them: each group there, absent, forbidden, faulty."""

from dataclasses import replace
from datetime import timedelta

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
from autodevops.sources.github.groups import PERMISSIONS, TOKEN, Group
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.settings import read_settings
from tests.sources.github.reading import (
    APP,
    EVERYTHING,
    METADATA_ONLY,
    READER,
    WHOLE,
    missing,
    read,
    shop,
)
from tests.support.github import (
    Commit,
    Organization,
    Repository,
    Rule,
    Ruleset,
    Server,
    Token,
    credential,
)
from tests.support.memory import NOW


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
    assert set(missing(found)) == set(Settings.__struct_fields__)
    (hidden,) = read(github, shop(private=True), token=replace(READER, scopes=()))
    assert set(missing(hidden)) == set(Settings.__struct_fields__)
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
