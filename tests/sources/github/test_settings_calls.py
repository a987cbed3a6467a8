"""What settings cost: calls for one repository, for a batch, and for what did not change."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from autodevops.model.settings import (
    DeployEnvironments,
    StoredSecrets,
    TrunkCommits,
)
from autodevops.sources.github.client import GitHub
from autodevops.sources.github.etags import Etags
from autodevops.sources.github.settings import read_settings
from tests.sources.github.reading import (
    EVERYTHING,
    OWNER,
    READER,
    WHOLE,
    missing,
    name,
    read,
    shop,
)
from tests.support.github import (
    Commit,
    Environment,
    Fault,
    Job,
    Organization,
    Repository,
    Run,
    Server,
    Token,
    credential,
)
from tests.support.memory import NOW
from tests.support.repositories import ago


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
