"""What GitHub adds to the audit of a folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.on_github import audited, run
from tests.support.command import autodevops
from tests.support.github import Fault, Server, Token
from tests.support.github import Repository as Hosted
from tests.support.repositories import Repository


@pytest.mark.usefixtures("hosted")
@pytest.mark.parametrize(
    ("remotes", "is_asked"),
    [
        ({"origin": "{root}/acme/shop.git"}, True),
        ({"upstream": "{root}/acme/shop"}, True),
        ({"origin": "https://gitlab.com/acme/shop", "upstream": "{root}/acme/shop"}, True),
        ({"one": "{root}/acme/shop", "two": "{root}/acme/other"}, False),
        ({"origin": "https://gitlab.com/acme/shop"}, False),
        ({"origin": "acme/shop"}, False),
        ({}, False),
    ],
)
def test_a_folder_is_asked_about_where_its_remote_is(
    github: Server, shop: Repository, remotes: dict[str, str], is_asked: bool
) -> None:
    for name, url in remotes.items():
        shop.git("remote", "add", name, url.format(root=github.root))

    report = audited(github, shop.path, "--select", "BR008,BR011")

    told = {rule["reason"] for rule in report["rules"] if rule["id"] == "BR011"}
    assert bool(github.calls) is is_asked
    assert told == ({None} if is_asked else {f"no remote of the repository leads to {github.root}"})


class TestFolder:
    """A clone of the repository on this machine."""

    @pytest.fixture
    def clone(self, github: Server, hosted: Hosted, shop: Repository) -> Path:
        shop.git("remote", "add", "origin", f"{github.root}/{hosted.full_name}.git")
        return shop.path

    def reason(self, report: dict[str, Any]) -> str:
        (rule,) = [rule for rule in report["rules"] if rule["id"] == "BR011"]
        assert rule["status"] == "unknown"
        return str(rule["reason"])

    def test_offline_asks_nobody(self, github: Server, clone: Path) -> None:
        report = audited(github, clone, "--offline")

        assert github.requests == []
        assert "--offline" in self.reason(report)

    def test_a_hook_asks_nobody(self, github: Server, clone: Path) -> None:
        audited(github, clone, "--staged")

        assert github.requests == []

    def test_without_a_token_nobody_is_asked(self, github: Server, clone: Path) -> None:
        variables = {
            **github.environment(None),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        done = autodevops("audit", "--no-store", "-f", "json", cwd=clone, environment=variables)

        assert github.requests == []
        assert "GITHUB_TOKEN" in self.reason(done.json)
        assert "auth login github" in self.reason(done.json)

    def test_a_refused_token_leaves_the_files_judged(self, github: Server, clone: Path) -> None:
        unknown = Token("ghp_unknownTokenOfNobody")

        report = audited(github, clone, token=unknown)

        assert "does not accept the token" in self.reason(report)
        assert unknown.value not in json.dumps(report)
        assert [finding for finding in report["findings"] if finding["rule"] == "LA006"]

    def test_a_spent_limit_ends_it_in_part(self, github: Server, clone: Path) -> None:
        github.remaining["graphql"] = 0

        done = run(github, clone, "audit", "--no-store", "-f", "json")

        assert done.code == 4
        assert not done.json["summary"]["complete"]
        assert any("rate limit" in note for note in done.json["notes"])
        assert "rate limit" in self.reason(done.json)

    def test_a_broken_answer_is_unknown(self, github: Server, clone: Path) -> None:
        github.faults.add(Fault(status=502, on="/api/", times=99))

        report = audited(github, clone, "--select", "BR011,LA006")

        assert self.reason(report)


@pytest.mark.parametrize("arguments", [("--offline",), ("--staged",), ("--select", "LA")])
def test_what_asks_github_is_not_loaded_when_nobody_asks(
    github: Server, shop: Repository, arguments: tuple[str, ...]
) -> None:
    shop.git("remote", "add", "origin", f"{github.root}/acme/shop.git")
    environment = {**github.environment(github.world.owner), "PYTHONVERBOSE": "1"}

    done = autodevops(
        "audit", "--no-store", "-q", *arguments, cwd=shop.path, environment=environment
    )

    assert "import 'autodevops.targets'" in done.err
    assert "import 'httpx'" not in done.err
    assert "import 'keyring'" not in done.err
