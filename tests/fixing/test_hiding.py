"""A model's edit that only hides a finding is told from one that repairs it."""

import pytest

from autodevops.fixing.hiding import Allowed, hiding_objections
from autodevops.model.edit import Edit
from tests.support.memory import snapshot_of

CI = ".github/workflows/ci.yml"
WORKFLOW = """\
name: CI
on: [push]
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: make test
  lint:
    runs-on: ubuntu-24.04
    steps:
      - run: make lint
"""
MIGRATION = """\
create table public.notes (id int);
create policy read on public.notes for select using (true);
"""
FILES = {
    CI: WORKFLOW,
    ".github/CODEOWNERS": "* @acme/all\n/docs/ @acme/docs\n",
    "app/main.py": "def health():\n    return 'ok'\n\n\ndef orders():\n    return []\n",
    "supabase/migrations/1.sql": MIGRATION,
    "Dockerfile": "FROM python:3.12\nCOPY . .\nUSER app\nCMD ['x']\n",
    "docs/a.md": "# A\n\nText.\n\n## B\n\nMore.\n",
    "autodevops.toml": "ignore = []\n",
    "pyproject.toml": "[project]\nname = 'a'\n\n[tool.ruff]\nselect = ['E', 'F']\n",
    "compose.yml": "services:\n  api:\n    image: a\n  db:\n    image: b\n",
    "deploy.sh": "set -e\nmake deploy\n",
    "app.ts": "export const a = 1;\nrouter.get('/x', a);\n",
}
SNAPSHOT = snapshot_of(FILES)


def said(path: str, content: str | bytes | None, *, governance: bool = True) -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    allowed = Allowed(paths=frozenset(FILES), governance=governance)
    return list(hiding_objections([Edit(path=path, content=raw)], SNAPSHOT, allowed))


def changed(path: str, old: str, new: str) -> str:
    assert old in FILES[path]
    return FILES[path].replace(old, new)


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    [
        (CI, "  lint:\n", "", "lose"),
        (CI, "      - run: make test\n", "", "lose"),
        (CI, "  test:\n", "  test:\n    if: false\n", "switch off"),
        (CI, "run: make test", "run: make test || true", "switch off"),
        (CI, "  test:\n", "  test:\n    continue-on-error: true\n", "switch off"),
        (CI, "make test", "make test # autodevops: allow CI006 -- fine", "look away"),
        (CI, "make test", "make test # zizmor: ignore[unpinned-uses]", "look away"),
        ("app/main.py", "def orders():\n    return []\n", "", "lose"),
        ("app/main.py", "def orders", "# noqa: all\ndef orders", "look away"),
        ("app/main.py", "    return []", "    # return []", "comment"),
        ("app/main.py", "return []", "return []  # \u202e evil", "invisible"),
        ("app/main.py", "return []", f"return '{'x' * 3000}'", "longer than"),
        ("supabase/migrations/1.sql", "create table public.notes (id int);\n", "", "lose"),
        ("Dockerfile", "USER app\n", "", "lose"),
        ("docs/a.md", "## B\n\nMore.\n", "", "lose"),
        ("compose.yml", "  db:\n    image: b\n", "", "lose"),
        ("pyproject.toml", "name = 'a'", "name = 'a'\n[tool.autodevops]\nignore = ['ALL']", "look"),
        ("pyproject.toml", "'E', 'F'", "'E'", "lose"),
        (".github/CODEOWNERS", "/docs/ @acme/docs\n", "", "lose"),
        ("deploy.sh", "set -e\n", "", "lose"),
        ("deploy.sh", "make deploy", "set +e\nmake deploy", "switch off"),
        ("app.ts", "router.get('/x', a);", "", "lose"),
        ("autodevops.toml", "[]", "['SE']", "judged"),
    ],
)
def test_an_edit_that_hides_a_finding_is_refused(path: str, old: str, new: str, why: str) -> None:
    assert any(why in one for one in said(path, changed(path, old, new)))


def test_files_are_neither_deleted_nor_emptied_nor_made_binary() -> None:
    assert any("deleted" in one for one in said("docs/a.md", None))
    assert any("emptied" in one for one in said("docs/a.md", "\n"))
    assert any("no text" in one for one in said("docs/a.md", b"a\0b"))


def test_only_files_that_the_finding_names_are_edited() -> None:
    allowed = Allowed(paths=frozenset({"docs/a.md"}))
    edits = [Edit(path="app/main.py", content=b"x = 1\n")]
    assert any("names" in one for one in hiding_objections(edits, SNAPSHOT, allowed))


def test_permissions_and_tracking_stay() -> None:
    allowed = Allowed(paths=frozenset(FILES))
    edits = [Edit(path="deploy.sh", content=b"set -e\nmake x\n", executable=True)]
    assert any("permissions" in one for one in hiding_objections(edits, SNAPSHOT, allowed))
    edits = [Edit(path="deploy.sh", content=None, keep=True)]
    assert any("leave git" in one for one in hiding_objections(edits, SNAPSHOT, allowed))


@pytest.mark.parametrize("path", [CI, ".github/CODEOWNERS"])
def test_workflows_and_owners_need_an_option(path: str) -> None:
    assert any("option" in one for one in said(path, FILES[path] + "# x\n", governance=False))
    assert not said(path, FILES[path] + "# x\n")


def test_half_of_a_file_s_lines_stay() -> None:
    most = "docs/a.md would lose most of its lines"
    assert most in said("docs/a.md", "# A\n")
    assert most not in said("docs/a.md", "# A\n\nText.\n")
    assert most not in said("docs/a.md", "# C\n\nOther text.\n\n## D\n\nStill more.\n")


def test_large_edits_are_refused() -> None:
    assert any("200" in one for one in said("docs/a.md", FILES["docs/a.md"] + "x\n" * 201))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (CI, "  test:\n", "  test:\n    timeout-minutes: 10\n"),
        (CI, "run: make test", "run: make test-all"),
        ("app/main.py", "return []", "return ['a']"),
        ("supabase/migrations/1.sql", "create policy", "alter table x enable rls;\ncreate policy"),
        ("docs/a.md", "More.", "More and better."),
        ("compose.yml", "image: b", "image: b:16.1"),
        ("Dockerfile", "python:3.12", "python:3.12.4"),
    ],
)  # fmt: skip
def test_an_honest_edit_passes(path: str, old: str, new: str) -> None:
    assert not said(path, changed(path, old, new))
