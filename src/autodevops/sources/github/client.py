"""Asks GitHub over REST and GraphQL; the one place that knows how, thread-safe.

    with GitHub(find(Service.GITHUB), at=endpoints(), etags=Etags(cache_folder())) as github:
        answer = github.get(path("repos", "acme", "shop"))
        if answer.unavailable is None: ...

What a token may not see, what a limit or a failure kept back: each is an `Unavailable` in the
answer, never an exception. Two things are raised, since nothing after them makes sense: a token
that GitHub does not accept (UnauthorizedError), and addresses no token may be sent to. A 404 is
Unavailable, too: who asks may know better from `Answer.status` and `Answer.message`.

A limit that lasts longer than `Patience` is kept in `limited`: the work goes on without asking
GitHub again until then, and whoever reports it must call the audit one in part (exit code 4).
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Self
from urllib.parse import quote, urlencode

import msgspec

from autodevops.credentials import Credential
from autodevops.errors import UnauthorizedError
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import UNREADABLE, Answer, GraphAnswer, Listing
from autodevops.sources.github.budget import (
    Budgets,
    Limit,
    Usage,
)
from autodevops.sources.github.endpoints import Endpoints
from autodevops.sources.github.etags import Etags, Remembered
from autodevops.sources.github.exchange import Exchange, Parsed
from autodevops.sources.github.graph import graph_answer, points
from autodevops.sources.github.patience import Clock, MachineClock, Patience
from autodevops.sources.github.permissions import (
    TokenKind,
    TokenRights,
    kind_of,
    scopes_in,
)
from autodevops.sources.github.replies import reply
from autodevops.sources.github.transport import ACCEPT, Counter, Request, Transport, Trouble

MOST_PAGES = 20
"""So many pages are read of one list unless the caller says otherwise."""
PER_PAGE = 100
"""Items on a page: the most that GitHub gives."""
_NOT_MODIFIED = 304

Parameters = Mapping[str, str | int]
"""What goes behind the question mark."""


def path(*segments: str | int) -> str:
    """Return the path of an address, each segment escaped; raises ValueError for `.` and `..`."""
    if any(str(segment) in {"", ".", ".."} for segment in segments):
        raise ValueError("a segment of an address is empty or made of dots")
    return "".join(f"/{quote(str(segment), safe='')}" for segment in segments)


class GitHub:
    """One GitHub server, asked with one token."""

    def __init__(
        self,
        token: Credential | None,
        *,
        at: Endpoints | None = None,
        etags: Etags | None = None,
        patience: Patience | None = None,
        clock: Clock | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """Ask `at` (github.com) with a token or anonymously; `say` is told about long waits.

        Without `etags` nothing is remembered for later.
        """
        self.at = at or Endpoints()
        """The addresses asked."""
        patience, clock = patience or Patience(), clock or MachineClock()
        self._etags = etags or Etags(None)
        self._name = "" if token is None else token.reveal()
        self._origin = "nowhere" if token is None else token.origin
        self._budgets = Budgets(patience=patience, clock=clock, say=say or _nobody)
        self._exchange = Exchange(
            transport=Transport(token, patience, self.at.api, self.at.graphql),
            budgets=self._budgets,
            patience=patience,
            clock=clock,
        )
        self._not_modified, self._points = Counter(), Counter()
        self._rights = TokenRights(kind=kind_of(token))
        self._unauthorized = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close connections and the store of ETags."""
        self._exchange.transport.close()
        self._etags.close()

    def stop(self) -> None:
        """Send nothing any more and end all waits: for other threads when a person interrupts."""
        self._budgets.stop()

    @property
    def rights(self) -> TokenRights:
        """Return what is known of the token; the first answer tells a classic token's scopes."""
        return self._rights

    @property
    def limited(self) -> Limit | None:
        """Return the limit that kept something back; None as long as there was none."""
        return self._budgets.limit

    def usage(self) -> Usage:
        """Return what was spent until now, and what is left."""
        return Usage(
            requests=int(self._exchange.transport.requests.value),
            not_modified=int(self._not_modified.value),
            retried=int(self._exchange.retried.value),
            points=int(self._points.value),
            waited=self._budgets.waited,
            left=self._budgets.left,
        )

    def get(self, path: str, params: Parameters | None = None) -> Answer:
        """Return what is at a path, such as `path("repos", owner, name)`.

        Raises UnauthorizedError when GitHub does not accept the token.
        """
        query = f"?{urlencode(sorted(params.items()))}" if params else ""
        return self._get(f"{self.at.api}{path}{query}")

    def pages(
        self, path: str, params: Parameters | None = None, *, most: int = MOST_PAGES
    ) -> Iterator[Answer]:
        """Yield the pages of a list; the last is Unavailable when it was not the list's end."""
        answer = self.get(path, {"per_page": PER_PAGE, **(params or {})})
        seen: set[str] = set()
        while True:
            yield answer
            following = answer.next_page
            if following is None:
                return
            if following in seen or len(seen) + 1 >= most:
                reason = f"GitHub's list is longer than the {len(seen) + 1} pages that were read"
                yield Answer(status=0, unavailable=Unavailable(reason, "a shorter list"))
                return
            seen.add(following)
            answer = self._get(following)

    def listing(self, path: str, *, key: str | None = None, most: int = MOST_PAGES) -> Listing:
        """Return the items of all pages; `key` names the list where a page is an object."""
        items: list[object] = []
        status, unavailable, message = 0, None, None
        for answer in self.pages(path, most=most):
            status, message = answer.status or status, answer.message
            data = answer.data
            found = data.get(key) if key is not None and isinstance(data, dict) else data
            unavailable = answer.unavailable
            if unavailable is None and not isinstance(found, list):
                unavailable = UNREADABLE
            if isinstance(found, list):
                items.extend(found)
        return Listing(status=status, items=tuple(items), unavailable=unavailable, message=message)

    def graphql(self, query: str, variables: Mapping[str, object] | None = None) -> GraphAnswer:
        """Return the answer to a query; ask for `rateLimit { cost }` in it to have it counted.

        Raises UnauthorizedError when GitHub does not accept the token.
        """
        if self._rights.kind is TokenKind.NONE:
            reason = "GitHub's GraphQL API answers nobody without a token"
            return GraphAnswer(unavailable=Unavailable(reason, "GitHub: a token"))
        posted = {"query": query, "variables": dict(variables or {})}
        outcome = self._run(Request(url=self.at.graphql, post=posted), "graphql")
        if isinstance(outcome, Parsed) and outcome.status == 200:  # noqa: PLR2004 - HTTP's "OK"
            self._points.add(points(outcome.data))
            return graph_answer(outcome.data)
        answer = reply(outcome, self._rights)
        return GraphAnswer(unavailable=answer.unavailable or UNREADABLE)

    def _get(self, url: str) -> Answer:
        key = self._etags.key(self._name, ACCEPT, url)
        known = self._etags.recall(key)
        etag = None if known is None else known.etag
        outcome = self._run(Request(url=url, etag=etag), "core")
        if known is not None and isinstance(outcome, Parsed) and outcome.status == _NOT_MODIFIED:
            self._not_modified.add(1)
            self._etags.touch(key)
            return Answer(status=200, data=known.data, next_page=known.next_page)
        answer = reply(outcome, self._rights)
        if isinstance(outcome, Parsed) and answer.status == 200:  # noqa: PLR2004 - HTTP's "OK"
            self._keep(key, outcome, answer)
        return answer

    def _keep(self, key: bytes, outcome: Parsed, answer: Answer) -> None:
        etag = outcome.headers.get("etag")
        if etag:
            body = msgspec.json.encode(answer.data)
            kept = Remembered(etag=etag, next_page=answer.next_page, body=body)
            self._etags.keep(key, kept)

    def _run(self, request: Request, resource: str) -> Parsed | Trouble | Limit:
        if self._unauthorized.is_set():
            raise self._refused()
        outcome = self._exchange.run(request, resource)
        if isinstance(outcome, Parsed):
            scopes = scopes_in(outcome.headers)
            if scopes is not None:
                self._rights = TokenRights(kind=self._rights.kind, scopes=scopes)
            if outcome.status == 401 and self._rights.kind is not TokenKind.NONE:  # noqa: PLR2004
                # Not tried again: GitHub shuts out who comes with a bad token too often.
                self._unauthorized.set()
                raise self._refused()
        return outcome

    def _refused(self) -> UnauthorizedError:
        return UnauthorizedError(
            f"GitHub does not accept the token from {self._origin}",
            advice="it may have expired or been revoked; set a new one in GITHUB_TOKEN, "
            "or run `autodevops auth login github`",
        )


def _nobody(_text: str) -> None:
    """Take note of nothing."""
