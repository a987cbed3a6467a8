"""A saved report that somebody wrote by hand: no text of it drives a terminal, in any format."""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from autodevops.errors import ConfigurationError
from autodevops.render.interface import Format, RenderOptions, render
from autodevops.render.saved import read_reports
from tests.support.samples import full_report

HOSTILE = "\x1b[31m\u202e\x9b2J\x07::error::x<b>`|]"
PLAIN = json.loads(render([full_report()], Format.JSON))
Path = tuple[str | int, ...]


def texts(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield where the texts of a document stand."""
    match value:
        case str():
            yield path
        case list():
            for at, item in enumerate(value):
                yield from texts(item, (*path, at))
        case dict():
            for key, item in value.items():
                yield from texts(item, (*path, key))


def changed(document: Any, path: Path) -> bytes:
    """Return a document with a hostile text added to one of it."""
    copy = json.loads(json.dumps(document))
    *above, last = path
    holder = copy
    for step in above:
        holder = holder[step]
    holder[last] += HOSTILE
    return json.dumps(copy).encode()


def is_read(content: bytes) -> bool:
    try:
        read_reports(content, "report.json")
    except ConfigurationError:
        return False
    return True


def assert_harmless(content: bytes) -> None:
    results = read_reports(content, "report.json")
    for wanted in Format:
        for verbose in (False, True):
            shown = render(results, wanted, RenderOptions(width=80, verbose=verbose))
            odd = {
                sign
                for sign in shown.replace("\r\n", "\n")
                if unicodedata.category(sign) in {"Cc", "Cf", "Cs"} and sign != "\n"
            }
            assert not odd, (wanted, odd)


def test_no_text_of_a_report_drives_a_terminal() -> None:
    document = PLAIN
    hostile = 0
    for path in texts(PLAIN):
        content = changed(document, path)
        if is_read(content):
            document, hostile = json.loads(content), hostile + 1
    assert hostile > 40
    assert_harmless(json.dumps(document).encode())


@pytest.mark.parametrize("path", [("target", "commit"), ("target", "url"), ("target", "branch")])
def test_what_links_are_made_of_is_harmless(path: Path) -> None:
    assert_harmless(changed(PLAIN, path))
