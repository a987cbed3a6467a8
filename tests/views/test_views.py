"""Each view's table, from small repositories and from what GitHub says."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from autodevops.engine.resolve import Resolver
from autodevops.errors import UsageError
from autodevops.facts.catalog import FACTS
from autodevops.guide.load import built_in_guide
from autodevops.model.settings import Protection, RequiredCheck, StoredSecret, StoredSecrets
from autodevops.model.snapshot import Unavailable
from autodevops.model.table import Table
from autodevops.views.catalog import VIEWS, require_known, tables
from tests.conftest import MakeRepo
from tests.support.command import autodevops
from tests.support.memory import NOW, snapshot_of
from tests.support.protection import WHOLE
from tests.support.repositories import ago

CI = """
on: [push, pull_request]
jobs:
  backend-test:
    runs-on: ubuntu-latest
    strategy: {matrix: {python: ["3.12", "3.13"]}}
    steps:
      - run: pytest
        env: {KEY: "${{ secrets.API_KEY }}"}
  deploy:
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    steps:
      - run: echo
"""
SHOP = {
    ".github/workflows/ci.yml": CI,
    ".github/CODEOWNERS": "* @acme/core\n/app/ @acme/api\n/app/free.py\nbad[x] @acme/none\n",
    "app/main.py": "x = 1\n",
    "app/free.py": "y = 1\n",
    "frontend/package.json": "{}",
    "README.md": "# Shop\n",
}


def view(
    name: str, files: Mapping[str, str] = SHOP, given: Mapping[type, object] | None = None
) -> list[Table]:
    snapshot = snapshot_of(files)
    sections: dict[Any, object] = {type(part): part for part in built_in_guide().sections()}
    resolver = Resolver(snapshot, sections | dict(given or {}), FACTS)
    return [*tables(name, snapshot, lambda kind: resolver.get(kind).value)]


def protected(*names: str) -> Mapping[type, object]:
    checks = tuple(RequiredCheck(name=name, source="main") for name in names)
    return {Protection: replace(WHOLE, required_checks=checks)}


def rows(table: Table, *columns: str) -> set[tuple[str, ...]]:
    places = [table.columns.index(column) for column in columns]
    return {tuple(row[place] for place in places) for row in table.rows}


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("files", [SHOP, {}, {".github/workflows/ci.yml": "jobs: [\n"}])
def test_every_row_has_a_cell_for_every_column(name: str, files: dict[str, str]) -> None:
    for table in view(name, files):
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert table.title
        assert table.rows or table.notes or name == "workflows"


def test_branches_are_listed_with_state_and_action(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# Shop\n"}, at=ago(days=40))
    for name, days in (("feature/old", 9), ("feature/new", 1), ("stuff", 1), ("fix/done", 2)):
        repo.checkout("main")
        repo.checkout(name, create=True)
        repo.commit("feat: more", {f"{days}.txt": name}, at=ago(days=days))
    repo.checkout("main")
    repo.merge("fix/done")
    done = autodevops("audit", "--view", "branches", "-f", "markdown", cwd=repo.path)
    lines = {line.split(" | ")[0].strip("| "): line for line in done.out.splitlines()}
    assert "merge or delete: past its limit |" in lines["feature/old"]
    assert "| 9 d | 3 d | 1 |" in lines["feature/old"]
    assert "not merged | keep |" in lines["feature/new"]
    assert lines["stuff"].endswith("| rename |")
    assert lines["fix/done"].endswith("| merged | delete |")
    assert "2026-11-22" in done.out
    assert repo.git("rev-parse", "HEAD")[:12] in done.out


def test_workflows_are_held_against_the_expected_jobs() -> None:
    expected, events = view("workflows")
    known = rows(expected, "expected", "actual", "status")
    assert ("backend-test", ".github/workflows/ci.yml#backend-test", "runs") in known
    assert ("security-scan", "", "missing") in known
    assert rows(events, *events.columns) == {
        (".github/workflows/ci.yml#backend-test", "yes", "yes", "yes", ""),
        (".github/workflows/ci.yml#deploy", "yes", "no", "no", ""),
    }


def test_required_checks_are_held_against_what_jobs_report() -> None:
    (table,) = view("checks", given=protected("backend-test (3.12)", "lint", "codecov/patch"))
    assert rows(table, "check", "status") == {
        ("backend-test (3.12)", "required and reported"),
        ("lint", "no job reports it: nothing can be merged"),
        ("codecov/patch", "reported by another app"),
        ("backend-test (3.13)", "not required, the guide demands it"),
        ("deploy", "not required"),
    }


def test_without_github_no_check_is_called_required_or_not() -> None:
    (table,) = view("checks", given={Protection: Unavailable("no token")})
    assert {status for (status,) in rows(table, "status")} == {"unknown"}
    assert table.notes == ("no token",)


def test_secrets_are_listed_with_use_place_age_and_due() -> None:
    stored = StoredSecrets(
        secrets=(
            StoredSecret(name="API_KEY", place="repository", updated_at=NOW - timedelta(days=5)),
            StoredSecret(
                name="GEMINI_API_KEY", place="environment pro", updated_at=NOW - timedelta(days=99)
            ),
        ),
        variables=(),
    )
    (table,) = view("secrets", given={StoredSecrets: stored})
    known = rows(table, "secret", "used in", "set in", "age", "due")
    assert ("API_KEY", ".github/workflows/ci.yml", "repository", "5 d", "by hand") in known
    overdue = NOW - timedelta(days=99) + timedelta(days=92)
    due = f"overdue since {overdue.date()}"
    assert ("GEMINI_API_KEY", "", "environment pro", "99 d", due) in known
    assert ("ENCRYPTION_KEY", "", "nowhere", "", "every 366 d") in known


def test_what_github_does_not_tell_is_unknown_and_a_library_needs_no_secrets() -> None:
    (table,) = view("secrets", given={StoredSecrets: Unavailable("no token")})
    assert {place for (place,) in rows(table, "set in")} == {"unknown"}
    library = {".github/workflows/ci.yml": CI, "src/lib.py": "x = 1\n"}
    (table,) = view("secrets", library, {StoredSecrets: Unavailable("no token")})
    assert rows(table, "secret") == {("API_KEY",)}


def test_owners_are_counted_by_folder() -> None:
    (table,) = view("owners")
    assert rows(table, *table.columns) == {
        (".github/", "2", "100 %", "@acme/core"),
        ("app/", "2", "50 %", "@acme/api (1)"),
        ("frontend/", "1", "100 %", "@acme/core"),
        ("(files of the root)", "1", "100 %", "@acme/core"),
    }


def test_governance_tells_files_from_settings() -> None:
    (table,) = view("governance", given=protected("lint"))
    known = rows(table, "control", "in files", "by hand on GitHub", "where")
    assert (
        "checks before a merge",
        "backend-test, deploy",
        "lint",
        "in files and by hand",
    ) in known
    assert ("dependency updates", "", "", "nowhere") in known
    assert ("pushes with secrets refused", "", "unknown", "unknown") in known
    assert ("no force pushes to the trunk", "", "on", "by hand") in known


def test_a_view_needs_markdown_and_a_name_that_there_is(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# Shop\n"})
    assert autodevops("audit", "--view", "branches", cwd=repo.path).code == 2
    done = autodevops("audit", "--view", "brances", "-f", "markdown", cwd=repo.path)
    assert (done.code, "did you mean branches" in done.err) == (2, True)
    with pytest.raises(UsageError):
        require_known(["nothing"])


def test_other_reports_of_the_run_stay_reports(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# Shop\n"})
    formats = ("-f", "json", "-f", "markdown", "-o", "view.md", "--view", "owners")
    done = autodevops("audit", *formats, cwd=repo.path)
    assert done.json["schema"] == "autodevops/report/v1"
    assert "## Owners of" in (repo.path / "view.md").read_text()


def test_a_name_with_markup_stays_text(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# Shop\n"})
    repo.branch("feature/<img|src=x>")
    done = autodevops("audit", "--view", "branches", "-f", "markdown", cwd=repo.path)
    (line,) = (one for one in done.out.splitlines() if "img" in one)
    assert "\\<img\\|src=x\\>" in line
    assert line.count(" | ") == 8
