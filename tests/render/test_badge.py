"""The badge and the data for one."""

import json
import xml.etree.ElementTree as ET

import pytest

from autodevops.render import Format, render
from tests.support.samples import failure, report


@pytest.mark.parametrize(
    ("ratio", "message", "color"),
    [
        (1.0, "100%", "#1a7f43"),
        (0.85, "85%", "#4d7c0f"),
        (0.7, "70%", "#8a5a00"),
        (0.0, "0%", "#b3261e"),
        (None, "unknown", "#6b7280"),
    ],
)
def test_the_badge_tells_the_conformance(ratio: float | None, message: str, color: str) -> None:
    one = [report(conformance=ratio)]
    told = json.loads(render(one, Format.SHIELDS))
    assert told == {
        "schemaVersion": 1,
        "label": "conformance",
        "message": message,
        "color": color,
    }
    image = ET.fromstring(render(one, Format.BADGE))  # noqa: S314 - our own text
    assert image.get("aria-label") == f"conformance: {message}"
    assert [element.text for element in image.iter("{http://www.w3.org/2000/svg}text")] == [
        "conformance",
        message,
    ]


def test_several_targets_have_the_median() -> None:
    several = [report(conformance=ratio) for ratio in (0.1, 0.9, 0.95)]
    assert json.loads(render(several, Format.SHIELDS))["message"] == "90%"


def test_what_was_not_audited_is_unknown() -> None:
    assert json.loads(render([failure()], Format.SHIELDS))["message"] == "unknown"
