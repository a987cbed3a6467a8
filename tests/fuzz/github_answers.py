"""Parsers of what GitHub answers: bodies and headers, as functions of bytes."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any
from unittest.mock import patch

from autodevops.errors import AutodevopsError
from tests.fuzz.altered import document_or_raw, parts, text
from tests.fuzz.interface import Target
from tests.support.memory import NOW, snapshot_of


class Given:
    """Stands for the connection to GitHub: gives what the input makes of recorded answers."""

    def __init__(self, change: Callable[[str, bytes], tuple[int, dict[str, str], bytes]]) -> None:
        from autodevops.sources.github.transport import Counter

        self._change = change
        self.requests = Counter()

    def send(self, request: Any) -> Any:
        from autodevops.sources.github.transport import Received

        key = request.url.partition("?")[0].removeprefix("https://api.github.com")
        recorded = recorded_answers()
        body = recorded.get(key, b"{}")
        status, headers, changed = self._change(key, body)
        return Received(status=status, headers=headers, body=changed, url=request.url)

    def close(self) -> None:
        """There is nothing to close."""


def _github(data: bytes) -> None:
    """Answers of GitHub: the parts are changes to each answer, by the order of asking."""
    from msgspec.structs import replace

    from autodevops.credentials import Credential, Service
    from autodevops.sources.github.client import GitHub
    from autodevops.sources.github.groups import Group
    from autodevops.sources.github.names import RepositoryName
    from autodevops.sources.github.settings import read_settings
    from tests.fuzz.whole_repository import _audited
    from tests.support.github.clocks import PassingClock
    from tests.support.pipelines import CI, GOOD, SERVICES

    pieces = parts(data)

    def change(key: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        piece = pieces[sum(key.encode()) % len(pieces)]
        status = (200, 200, 200, 200, 403, 404, 304, 500)[piece[0] % 8 if piece else 0]
        headers = {"link": text(piece[1:]).replace("\n", ""), "date": text(piece[1:40])}
        headers |= dict.fromkeys(_HEADERS, text(piece[1:]))
        plain = json.loads(body)
        return status, headers if len(piece) % 3 else {}, document_or_raw(plain, piece[1:])

    name = RepositoryName("https://github.com", "acme", "shop")
    for token in (Credential(Service.GITHUB, "ghp_" + "x" * 36, "environment"), None):
        with patch("autodevops.sources.github.client.Transport", lambda *_: Given(change)):
            client = GitHub(token, clock=PassingClock(at=NOW.timestamp()))
        with client, suppress(AutodevopsError):
            from autodevops.batch.organisations import repositories_of

            settings = read_settings(client, [name], frozenset(Group), now=NOW)[name]
            snapshot = snapshot_of({**SERVICES, CI: GOOD})
            _audited(replace(snapshot, settings=settings))
            repositories_of(client, "acme", archived=False, forks=False)


_HEADERS = (
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "retry-after",
    "x-accepted-github-permissions",
    "x-oauth-scopes",
    "x-github-sso",
    "etag",
)


@cache
def recorded_answers() -> Mapping[str, bytes]:
    """Return what the stand-in answers about a repository in which there is something of all."""
    from autodevops.sources.github.client import GitHub
    from autodevops.sources.github.groups import Group
    from autodevops.sources.github.settings import read_settings
    from autodevops.sources.github.transport import Received, Transport
    from tests.sources.github.reading import name, shop
    from tests.support.github import Organization, Secret, Server, credential

    kept: dict[str, bytes] = {}
    with Server() as server:
        server.world.organizations["acme"] = Organization("acme", secrets=[Secret("ORG_KEY")])
        one = shop()
        server.world.add(one)
        send = Transport.send

        def noted(self: Transport, request: Any) -> Any:
            received = send(self, request)
            if isinstance(received, Received) and received.status == 200:
                key = request.url.partition("?")[0].removeprefix(server.at.api)
                key = "/graphql" if request.url == server.at.graphql else key
                kept.setdefault(key, received.body)
            return received

        for token in (credential(server.world.owner), None):
            with GitHub(token, at=server.at) as client:
                client._exchange.transport.send = noted.__get__(  # type: ignore[method-assign]
                    client._exchange.transport
                )
                read_settings(client, [name(one)], frozenset(Group), now=NOW)
    listed = b'[{"full_name": "acme/shop", "archived": false, "fork": true}]'
    return {**kept, "/orgs/acme/repos": listed}


def _headers(data: bytes) -> None:
    """Headers and addresses: of limits, of permissions, of where things moved."""
    from autodevops.sources.github import budget, permissions, replies
    from autodevops.sources.github.exchange import Parsed, worded
    from autodevops.sources.github.failures import refusal_in
    from autodevops.sources.github.names import RepositoryName
    from autodevops.sources.github.patience import Patience
    from autodevops.sources.github.permissions import TokenKind, TokenRights
    from autodevops.sources.github.renames import moved_to
    from autodevops.sources.github.transport import _host, _joined, _origin
    from autodevops.sources.process import GitError
    from autodevops.sync.retrying import retry_after
    from tests.support.github.clocks import PassingClock

    said = text(data)
    named = dict.fromkeys((*_HEADERS, "date", "link", "x-ratelimit-resource"), said)
    dated = named | dict.fromkeys(("x-ratelimit-limit", "x-ratelimit-remaining"), "0")
    for headers in (named, dated | {"x-ratelimit-reset": "1795348800"}):
        clock = PassingClock(at=NOW.timestamp())
        budgets = budget.Budgets(patience=Patience(), clock=clock, say=lambda _: None)
        budgets.note("core", headers)
        budgets.refused(headers, 1)
        budgets.enter("core")
        rights = TokenRights(kind=TokenKind.CLASSIC, scopes=permissions.scopes_in(headers))
        for status in (200, 403, 404):
            budget.is_secondary(status, headers, said)
            replies.reply(Parsed(status=status, headers=headers, data={"message": said}), rights)
    refused = refusal_in(GitError("git failed", said=said))
    assert refused.error(name := RepositoryName("https://github.com", "a", "b"), None).message
    assert name.clone_url.isascii()
    retry_after(said, NOW)
    assert "\n" not in worded(said)
    _origin(_joined("https://github.com/acme/shop.git", said))
    _host(said)
    home = "https://github.com"
    found = moved_to(f"{home}/acme/shop.git/info/refs", said, home)
    assert found is None or found.server == home


TARGETS: Mapping[str, Target] = {"github": _github, "headers": _headers}
"""Each by what it reads."""
