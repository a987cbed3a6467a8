"""Lists in GraphQL."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from graphql import GraphQLError, GraphQLResolveInfo

Info: TypeAlias = GraphQLResolveInfo[Any]
"""What a resolver is told."""
LARGEST_PAGE = 100
"""GitHub gives no more at once."""


def connection(items: Sequence[Any]) -> Callable[..., Any]:
    """Return the resolver of a list that is read in pages."""

    def field(
        _info: Info, first: int | None = None, after: str | None = None, **_: Any
    ) -> dict[str, Any]:
        if first is None:
            message = "You must provide a `first` or `last` value to properly paginate"
            raise GraphQLError(message)
        if first > LARGEST_PAGE:
            message = f"Requesting {first} records exceeds the `first` limit of 100 records."
            raise GraphQLError(message)
        start = int(after or 0)
        end = start + first
        return {
            "nodes": items[start:end],
            "edges": [{"node": one, "cursor": str(n)} for n, one in enumerate(items[start:end])],
            "totalCount": len(items),
            "pageInfo": {
                "hasNextPage": end < len(items),
                "hasPreviousPage": start > 0,
                "endCursor": str(end),
                "startCursor": str(start),
            },
        }

    return field
