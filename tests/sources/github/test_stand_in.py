"""The stand-in server shows the whole described world as GitHub's descriptions allow."""

import subprocess
from pathlib import Path

import pytest

from autodevops.sources.github.client import GitHub, path
from tests.conftest import MakeRepo
from tests.support.github import (
    Classic,
    CodeownersError,
    Environment,
    Job,
    Organization,
    PullRequest,
    Repository,
    Rule,
    Ruleset,
    Run,
    Secret,
    Server,
    Token,
    credential,
)

SHOP = path("repos", "acme", "shop")


def whole_shop(checkout: Path | None = None) -> Repository:
    return Repository(
        "acme/shop",
        path=checkout,
        private=True,
        protection=Classic(approvals=1, checks=["test"], signatures=True, strict=True),
        rulesets=[
            Ruleset(
                "trunk",
                rules=[
                    Rule("deletion"),
                    Rule("pull_request", {"required_approving_review_count": 2}),
                    Rule("required_status_checks", {"required_status_checks": [{"context": "t"}]}),
                ],
                bypass=[{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}],
            ),
            Ruleset("tags", target="tag", include=["refs/tags/v*"], rules=[Rule("update")]),
        ],
        environments=[
            Environment("production", reviewers=2, policies=["main"], secrets=[Secret("DEPLOY")]),
            Environment("pre view/1", wait_minutes=5, protected_branches=True),
        ],
        secrets=[Secret("API_KEY")],
        variables=[Secret("REGION")],
        runs=[Run(jobs=[Job("test", minutes=4)]), Run(workflow=".github/workflows/deploy.yml")],
        pull_requests=[PullRequest(number=7, state="OPEN")],
        codeowners_errors=[CodeownersError(line=3)],
        secret_scanning="enabled",
    )


ADDRESSES = [
    path("user"),
    path("user", "repos"),
    path("users", "bob"),
    path("users", "bob", "repos"),
    path("orgs", "acme"),
    path("orgs", "acme", "repos"),
    SHOP,
    SHOP + path("actions", "secrets"),
    SHOP + path("actions", "variables"),
    SHOP + path("actions", "organization-secrets"),
    SHOP + path("actions", "organization-variables"),
    SHOP + path("actions", "runs"),
    SHOP + path("actions", "workflows"),
    SHOP + path("actions", "workflows", "ci.yml", "runs"),
    SHOP + path("branches", "main", "protection"),
    SHOP + path("codeowners", "errors"),
    SHOP + path("environments"),
    SHOP + path("environments", "production", "deployment-branch-policies"),
    SHOP + path("environments", "production", "secrets"),
    SHOP + path("environments", "pre view/1", "variables"),
    SHOP + path("pulls"),
    SHOP + path("pulls", 7),
    SHOP + path("issues", 7, "comments"),
    SHOP + path("rules", "branches", "main"),
    SHOP + path("rulesets"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers_as_described(address: str, github: Server) -> None:
    github.world.add(whole_shop())
    github.world.add(Repository("bob/notes"))
    github.world.organizations["acme"] = Organization(
        "acme", secrets=[Secret("ORG_KEY")], variables=[Secret("ORG")], rulesets=[Ruleset("all")]
    )
    with GitHub(credential(github.world.owner), at=github.at) as client:
        answer = client.get(address)
        assert answer.unavailable is None
        assert answer.data is not None


def test_single_things_answer_as_described(github: Server) -> None:
    shop = github.world.add(whole_shop())
    with GitHub(credential(github.world.owner), at=github.at) as client:
        for ruleset in shop.rulesets:
            assert client.get(SHOP + path("rulesets", ruleset.id)).status == 200
        jobs = client.listing(SHOP + path("actions", "runs", shop.runs[0].id, "jobs"), key="jobs")
        assert len(jobs.items) == 1


def test_what_a_reader_may_not_see_is_refused(github: Server) -> None:
    github.world.add(whole_shop())
    reader = github.world.allow(Token("ghp_" + "reader" * 6, role="READ"))
    stranger = github.world.allow(Token("github_pat_" + "stranger" * 4, repositories=()))
    with GitHub(credential(reader), at=github.at) as client:
        assert client.get(SHOP).status == 200
        assert client.get(SHOP + path("branches", "main", "protection")).status == 404
        assert client.get(SHOP + path("actions", "secrets")).status == 403
    with GitHub(credential(stranger), at=github.at) as client:
        assert client.get(SHOP).is_missing


def test_a_private_repository_is_cloned_with_a_token_only(
    github: Server, make_repo: MakeRepo, tmp_path: Path
) -> None:
    github.world.add(whole_shop(make_repo({"README.md": "# shop\n"}).path))
    token = github.world.owner.value
    with_token = github.root.replace("//", f"//x-access-token:{token}@")
    assert clone(f"{github.root}/acme/shop.git", tmp_path / "without") != 0
    assert clone(f"{with_token}/acme/shop.git", tmp_path / "with") == 0
    assert (tmp_path / "with" / "README.md").read_text() == "# shop\n"
    assert clone(f"{with_token}/acme/other.git", tmp_path / "other") != 0


def clone(address: str, into: Path) -> int:
    done = subprocess.run(
        ["git", "-c", "credential.helper=", "clone", "-q", address, str(into)],
        check=False,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "GIT_TERMINAL_PROMPT": "0", "HOME": str(into.parent)},
    )
    return done.returncode
