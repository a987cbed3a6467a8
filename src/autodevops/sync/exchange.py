"""Requests and answers over HTTP: who asks, patience, compression, nothing sent elsewhere."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import httpx
import msgspec

from autodevops import __version__
from autodevops.redaction import redact
from autodevops.sync.answers import SHOWN, is_passing
from autodevops.sync.project import Project
from autodevops.sync.refusals import BackendAwayError
from autodevops.sync.retrying import Patience, retry_after

_T = TypeVar("_T")
_NAME = f"autodevops/{__version__}"
_TIMEOUT = httpx.Timeout(60, connect=10)
_SMALL = 1_400
"""Bodies that fit into one packet gain nothing by compression."""
_KEEP = "everything stays in the outbox; push again later"


class Exchange:
    """Talks to one project; the key goes to its address only, redirects are not followed."""

    def __init__(self, project: Project, http: httpx.Client, patience: Patience) -> None:
        """Talk to a project through a client, with patience."""
        self._project = project
        self._http = http
        self._patience = patience
        self._takes_gzip = False

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Return the answer to a request, whatever it says, once it is whole.

        What may pass is asked again. Raises BackendAwayError when no answer comes.
        """
        attempt = 0
        while True:
            attempt += 1
            request = self._request(method, path, headers, content, params)
            try:
                response = self._http.send(request)
            except httpx.HTTPError as error:
                if not self._patience.wait(attempt, None):
                    raise self._unreachable(error) from None
                continue
            self._note_codings(response)
            asked = retry_after(response.headers.get("retry-after"))
            if not is_passing(response.status_code) or not self._patience.wait(attempt, asked):
                return response

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | None,
        params: Mapping[str, str] | None,
    ) -> httpx.Request:
        named = {
            "apikey": self._project.key.reveal(),
            "accept": "application/json",
            "user-agent": _NAME,
            "x-client-info": _NAME,
            **headers,
        }
        if content is not None:
            named["content-type"] = "application/json"
            if self._takes_gzip and len(content) > _SMALL:
                content = gzip.compress(content, 6, mtime=0)
                named["content-encoding"] = "gzip"
        return self._http.build_request(
            method, self._project.url + path, headers=named, content=content, params=params
        )

    def _note_codings(self, response: httpx.Response) -> None:
        """Remember whether the backend says that it inflates requests (RFC 7694).

        PostgREST itself does not, and neither does Supabase's gateway; a proxy of one's own may.
        """
        codings = response.headers.get("accept-encoding")
        if codings is not None:
            self._takes_gzip = "gzip" in {each.strip() for each in codings.lower().split(",")}

    def _unreachable(self, error: httpx.HTTPError) -> BackendAwayError:
        told = " ".join(redact(str(error)).split())[:SHOWN] or type(error).__name__
        return BackendAwayError(
            f"the backend at {self._project.host} can't be reached: {told}", advice=_KEEP
        )


def read(response: httpx.Response, shape: type[_T]) -> _T:
    """Return what a successful answer holds; raises BackendAwayError when it is something else."""
    try:
        return msgspec.json.decode(response.content, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BackendAwayError(
            "the backend's answer is not PostgREST's",
            advice=f"check SUPABASE_URL, and proxies between; {_KEEP}",
        ) from None


@contextmanager
def open_http() -> Iterator[httpx.Client]:
    """Give a client for one run."""
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
        yield client
