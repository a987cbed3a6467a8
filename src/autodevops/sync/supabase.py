"""Supabase as the backend: our functions and tables through PostgREST."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import httpx
import msgspec
from msgspec import Raw, Struct

from autodevops.sync.answers import (
    LOGIN,
    ExpiredError,
    PartsMissingError,
    TooLargeError,
    raise_for,
)
from autodevops.sync.bearers import ServiceRole, user_of
from autodevops.sync.exchange import Exchange, open_http, read
from autodevops.sync.interface import Bearer, Organisation
from autodevops.sync.payload import Payload
from autodevops.sync.project import project_from_environment, project_with_service_key
from autodevops.sync.refusals import AuditPostponedError, AuditRefusedError, NotSignedInError
from autodevops.sync.retrying import Patience
from autodevops.sync.session import Auth

LIMIT = 1 << 20
"""Bytes of findings in one request."""
SMALLEST = 1 << 14
"""A backend that refuses even such a request takes none."""
ANEW = 2
"""How often an upload is begun anew."""
_T = TypeVar("_T")


class _Stored(Struct):
    audit: str
    stored: bool


class Supabase:
    """A Supabase project with our schema."""

    def __init__(self, exchange: Exchange, bearer: Bearer, *, limit: int = LIMIT) -> None:
        """Ask through an exchange, in somebody's name."""
        self._exchange = exchange
        self._bearer = bearer
        self._limit = limit

    def schema_version(self) -> int:
        """Return which of our migrations the project has."""
        return self._call("autodevops_schema", b"{}", int)

    def organisations(self) -> tuple[Organisation, ...]:
        """Return the organisations that the caller may see, by slug."""
        response = self._ask(
            "GET", "/rest/v1/organisations", params={"select": "id,slug", "order": "slug.asc"}
        )
        return read(response, tuple[Organisation, ...])

    def push(self, organisation: str, payload: Payload) -> bool:
        """Store a whole audit or nothing of it; return False when it was there already.

        Findings that don't fit into one request go up in parts first; the call that names them
        stores all at once. A backend that takes less than expected gets smaller parts.
        """
        team = msgspec.json.encode(organisation)
        begun_anew = 0
        while True:
            try:
                return self._push(team, payload)
            except TooLargeError as error:
                if self._limit // 2 < SMALLEST:
                    raise AuditRefusedError(
                        f"it is too large: {error}", advice="raise the backend's limit"
                    ) from None
                self._limit //= 2
            except PartsMissingError as error:
                # Somebody ended an upload of the same name; the next try starts over.
                begun_anew += 1
                if begun_anew > ANEW:
                    raise AuditPostponedError(
                        f"its parts get lost: {error}", advice="push again later"
                    ) from None

    def _push(self, team: bytes, payload: Payload) -> bool:
        if len(payload.whole) <= self._limit:
            audit = payload.whole
        else:
            audit = self._in_parts(team, payload)
        body = b'{"organisation":%b,"audit":%b}' % (team, audit)
        return self._call("push_audit", body, _Stored).stored

    def _in_parts(self, team: bytes, payload: Payload) -> bytes:
        """Send the findings ahead and return what is left to send."""
        upload = payload.upload(self._limit)
        number = 0
        for number, part in enumerate(payload.parts(self._limit), 1):
            body = msgspec.json.encode(
                {
                    "organisation": Raw(team),
                    "audit": payload.audit_id,
                    "upload": upload,
                    "part": number,
                    "findings": Raw(part),
                }
            )
            self._call("push_part", body, int)
        return payload.ended(upload, number)

    def _call(self, function: str, body: bytes, shape: type[_T]) -> _T:
        return read(self._ask("POST", f"/rest/v1/rpc/{function}", content=body), shape)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Return a successful answer, with a fresh token if the last one has expired."""
        for is_second in (False, True):
            response = self._exchange.ask(
                method, path, headers=self._bearer.headers(), content=content, params=params
            )
            try:
                raise_for(response)
            except ExpiredError as error:
                if is_second or not self._bearer.renew():
                    raise NotSignedInError(
                        f"the backend does not take the token: {error}", advice=LOGIN
                    ) from None
            else:
                break
        return response


@contextmanager
def connect(
    *, service_role: bool = False, token: str | None = None, patience: Patience | None = None
) -> Iterator[Supabase]:
    """Give the project that the environment names, in the name of whoever is signed in.

    `service_role` asks with the service key, which no policy holds back; `token` is a file or `-`.
    Raises UsageError when no project is named, NotSignedInError when nobody is signed in.
    """
    project = project_with_service_key() if service_role else project_from_environment()
    with open_http() as http:
        exchange = Exchange(project, http, patience or Patience())
        bearer: Bearer
        if service_role:
            bearer = ServiceRole(project)
        else:
            bearer = user_of(project, Auth(exchange), option=token)
        yield Supabase(exchange, bearer)
