"""Names of repositories on GitHub, in every spelling that people paste.

Which server is meant, the variables of GitHub Actions say (`endpoints`); github.com by default.
"""

import os
import re
from urllib.parse import urlsplit

from msgspec import Struct

from autodevops.errors import TargetNotFoundError
from autodevops.sources.github.endpoints import SERVER_URL, endpoints

_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SCP_LIKE = re.compile(r"(?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+):(?!/)([^:]*)")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://.*", re.DOTALL)
_PORT_SAYS_WHICH = frozenset({"http", "https"})
_SCHEMES = _PORT_SAYS_WHICH | {"ssh", "git", "git+ssh", "git+https"}
_PAGES = frozenset(
    {
        "about",
        "apps",
        "collections",
        "customer-stories",
        "enterprise",
        "enterprises",
        "explore",
        "features",
        "login",
        "marketplace",
        "notifications",
        "orgs",
        "pricing",
        "search",
        "sessions",
        "settings",
        "sponsors",
        "stars",
        "topics",
        "trending",
        "users",
    }
)
"""First parts of addresses on github.com that belong to no account."""


class RepositoryName(Struct, frozen=True, order=True):
    """A repository on a GitHub server, as it was spelled."""

    server: str
    """Origin of the server, such as `https://github.com`."""
    owner: str
    """User or organisation."""
    name: str
    """The repository's own name."""

    def __str__(self) -> str:
        """Return `owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        """Return the address of its page."""
        return f"{self.server}/{self.owner}/{self.name}"

    @property
    def clone_url(self) -> str:
        """Return the address that git fetches from."""
        return f"{self.url}.git"

    @property
    def key(self) -> str:
        """Return what all spellings of one repository share; GitHub ignores case."""
        return self.url.lower()


def server_url() -> str:
    """Return the origin of the GitHub server in use; raises ConfigurationError for a wrong one."""
    return endpoints().server


def parse(text: str, *, server: str | None = None) -> RepositoryName | None:
    """Return the repository that a text names, None when it names none on the server.

    It takes `owner/name` and every address of the server: pages of the repository, what `git clone`
    takes, ssh remotes. Whether a folder of that name exists does not matter here; see `resolve`.
    """
    server = server or server_url()
    if _URL.fullmatch(text):
        return _from_url(text, server)
    host = urlsplit(server).hostname or ""
    first, _, rest = text.partition("/")
    if rest and first.lower() in {urlsplit(server).netloc.lower(), f"www.{host}"}:
        return _of_page(rest, server)
    scp_like = _SCP_LIKE.fullmatch(text)
    if scp_like:
        return _of_path(scp_like[2], server) if _same_host(scp_like[1], host) else None
    owner, _, name = text.removesuffix("/").partition("/")
    return _checked(owner, name, server)


def resolve(target: str) -> RepositoryName | None:
    """Return the repository on GitHub that a command's target names, None for a folder.

    What exists on this machine is a folder, and so is what begins with `.`, `/` or `~`. Raises
    TargetNotFoundError for an address that leads to no repository on the server.
    """
    if target.startswith((".", "/", "~", os.sep)) or _exists(target):
        return None
    found = parse(target)
    if found is None and (_URL.fullmatch(target) or _SCP_LIKE.fullmatch(target)):
        server = server_url()
        raise TargetNotFoundError(
            f"{_without_credentials(target)} is not a repository on {server}",
            advice=f"write {server}/OWNER/NAME; another GitHub server is named by {SERVER_URL} and "
            "GITHUB_API_URL; anything else is cloned first and audited as a folder",
        )
    return found


def _exists(target: str) -> bool:
    try:
        return os.path.lexists(target)
    except ValueError:
        return False


def _from_url(text: str, server: str) -> RepositoryName | None:
    try:
        parts, home = urlsplit(text), urlsplit(server)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or not _same_host(host, home.hostname or ""):
        return None
    if parts.scheme not in _PORT_SAYS_WHICH:
        return _of_path(parts.path.removeprefix("/"), server)
    if port not in {home.port, None if home.port else _default_port(parts.scheme)}:
        return None
    return _of_page(parts.path.removeprefix("/"), server)


def _same_host(host: str, server: str) -> bool:
    return host.lower() in {server, f"www.{server}", f"ssh.{server}"}


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _of_page(path: str, server: str) -> RepositoryName | None:
    """Return the repository that a page belongs to: its own, one of its files, a pull request."""
    owner, _, rest = path.partition("/")
    if owner.lower() in _PAGES:
        return None
    return _checked(owner, re.split(r"[/?#]", rest, maxsplit=1)[0], server)


def _of_path(path: str, server: str) -> RepositoryName | None:
    owner, _, name = path.removeprefix("/").removesuffix("/").partition("/")
    return _checked(owner, name, server)


def _checked(owner: str, name: str, server: str) -> RepositoryName | None:
    name = name.removesuffix(".git")
    if not _OWNER.fullmatch(owner) or not _NAME.fullmatch(name) or name in {".", "..", ".git"}:
        return None
    return RepositoryName(server, owner, name)


def _without_credentials(text: str) -> str:
    return re.sub(r"(?<=//)[^/]*@", "", text)
