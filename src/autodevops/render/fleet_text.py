"""The summary of a batch for a terminal."""

from autodevops.model.report import Failure
from autodevops.render.fleet import WORST, Audited, Fleet
from autodevops.render.outline import percent, plural, targets_told
from autodevops.render.page import Page, Span

SHOWN_RULES = 10
"""Rules that are listed as broken most often."""
_SHOWN_IDS = 8


def write_fleet(page: Page, fleet: Fleet) -> None:
    """Say where each target stands, then what they have in common."""
    _write_standings(page, fleet)
    _write_rules(page, fleet)
    _write_worst(page, fleet)
    _write_permissions(page, fleet)


def _write_standings(page: Page, fleet: Fleet) -> None:
    page.heading("Conformance", targets_told(len(fleet.standings), len(fleet.failures)))
    page.blank()
    for one in fleet.standings:
        if isinstance(one, Failure):
            told = f"could not be audited: {one.message}"
            page.write(Span(" n/a", "bold"), Span(one.target.name, "bold"), told, hang=5)
        else:
            _write_standing(page, one)
    if fleet.empty:
        page.blank()
        page.write("Without a commit yet:", ", ".join(fleet.empty), hang=2)


def _write_standing(page: Page, one: Audited) -> None:
    told = [plural(one.findings, "finding")]
    if one.findings:
        told[0] += f" ({', '.join(f'{count} {name}' for name, count in one.severities)})"
    told.append(f"coverage {percent(one.coverage)}")
    if one.unknown:
        told.append(f"{one.unknown} unknown")
    if not one.is_complete:
        told.append("incomplete")
    share = f"{percent(one.conformance):>4}"
    page.write(Span(share, "bold"), Span(one.name, "bold"), ", ".join(told), hang=5)


def _write_rules(page: Page, fleet: Fleet) -> None:
    if not fleet.rules:
        return
    page.heading("Broken most often", plural(len(fleet.rules), "rule"))
    page.blank()
    for rule in fleet.rules[:SHOWN_RULES]:
        page.write(
            Span(rule.id, "bold"),
            f"{rule.slug}:",
            f"in {plural(rule.targets, 'target')}, {plural(rule.findings, 'finding')}",
            hang=2,
        )
    left = len(fleet.rules) - SHOWN_RULES
    if left > 0:
        page.write(Span(f"… and {left} more", "dim"))


def _write_worst(page: Page, fleet: Fleet) -> None:
    if len(fleet.audited) <= WORST or not fleet.worst:
        return  # they are all in sight above
    page.heading(f"The worst {len(fleet.worst)}")
    page.blank()
    for one in fleet.worst:
        _write_standing(page, one)


def _write_permissions(page: Page, fleet: Fleet) -> None:
    if not fleet.permissions:
        return
    total = sum(one.answers for one in fleet.permissions)
    page.heading("Unknown for lack of permission", plural(total, "answer"))
    page.blank()
    for one in fleet.permissions:
        ids = ", ".join(one.rules[:_SHOWN_IDS])
        more = len(one.rules) - _SHOWN_IDS
        page.write(
            Span(one.needs, "bold"),
            f"would answer {plural(one.answers, 'rule')} in {plural(one.targets, 'target')}",
            Span(f"({ids}, and {more} more)" if more > 0 else f"({ids})", "dim"),
            hang=2,
        )
    if fleet.unknown_otherwise:
        told = f"{plural(fleet.unknown_otherwise, 'rule')} more stayed unknown for other reasons."
        page.write(Span(told, "dim"))
