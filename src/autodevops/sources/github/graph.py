"""Reads the answer to a GraphQL query: data and errors side by side."""

from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import UNREADABLE, GraphAnswer, GraphError, hidden
from autodevops.sources.github.exchange import worded

MOST_ERRORS = 1000
"""So many errors of one answer are read."""


def graph_answer(body: object) -> GraphAnswer:
    """Return data and errors; without any data the first error tells why."""
    if not isinstance(body, dict):
        return GraphAnswer(unavailable=UNREADABLE)
    said = body.get("errors")
    listed = said[:MOST_ERRORS] if isinstance(said, list) else []
    errors = tuple(_error(error) for error in listed if isinstance(error, dict))
    data = body.get("data")
    if isinstance(data, dict):
        return GraphAnswer(data=data, errors=errors)
    return GraphAnswer(errors=errors, unavailable=_why(errors))


def points(body: object) -> int:
    """Return what a query cost, as far as it asked: 1 otherwise."""
    match body:
        case {"data": {"rateLimit": {"cost": int(cost)}}}:
            return cost
        case _:
            return 1


def _why(errors: tuple[GraphError, ...]) -> Unavailable:
    if not errors:
        return UNREADABLE
    return hidden(errors[0])


def _error(plain: dict[object, object]) -> GraphError:
    where = plain.get("path")
    steps = where if isinstance(where, list) else []
    kind = plain.get("type")
    return GraphError(
        path=tuple(step for step in steps if isinstance(step, str | int)),
        kind=kind if isinstance(kind, str) else "",
        message=worded(str(plain.get("message", ""))),
    )
