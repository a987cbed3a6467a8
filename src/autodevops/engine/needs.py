"""What rules need, told from the parameters of rules and facts before anything runs."""

from collections.abc import Iterable
from functools import cache

from autodevops.engine.resolve import parameters, provided_type
from autodevops.facts._api import Provider
from autodevops.rules._api import Question


def needed(questions: Iterable[Question], providers: Iterable[Provider]) -> frozenset[Provider]:
    """Return the makers of all facts that rules ask for, directly or through other facts."""
    makers = {provided_type(provider): provider for provider in providers}
    found: set[Provider] = set()
    waiting = [one.wanted for question in questions for one in parameters(question)]
    while waiting:
        maker = makers.get(waiting.pop())
        if maker is not None and maker not in found:
            found.add(maker)
            waiting.extend(one.wanted for one in parameters(maker))
    return frozenset(found)


def depending_on(wanted: Iterable[Provider], providers: Iterable[Provider]) -> frozenset[type]:
    """Return the types of the facts that need one of these, directly or not; these included."""
    makers = {provided_type(provider): provider for provider in providers}
    ends = {provided_type(provider) for provider in wanted}

    @cache
    def depends(kind: type) -> bool:
        maker = makers.get(kind)
        return kind in ends or (
            maker is not None and any(depends(one.wanted) for one in parameters(maker))
        )

    return frozenset(kind for kind in makers if depends(kind))
