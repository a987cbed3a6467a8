"""Merges rulesets and classic protection into what is in force for the default branch."""

from autodevops.model.settings import Protection
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github import classic
from autodevops.sources.github.demands import Demands, together
from autodevops.sources.github.graph_shapes import ClassicRule, UpdateRule
from autodevops.sources.github.permissions import TokenRights
from autodevops.sources.github.rulesets import demands_on, left_behind
from autodevops.sources.github.seen import Seen


def sees_all(seen: Seen, rights: TokenRights) -> bool:
    """Tell whether an administrator asks with a token that has all of its owner's rights.

    The role alone is not enough: a fine-grained token may lack what its owner has.
    """
    if seen.about.viewer_permission != "ADMIN":
        return False
    public = not seen.about.is_private and rights.has_scope("public_repo") is True
    return public or rights.has_scope("repo") is True


def is_open(seen: Seen, rights: TokenRights) -> bool:
    """Tell whether REST has to be asked for classic protection: GraphQL's null may mean hidden."""
    if isinstance(seen.classic, ClassicRule) or isinstance(seen.branch, Unavailable):
        return False
    doubtful = isinstance(seen.classic, Unavailable) or seen.update_rule is not None
    return seen.may_administer and (doubtful or not sees_all(seen, rights))


def protection(
    seen: Seen, rights: TokenRights, asked: Demands | Unavailable | None
) -> Protection | Unavailable:
    """Return what is in force; `asked` is what REST said of classic protection where `is_open`."""
    if isinstance(seen.branch, Unavailable):
        return seen.branch
    if seen.rulesets is None or isinstance(seen.rulesets, Unavailable):
        return seen.rulesets or Unavailable("GitHub tells of no rulesets", classic.HIDDEN.needs)
    by_classic, unseen, administers = _classic(seen, rights, asked)
    rules = demands_on(seen.rulesets, seen.branch, sees_bypass=administers)
    return together(seen.branch, (*rules, *by_classic), unseen or left_behind(seen.rulesets))


def _classic(
    seen: Seen, rights: TokenRights, asked: Demands | Unavailable | None
) -> tuple[tuple[Demands, ...], Unavailable | None, bool]:
    """Return classic demands, what is unseen of them, and whether the token sees everything."""
    if isinstance(seen.classic, ClassicRule):
        return (classic.of_rule(seen.classic),), None, True
    if not is_open(seen, rights) and sees_all(seen, rights):
        return (), None, True
    if is_open(seen, rights) and not isinstance(asked, Unavailable):
        return (() if asked is None else (asked,)), None, True
    shown = seen.update_rule
    known = (classic.of_update_rule(shown),) if isinstance(shown, UpdateRule) else ()
    return known, asked if isinstance(asked, Unavailable) else classic.HIDDEN, False
