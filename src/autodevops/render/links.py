"""Addresses of places on GitHub."""

import re

from autodevops.model.finding import Location
from autodevops.model.report import Target
from autodevops.render.escape import uri, web_address

_GITHUB = "https://github.com/"
_OID = re.compile(r"[0-9a-f]{7,64}")


def blob(location: Location, target: Target) -> str | None:
    """Return the page of a file as it was audited; None where GitHub doesn't host the target.

    A file's line that was changed since the commit may be another one there.
    """
    url = web_address(target.url)
    # A saved report may hold anything where an object id should be.
    commit = location.commit or target.commit or ""
    if location.path is None or url is None or not _OID.fullmatch(commit):
        return None
    if not url.startswith(_GITHUB):
        return None
    anchor = f"#L{location.line}" if location.line else ""
    return f"{url}/blob/{commit}/{uri(location.path)}{anchor}"
