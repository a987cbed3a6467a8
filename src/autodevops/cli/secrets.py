"""Secrets that a person types, or a script feeds in."""

import sys
from getpass import getpass

from autodevops.credentials import LARGEST, Credential, Service
from autodevops.errors import UsageError
from autodevops.model.suggestion import nearest

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


def secret(service: Service, *, email: str | None) -> Credential:
    """Return what a person types unseen, or what standard input holds; raises UsageError."""
    what = "password" if email is not None else _WHAT[service]
    if sys.stdin is not None and sys.stdin.isatty():
        return Credential(service, getpass(f"{service} {what} (not shown): "), "the terminal")
    content = "" if sys.stdin is None else sys.stdin.read(LARGEST + 1)
    return Credential(service, content, "standard input")
