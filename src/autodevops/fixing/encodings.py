"""Governance: configuration is plain UTF-8."""

import re

from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_COMMENT = re.compile(r"(?:^|\s)(?:#|//|;|--)")


@fixer("GV008", title="save the file as plain UTF-8", safety=Safety.SAFE)
def save_as_utf8(finding: Finding, site: Site) -> Answer:
    """Take the mark and invisible characters of comments away; decode UTF-16."""
    path = finding.subject
    content = site.data(path)
    if content is None:
        return Refusal("the file is not there any more")
    text = _decoded(content)
    if isinstance(text, Refusal):
        return text
    rows = text.split("\n")
    for number, row in enumerate(rows, start=1):
        if _hides_in_a_value(row):
            return Refusal(
                f"an invisible character in line {number} is part of a value: whether it "
                "belongs there is yours to say"
            )
    plain = "\n".join(_INVISIBLE.sub("", row) for row in rows)
    return site.write_data(path, plain.encode())


def _decoded(content: bytes) -> str | Refusal:
    """Return a file's text without its mark."""
    try:
        if content.startswith(_UTF_16):
            text = content.decode("utf-16")
        else:
            text = content.removeprefix(_BOM).decode()
    except UnicodeError:
        return Refusal(
            "it holds bytes that are not UTF-8, and in which encoding they are meant is not said"
        )
    return Refusal("what its NUL bytes stand for is not said") if "\0" in text else text


def _hides_in_a_value(row: str) -> bool:
    """Tell whether a line has an invisible character before its comment, among visible ones."""
    found = _INVISIBLE.search(row)
    if found is None or not _INVISIBLE.sub("", row).strip():
        return False
    begun = _COMMENT.search(row)
    return begun is None or begun.start() > found.start()
