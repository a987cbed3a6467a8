"""Reads what a backend answers: the codes of PostgREST, of its gateway and of PostgreSQL.

https://docs.postgrest.org/en/stable/references/errors.html
"""

import httpx
import msgspec
from msgspec import Struct

from autodevops.errors import SyncError
from autodevops.redaction import redact
from autodevops.sync.refusals import (
    AuditPostponedError,
    AuditRefusedError,
    BackendAwayError,
    BackendStoppedError,
    NotAllowedError,
    NotSignedInError,
    SchemaError,
)

SHOWN = 300
"""Characters of a backend's message that are repeated."""
_BUSY = {408, 425, 429}
_NO_SCHEMA = {"PGRST202", "PGRST205", "42883", "42P01"}
_TOKEN = {"PGRST301", "PGRST303"}
_STATE = 5
"""Length of PostgreSQL's own codes."""
LOGIN = "sign in again: autodevops auth login supabase"
"""What to do when a session is over."""


class TooLargeError(Exception):
    """The request is longer than the backend takes."""


class ExpiredError(Exception):
    """The token is not valid any more, or never was."""


class PartsMissingError(Exception):
    """Not all parts of an upload are there any more."""


class _Body(Struct):
    code: str | int | None = None
    error_code: str | None = None
    error: str | None = None
    message: str | None = None
    msg: str | None = None
    error_description: str | None = None
    hint: str | None = None


class Said:
    """An answer that is no success, in its own words."""

    def __init__(self, response: httpx.Response) -> None:
        """Read what there is; a gateway may answer with a page instead of JSON."""
        self.status = response.status_code
        try:
            body = msgspec.json.decode(response.content, type=_Body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            body = _Body()
        code = body.error_code or (body.code if isinstance(body.code, str) else body.error)
        self.code = code or ""
        words = body.message or body.msg or body.error_description or response.reason_phrase
        text = " ".join(redact(words).split())[:SHOWN]
        self.text = f"{text} ({self.code or self.status})"

    @property
    def is_of_postgres(self) -> bool:
        """Tell whether the database itself said it: the backend is there, the statement failed."""
        return len(self.code) == _STATE and self.code.isalnum()


def is_passing(status: int) -> bool:
    """Tell whether the same request may well succeed a little later."""
    return status in _BUSY or status >= httpx.codes.INTERNAL_SERVER_ERROR


def raise_for(response: httpx.Response) -> None:
    """Raise what an answer means for an audit and for the run, if it is no success."""
    if response.is_success:
        return
    said = Said(response)
    match said.status:
        case 401 if said.code in _TOKEN:
            raise ExpiredError(said.text)
        case 413:
            raise TooLargeError(said.text)
        case 409 if said.code == "PT409":
            raise PartsMissingError(said.text)
        case 401 | 403 | 404:
            raise _closed(said)
        case status if is_passing(status):
            raise _failed(said)
        case 400 | 409 | 422:
            raise AuditRefusedError(said.text, advice="the report stays in the history")
        case _:
            raise BackendStoppedError(
                f"the backend answers with {said.status}: {said.text}",
                advice="check SUPABASE_URL",
            )


def _closed(said: Said) -> SyncError:
    """Return what a door means that doesn't open."""
    if said.code in _NO_SCHEMA:
        return SchemaError(
            f"the backend lacks our schema: {said.text}",
            advice="apply the migrations that `autodevops sync schema` prints",
        )
    if said.code == "42501":
        return NotAllowedError(
            f"the backend does not let you: {said.text}",
            advice="an owner of the organisation can make you a writer",
        )
    if said.status == httpx.codes.UNAUTHORIZED:
        return NotSignedInError(
            f"the backend does not know us: {said.text}",
            advice=f"check SUPABASE_PUBLISHABLE_KEY, then {LOGIN}",
        )
    return BackendStoppedError(
        f"the backend answers with {said.status}: {said.text}", advice="check SUPABASE_URL"
    )


def _failed(said: Said) -> SyncError:
    """Return what a failure means that didn't pass."""
    if said.is_of_postgres:
        return AuditPostponedError(
            f"the backend failed over it: {said.text}", advice="it stays in the outbox"
        )
    return BackendAwayError(
        f"the backend is not available: {said.status}, {said.text}",
        advice="everything stays in the outbox; push again later",
    )
