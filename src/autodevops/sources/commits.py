"""Reads a commit object as git stores it."""

from autodevops.model.history import Commit
from autodevops.sources.moments import seconds


def parse_commit(oid: str, content: bytes) -> Commit:
    """Return what a commit's header and message say; a malformed part reads as empty or 0."""
    head, _, message = content.partition(b"\n\n")
    headers: dict[bytes, bytes] = {}
    parents = []
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"parent":
            parents.append(value.decode("ascii", "replace"))
        else:
            headers.setdefault(key, value)
    encoding = headers.get(b"encoding", b"utf-8").decode("ascii", "replace")
    author = _person(headers.get(b"author", b""), encoding)
    committer = _person(headers.get(b"committer", b""), encoding)
    return Commit(
        oid=oid,
        parents=tuple(parents),
        author_name=author[0],
        author_email=author[1],
        authored_at=author[2],
        committer_name=committer[0],
        committer_email=committer[1],
        committed_at=committer[2],
        message=_text(message, encoding),
        signed=b"gpgsig" in headers or b"gpgsig-sha256" in headers,
    )


def _person(written: bytes, encoding: str) -> tuple[str, str, int]:
    """Return name, email and time of `Name <email> 1700000000 +0100`."""
    who, _, when = written.rpartition(b"> ")
    name, _, email = who.partition(b"<")
    moment = seconds(when.partition(b" ")[0])
    return _text(name.strip(), encoding), _text(email, encoding), moment


def _text(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")
