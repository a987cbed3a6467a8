"""The rules about what `.gitignore` says, and about the Quick Reference."""

import pytest
from msgspec.structs import replace

from autodevops.rules import ignores as rules
from tests.rules.kinds import FASTAPI, LIBRARY, PLATFORM
from tests.support.asking import is_not_applicable, subjects, violations
from tests.support.memory import snapshot_of

API_PLACES = ("app/routers/a.py", "app/services/b.py", "app/ai/c.py")
ALIASES = '{\n  // editor\n  "compilerOptions": {"paths": {"@/*": ["./src/*"],}},\n}'


class TestIgnoredButTracked:
    def test_a_tracked_file_that_is_ignored(self) -> None:
        files = {".gitignore": "# logs\n*.log\n", "a.log": "x", "deep/b.log": "x", "c.txt": "x"}
        found = violations(rules.ignored_but_tracked, files)
        assert [one.subject for one in found] == ["a.log", "deep/b.log"]
        assert [place.path for place in found[0].locations] == ["a.log"]
        assert found[0].evidence == {"pattern": "*.log", "line": ".gitignore:2"}

    def test_many_files_of_one_line_are_one_finding(self) -> None:
        files = {".gitignore": "data/\n"} | {f"data/{number}": "x" for number in range(11)}
        (found,) = violations(rules.ignored_but_tracked, files)
        assert found.subject == ".gitignore: data/"
        assert len(found.locations) == 11

    @pytest.mark.parametrize(
        "files",
        [
            {".gitignore": ".env*\n!.env.example\n", ".env.example": "x"},
            {".gitignore": "*\n!*/\n!*.py\n!.gitignore\n", "deep/a.py": "x"},
            {".gitignore": "/build/\n", "src/build/a.py": "x"},
            {"web/.gitignore": "*.log\n", "a.log": "x"},
            {".gitignore": "Build/\n*.PNG\n", "build/a": "x", "a.png": "x"},
            {".gitignore": "*.log\n", "logs/.gitignore": "!keep.log\n", "logs/keep.log": "x"},
            {"docs/gitignore.md": "*", "a": "x"},
            {".gitignore": "*.json\n", "pkg/testdata/a.json": "{}"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.ignored_but_tracked, files)


class TestIgnoreHidesSource:
    def test_a_python_template_hides_a_typescript_folder(self) -> None:
        files = {
            ".gitignore": "dist/\nlib/\n",
            "frontend/tsconfig.json": ALIASES,
            "frontend/package.json": "{}",
            "frontend/src/app/page.tsx": "import a from 'a'\nimport { cn } from '@/lib/utils'\n",
            "frontend/src/x.ts": "export * from './lib/format'\n",
        }
        (found,) = violations(rules.ignore_hides_source, files)
        assert found.subject == "frontend/src/lib"
        assert [(place.path, place.line) for place in found.locations] == [
            (".gitignore", 2),
            ("frontend/src/app/page.tsx", 2),
            ("frontend/src/x.ts", 1),
        ]
        assert "its files are not in git" in found.message

    @pytest.mark.parametrize(
        ("statement", "folder"),
        [
            ("from app.data.loader import load\n", "app/data"),
            ("from .data import loader\n", "app/data"),
            ("from . import data\n", "app/data"),
            ("import app.data.loader as loader\n", "app/data"),
            ("def f():\n    from ..app.data import x\n", "app/data"),
        ],
    )
    def test_python_code_that_imports_what_is_missing(self, statement: str, folder: str) -> None:
        files = {
            ".gitignore": "data/\n",
            "app/__init__.py": "",
            "app/main.py": statement,
            "app/other.py": "",
        }
        assert subjects(rules.ignore_hides_source, files) == [folder]

    def test_files_tracked_by_force_are_told(self) -> None:
        files = {
            ".gitignore": "lib\n",
            "web/src/lib/a.ts": "export const a = 1\n",
            "web/src/b.ts": "import { a } from './lib/a'\n",
        }
        (found,) = violations(rules.ignore_hides_source, files)
        assert found.message.endswith("only what was added by force is tracked (1 file)")
        assert "web/src/lib/a.ts" in {place.path for place in found.locations}

    @pytest.mark.parametrize(
        ("staged", "importers"),
        [
            ({"web/src/b.ts"}, ["web/src/b.ts"]),
            ({"README.md"}, []),
            ({".gitignore"}, ["web/src/b.ts", "web/src/c.ts"]),
            ({"web/src/lib/a.ts"}, ["web/src/b.ts", "web/src/c.ts"]),
        ],
    )
    def test_of_a_hook_only_what_is_staged_is_read(
        self, staged: set[str], importers: list[str]
    ) -> None:
        files = {
            "README.md": "# x\n",
            ".gitignore": "lib\n",
            "web/src/lib/a.ts": "export const a = 1\n",
            "web/src/b.ts": "import { a } from './lib/a'\n",
            "web/src/c.ts": "import { a } from './lib/a'\n",
        }
        snapshot = replace(snapshot_of(files), scope=frozenset(staged))
        found = violations(rules.ignore_hides_source, snapshot)
        told = [place.path for one in found for place in one.locations]
        assert [path for path in told if path in {"web/src/b.ts", "web/src/c.ts"}] == importers

    @pytest.mark.parametrize(
        "files",
        [
            {"cli.js": "require('./dist/index.js')\n"},
            {"packages/a/bin/a.js": "require('../lib/cli')\n", "packages/a/src/cli.ts": "x"},
            {"a/package.json": '{"main": "./lib/index.js"}', "a/test.js": "require('./lib/x')\n"},
            {"build.py": "import build\nfrom build import env\nimport lib\n"},
            {"app/x.py": '"""\nfrom app.data import loader\n"""\n# from app.lib import x\n'},
            {"app/x.ts": "// import a from './lib/a'\nconst s = 'lib/a'\n"},
            {"src/a.ts": "import x from './generated/client'\n"},
            {"src/a.ts": "import x from 'lib/a'\nimport y from '@scope/lib/b'\n"},
            {".gitignore": "/lib/\n", "src/a.ts": "import x from './lib/a'\n"},
            {".gitignore": "lib/\n!src/lib/\n", "src/a.ts": "import './lib/a'", "src/lib/a.ts": ""},
            {"app/__init__.py": "data = {}\n", "app/main.py": "from . import data\n"},
            {"src/a.ts": "import x from './lib'\n", "src/lib.ts": "export default 1\n"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        template = {".gitignore": "dist/\nbuild/\nlib/\ndata/\ngenerated/\n"}
        assert not subjects(rules.ignore_hides_source, template | files)


class TestReferenceLocation:
    def test_rows_of_services_that_are_there(self) -> None:
        files = {"app/main.py": FASTAPI, "supabase/config.toml": "x"}
        assert subjects(rules.reference_location, files) == [
            "app/routers/",
            "app/services/",
            "app/ai/",
            "supabase/migrations/",
        ]

    def test_a_platform_is_asked_for_every_row(self) -> None:
        files = {path: text for path, text in PLATFORM.items() if not path.startswith("docs/")}
        found = subjects(rules.reference_location, files)
        assert "docs/" in found
        assert "SECURITY.md" in found
        assert "ops/" not in found

    @pytest.mark.parametrize(
        "files",
        [
            {"app/main.py": FASTAPI} | dict.fromkeys(API_PLACES, "x"),
            {"frontend/package.json": "{}", "frontend/src/x.tsx": "x"},
            {"workers/src/processors/mail.ts": "x"},
            {"supabase/migrations/20260101000000_a.sql": "select 1;"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.reference_location, files)

    def test_a_submodule_may_hold_the_place(self) -> None:
        files = {"app/main.py": FASTAPI, "workers/package.json": "{}"}
        snapshot = snapshot_of(files, submodules=("infra", "docs", "ops"))
        found = subjects(rules.reference_location, snapshot)
        assert not {"infra/", "docs/", "ops/"}.intersection(found)

    def test_others_are_not_asked(self) -> None:
        assert is_not_applicable(rules.reference_location, LIBRARY)
