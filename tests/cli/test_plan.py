"""`plan`: what an audit will answer and cost, held against audits that are then made."""

from pathlib import Path
from typing import Any

import pytest

from autodevops.facts.catalog import FACTS
from autodevops.rules.catalog import RULES
from autodevops.sources.github.groups import groups_for
from tests.conftest import MakeRepo
from tests.support.command import autodevops
from tests.support.github import Environment, Organization, Secret, Server, Token
from tests.support.github import Repository as Hosted
from tests.support.repositories import Repository

OF_GITHUB = {rule.id for rule in RULES if groups_for([rule.question], FACTS)}
"""Rules that ask GitHub; others stay unknown for reasons of their own."""
ADMINISTRATION = "GitHub: administration (read)"


@pytest.fixture
def shop(github: Server, make_repo: MakeRepo) -> Repository:
    """Return a repository that the server has, in an organisation."""
    repo = make_repo(
        {
            "README.md": "# shop\n",
            ".github/CODEOWNERS": "* @ada\n",
            ".github/workflows/ci.yml": "on: push\njobs: {t: {runs-on: x, steps: [{run: y}]}}\n",
        }
    )
    github.world.organizations["acme"] = Organization("acme")
    github.world.add(
        Hosted(
            "acme/shop",
            path=repo.path,
            environments=[Environment("production", reviewers=1)],
            secrets=[Secret("API_KEY")],
        )
    )
    return repo


def planned(
    github: Server, folder: Path, *arguments: str, token: Token | None = None
) -> dict[str, Any]:
    """Return the plan."""
    environment = github.environment(token)
    done = autodevops("plan", "--format", "json", *arguments, cwd=folder, environment=environment)
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = done.json
    return found


def outlooks(plan: dict[str, Any]) -> dict[str, str]:
    """Return what is expected of each rule."""
    return {rule["id"]: rule["outlook"] for rule in plan["rules"]}


TOKENS = {
    "owner": Token("ghp_ownerOfEverything000000"),
    "reader": Token("ghp_reader00000000000000000", role="READ"),
    "writer": Token("ghp_writer00000000000000000", role="WRITE"),
    "scopeless": Token("ghp_scopeless00000000000000", scopes=()),
    "fine": Token("github_pat_fine0000000", permissions={"actions": "read"}),
    "whole": Token(
        "github_pat_whole000000",
        permissions=dict.fromkeys(
            ("actions", "administration", "contents", "pull_requests", "secrets", "variables"),
            "read",
        ),
    ),
    "app": Token("ghs_app0000000000000000", permissions={"contents": "read"}),
    "nobody": None,
}


@pytest.mark.parametrize("who", TOKENS)
@pytest.mark.usefixtures("shop")
def test_an_audit_keeps_what_the_plan_promises(github: Server, tmp_path: Path, who: str) -> None:
    token = TOKENS[who]
    if token is not None:
        github.world.allow(token)

    plan = planned(github, tmp_path, "acme/shop", token=token)
    assert len(github.calls) == len(plan["asked"]) == 1
    github.requests.clear()
    environment = github.environment(token)
    done = autodevops(
        *("audit", "acme/shop", "-f", "json", "--no-store"), cwd=tmp_path, environment=environment
    )

    status = {rule["id"]: rule["status"] for rule in done.json["rules"]}
    wrong = {
        rule: (outlook, status[rule])
        for rule, outlook in outlooks(plan).items()
        if rule in OF_GITHUB
        if (outlook == "yes" and status[rule] == "unknown")
        or (outlook == "no" and status[rule] in {"pass", "fail"})
    }
    asked = sum(request.is_api for request in github.requests)
    cloned = len(github.requests) - asked
    assert wrong == {}
    assert plan["calls"]["least"] <= asked <= plan["calls"]["most"]
    assert cloned == plan["calls"]["git"]


@pytest.mark.usefixtures("shop")
def test_the_permission_that_unlocks_most_is_named(github: Server, tmp_path: Path) -> None:
    reader = github.world.allow(Token("ghp_reader", role="READ"))

    plan = planned(github, tmp_path, "acme/shop", token=reader)

    first, *_ = plan["unlocks"]
    assert first["needs"] == ADMINISTRATION
    assert set(first["rules"]) >= {"BR008", "BR009", "SE014"}
    assert plan["token"]["role"] == "read"
    assert outlooks(plan)["SE014"] == "no"
    assert outlooks(plan)["BR008"] == "partly"


@pytest.mark.usefixtures("shop")
def test_offline_nobody_is_asked(github: Server, tmp_path: Path) -> None:
    plan = planned(github, tmp_path, "acme/shop", "--offline", token=github.world.owner)

    assert github.requests == []
    assert plan["asked"] == []
    assert outlooks(plan)["BR008"] == "perhaps"


@pytest.mark.usefixtures("shop")
def test_what_is_not_shown_may_be_hidden(github: Server, tmp_path: Path) -> None:
    plan = planned(github, tmp_path, "acme/other", token=github.world.owner)

    (reason,) = {rule["reason"] for rule in plan["rules"] if rule["outlook"] == "no"}
    assert "a permission is missing" in reason


def test_a_folder_without_a_remote_asks_nothing(github: Server, shop: Repository) -> None:
    plan = planned(github, shop.path, token=github.world.owner)

    assert github.requests == []
    assert (plan["calls"]["least"], plan["calls"]["most"], plan["calls"]["git"]) == (0, 0, 0)
    assert outlooks(plan)["BR011"] == "no"
    assert outlooks(plan)["BR003"] == "yes"


def test_a_folder_with_a_remote(github: Server, shop: Repository) -> None:
    shop.git("remote", "add", "origin", f"{github.root}/acme/shop.git")

    plan = planned(github, shop.path, token=github.world.owner)

    assert plan["token"]["role"] == "admin"
    assert outlooks(plan)["BR011"] == "yes"
    without = planned(github, shop.path)
    assert without["asked"] == []
    assert without["unlocks"][0]["needs"] == "GitHub: a token"


def test_a_shallow_clone_is_told(github: Server, shop: Repository, tmp_path: Path) -> None:
    shop.commit("feat: more", {"more.txt": ""})
    shop.git("clone", "-q", "--depth=1", f"file://{shop.path}", str(tmp_path / "shallow"))

    plan = planned(github, tmp_path / "shallow")

    assert outlooks(plan)["BR004"] == "perhaps"
    assert outlooks(plan)["LA001"] == "yes"


@pytest.mark.usefixtures("shop")
def test_only_selected_rules_are_planned(github: Server, tmp_path: Path) -> None:
    plan = planned(github, tmp_path, "acme/shop", "--select", "LA", "--no-history")

    assert {rule[:2] for rule in outlooks(plan)} == {"LA"}
    assert plan["calls"]["most"] == 0
    assert plan["summary"]["disabled"] > 100


def test_several_and_as_text(github: Server, shop: Repository) -> None:
    several = planned(github, shop.path, ".", "acme/shop", token=github.world.owner)
    done = autodevops("plan", "acme/shop", cwd=shop.path, environment=github.environment(None))

    assert several["schema"] == "autodevops/plans/v1"
    assert len(several["plans"]) == 2
    assert "token: none" in done.out
    assert "unlocks most: GitHub: a token" in done.out
    assert "API calls" in done.out
    assert github.world.owner.value not in done.out
