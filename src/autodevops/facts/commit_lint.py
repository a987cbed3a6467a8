"""The commit linter: whether there is one, what configures it, which types it takes."""

import json

from msgspec import Struct

from autodevops.facts import _toml, _yaml
from autodevops.facts._api import fact
from autodevops.facts.path_index import PathIndex
from autodevops.facts.workflows import WORKFLOWS
from autodevops.guide.model import CommitPolicy
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

CONVENTIONAL = frozenset(
    ("build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test")
)
"""Types of `@commitlint/config-conventional`."""
_ANGULAR = CONVENTIONAL - {"chore"}
_COMMITIZEN = (".cz.toml", "cz.toml", ".cz.json", "cz.json", ".cz.yaml", "cz.yaml")
_ENUM = regex(r"[\"']?type-enum[\"']?\s{0,9}:\s{0,9}\[")
_TEXT = regex(r"[\"'`]([^\"'`\n]{1,60})[\"'`]")
_LINTERS = ("commitlint", "commitizen", "conventional-pre-commit", "gitlint", "cz check")


class CommitLint(Struct, frozen=True, kw_only=True):
    """The commit linter."""

    config: str | None
    """Path of its configuration."""
    line: int | None
    """1-based line where the types, or the table, begin."""
    types: frozenset[str] | None
    """Types that it takes; None when they can't be read without running it."""
    used_in: str | None
    """A workflow or hook that runs one."""


@fact
def commit_lint(snapshot: Snapshot, index: PathIndex, policy: CommitPolicy) -> CommitLint:
    """Find the linter's configuration and read its types."""
    used_in = _used_in(snapshot, index)
    for path in policy.lint_configs:
        text = snapshot.text(path, CONFIG_LIMIT)
        if text is not None:
            line = next(
                (n for n, row in enumerate(text.split("\n"), 1) if "type-enum" in row), None
            )
            return CommitLint(config=path, line=line, types=_types(path, text), used_in=used_in)
    table = _package_table(snapshot)
    if table is not None:
        types = _of_tables(table)
        return CommitLint(config="package.json", line=None, types=types, used_in=used_in)
    return CommitLint(config=_commitizen(snapshot), line=None, types=None, used_in=used_in)


def _types(path: str, text: str) -> frozenset[str] | None:
    """Return the types of a configuration, whatever it is written in."""
    if path.endswith((".yaml", ".yml")) or not path.endswith((".json", "js", "ts")):
        parsed = _of_yaml(text)
        if parsed is not None:
            return parsed
    elif path.endswith(".json"):
        try:
            return _of_tables(json.loads(text))
        except (ValueError, RecursionError):
            return None
    return _of_code(text)


def _of_tables(config: object) -> frozenset[str] | None:
    """Return the types of a configuration in JSON."""
    if not isinstance(config, dict):
        return None
    rules = config.get("rules")
    enum = rules.get("type-enum") if isinstance(rules, dict) else None
    if isinstance(enum, list) and len(enum) > 2 and isinstance(enum[2], list):  # noqa: PLR2004
        return frozenset(one for one in enum[2] if isinstance(one, str))
    return _of_presets(json.dumps(config.get("extends") or ""))


def _of_yaml(text: str) -> frozenset[str] | None:
    """Return the types of a configuration in YAML, which JSON is too."""
    root = _yaml.parse(text).root
    if root is None:
        return None
    enum = root.path("rules", "type-enum")
    if isinstance(enum, _yaml.Sequence) and enum.items:
        return frozenset(enum.items[-1].texts())
    extends = root.get("extends")
    return _of_presets(" ".join(extends.texts())) if extends is not None else None


def _of_code(text: str) -> frozenset[str] | None:
    """Return the types of a configuration in JavaScript, as far as they are literal."""
    code = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("//"))
    enum = _ENUM.search(code)
    if enum is None:
        return _of_presets(code)
    opened = code.find("[", enum.end())
    closed = code.find("]", opened)
    if opened < 0 or closed < 0 or "..." in code[opened:closed]:
        return None
    return frozenset(_TEXT.findall(code[opened:closed])) or None


def _of_presets(text: str) -> frozenset[str] | None:
    """Return the types of a shared configuration that is extended."""
    if "config-conventional" in text:
        return CONVENTIONAL
    return _ANGULAR if "config-angular" in text else None


def _package_table(snapshot: Snapshot) -> object:
    """Return what `package.json` says to commitlint; None when it says nothing."""
    text = snapshot.text("package.json", CONFIG_LIMIT) or ""
    if '"commitlint"' not in text:
        return None
    try:
        config = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return config.get("commitlint") if isinstance(config, dict) else None


def _commitizen(snapshot: Snapshot) -> str | None:
    """Return the path that configures commitizen or gitlint, whose types are their own."""
    for path in (*_COMMITIZEN, ".gitlint"):
        if path in snapshot.by_path:
            return path
    text = snapshot.text("pyproject.toml", CONFIG_LIMIT) or ""
    if "commitizen" not in text and "gitlint" not in text:
        return None
    try:
        tool = _toml.load(text).get("tool", {})
    except _toml.TomlError:
        return None
    is_there = isinstance(tool, dict) and not {"commitizen", "gitlint"}.isdisjoint(tool)
    return "pyproject.toml" if is_there else None


def _used_in(snapshot: Snapshot, index: PathIndex) -> str | None:
    """Return the first workflow or hook that runs a commit linter."""
    hooks = (*index.below(WORKFLOWS.rstrip("/")), *index.below(".husky"))
    for path in (*hooks, ".pre-commit-config.yaml", "lefthook.yml", "package.json"):
        text = snapshot.text(path, CONFIG_LIMIT) or ""
        if any(linter in text for linter in _LINTERS):
            return path
    return None
