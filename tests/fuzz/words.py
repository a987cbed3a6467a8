"""Parsers of options, variables and messages, and what escapes words: as functions of bytes."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from autodevops.errors import AutodevopsError
from tests.fuzz.altered import text
from tests.fuzz.interface import Target


def _options(data: bytes) -> None:
    """What stands in options and variables: a wrong one is a mistake with advice."""
    from autodevops.advice.gemini import BASE_URL, _address
    from autodevops.advice.interface import NoAdviceError
    from autodevops.advice.models import chosen, successor
    from autodevops.render.interface import format_named
    from autodevops.request import CLOCK, clock
    from autodevops.scaffolding import wishes
    from autodevops.sources.github.endpoints import API_URL, SERVER_URL, endpoints
    from autodevops.sources.github.names import parse, resolve
    from autodevops.sync.project import ADDRESS, address_from_environment

    said = text(data).replace("\0", "")
    readers = (
        format_named,
        wishes.name_of,
        wishes.owner_of,
        wishes.services_of,
        wishes.licence_of,
        wishes.holder_of,
        resolve,
        parse,
    )
    for read in readers:
        with suppress(AutodevopsError):
            read(said)
    with suppress(AutodevopsError):
        chosen(said, 1)
    successor(said, [said])
    named = {CLOCK: said, ADDRESS: said, BASE_URL: said, API_URL: said, SERVER_URL: said}
    with patch.dict(os.environ, named):
        for variable in (clock, address_from_environment, endpoints, _address):
            with suppress(AutodevopsError, NoAdviceError):
                variable()
        with suppress(AutodevopsError):
            assert endpoints({SERVER_URL: said}).account == endpoints({SERVER_URL: said}).account


def _message(data: bytes) -> None:
    from autodevops.facts._conventional import is_revert
    from autodevops.facts.commit_style import fault_of
    from autodevops.guide.load import built_in_guide
    from autodevops.guide.model import CommitPolicy
    from autodevops.hooks import _message as message_of

    with TemporaryDirectory() as folder:
        place = Path(folder) / "COMMIT_EDITMSG"
        place.write_bytes(data)
        message = message_of(str(place))
    is_revert(message)
    fault_of(message, built_in_guide().section(CommitPolicy))


def _escapes(data: bytes) -> None:
    from autodevops import redaction
    from autodevops.render import escape

    said = text(data)
    redaction.redact(said)
    for shown in (escape.terminal(said), escape.csv_cell(said), escape.markdown(said)):
        assert shown.isprintable()
    assert escape.ascii_only(escape.terminal(said)).isascii()
    for shown in (escape.markdown_code(said), escape.markdown_prose(said), escape.log_line(said)):
        assert shown.isprintable()
    assert "\n" not in escape.annotation_property(said)
    assert "<" not in escape.xml_text(said)
    assert escape.uri(said).isascii()


TARGETS: Mapping[str, Target] = {
    "options": _options,
    "message": _message,
    "escapes": _escapes,
}
"""Each by what it reads."""
