"""Commit headers by the grammar, and the linter's configuration."""

import pytest

from autodevops.facts._conventional import Header, parse_header
from autodevops.facts.commit_lint import CONVENTIONAL, CommitLint, commit_lint
from autodevops.facts.commit_style import fault_of
from autodevops.facts.path_index import path_index
from autodevops.guide.load import built_in_guide
from tests.support.memory import snapshot_of

POLICY = built_in_guide().commits


@pytest.mark.parametrize(
    ("message", "header"),
    [
        ("feat: login", Header("feat", None, breaking=False, description="login")),
        ("fix(api)!: x", Header("fix", "api", breaking=True, description="x")),
        ("FIX: x\n\nbody", Header("fix", None, breaking=False, description="x")),
        ("chore(deps-dev): bump a: b", Header("chore", "deps-dev", False, "bump a: b")),
        ("feat(a/b, c): x  ", Header("feat", "a/b, c", breaking=False, description="x")),
        ("feat:x", None),
        ("feat : x", None),
        ("feat(): x", None),
        ("feat( ): x", None),
        ("feat!!: x", None),
        (": x", None),
        ("feat: ", None),
        ("", None),
        ("Update README", None),
        ("fixup! feat: x", None),
        ("feat(a)(b): x", None),
    ],
)
def test_header(message: str, header: Header | None) -> None:
    assert parse_header(message) == header


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Fixed stuff", "is not written as `type: description`"),
        ("wip: x", "has the type wip, which is none of the policy's"),
        (f"feat: {'x' * 67}", "has a header of 73 characters; 72 are the limit"),
        ("\n", "has no header"),
        ("squash! feat: x", "is not written as `type: description`"),
    ],
)
def test_fault(message: str, reason: str) -> None:
    assert fault_of(message, POLICY) == reason


@pytest.mark.parametrize(
    "message",
    [
        f"feat: {'x' * 66}",
        f"feat: {'x' * 66} (#12345)",
        "Docs: explain\n\nA very long body line that is longer than seventy-two characters.....",
        "revert: feat: login",
        "build(deps): bump a from 1 to 2",
    ],
)
def test_innocent(message: str) -> None:
    assert fault_of(message, POLICY) is None


def lint(files: dict[str, str]) -> CommitLint:
    snapshot = snapshot_of(files)
    return commit_lint(snapshot, path_index(snapshot), POLICY)


@pytest.mark.parametrize(
    ("path", "text", "types"),
    [
        (
            "commitlint.config.js",
            "export default {extends: ['@commitlint/config-conventional']}",
            None,
        ),
        (".commitlintrc.json", '{"extends": "@commitlint/config-conventional"}', None),
        (".commitlintrc", "extends:\n  - '@commitlint/config-conventional'\n", None),
        (
            ".commitlintrc",
            '{"rules": {"type-enum": [2, "always", ["feat", "fix"]]}}',
            ["feat", "fix"],
        ),
        (".commitlintrc.yml", "rules:\n  type-enum: [2, always, [feat, x]]\n", ["feat", "x"]),
        (
            "commitlint.config.cjs",
            (
                "module.exports = {\n  rules: {\n    // 'type-enum': [0]\n"
                "    'type-enum': [2, 'always', [\n      'feat', \"fix\",\n    ]],\n  },\n}\n"
            ),
            ["feat", "fix"],
        ),
        ("package.json", '{"commitlint": {"rules": {"type-enum": [2, "always", ["a"]]}}}', ["a"]),
    ],
)
def test_types_of_a_configuration(path: str, text: str, types: list[str] | None) -> None:
    found = lint({path: text})
    assert found.config == path
    assert found.types == (CONVENTIONAL if types is None else frozenset(types))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("commitlint.config.js", "module.exports = require('@acme/commitlint')"),
        ("commitlint.config.js", "rules: {'type-enum': [2, 'always', [...types, 'x']]}"),
        (".commitlintrc.json", "{"),
        ("pyproject.toml", '[tool.commitizen]\nname = "cz_conventional_commits"\n'),
        (".gitlint", "[general]\n"),
    ],
)
def test_types_that_only_running_it_would_tell(path: str, text: str) -> None:
    found = lint({path: text})
    assert (found.config, found.types) == (path, None)


def test_no_linter() -> None:
    assert lint({"package.json": "{}", "pyproject.toml": "[tool.ruff]\n"}).config is None
