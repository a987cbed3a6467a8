"""Takes the values of known credentials out of any text that leaves the process."""

import base64
import threading
from urllib.parse import quote

SHOWN = 4
"""Characters of a secret that may be shown."""
SHORTEST = 12
"""Shorter values are no secrets that could be told from common words."""
REMOVED = "[secret removed]"
"""What stands where a secret stood in a text that leaves the machine."""
_known: dict[str, str] = {}
_lock = threading.Lock()


def mask(value: str) -> str:
    """Return what may be shown of a secret: its first four characters, of a short one none."""
    return f"{value[:SHOWN]}****" if len(value) >= 4 * SHOWN else "****"


def remember(value: str) -> None:
    """Know a secret from now on, in the spellings in which requests carry it."""
    if len(value) < SHORTEST:
        return
    shown = mask(value)
    with _lock:
        for spelling in (value, quote(value, safe=""), _basic(value)):
            _known[spelling] = shown


def redact(text: str) -> str:
    """Return a text without any secret that is known."""
    with _lock:
        spellings = sorted(_known.items(), key=lambda item: -len(item[0]))
    for spelling, shown in spellings:
        if spelling in text:
            text = text.replace(spelling, shown)
    return text


def _basic(value: str) -> str:
    """Return the value as git sends it over HTTP."""
    return base64.b64encode(f"x-access-token:{value}".encode()).decode()
