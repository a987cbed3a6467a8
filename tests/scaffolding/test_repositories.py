"""Every combination of services makes a repository that audits to zero and works."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from autodevops import Report, audit
from autodevops.guide.load import built_in_guide
from autodevops.scaffolding.making import first_files, scaffold
from autodevops.scaffolding.wishes import SERVICES, Licence, Wish
from tests.support.command import autodevops
from tests.support.memory import NOW
from tests.support.repositories import Repository, run_git

Services = tuple[str, ...]
Make = Callable[[Services], Repository]

ALL: list[Services] = [
    chosen for count in range(len(SERVICES) + 1) for chosen in combinations(SERVICES, count)
]
FIRST = "feat: begin shop by the structure guide"
_MADE: dict[Services, Path] = {}


def names(services: Services) -> str:
    return "+".join(services) or "none"


def wish(services: Services, licence: Licence = Licence.MIT) -> Wish:
    return Wish(
        name="shop", services=services, owner="@acme/platform", licence=licence, holder="Acme Ltd"
    )


@pytest.fixture
def make(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Make:
    """Return what copies a scaffolded repository; each combination is made once."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada Tester")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.com")

    def made(services: Services) -> Repository:
        if services not in _MADE:
            place = tmp_path_factory.mktemp("scaffolds") / "shop"
            assert scaffold(place, wish(services)).report.findings == ()
            _MADE[services] = place
        copy = tmp_path / names(services)
        shutil.copytree(_MADE[services], copy)
        return Repository(copy)

    return made


def unanswered(report: Report) -> set[str]:
    """Return the reasons of unknown rules that are not about GitHub."""
    reasons = {rule.reason or "" for rule in report.rules if rule.status == "unknown"}
    return {reason for reason in reasons if "github" not in reason.lower()}


@pytest.mark.parametrize("services", ALL, ids=names)
def test_an_audit_finds_nothing_and_knows_all_that_it_can(make: Make, services: Services) -> None:
    repo = make(services)
    report = audit(repo.path)
    assert report.findings == ()
    assert unanswered(report) == set()
    assert {rule.status for rule in report.rules} <= {"pass", "unknown", "not_applicable"}
    assert repo.git("log", "--format=%s", "--all") == FIRST
    assert repo.git("status", "--porcelain", "--ignored") == ""


@pytest.mark.parametrize("licence", [one for one in Licence if one is not Licence.MIT])
@pytest.mark.parametrize("services", ALL, ids=names)
def test_so_it_is_under_every_licence(make: Make, services: Services, licence: Licence) -> None:
    repo = make(services)
    repo.write(licensed(services, licence))
    run_git(repo.path, "add", "--all")
    assert audit(repo.path, history=False).findings == ()


def licensed(services: Services, licence: Licence) -> dict[str, str]:
    """Return the files of a repository that its licence changes."""
    texts = [
        {edit.path: (edit.content or b"").decode() for edit in files}
        for files in (
            first_files(wish(services, one), built_in_guide(), NOW)
            for one in (Licence.MIT, licence)
        )
    ]
    changed = {path: text for path, text in texts[1].items() if texts[0][path] != text}
    assert "LICENSE" in changed
    return changed


@pytest.mark.parametrize("services", [(), ("api",), SERVICES], ids=names)
def test_its_python_tests_pass(make: Make, services: Services) -> None:
    assert "4 passed" in said_by_pytest(make(services).path)


def said_by_pytest(folder: Path) -> str:
    """Return what pytest says of a repository's unit tests."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(
        [*command, "--ignore=tests/integration"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("services", ALL, ids=names)
def test_its_workflows_are_clean_for_zizmor(make: Make, services: Services) -> None:
    repo = make(services)
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    done = subprocess.run(
        [zizmor, "--offline", "--no-exit-codes", "--format", "json", ".github"],
        cwd=repo.path,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [(one["ident"], one["determinations"]["severity"]) for one in json.loads(done.stdout)]
    assert found == []


@pytest.mark.parametrize("folder", ["frontend", "workers"])
def test_locks_are_of_the_packages_that_they_lie_beside(make: Make, folder: str) -> None:
    place = make(SERVICES).path / folder
    package = json.loads((place / "package.json").read_text())
    lock = json.loads((place / "package-lock.json").read_text())
    keys = ("name", "version", "dependencies", "devDependencies")
    assert {key: lock["packages"][""][key] for key in keys} == {key: package[key] for key in keys}
    assert all("integrity" in one for path, one in lock["packages"].items() if path)


@pytest.mark.parametrize("services", [(), ("frontend",), SERVICES], ids=names)
def test_init_adds_what_audits_it_and_nothing_is_found(make: Make, services: Services) -> None:
    repo = make(services)
    assert autodevops("init", cwd=repo.path).code == 0
    added = repo.git("ls-files", "--others").split()
    assert added == [".github/workflows/autodevops.yml", ".pre-commit-config.yaml"]
    repo.commit("ci: audit ourselves", {})
    assert audit(repo.path).findings == ()


def test_another_guide_s_names_are_taken(tmp_path: Path) -> None:
    guide = tmp_path / "acme.toml"
    guide.write_text(
        'name = "acme"\nversion = "1"\nextends = "staff-engineer"\n'
        '[branches]\ndefault = "trunk"\n'
        "[services.known.api]\nport = 8080\n"
        '[secrets.required.SENTRY_DSN]\npurpose = "Error reports"\nrotation = "manual"\n'
        '[environments.known.Production]\nbranch = "trunk"\n'
    )
    made = scaffold(tmp_path / "shop", wish(("api",)), guide=str(guide), git=False)
    assert [finding.message for finding in made.report.open_findings()] == []
    read = {
        path: (made.folder / path).read_text()
        for path in ("Dockerfile.api", ".env.example", ".github/workflows/ci.yml")
    }
    assert '"--port", "8080"' in read["Dockerfile.api"]
    assert "# Error reports\nSENTRY_DSN=\n" in read[".env.example"]
    assert "branches: [trunk]" in read[".github/workflows/ci.yml"]
    assert "refs/heads/trunk" in read[".github/workflows/ci.yml"]
    assert not (made.folder / ".git").exists()


def test_another_guide_s_folder_is_taken_and_what_more_it_asks_is_said(tmp_path: Path) -> None:
    guide = tmp_path / "acme.toml"
    guide.write_text(
        'name = "acme"\nversion = "1"\nextends = "staff-engineer"\n'
        '[services.known.api]\nfolder = "backend"\n'
        '[documents.required.roadmap]\npath = "ROADMAP.md"\npurpose = "What comes next"\n'
    )
    made = scaffold(tmp_path / "shop", wish(("api",)), guide=str(guide), git=False)
    assert "4 passed" in said_by_pytest(made.folder)
    read = {path.name: path.read_text() for path in (made.folder / "backend").rglob("*.py")}
    assert "from backend.config import SUPABASE" in read["storage.py"]
    assert "SUPABASE_URL = " in read["config.py"]
    assert "ROADMAP.md" in {finding.subject for finding in made.report.open_findings()}
