"""Finds where a repository's own policy demands signed commits or a linear history.

Only plain demands count: "must be signed", "require signed commits", a setting that is on. Advice
("should"), refusals ("merge commits are not required"), open check boxes and the sign-off of a
developer's certificate say nothing about signatures.
"""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from autodevops.model.patterns import regex

_LONGEST_LINE = 1_000
_SIGNED = regex(
    r"\bcommits (?:must|shall|have to|are required to) (?:all )?be (?:[a-z]{2,16}[ -]){0,2}signed\b"
    r"|\brequir(?:e|es|ed|ing) (?:[a-z]{2,16} ){0,2}signed commits\b"
    r"|\bsigned commits (?:are )?(?:required|mandatory|enforced)\b",
    re.IGNORECASE,
)
_LINEAR = regex(
    r"\b(?:requir(?:e|es|ed|ing)|enforc(?:e|es|ed|ing)|must (?:keep|have))"
    r" (?:an? )?linear history\b"
    r"|\blinear history (?:is )?(?:required|mandatory|enforced)\b"
    r"|\bmerge commits are (?:not allowed|not permitted|forbidden|prohibited)\b",
    re.IGNORECASE,
)
_SIGN_OFF = regex(r"sign(?:ed)?[- ]?off|\bdco\b", re.IGNORECASE)
_SOFTENED = regex(
    r"\[ \]|❌|🚫|n't|\b(?:not require|no longer|optional|should|encourag|recommend|"
    r"future|planned|todo|would|if )",
    re.IGNORECASE,
)


class DemandKind(StrEnum):
    """What is demanded of commits, by GitHub's name of the rule."""

    SIGNED = "required_signatures"
    LINEAR = "required_linear_history"


class Demand(NamedTuple):
    """One place that demands something of commits."""

    kind: DemandKind
    """What is demanded."""
    path: str
    """The file."""
    line: int
    """1-based line."""


def is_policy(path: str) -> bool:
    """Tell whether a file is one that may hold the repository's own policy."""
    folder, _, name = path.rpartition("/")
    lower = name.lower()
    if path in {".github/settings.yml", ".github/settings.yaml"}:
        return True
    if folder in {".github", ".github/rulesets", "repo"} and lower.endswith(".json"):
        return True
    stem = lower.partition(".")[0]
    if folder in {"", ".github", "docs", "repo"} and stem in {"contributing", "governance"}:
        return True
    return folder == "repo" and lower.endswith(".md")


def read_demands(path: str, text: str) -> Iterator[Demand]:
    """Yield what a policy file demands of commits."""
    if path.endswith((".yml", ".yaml")):
        yield from _settings(path, text)
    elif path.endswith(".json"):
        yield from _ruleset(path, text)
    else:
        yield from _prose(path, text)


def _prose(path: str, text: str) -> Iterator[Demand]:
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _LONGEST_LINE or _SOFTENED.search(line):
            continue
        plain = re.sub(r"[*_`]", "", line)
        if _SIGNED.search(plain) and not _SIGN_OFF.search(plain):
            yield Demand(DemandKind.SIGNED, path, number)
        if _LINEAR.search(plain):
            yield Demand(DemandKind.LINEAR, path, number)


def _settings(path: str, text: str) -> Iterator[Demand]:
    """Read the file of the Settings app: `branches: [{name: main, protection: {...}}]`."""
    from autodevops.facts._yaml import items_of, parse

    root = parse(text).root
    branches = root.get("branches") if root else None
    for branch in items_of(branches):
        for kind in DemandKind:
            value = branch.path("protection", kind)
            if value is not None and value.as_text == "true":
                yield Demand(kind, path, value.line)


def _ruleset(path: str, text: str) -> Iterator[Demand]:
    """Read an exported ruleset: `{"enforcement": "active", "rules": [{"type": ...}]}`."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(data, dict) or data.get("enforcement") != "active":
        return
    rules = data.get("rules")
    types = {
        rule.get("type")
        for rule in (rules if isinstance(rules, list) else ())
        if isinstance(rule, dict) and isinstance(rule.get("type"), str)
    }
    for kind in DemandKind:
        if kind in types and data.get("target", "branch") == "branch":
            line = text[: text.index(f'"{kind}"')].count("\n") + 1 if f'"{kind}"' in text else 1
            yield Demand(kind, path, line)
