"""What judges a target: the guide in force with the team's file, the rules, the baseline."""

from collections.abc import Iterator
from contextlib import contextmanager

from autodevops.engine.plan import Planned, Selection, plan
from autodevops.errors import ConfigurationError, NotARepositoryError
from autodevops.guide.baseline import Baseline, load_baseline
from autodevops.guide.document import PYPROJECT
from autodevops.guide.files import DiskFiles, RepositoryFiles, config_at, discover
from autodevops.guide.load import GuideInForce, load_guide
from autodevops.guide.names import RuleNames
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot, Unavailable
from autodevops.request import Request, clock, mode_of
from autodevops.rules._api import Question
from autodevops.sources.files import Files
from autodevops.sources.locating import locate
from autodevops.targets import find, open_place


def rule_names() -> RuleNames:
    """Return the names by which configurations may speak of rules."""
    from autodevops.rules.catalog import RULES

    return RuleNames.of((rule.id, rule.slug, rule.severity) for rule in RULES)


def guide_in_force(request: Request, snapshot: Snapshot) -> GuideInForce:
    """Return the guide that judges a snapshot, with the team's file laid over it."""
    with _repository_files(request, snapshot) as files:
        config = config_at(request.config) if request.config else discover(files)
        return load_guide(rule_names(), guide=request.guide, config=config)


def guide_for(request: Request) -> GuideInForce:
    """Return the guide that would judge a target; outside a repository the one without a team."""
    place = find(request.target, mode_of(request), offline=request.offline)
    try:
        with open_place(place, now=clock()) as snapshot:
            return guide_in_force(request, snapshot)
    except NotARepositoryError:
        return guide_outside(request)


def guide_outside(request: Request) -> GuideInForce:
    """Return the guide that judges where a repository has no configuration of its own."""
    config = config_at(request.config) if request.config else None
    return load_guide(rule_names(), guide=request.guide, config=config)


def planned(request: Request, in_force: GuideInForce | None) -> tuple[Planned, ...]:
    """Return every rule, and whether this request and the configuration (if known) run it."""
    from autodevops.rules.catalog import RULES

    if in_force is None:
        alone = Selection(select_option=request.select, ignore_option=request.ignore)
        return plan(RULES, rule_names(), alone)
    settings = in_force.configuration
    selection = Selection(
        select=settings.select,
        ignore=settings.ignore,
        select_option=request.select,
        ignore_option=request.ignore,
        locked=settings.locked,
    )
    return plan(RULES, rule_names(), selection)


def asked(request: Request, in_force: GuideInForce | None = None) -> tuple[Question, ...]:
    """Return the questions of the rules that run; without a guide, as the command line has it."""
    return tuple(
        entry.rule.question for entry in planned(request, in_force) if entry.disabled is None
    )


def accepted(request: Request, in_force: GuideInForce, snapshot: Snapshot) -> frozenset[str]:
    """Return the fingerprints of the baseline, none without one."""
    if not request.with_baseline:
        return frozenset()
    if request.baseline is not None:
        text = DiskFiles().read(request.baseline)
        if text is None:
            raise ConfigurationError(
                "there is no such baseline", advice="check the path", path=request.baseline
            )
        return _unlocked(load_baseline(text, request.baseline), in_force)
    named = in_force.configuration.baseline
    if named is None:
        return frozenset()
    if isinstance(named.files, RepositoryFiles):
        with _repository_files(request, snapshot) as files:
            text = files.read(named.path)
    else:
        text = named.files.read(named.path)
    if text is None:
        raise ConfigurationError(
            f"{named.source}: the baseline {named.path} is not there",
            advice="take the key `baseline` out, or write the file",
        )
    return _unlocked(load_baseline(text, named.path), in_force)


@contextmanager
def _repository_files(request: Request, snapshot: Snapshot) -> Iterator[RepositoryFiles]:
    """Give the files that a configuration may be read from, as the audit sees them.

    In a working tree the team's file and its baseline count before they are tracked, too: whoever
    just wrote them means them.
    """

    def unread(path: str, reason: str) -> None:
        if path != PYPROJECT:
            raise ConfigurationError(
                reason, advice="make it readable, or name another with --config PATH"
            )
        # Other tools own the file: an audit goes on without it, and says so.
        snapshot.note_gap(path, reason)

    def tracked(path: str) -> str | None:
        entry = snapshot.by_path.get(path)
        if entry is not None and entry.kind is not EntryKind.FILE:
            unread(path, f"{path} is a {entry.kind}, which is not followed")
        view = snapshot.view()
        text = view.text(path, CONFIG_LIMIT)
        if view.gaps:
            unread(path, view.gaps[0].reason)
        return text

    is_remote = snapshot.target.path is None
    if request.staged or request.rev is not None or is_remote or not _has_files(request.target):
        yield RepositoryFiles(tracked)
        return
    with Files(locate(request.target).top) as files:

        def on_disk(path: str) -> str | None:
            if path in snapshot.by_path:
                return tracked(path)
            content = files.read(path, CONFIG_LIMIT) if files.holds(path) else None
            if isinstance(content, Unavailable):
                unread(path, content.reason)
            return content.decode("utf-8", "replace") if isinstance(content, bytes) else None

        yield RepositoryFiles(on_disk)


def _has_files(target: str) -> bool:
    return not locate(target).bare


def _unlocked(baseline: Baseline, in_force: GuideInForce) -> frozenset[str]:
    """Return the accepted fingerprints but for rules that a guide keeps on."""
    locked = in_force.configuration.locked
    return frozenset(entry.fingerprint for entry in baseline.entries if entry.rule not in locked)
