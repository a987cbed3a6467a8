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
    try:
        if content.startswith(_UTF_16):
            text = content.decode("utf-16")
        else:
            text = content.removeprefix(_BOM).decode()
    except UnicodeError:
        return Refusal(
            "it holds bytes that are not UTF-8, and in which encoding they are meant is not said"
        )
    if "\0" in text:
        return Refusal("what its NUL bytes stand for is not said")
    rows = text.split("\n")
    for number, row in enumerate(rows):
        found = _INVISIBLE.search(row)
        if found is None:
            continue
        begun = _COMMENT.search(row)
        if (
            row.strip(" \t\r")
            and _INVISIBLE.sub("", row).strip()
            and (begun is None or begun.start() > found.start())
        ):
            return Refusal(
                f"an invisible character in line {number + 1} is part of a value: whether it "
                "belongs there is yours to say"
            )
        rows[number] = _INVISIBLE.sub("", row)
    return site.write_data(path, "\n".join(rows).encode())
