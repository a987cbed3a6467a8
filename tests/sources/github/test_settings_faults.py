"""Settings of a server that fails: what is lost, and nothing else."""

from dataclasses import replace

import pytest

from autodevops.model.settings import (
    DeployEnvironments,
    Protection,
    StoredSecrets,
)
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.client import GitHub
from autodevops.sources.github.groups import Group
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.settings import read_settings
from tests.sources.github.reading import EVERYTHING, WHOLE, missing, name, read, shop
from tests.support.github import (
    Fault,
    Server,
    credential,
)
from tests.support.memory import NOW


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
