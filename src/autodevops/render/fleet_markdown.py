"""The summary of a batch as Markdown."""

from collections.abc import Sequence

from autodevops.model.report import Failure
from autodevops.render.escape import markdown
from autodevops.render.fleet import WORST, Audited, Fleet
from autodevops.render.outline import percent, targets_told
from autodevops.render.sheet import Sheet

SHOWN_RULES = 10
"""Rules that are listed as broken most often."""


def write_fleet(sheet: Sheet, fleet: Fleet) -> None:
    """Say what the targets have in common, then where each stands: that may not fit."""
    sheet.add(f"## autodevops: {targets_told(len(fleet.standings), len(fleet.failures))}\n")
    for failure in fleet.failures:
        told = f"- **{markdown(failure.target.name)}** was not audited: {markdown(failure.message)}"
        sheet.add(told, counted="target that was not audited")
    if fleet.empty:
        sheet.add(f"\nWithout a commit yet: {', '.join(map(markdown, fleet.empty))}")
    _write_rules(sheet, fleet)
    if len(fleet.audited) > WORST and fleet.worst:
        sheet.add(f"\n### The worst {len(fleet.worst)}\n")
        _write_table(sheet, fleet.worst)
    _write_permissions(sheet, fleet)
    sheet.add("\n### Conformance\n")
    _write_table(sheet, fleet.standings)


def _write_table(sheet: Sheet, standings: Sequence[Audited | Failure]) -> None:
    sheet.add("| target | conformance | coverage | findings |")
    sheet.add("|---|--:|--:|---|")
    for one in standings:
        sheet.add(_row(one), counted="row of the overview")


def _row(one: Audited | Failure) -> str:
    if isinstance(one, Failure):
        return f"| {markdown(one.target.name)} | | | not audited |"
    told = ", ".join(f"{count} {name}" for name, count in one.severities) or "no findings"
    name = markdown(one.name)
    return f"| {name} | {percent(one.conformance)} | {percent(one.coverage)} | {told} |"


def _write_rules(sheet: Sheet, fleet: Fleet) -> None:
    if not fleet.rules:
        return
    sheet.add("\n### Broken most often\n")
    sheet.add("| rule | demands | targets | findings |")
    sheet.add("|---|---|--:|--:|")
    for rule in fleet.rules[:SHOWN_RULES]:
        named = f"{markdown(rule.id)} {markdown(rule.slug)}"
        row = f"| {named} | {markdown(rule.title)} | {rule.targets} | {rule.findings} |"
        sheet.add(row, counted="row about rules")


def _write_permissions(sheet: Sheet, fleet: Fleet) -> None:
    if not fleet.permissions:
        return
    sheet.add("\n### Unknown for lack of permission\n")
    sheet.add("| permission | would answer | in targets | rules |")
    sheet.add("|---|--:|--:|---|")
    for one in fleet.permissions:
        ids = markdown(", ".join(one.rules))
        row = f"| {markdown(one.needs)} | {one.answers} | {one.targets} | {ids} |"
        sheet.add(row, counted="row about permissions")
