"""Plans of audits, as text and JSON."""

from collections.abc import Iterator, Sequence

from autodevops.cli.screen import Screen
from autodevops.plans import AuditPlan, PlannedRule
from autodevops.render.escape import terminal
from autodevops.render.json_text import encode
from autodevops.sources.github.outlook import Expected, Outlook

SCHEMA = "autodevops/plan/v1"
"""What the JSON form of one plan says about itself."""
SCHEMA_OF_SEVERAL = "autodevops/plans/v1"
"""What the JSON form of several plans says about itself."""

_COUNTED = {
    Outlook.YES: "answered",
    Outlook.PERHAPS: "perhaps answered",
    Outlook.PARTLY: "answered in part",
    Outlook.NO: "unknown",
}
_STYLES = {Outlook.PERHAPS: "yellow", Outlook.PARTLY: "yellow", Outlook.NO: "red"}
_NAMED = 8


def as_json(plans: Sequence[AuditPlan]) -> str:
    """Return plans as one JSON object."""
    found = [_json_of(plan) for plan in plans]
    return encode(found[0] if len(found) == 1 else {"schema": SCHEMA_OF_SEVERAL, "plans": found})


def as_text(plans: Sequence[AuditPlan], screen: Screen) -> str:
    """Return plans for people."""
    from rich.padding import Padding
    from rich.text import Text

    console = screen.console()
    with console.capture() as capture:
        for number, plan in enumerate(plans):
            if number:
                console.print()
            for line in _head(plan):
                console.print(Text(terminal(line)))
            for found, named in _less_than_whole(plan).items():
                console.print()
                console.print(Text(terminal(_why(found)), style=_STYLES[found.outlook]))
                console.print(Padding(Text(terminal(", ".join(named))), (0, 0, 0, 2)))
            console.print()
            for line in _foot(plan):
                console.print(Text(terminal(line)))
    return capture.get()


def _head(plan: AuditPlan) -> Iterator[str]:
    where = plan.target.url or plan.target.path or ""
    yield f"{plan.target.name}  {where}".rstrip()
    about = ["none" if plan.origin is None else f"{plan.token}, from {plan.origin}"]
    if plan.scopes is not None:
        about.append(f"scopes {', '.join(plan.scopes) or 'none'}")
    if plan.role is not None:
        about.append(f"role {plan.role}")
    yield f"token: {'; '.join(about)}"
    yield f"asked: {', '.join(plan.asked)} (1 call)" if plan.asked else "asked: nobody"
    counts = (f"{plan.count(outlook)} {word}" for outlook, word in _COUNTED.items())
    yield f"rules: {', '.join(counts)}, {plan.disabled} not selected"
    yield from (f"note: {note}" for note in plan.notes)


def _less_than_whole(plan: AuditPlan) -> dict[Expected, list[str]]:
    """Return the rules that will not be answered as a whole, by what is expected of them."""
    found: dict[Expected, list[str]] = {}
    for outlook in reversed(Outlook):
        for rule in plan.rules:
            if rule.expected.outlook is outlook is not Outlook.YES:
                found.setdefault(rule.expected, []).append(f"{rule.id} {rule.slug}")
    return found


def _why(found: Expected) -> str:
    needs = f"; needs {found.needs}" if found.needs else ""
    return f"{_COUNTED[found.outlook]}: {found.reason}{needs}"


def _foot(plan: AuditPlan) -> Iterator[str]:
    for number, unlock in enumerate(plan.unlocks[:3]):
        rules = f"{len(unlock.rules)} rule{'s' if len(unlock.rules) > 1 else ''}"
        named = ", ".join(unlock.rules[:_NAMED]) + (", ..." if len(unlock.rules) > _NAMED else "")
        word = "unlocks most" if not number else "then"
        yield f"{word}: {unlock.needs}: {rules} ({named})"
    least, most = plan.calls
    calls = f"{least}" if least == most else f"{least} to {most}"
    left = "" if plan.left is None else f" of {plan.left:,} left this hour"
    fetched = f", and {plan.fetches} requests of git to clone it" if plan.fetches else ""
    yield f"costs: {calls} API calls{left}{fetched}"


def _json_of(plan: AuditPlan) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "target": {
            "kind": plan.target.kind,
            "name": plan.target.name,
            "path": plan.target.path,
            "url": plan.target.url,
        },
        "token": {
            "kind": plan.token,
            "origin": plan.origin,
            "scopes": plan.scopes,
            "role": plan.role,
        },
        "asked": plan.asked,
        "calls": {
            "least": plan.calls[0],
            "most": plan.calls[1],
            "left": plan.left,
            "git": plan.fetches,
        },
        "summary": {outlook.name.lower(): plan.count(outlook) for outlook in Outlook}
        | {"disabled": plan.disabled},
        "unlocks": [{"needs": one.needs, "rules": one.rules} for one in plan.unlocks],
        "rules": [_json_of_rule(rule) for rule in plan.rules],
        "notes": plan.notes,
    }


def _json_of_rule(rule: PlannedRule) -> dict[str, object]:
    return {
        "id": rule.id,
        "slug": rule.slug,
        "severity": rule.severity,
        "outlook": rule.expected.outlook.name.lower(),
        "reason": rule.expected.reason,
        "needs": rule.expected.needs,
    }
