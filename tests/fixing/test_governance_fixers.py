"""Repairs of the commit linter, of dependency updates and of encodings."""

import pytest

from tests.support.repairing import mended, refusal

# GV003, GV004, GV008


def test_a_commit_linter_gets_its_configuration() -> None:
    hook = {".husky/commit-msg": "npx commitlint --edit $1\n"}
    text = mended("GV003", hook).text("commitlint.config.js")
    assert text.startswith("module.exports = {\n  extends: [")
    assert '"header-max-length": [2, "always", 72]' in text
    module = mended("GV003", {**hook, "package.json": '{"type": "module"}'})
    assert module.text("commitlint.config.js").startswith("export default {\n")


ALL = ["feat", "fix", "docs", "style", "refactor", "test", "chore", "ci", "perf", "revert"]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "commitlint.config.js",
            'module.exports = {\r\n  rules: {"type-enum": [2, "always", ["'
            + '", "'.join([*ALL, "wip"])
            + '"]]}, // ours\r\n};\r\n',
            None,
        ),
        (
            ".commitlintrc.yml",
            "rules:\n  type-enum:\n    - 2\n    - always\n    -\n      - wip # no\n"
            + "".join(f"      - {one}\n" for one in ALL),
            "rules:\n  type-enum:\n    - 2\n    - always\n    -\n"
            + "".join(f"      - {one}\n" for one in [*ALL, "build"]),
        ),
        (
            ".commitlintrc.json",
            '{"rules": {"type-enum": [2, "always", ["' + '","'.join(ALL) + '"]]}}',
            '{"rules": {"type-enum": [2, "always", ["' + '","'.join([*ALL, "build"]) + '"]]}}',
        ),
    ],
)
def test_a_commit_linter_takes_the_policys_types(path: str, before: str, after: str | None) -> None:
    expected = after or before.replace('"wip"', '"build"')
    assert mended("GV003", {path: before}).text(path) == expected


def test_types_from_elsewhere_are_a_persons_matter() -> None:
    text = "module.exports = { extends: ['@commitlint/config-angular'] };\n"
    assert "only a person" in refusal("GV003", {"commitlint.config.js": text})


def test_dependabot_looks_after_every_manifest() -> None:
    files = {
        "a/package.json": '{"dependencies": {"x": "1"}}',
        "b/package.json": '{"dependencies": {"x": "1"}}',
        "go.mod": "module x\nrequire y v1.0.0\n",
    }
    assert mended("GV004", files).text(".github/dependabot.yml") == (
        "version: 2\nupdates:\n  - package-ecosystem: gomod\n    directory: /\n    schedule:\n"
        "      interval: weekly\n  - package-ecosystem: npm\n    directories:\n      - /a\n"
        "      - /b\n    schedule:\n      interval: weekly\n"
    )


@pytest.mark.parametrize(
    ("before", "added"),
    [
        (
            (
                "version: 2\nupdates:\n  # python\n  - package-ecosystem: pip\n    directory: /\n"
                "    schedule: {interval: daily} # often\n"
            ),
            (
                "  - package-ecosystem: npm\n    directory: /a\n    schedule:\n"
                "      interval: weekly\n"
            ),
        ),
        (
            (
                "version: 2\r\nupdates:\r\n- {package-ecosystem: pip, directory: /, schedule: "
                "{interval: weekly}}\r\n"
            ),
            (
                "- package-ecosystem: npm\r\n  directory: /a\r\n  schedule:\r\n"
                "    interval: weekly\r\n"
            ),
        ),
    ],
)
def test_an_entry_joins_those_that_are_there(before: str, added: str) -> None:
    path = ".github/dependabot.yml"
    files = {
        path: before,
        "a/package.json": '{"dependencies": {"x": "1"}}',
        "requirements.txt": "x==1\n",
    }
    assert mended("GV004", files).text(path) == before + added


def test_a_manager_that_renovate_leaves_out_is_a_persons_matter() -> None:
    files = {
        "renovate.json": '{"enabledManagers": ["gomod"]}',
        "package.json": '{"dependencies": {"x": "1"}}',
    }
    assert "by its own choice" in refusal("GV004", files)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfa: 1\r\n# b\r\n", b"a: 1\r\n# b\r\n"),
        ("a: 1\r\n".encode("utf-16"), b"a: 1\r\n"),
        ("a: 1 # no\u200bte\n".encode(), b"a: 1 # note\n"),
        ("# \u202eevil\na: 1\n".encode(), b"# evil\na: 1\n"),
    ],
)
def test_configuration_becomes_plain_utf8(before: bytes, after: bytes) -> None:
    assert mended("GV008", {"a.yml": before}).edits["a.yml"].content == after


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a: \xe9\n", "not UTF-8"),
        (b"a: \0\n", "NUL"),
        ("a: b\u200bc\n".encode(), "part of a value"),
    ],
)
def test_what_would_change_a_value_is_a_persons_matter(content: bytes, reason: str) -> None:
    assert reason in refusal("GV008", {"a.yml": content})
