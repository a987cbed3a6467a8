"""What a remote's URL tells about where a repository is hosted; credentials are dropped."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_URL = re.compile(r"(?:https?|ssh|git)://(?:[^/@]*@)?([A-Za-z0-9.-]+)(?::\d+)?/(.+)")
_SCP_LIKE = re.compile(r"(?:[^/@:]+@)?([A-Za-z0-9.-]+):(?!/)(.+)")
_USER = re.compile(r"(?<=://)[^/]*@")
_PATH = re.compile(r"[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)+")


class Hosted(NamedTuple):
    """Where a repository is hosted."""

    name: str
    """`owner/name`, or longer where groups nest."""
    url: str
    """`https://host/owner/name`."""


def addresses(remotes: Mapping[str, str]) -> Mapping[str, str]:
    """Return the address of each remote by its name, without credentials."""
    return {name: _USER.sub("", url) for name, url in remotes.items()}


def hosted(remotes: Mapping[str, str]) -> Hosted | None:
    """Return where the remote `origin`, or the only one, is hosted; None for a local path."""
    url = remotes.get("origin")
    if url is None and len(remotes) == 1:
        (url,) = remotes.values()
    found = url and (_URL.fullmatch(url) or (None if "://" in url else _SCP_LIKE.fullmatch(url)))
    if not found:
        return None
    host, path = found[1].lower(), found[2].strip("/").removesuffix(".git")
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        return None
    return Hosted(path, f"https://{host}/{path}")
