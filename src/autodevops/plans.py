"""Says before an audit what it will answer, what it will not and why, and what it costs."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from autodevops.engine.needs import needed
from autodevops.facts.catalog import FACTS
from autodevops.facts.reads import HISTORY
from autodevops.facts.secrets import secret_history
from autodevops.fetching import shape_wanted
from autodevops.folders import cache_folder
from autodevops.guide.load import GuideInForce
from autodevops.inquiries import NO_TOKEN, groups_wanted, hosted_at
from autodevops.model.finding import Severity
from autodevops.model.report import Target
from autodevops.model.snapshot import Unavailable
from autodevops.policy import guide_in_force, guide_outside, planned
from autodevops.request import Request, clock
from autodevops.rules._api import Rule, Tier
from autodevops.sources.github.client import GitHub
from autodevops.sources.github.endpoints import endpoints
from autodevops.sources.github.etags import Etags
from autodevops.sources.github.groups import TOKEN
from autodevops.sources.github.names import RepositoryName, server_url
from autodevops.sources.github.outlook import (
    Expected,
    Outlook,
    Standing,
    ask_standing,
    calls_for,
    expected,
)
from autodevops.sources.github.permissions import TokenRights, kind_of
from autodevops.sources.github.shapes import Depth
from autodevops.sources.modes import Revision, WorkingTree
from autodevops.targets import find, github_token, open_place, unaudited

_ORDER = tuple(Outlook)
_NOT_HOSTED = "no remote of the repository leads to {server}"
_SHALLOW = Expected(
    outlook=Outlook.PERHAPS,
    reason="this is a shallow clone: older commits are missing",
    needs="`git fetch --unshallow`",
)
_YES = Expected(outlook=Outlook.YES)
_LEFT_OUT = Expected(
    outlook=Outlook.NO,
    reason="old versions of files are not looked through",
    needs="an audit without `--no-history`",
)


class PlannedRule(Struct, frozen=True, kw_only=True):
    """What is to be expected of one rule that runs."""

    id: str
    """Its id."""
    slug: str
    """Its readable name."""
    severity: Severity
    """Its default severity."""
    expected: Expected
    """Whether it will be answered."""


class Unlock(Struct, frozen=True, kw_only=True):
    """A permission, and the rules that it would answer better."""

    needs: str
    """The permission."""
    rules: tuple[str, ...]
    """Ids, in the catalogue's order."""


class AuditPlan(Struct, frozen=True, kw_only=True):
    """What an audit of one target would come to."""

    target: Target
    """The target; what only an audit knows is null."""
    token: str
    """What kind of token there is; `none` without one."""
    origin: str | None
    """Where the token comes from."""
    scopes: tuple[str, ...] | None
    """Scopes of a classic token, as far as they are known."""
    role: str | None
    """What the token's owner is in the repository, as far as it is known."""
    asked: tuple[str, ...]
    """What GitHub was asked for this plan; each cost one call."""
    left: int | None
    """Calls that are left of the hourly budget, as far as it is known."""
    rules: tuple[PlannedRule, ...]
    """The rules that run, in the catalogue's order."""
    disabled: int
    """How many rules don't run."""
    calls: tuple[int, int]
    """API calls that the audit will cost, at least and at most."""
    fetches: int
    """Requests of git that it takes to clone the repository; 0 for a folder."""
    notes: tuple[str, ...] = ()
    """What the plan could not take into account."""

    def count(self, outlook: Outlook) -> int:
        """Return how many rules have that outlook."""
        return sum(rule.expected.outlook is outlook for rule in self.rules)

    @property
    def unlocks(self) -> tuple[Unlock, ...]:
        """Return what would answer more, what answers most first."""
        by_needs: dict[str, list[str]] = {}
        for rule in self.rules:
            if rule.expected.needs is not None:
                by_needs.setdefault(rule.expected.needs, []).append(rule.id)
        ordered = sorted(by_needs.items(), key=lambda item: (-len(item[1]), item[0]))
        return tuple(Unlock(needs=needs, rules=tuple(ids)) for needs, ids in ordered)


class _Known(Struct, frozen=True, kw_only=True):
    """What was found out about a target without auditing it."""

    target: Target
    in_force: GuideInForce
    name: RepositoryName | None
    is_local: bool
    is_shallow: bool = False
    notes: tuple[str, ...] = ()


