"""What is known of credentials, as text and JSON; their values are in neither."""

from collections.abc import Iterable, Iterator

from autodevops.accounts import Kept
from autodevops.render.escape import terminal
from autodevops.render.json_text import encode
from autodevops.standing import Standing, State

SCHEMA = "autodevops/auth/v1"
"""What the JSON form says about itself."""

_STATES = {
    State.NONE: "no credential",
    State.NOT_ASKED: "there",
    State.ACCEPTED: "accepted",
    State.REFUSED: "refused",
    State.UNKNOWN: "not verified",
}


def as_json(found: Iterable[Standing]) -> str:
    """Return what is known as one JSON object."""
    services = [
        {
            "service": one.service.value,
            "state": one.state.value,
            "origin": one.origin,
            "account": one.account,
            "permissions": None if one.permissions is None else list(one.permissions),
            "expires": one.expires,
            "note": one.note,
        }
        for one in found
    ]
    return encode({"schema": SCHEMA, "services": services})


def as_text(found: Iterable[Standing]) -> str:
    """Return what is known, a paragraph a service."""
    return "".join(f"{line}\n" for one in found for line in _lines(one))


def kept(done: Kept) -> Iterator[str]:
    """Yield what became of a credential that was to be kept."""
    one = done.standing
    account = f" for {one.account}" if one.account else ""
    yield f"{one.service}: kept in {done.keyring}{account} ({_STATES[one.state]})"
    if one.note:
        yield one.note
    if done.outdone_by is not None:
        yield f"{done.outdone_by} is set, and wins over the keyring as long as it is"


def _lines(one: Standing) -> Iterator[str]:
    parts = [_STATES[one.state]]
    if one.origin is not None:
        parts.append(f"from {one.origin}")
    if one.account is not None:
        parts.append(f"account {one.account}")
    if one.expires is not None:
        parts.append(f"until {one.expires}")
    yield terminal(f"{one.service}: {', '.join(parts)}")
    if one.permissions is not None:
        yield terminal(f"  may use: {', '.join(one.permissions) or 'nothing'}")
    if one.note is not None:
        yield terminal(f"  {one.note}")
