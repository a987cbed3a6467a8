"""Turns one request to the API into a status, headers and JSON, as GitHub would."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from tests.support.github import graph, rest_accounts, rest_actions, rest_protection, rest_pulls
from tests.support.github.published import (
    matching,
    mistake,
    request_mistake,
    unknown_parameters,
)
from tests.support.github.rest import ROUTES, Asked, MovedError, RefusedError, Shown
from tests.support.github.world import Token, World

LOADED = (rest_accounts, rest_actions, rest_protection, rest_pulls)
"""Importing them fills the table of routes."""


@dataclass(kw_only=True)
class Reply:
    """What goes back."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Api:
    """The API of one world."""

    world: World
    root: str

    def token_of(self, authorization: str) -> Token | None:
        """Return who asks; raises RefusedError for a token that nobody knows."""
        if not authorization:
            return None
        kind, _, value = authorization.partition(" ")
        found = self.world.tokens.get(value.strip())
        if kind.lower() not in {"bearer", "token"} or found is None:
            raise RefusedError(401, "Bad credentials")
        return found

    def rest(
        self, method: str, path: str, query: str, token: Token | None, body: bytes = b""
    ) -> Reply:
        """Answer a REST request."""
        found = matching(method, path)
        if found is None or (method, found[0]) not in ROUTES:
            mistakes = [f"the stand-in has no {method} {path}"]
            return Reply(status=404, body={"message": "Not Found"}, mistakes=mistakes)
        template, parameters = found
        given = dict(parse_qsl(query))
        posted = json.loads(body) if body else {}
        mistakes = [f"{template}: {name}?" for name in unknown_parameters(method, template, given)]
        if body and (wrong := request_mistake(method, template, posted)):
            mistakes.append(f"{method} {template} was sent {wrong}")
        asked = Asked(
            world=self.world,
            root=self.root,
            token=token,
            parameters={name: unquote(value) for name, value in parameters.items()},
            query=given,
            body=posted,
        )
        reply = self._answered(method, template, path, asked)
        wrong = mistake(method, template, reply.status, reply.body)
        if wrong is not None:
            mistakes.append(f"{template} answers {wrong}")
        reply.mistakes = mistakes
        return reply

    def graphql(self, body: bytes, token: Token | None, remaining: int) -> Reply:
        """Answer a GraphQL query."""
        if token is None:
            return Reply(status=401, body={"message": "This endpoint requires you to be authenti"})
        answered = graph.answer(self.world, token, json.loads(body), remaining)
        mistakes = [] if answered.mistake is None else [f"GraphQL: {answered.mistake}"]
        return Reply(status=200, body=answered.body, mistakes=mistakes)

    def _answered(self, method: str, template: str, path: str, asked: Asked) -> Reply:
        try:
            shown = ROUTES[method, template](asked)
        except RefusedError as refused:
            return Reply(
                status=refused.status,
                body={"message": refused.message, "documentation_url": "https://docs.github.com"},
                headers=refused.headers,
            )
        except MovedError as moved:
            rest = path.split("/", 4)[4:]
            place = "/".join([f"{self.root}/repositories/{moved.repository.id}", *rest])
            body = {"message": "Moved Permanently", "url": place}
            return Reply(status=301, body=body, headers={"Location": place})
        if shown.items is None:
            return Reply(status=shown.status, body=shown.body)
        return self._page(shown, path, asked.query)

    def _page(self, shown: Shown, path: str, query: Mapping[str, str]) -> Reply:
        items = list(shown.items or ())
        size = min(int(query.get("per_page", "30")), 100)
        page = int(query.get("page", "1"))
        cut = items[(page - 1) * size : page * size]
        headers = {}
        if page * size < len(items):
            following = urlencode({**query, "page": str(page + 1)})
            headers["Link"] = f'<{self.root}{path}?{following}>; rel="next"'
        body = cut if shown.key is None else {"total_count": len(items), shown.key: cut}
        return Reply(status=200, body=body, headers=headers)

    def by_number(self, path: str) -> str:
        """Return the path of a repository that is named by its number."""
        _, room, *named = path.split("/")
        if room != "repositories" or not named:
            return path
        number, *rest = named
        for repository in self.world.repositories.values():
            if str(repository.id) == number:
                return "/".join(["", "repos", repository.full_name, *rest])
        return path
