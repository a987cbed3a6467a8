"""Imports and where they lead inside the repository."""

import pytest

from autodevops.facts._import_paths import ImportPaths
from autodevops.facts._imports import PythonImport, WebImport, python_imports, web_imports
from autodevops.facts._tsconfig import parse_jsonc
from autodevops.facts.path_index import path_index
from tests.support.memory import snapshot_of


def test_python() -> None:
    text = "import a.b, c as d\nfrom .. import x\ntry:\n    from .e.f import g, h\nexcept E: ...\n"
    assert sorted(python_imports(text)) == [
        PythonImport(1, 0, "a.b", ()),
        PythonImport(1, 0, "c", ()),
        PythonImport(2, 2, "", ("x",)),
        PythonImport(4, 1, "e.f", ("g", "h")),
    ]
    assert list(python_imports("def broken(:")) == []
    assert list(python_imports("x = '\0'")) == []


def test_web() -> None:
    text = (
        "import a from 'a'\nimport './b.css'\nexport * from \"../c\"\n"
        "const d = require('d'); await import(`./e`)\n"
        "import {\n  f,\n} from '@/f'\n// import g from 'g'\n * from 'h'\n"
    )
    assert list(web_imports(text)) == [
        WebImport(1, "a"),
        WebImport(2, "./b.css"),
        WebImport(3, "../c"),
        WebImport(4, "d"),
        WebImport(4, "./e"),
        WebImport(7, "@/f"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "//x", /* c */ "b": [1, 2,], // d\n}', {"a": "//x", "b": [1, 2]}),
        ('{"a": "\\"// /*",}', {"a": '"// /*'}),
        ("{", None),
        ("// only", None),
        ("/* never ends", None),
        ('"open', None),
    ],
)
def test_json_with_comments(text: str, value: object) -> None:
    assert parse_jsonc(text) == value


FILES = {
    "tsconfig.base.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"#shared": ["libs/s"]}}}',
    "web/tsconfig.json": '{"extends": "../tsconfig.base"}',
    "web/admin/tsconfig.json": (
        '{"compilerOptions": {"paths": {"@/*": ["./src/*"], "~*.x": ["y/*"]}}}'
    ),
    "api/jsconfig.json": '{"compilerOptions": {"baseUrl": "src", "paths": "odd"}}',
    "api/src/models/user.js": "",
    "odd/tsconfig.json": "[]",
    "app/pkg/__init__.py": "",
    "src/lib/x.py": "",
}


@pytest.mark.parametrize(
    ("importer", "specifier", "places"),
    [
        ("web/x.ts", "./a/../b", ("web/b",)),
        ("web/x.ts", "#shared", ("libs/s",)),
        ("web/x.ts", "#other", ()),
        ("web/admin/deep/x.ts", "@/lib/a", ("web/admin/src/lib/a",)),
        ("web/admin/x.ts", "~a.x", ("web/admin/y/a",)),
        ("web/admin/x.ts", "~x", ()),
        ("api/src/x.js", "models/user", ("api/src/models/user",)),
        ("api/src/x.js", "lodash/fp", ()),
        ("odd/x.ts", "@/a", ()),
        ("x.ts", "react", ()),
    ],
)
def test_where_a_specifier_leads(importer: str, specifier: str, places: tuple[str, ...]) -> None:
    snapshot = snapshot_of(FILES)
    assert ImportPaths(snapshot, path_index(snapshot)).of_web(importer, specifier) == places


@pytest.mark.parametrize(
    ("importer", "level", "steps", "places"),
    [
        ("app/pkg/a.py", 1, ["b"], ["app/pkg/b"]),
        ("app/pkg/a.py", 2, [], ["app"]),
        ("app/main.py", 0, ["pkg", "b"], ["app/pkg/b"]),
        ("app/main.py", 0, ["lib", "x"], ["src/lib/x"]),
        ("app/main.py", 0, ["requests", "x"], []),
    ],
)
def test_where_a_module_lies(
    importer: str, level: int, steps: list[str], places: list[str]
) -> None:
    snapshot = snapshot_of(FILES)
    found = ImportPaths(snapshot, path_index(snapshot)).of_python(importer, level, steps)
    assert list(found) == places


def test_a_compiled_ending_means_its_source() -> None:
    snapshot = snapshot_of({"a/x.ts": "", "a/y/index.ts": ""})
    paths = ImportPaths(snapshot, path_index(snapshot))
    assert paths.is_module("a/x.js")
    assert paths.is_module("a/y")
    assert not paths.is_module("a/z.js")
