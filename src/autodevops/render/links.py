"""Addresses of places on GitHub."""

from autodevops.model.finding import Location
from autodevops.model.report import Target
from autodevops.render.escape import uri, web_address

_GITHUB = "https://github.com/"


def blob(location: Location, target: Target) -> str | None:
    """Return the page of a file as it was audited; None where GitHub doesn't host the target.

    A file's line that was changed since the commit may be another one there.
    """
    url = web_address(target.url)
    commit = location.commit or target.commit
    if location.path is None or url is None or commit is None or not url.startswith(_GITHUB):
        return None
    anchor = f"#L{location.line}" if location.line else ""
    return f"{url}/blob/{commit}/{uri(location.path)}{anchor}"
