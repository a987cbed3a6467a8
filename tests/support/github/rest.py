"""REST: the described world as GitHub's JSON, one function for each address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.github.access import denial, may, sees
from tests.support.github.world import Repository, Token, World


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that was understood."""

    world: World
    root: str
    """Address of the API."""
    token: Token | None
    parameters: dict[str, str]
    """Of the path."""
    query: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def repository(self) -> Repository:
        """Return the repository that the path names, if the token sees it."""
        full_name = f"{self.parameters['owner']}/{self.parameters['repo']}"
        found = self.world.find(full_name)
        if found is not None and sees(self.token, found):
            return found
        moved = self.world.moved(full_name)
        if moved is not None and sees(self.token, moved):
            raise MovedError(moved)
        raise RefusedError(404, "Not Found")


class MovedError(Exception):
    """The repository has another name."""

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository.full_name)
        self.repository = repository


class RefusedError(Exception):
    """GitHub says no."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An answer: a body, or the whole list that pages are cut from."""

    body: Any = None
    items: Sequence[Any] | None = None
    key: str | None = None
    """Where the items stand when a page is an object."""
    status: int = 200


Route = Callable[[Asked], Shown]
ROUTES: dict[tuple[str, str], Route] = {}
"""Method and described path, and what answers."""


def route(
    template: str, *, needs: str | None = None, method: str = "GET", level: str = "read"
) -> Callable[[Route], Route]:
    """Answer requests to a path with this function; `needs` is the permission they want."""

    def register(function: Route) -> Route:
        def guarded(asked: Asked) -> Shown:
            if needs is not None and not may(asked.token, asked.repository, needs, level):
                raise RefusedError(*denial(asked.token, needs, level))
            return function(asked)

        ROUTES[method, template] = guarded
        return function

    return register