def plan_audit(request: Request, *, say: Callable[[str], None] | None = None) -> AuditPlan:
    """Return what an audit would come to.

    GitHub is asked one thing, about token and repository, and nothing with `offline`. Raises what
    an audit would when the target or the configuration can't be read.
    """
    known = _look(request)
    token = None if known.name is None else github_token()
    rights = TokenRights(kind=kind_of(token))
    standing: Standing | Unavailable = Standing(rights=rights)
    questions: tuple[str, ...] = ()
    if known.name is None:
        standing = Unavailable(_NOT_HOSTED.format(server=server_url()))
    elif known.is_local and token is None:
        standing = replace(NO_TOKEN, needs=TOKEN)
    elif not request.offline:
        with GitHub(token, at=endpoints(), etags=Etags(cache_folder()), say=say) as github:
            standing = ask_standing(github, known.name)
        questions = (f"GET /repos/{known.name}",)
        rights = standing.rights
    entries = planned(request, known.in_force)
    running = tuple(entry.rule for entry in entries if entry.disabled is None)
    seen = standing if isinstance(standing, Standing) else None
    groups = groups_wanted(rule.question for rule in running)
    return AuditPlan(
        target=known.target,
        token=rights.kind.value,
        origin=None if token is None else token.origin,
        scopes=None if rights.scopes is None else tuple(sorted(rights.scopes)),
        role=None if seen is None else seen.role,
        asked=questions,
        left=None if seen is None else seen.left,
        rules=tuple(_planned(rule, standing, known, request) for rule in running),
        disabled=len(entries) - len(running),
        calls=(0, 0) if seen is None else calls_for(groups, seen),
        fetches=0 if known.is_local else _fetches(request, known.in_force),
        notes=known.notes,
    )


def _look(request: Request) -> _Known:
    mode = WorkingTree() if request.rev is None else Revision(request.rev)
    place = find(request.target, mode, offline=False)
    if place.name is not None:
        note = "the repository's own configuration is only read by the audit"
        return _Known(
            target=unaudited(request.target),
            in_force=guide_outside(request),
            name=place.name,
            is_local=False,
            notes=() if request.config else (note,),
        )
    with open_place(place, now=clock()) as snapshot:
        history = snapshot.history
        return _Known(
            target=snapshot.target,
            in_force=guide_in_force(request, snapshot),
            name=hosted_at(snapshot),
            is_local=True,
            is_shallow=not isinstance(history, Unavailable) and history.shallow,
        )


def _planned(
    rule: Rule, standing: Standing | Unavailable, known: _Known, request: Request
) -> PlannedRule:
    found = [_of_settings(rule, standing), _of_history(rule, known, request)]
    worst = max(found, key=lambda one: _ORDER.index(one.outlook))
    return PlannedRule(id=rule.id, slug=rule.slug, severity=rule.severity, expected=worst)


def _of_settings(rule: Rule, standing: Standing | Unavailable) -> Expected:
    """Return what is to be expected of a rule for what it asks GitHub."""
    groups = groups_wanted([rule.question])
    if not groups:
        return _YES
    if isinstance(standing, Unavailable):
        worst = Expected(outlook=Outlook.NO, reason=standing.reason, needs=standing.needs)
    else:
        found = (expected(group, standing) for group in sorted(groups))
        worst = max(found, key=lambda one: _ORDER.index(one.outlook))
    # Files or commits answer a part of it.
    is_mixed = any(tier in {Tier.TREE, Tier.HISTORY} for tier in rule.tiers)
    if worst.outlook is Outlook.NO and is_mixed:
        return replace(worst, outlook=Outlook.PARTLY)
    return worst


def _of_history(rule: Rule, known: _Known, request: Request) -> Expected:
    makers = needed([rule.question], FACTS)
    if not request.history and secret_history in makers:
        return _LEFT_OUT
    return _SHALLOW if known.is_shallow and makers.intersection(HISTORY) else _YES


def _fetches(request: Request, in_force: GuideInForce) -> int:
    """Return how many requests of git a clone takes: a blobless one brings its files extra."""
    return 5 if shape_wanted(request, in_force).depth is Depth.COMMITS else 3
