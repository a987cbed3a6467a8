"""`audit owner/repo`, and what GitHub adds to the audit of a folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from autodevops import audit
from autodevops.errors import TargetError
from tests.conftest import MakeRepo
from tests.support.command import Done, autodevops
from tests.support.github import Classic, Fault, Organization, Server, Token
from tests.support.github import Repository as Hosted
from tests.support.repositories import Repository, ago, run_git

SETTINGS = ("BR008", "BR011")
"""Rules that only GitHub can answer."""


@pytest.fixture
def shop(make_repo: MakeRepo) -> Repository:
    """Return a repository with faults in files, branches and history."""
    repo = make_repo(
        {
            "README.md": "# shop\n",
            "app/main.py": "print()\n",
            "app/main.py.bak": "print()\n",
            ".github/workflows/ci.yml": "on: push\njobs: {t: {runs-on: x, steps: [{run: y}]}}\n",
        },
        branch="develop",
        at=ago(days=40),
    )
    repo.checkout("feature/login", create=True)
    repo.commit("feat: login", {"app/login.py": "login\n"}, at=ago(days=30))
    repo.checkout("develop")
    repo.git("branch", "main")
    repo.commit("feat: newer", {"README.md": "# shop, newer\n"}, at=ago(days=2))
    return repo


@pytest.fixture
def hosted(github: Server, shop: Repository) -> Hosted:
    """Return it as the server has it."""
    github.world.organizations["acme"] = Organization("acme")
    return github.world.add(
        Hosted(
            "acme/shop",
            path=shop.path,
            default_branch="develop",
            protection=Classic(approvals=0),
        )
    )


def run(github: Server, folder: Path, *arguments: str, token: Token | None = None) -> Done:
    """Run the command against the server, with the owner's token."""
    environment = github.environment(token or github.world.owner)
    return autodevops(*arguments, cwd=folder, environment=environment)


def audited(github: Server, folder: Path, *arguments: str, token: Token | None = None) -> Any:
    """Return the report of an audit, which must be one."""
    done = run(github, folder, "audit", "--no-store", "-f", "json", *arguments, token=token)
    assert done.code in {0, 1}, done.err
    return done.json


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


@pytest.mark.usefixtures("hosted")
def test_the_same_from_python(github: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in github.environment(github.world.owner).items():
        monkeypatch.setenv(name, value or "")

    report = audit(f"{github.root}/acme/shop", select=["LA006", "BR011"])

    assert (report.target.kind, report.target.name) == ("github", "acme/shop")
    assert {finding.rule for finding in report.findings} == {"LA006", "BR011"}
    with pytest.raises(TargetError):
        audit("acme/shop", offline=True)
