"""Opens a target with all that the rules read of it, and no more of a repository on GitHub."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING

from autodevops.guide.load import GuideInForce
from autodevops.model.snapshot import Snapshot
from autodevops.policy import asked, guide_in_force
from autodevops.request import Request
from autodevops.targets import Place, open_place

if TYPE_CHECKING:
    from autodevops.sources.github.shapes import Shape


@contextmanager
def fetched(
    request: Request, place: Place, now: datetime, step: Callable[[str], None]
) -> Iterator[Snapshot]:
    """Open a target with all that its rules read; of a folder that is everything anyway."""
    if place.name is None:
        # Nobody asks a hook's audit about history.
        ahead = not (request.select or request.staged)
        with open_place(place, now=now, ahead=ahead) as snapshot:
            yield snapshot
        return
    shape = _shape_beforehand(request)
    with ExitStack() as stack:
        snapshot = stack.enter_context(open_place(place, now=now, shape=shape, say=step))
        # A guide in the repository may keep rules on that the command line leaves out.
        wanted = shape_wanted(request, guide_in_force(request, snapshot.view()))
        if not shape.holds(wanted):
            stack.close()
            snapshot = stack.enter_context(open_place(place, now=now, shape=wanted, say=step))
        yield snapshot


def shape_wanted(request: Request, in_force: GuideInForce | None = None) -> "Shape":
    """Return what an audit reads of a repository on GitHub.

    Without the guide in force, as far as the command line tells.
    """
    from autodevops.facts.catalog import FACTS
    from autodevops.sources.github.shapes import shape_for

    questions = asked(request, in_force)
    return shape_for(questions, FACTS, secret_history=request.history)


def _shape_beforehand(request: Request) -> "Shape":
    """Return what to fetch before the guide is known; of all rules without looking at them."""
    from autodevops.sources.github.shapes import WHOLE

    if request.select or request.ignore or not request.history:
        return shape_wanted(request)
    # The catalogues are loaded while git waits for the network.
    Thread(target=shape_wanted, args=(request,), daemon=True).start()
    return WHOLE
