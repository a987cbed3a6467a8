"""Which Supabase project is meant, and the key that opens its door."""

import os
from urllib.parse import urlsplit

from msgspec import Struct

from autodevops.credentials import Credential, Service, from_environment, may_be_sent_to
from autodevops.errors import UsageError

ADDRESS = "SUPABASE_URL"
"""Variable with the project's address."""
KEYS = ("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY")
"""Variables with the key that anybody may know."""
SERVICE_KEY = "SUPABASE_SERVICE_ROLE_KEY"
"""Variable with the key that no policy holds back."""


class Project(Struct, frozen=True, kw_only=True):
    """A Supabase project."""

    url: str
    """Its address, without a slash at the end."""
    key: Credential
    """What goes into the header `apikey`."""

    @property
    def host(self) -> str:
        """Return what tells its sessions from those of other projects."""
        return urlsplit(self.url).netloc


def project_from_environment() -> Project:
    """Return the project that the environment names, with its publishable key.

    Raises UsageError when it names none, or not safely.
    """
    return _project(*KEYS)


def project_with_service_key() -> Project:
    """Return the project that the environment names, with the key that no policy holds back.

    Raises UsageError when it names none.
    """
    return _project(SERVICE_KEY)


def address_from_environment() -> str:
    """Return the address of the project that the environment names; raises UsageError."""
    return _address(os.environ.get(ADDRESS, ""))


def is_named() -> bool:
    """Tell whether the environment names a project at all."""
    return bool(os.environ.get(ADDRESS, "").strip())


def _project(*variables: str) -> Project:
    url = address_from_environment()
    key = from_environment(Service.SUPABASE, *variables)
    if key is None:
        raise UsageError(
            f"there is no key for {url}: {variables[0]} is not set",
            advice="the project's dashboard shows its keys under Project Settings, API Keys",
        )
    return Project(url=url, key=key)


def _address(text: str) -> str:
    """Return a project's address as requests begin with it; raises UsageError."""
    address = text.strip().rstrip("/")
    if not address:
        raise UsageError(
            f"no backend is named: {ADDRESS} is not set",
            advice="set it to your project's address, such as https://abcd.supabase.co",
        )
    if may_be_sent_to(address):
        return address
    if may_be_sent_to(f"https://{address.partition('://')[2]}"):
        raise UsageError(
            f"{ADDRESS} does not begin with https://",
            advice="tokens go over TLS only; http:// is for this machine",
        )
    raise UsageError(
        f"{ADDRESS} is no address of a project",
        advice="write it as https://abcd.supabase.co",
    )
