"""`audit owner/repo`."""

from pathlib import Path
from typing import Any

import pytest

from autodevops import audit
from autodevops.errors import TargetError
from tests.cli.on_github import audited, run
from tests.support.github import Server
from tests.support.repositories import Repository, run_git

SETTINGS = ("BR008", "BR011")
"""Rules that only GitHub can answer."""


def without_surroundings(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report without what tells the run and the place."""
    rules = [{**rule, "seconds": 0} for rule in report["rules"]]
    kept = {key: report[key] for key in ("findings", "summary", "guide")}
    return {**kept, "rules": rules}


@pytest.mark.usefixtures("hosted")
def test_a_repository_on_github_is_judged_like_its_clone(github: Server, tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "-q", f"{github.root}/acme/shop.git", "local")

    remote = audited(github, tmp_path, "acme/shop")
    local = audited(github, tmp_path, "local")

    assert without_surroundings(remote) == without_surroundings(local)
    assert remote["summary"]["complete"]
    assert remote["target"] == {
        "kind": "github",
        "name": "acme/shop",
        "path": None,
        "url": f"{github.root}/acme/shop",
        "commit": local["target"]["commit"],
        "branch": "develop",
        "dirty": False,
    }


@pytest.mark.usefixtures("hosted")
def test_settings_are_judged_with_few_calls(github: Server, tmp_path: Path) -> None:
    report = audited(github, tmp_path, "acme/shop")

    status = {rule["id"]: rule["status"] for rule in report["rules"]}
    assert {rule: status[rule] for rule in SETTINGS} == dict.fromkeys(SETTINGS, "fail")
    assert len(github.calls) <= 8


@pytest.mark.usefixtures("hosted")
def test_nothing_is_asked_that_no_selected_rule_needs(github: Server, tmp_path: Path) -> None:
    report = audited(github, tmp_path, "acme/shop", "--select", "LA006")

    assert [finding["subject"] for finding in report["findings"]]
    assert github.calls == []
    assert len(github.requests) == 3


@pytest.mark.usefixtures("hosted")
def test_another_branch_is_audited_with_rev(github: Server, tmp_path: Path) -> None:
    report = audited(github, tmp_path, "acme/shop", "--rev", "feature/login", "--select", "LA")

    listed = run_git(tmp_path, "ls-remote", f"{github.root}/acme/shop.git", "feature/login")
    assert report["target"]["commit"] == listed.decode().split()[0]


class TestRefused:
    """Targets that can't be audited, and what to do about them."""

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (("acme/shop", "--offline"), 3, "--offline"),
            (("acme/shop", "--staged"), 2, "no index"),
            (("acme/nowhere",), 3, "or the token may not see it"),
            (("https://gitlab.com/acme/shop",), 3, "is not a repository on"),
            (("./acme/shop",), 3, "there is no './acme/shop'"),
            (("acme/shop", "--rev", "nowhere"), 3, "no commit 'nowhere'"),
        ],
    )
    @pytest.mark.usefixtures("hosted")
    def test_one(
        self, github: Server, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
    ) -> None:
        done = run(github, tmp_path, "audit", *arguments)

        assert (done.code, done.out) == (code, "")
        assert words in done.err

    @pytest.mark.usefixtures("hosted")
    def test_one_of_several(self, github: Server, shop: Repository) -> None:
        done = run(
            github, shop.path, "audit", ".", "acme/shop", "acme/gone", "-f", "json", "--no-store"
        )

        first, second, third = done.json["reports"]
        assert (done.code, done.json["schema"]) == (4, "autodevops/reports/v1")
        assert (first["target"]["kind"], second["target"]["kind"]) == ("local", "github")
        assert (third["schema"], third["error"]["code"]) == ("autodevops/failure/v1", 3)
        assert third["target"]["name"] == "acme/gone"
        assert third["target"]["url"] == f"{github.root}/acme/gone"

    @pytest.mark.usefixtures("hosted")
    def test_no_token_in_what_is_said(self, github: Server, tmp_path: Path) -> None:
        done = run(github, tmp_path, "audit", "acme/gone", "--verbose")

        assert github.world.owner.value not in done.out + done.err


@pytest.mark.usefixtures("hosted")
def test_a_configuration_in_the_repository_counts(
    github: Server, shop: Repository, tmp_path: Path
) -> None:
    shop.commit("chore: rules", {"autodevops.toml": 'select = ["LA006"]\n'})

    report = audited(github, tmp_path, "acme/shop")

    assert {rule["id"] for rule in report["rules"] if rule["status"] != "disabled"} == {"LA006"}


@pytest.mark.usefixtures("hosted")
def test_a_rule_that_the_configuration_brings_back_gets_its_history(
    github: Server, shop: Repository, tmp_path: Path
) -> None:
    shop.commit("chore: rules", {"autodevops.toml": 'select = ["LA006", "SE002"]\n'})

    report = audited(github, tmp_path, "acme/shop", "--ignore", "ALL")

    status = {rule["id"]: rule["status"] for rule in report["rules"]}
    assert status["SE002"] == "pass"


@pytest.mark.usefixtures("hosted")
def test_the_same_from_python(github: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in github.environment(github.world.owner).items():
        monkeypatch.setenv(name, value or "")

    report = audit(f"{github.root}/acme/shop", select=["LA006", "BR011"])

    assert (report.target.kind, report.target.name) == ("github", "acme/shop")
    assert {finding.rule for finding in report.findings} == {"LA006", "BR011"}
    with pytest.raises(TargetError):
        audit("acme/shop", offline=True)
