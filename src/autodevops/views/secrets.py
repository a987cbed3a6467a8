"""Secrets by name: where they are used, where set, how old, when due. Never a value."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from autodevops.facts.services import Services
from autodevops.facts.workflow_secrets import WorkflowSecrets
from autodevops.guide.model import SecretPolicy
from autodevops.model.settings import StoredSecret, StoredSecrets
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.model.table import Table

_PROVIDED = "GITHUB_TOKEN"


def secrets_view(
    snapshot: Snapshot,
    workflows: WorkflowSecrets,
    stored: StoredSecrets | Unavailable,
    services: Services,
    policy: SecretPolicy,
) -> Table:
    """Secrets, where they are used and set, and when they are due."""
    demanded = policy.secrets if services.of_code else ()
    wanted = {secret.name.upper(): secret for secret in demanded}
    used: dict[str, dict[str, None]] = {}
    for one in workflows.used:
        used.setdefault(one.name, {})[one.path] = None
    kept: dict[str, list[StoredSecret]] = {}
    for each in stored.secrets if isinstance(stored, StoredSecrets) else ():
        kept.setdefault(each.name, []).append(each)
    rows: list[tuple[str, ...]] = []
    for name in sorted({*wanted, *used, *kept} - {_PROVIDED}):
        secret = wanted.get(name)
        known = (name, "" if secret is None else secret.purpose, ", ".join(used.get(name, ())))
        period = None if secret is None else policy.period(secret)
        rows += [(*known, *_stored(one, period, snapshot.now)) for one in kept.get(name, ())]
        if name not in kept:
            is_known = isinstance(stored, StoredSecrets) and stored.unseen is None
            rows.append((*known, "nowhere" if is_known else "unknown", "", _rhythm(period)))
    return Table(
        title="Secrets",
        columns=("secret", "purpose", "used in", "set in", "age", "due"),
        rows=tuple(rows),
        notes=tuple(_notes(workflows, stored)),
    )


def _stored(one: StoredSecret, period: timedelta | None, now: datetime) -> tuple[str, ...]:
    """Return where a secret is set, how old its value is and when that is due."""
    age = now - one.updated_at
    if period is None:
        return (one.place, f"{age.days} d", _rhythm(period))
    due = f"{(one.updated_at + period).date()}"
    return (one.place, f"{age.days} d", f"overdue since {due}" if age > period else due)


def _rhythm(period: timedelta | None) -> str:
    return "by hand" if period is None else f"every {period.days} d"


def _notes(workflows: WorkflowSecrets, stored: StoredSecrets | Unavailable) -> Iterator[str]:
    unseen = stored if isinstance(stored, Unavailable) else stored.unseen
    if unseen is not None:
        yield unseen.reason
    if workflows.takes_all:
        yield "a workflow hands on all secrets, so that any may be used"
