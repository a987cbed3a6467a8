"""Many results as one: who stands where, what fails most often, what no permission answers.

It is gathered result by result, so that nobody needs to hold all reports at once.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from autodevops.model.finding import Severity
from autodevops.model.report import Failure, Report, Result
from autodevops.model.verdict import Status, Verdict

WORST = 10
"""So many targets are named as the worst."""
_SERVICE = "GitHub: "
_NO_PERMISSION = "GitHub: rate limit"


class Audited(Struct, frozen=True, kw_only=True):
    """One audited target in numbers."""

    name: str
    """Its name."""
    conformance: float | None
    """As in the report."""
    coverage: float | None
    """As in the report."""
    counts: tuple[int, ...]
    """Open findings by severity, worst first."""
    unknown: int
    """Rules that stayed unknown."""
    is_complete: bool
    """Whether nothing was cut short."""
    is_empty: bool
    """Whether it has no commit yet."""

    @property
    def findings(self) -> int:
        """Return the number of open findings."""
        return sum(self.counts)

    @property
    def severities(self) -> tuple[tuple[Severity, int], ...]:
        """Return the numbers of open findings, worst first, zeros left out."""
        pairs = zip(reversed(Severity), self.counts, strict=True)
        return tuple((severity, count) for severity, count in pairs if count)


class FailingRule(Struct, frozen=True, kw_only=True):
    """How often a rule fails."""

    id: str
    """Rule id."""
    slug: str
    """Rule slug."""
    title: str
    """The good state."""
    severity: Severity
    """Default severity."""
    targets: int
    """Targets that fail it."""
    findings: int
    """Open findings over all targets."""


class MissingPermission(Struct, frozen=True, kw_only=True):
    """A permission that would answer what stayed unknown."""

    needs: str
    """The permission, as the reports name it."""
    rules: tuple[str, ...]
    """Ids of the rules that it would answer somewhere."""
    targets: int
    """Targets in which it is missing."""
    answers: int
    """Rules that it would answer, over all targets."""


class Fleet(Struct, frozen=True, kw_only=True):
    """What many results come to."""

    standings: tuple[Audited | Failure, ...]
    """Every target in its order; those that could not be audited, too."""
    rules: tuple[FailingRule, ...]
    """Rules by how many targets fail them."""
    permissions: tuple[MissingPermission, ...]
    """What is missing, what would answer most first."""
    unknown_otherwise: int
    """Rules that stayed unknown for other reasons, over all targets."""

    @property
    def audited(self) -> tuple[Audited, ...]:
        """Return the targets that could be audited."""
        return tuple(one for one in self.standings if isinstance(one, Audited))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return the targets that could not be audited."""
        return tuple(one for one in self.standings if isinstance(one, Failure))

    @property
    def worst(self) -> tuple[Audited, ...]:
        """Return the targets of lowest conformance that have findings, the worst first."""
        guilty = [one for one in self.audited if one.findings and one.conformance is not None]
        ordered = sorted(guilty, key=lambda one: (one.conformance, [-n for n in one.counts]))
        return tuple(ordered[:WORST])

    @property
    def empty(self) -> tuple[str, ...]:
        """Return the names of targets without a commit."""
        return tuple(one.name for one in self.audited if one.is_empty)


class FleetBuilder:
    """Takes one result after the other; keeps a few numbers of each."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._standings: list[Audited | Failure] = []
        self._named: dict[str, Verdict] = {}
        self._failing: Counter[str] = Counter()
        self._findings: Counter[str] = Counter()
        self._answers: dict[str, Counter[str]] = {}
        self._lacking: Counter[str] = Counter()
        self._otherwise = 0

    def add(self, result: Result) -> None:
        """Count a result."""
        if isinstance(result, Failure):
            self._standings.append(result)
            return
        self._standings.append(_audited(result))
        self._findings.update(finding.rule for finding in result.open_findings())
        lacking: set[str] = set()
        for verdict in result.rules:
            if verdict.status is Status.FAIL:
                self._named.setdefault(verdict.id, verdict)
                self._failing[verdict.id] += 1
            elif verdict.status is Status.UNKNOWN:
                # No permission shows what is nowhere on GitHub.
                if result.target.url is not None and _is_permission(verdict.needs):
                    lacking.add(verdict.needs or "")
                    self._answers.setdefault(verdict.needs or "", Counter())[verdict.id] += 1
                else:
                    self._otherwise += 1
        self._lacking.update(lacking)

    def fleet(self) -> Fleet:
        """Return what all of them come to."""
        return Fleet(
            standings=tuple(self._standings),
            rules=tuple(self._rules()),
            permissions=self._permissions(),
            unknown_otherwise=self._otherwise,
        )

    def _rules(self) -> Iterable[FailingRule]:
        for rule, count in self._failing.most_common():
            named = self._named[rule]
            yield FailingRule(
                id=rule,
                slug=named.slug,
                title=named.title,
                severity=named.severity,
                targets=count,
                findings=self._findings[rule],
            )

    def _permissions(self) -> tuple[MissingPermission, ...]:
        found = [
            MissingPermission(
                needs=needs,
                rules=tuple(sorted(rules)),
                targets=self._lacking[needs],
                answers=rules.total(),
            )
            for needs, rules in self._answers.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.answers, one.needs)))


def fleet_of(results: Iterable[Result]) -> Fleet:
    """Return what these results come to; they are read once, in their order."""
    builder = FleetBuilder()
    for result in results:
        builder.add(result)
    return builder.fleet()


def _audited(report: Report) -> Audited:
    summary = report.summary
    return Audited(
        name=report.target.name,
        conformance=summary.conformance,
        coverage=summary.coverage,
        counts=tuple(summary.findings.get(severity.value, 0) for severity in reversed(Severity)),
        unknown=summary.rules.get(Status.UNKNOWN, 0),
        is_complete=summary.complete,
        is_empty=report.target.commit is None,
    )


def _is_permission(needs: str | None) -> bool:
    """Tell a permission from another audit, a deeper clone or a later hour."""
    return needs is not None and needs.startswith(_SERVICE) and not needs.startswith(_NO_PERMISSION)
