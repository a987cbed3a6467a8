"""Secrets that a person types, or a script feeds in."""

import sys
from getpass import getpass

from autodevops.credentials import LARGEST, Credential, Service, fed
from autodevops.errors import UsageError
from autodevops.model.suggestion import nearest
from autodevops.redaction import remember

_WHAT = {Service.GITHUB: "token", Service.GEMINI: "API key", Service.SUPABASE: "access token"}


def named(text: str, *, email: str | None) -> Service:
    """Return the service of that name; raises UsageError for another."""
    try:
        service = Service(text.strip().lower())
    except ValueError:
        close = nearest(text, Service)
        advice = f"did you mean {close}?" if close else f"there are: {', '.join(Service)}"
        # Not quoted: whoever pasted the secret here finds it in no log.
        raise UsageError("there is no such service", advice=advice) from None
    if email is not None and service is not Service.SUPABASE:
        raise UsageError("--email is for supabase", advice=f"{service} takes a {_WHAT[service]}")
    return service


def secret(service: Service) -> Credential:
    """Return the token or key that a person types or standard input holds; raises UsageError."""
    text, origin = _typed(f"{service} {_WHAT[service]}")
    return Credential(service, text, origin)


def password(service: Service) -> str:
    """Return the password that a person types or standard input holds; raises UsageError."""
    text, origin = _typed(f"{service} password")
    text = text.removesuffix("\n").removesuffix("\r")
    if not text or len(text) > LARGEST or "\n" in text:
        raise UsageError(f"there is no password: {origin}", advice="it is one line, and not empty")
    remember(text)
    return text


def _typed(what: str) -> tuple[str, str]:
    """Return what was typed unseen, or fed in, and where it comes from."""
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass(f"{what} (not shown): "), "the terminal"
    return fed(), "standard input"
