"""A rule's documentation as Markdown: what `explain` prints and `docs/reference/rules/` holds."""

from collections.abc import Iterable
from itertools import groupby
from textwrap import dedent

from msgspec.structs import fields

from autodevops.guide.model import Guide
from autodevops.rules._api import Rule, Tier

SOURCES = {
    Tier.TREE: "the file tree",
    Tier.HISTORY: "git refs and history",
    Tier.METADATA: "GitHub, with metadata access",
    Tier.CONTENTS: "GitHub, with read access to contents, actions and pull requests",
    Tier.ADMINISTRATION: "GitHub, with read access to administration or secrets",
}
"""Where a tier's facts come from, in words."""

INTRODUCTION = """\
Every rule, in the order of the guide. An id never changes its meaning.
The page of a rule is also what `autodevops explain RULE` prints."""


def page(rule: Rule) -> str:
    """Return the whole page of one rule."""
    parts = [
        f"# {rule.id} {rule.slug}",
        f"{rule.title}.",
        _properties(rule),
        f"## Why\n\n{rule.why}",
        f"## Remedy\n\n{rule.remedy[:1].upper()}{rule.remedy[1:]}",
    ]
    if rule.example:
        parts.append(f"## Example\n\n```text\n{dedent(rule.example)}\n```")
    return "\n\n".join(part.strip() for part in parts) + "\n"


def index(rules: Iterable[Rule]) -> str:
    """Return the list of all rules, by family, with a link to each page."""
    parts = ["# Rules", INTRODUCTION]
    for family, members in groupby(rules, lambda rule: rule.family):
        listed = list(members)
        parts += [f"## {family} · {listed[0].section}", _table(listed)]
    return "\n\n".join(parts) + "\n"


def _properties(rule: Rule) -> str:
    """Return what a rule is made of, as a table."""
    rows = [
        ("Guide section", rule.section),
        ("Severity", rule.severity.value),
        ("Answers from", " or ".join(SOURCES[tier] for tier in rule.tiers)),
        ("Fix", rule.fix.value if rule.fix else "none"),
    ]
    settings = _settings(rule)
    if settings:
        rows.append(("Settings", ", ".join(f"`[{name}]`" for name in settings)))
    if rule.defers_to:
        rows.append(("Leaves a place to", ", ".join(rule.defers_to)))
    return "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows)


def _settings(rule: Rule) -> tuple[str, ...]:
    """Return the tables of a guide's file that the rule itself goes by."""
    tables = {info.type: info.encode_name for info in fields(Guide)}
    asked = rule.question.__annotations__.values()
    return tuple(tables[kind] for kind in asked if kind in tables)


def _table(rules: Iterable[Rule]) -> str:
    """Return rules as a table with links."""
    rows = (
        f"| [{rule.id}]({rule.id}.md) | {rule.slug} | {rule.title} | {rule.severity.value} |"
        for rule in rules
    )
    return "| id | slug | demands | severity |\n|---|---|---|---|\n" + "\n".join(rows)
