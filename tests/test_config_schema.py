"""Editors are told the same about a team's file as the program says."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from autodevops.errors import ConfigurationError
from autodevops.guide import load
from tests.support.snippets import in_force, snippets

SCHEMA = Path(__file__).resolve().parent.parent / "docs/reference/autodevops.schema.json"
VALIDATOR = Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))


def complaints(text: str) -> list[str]:
    """Return what an editor would underline; dates reach it as text."""
    plain: Any = json.loads(json.dumps(tomllib.loads(text), default=str))
    return [error.message for error in VALIDATOR.iter_errors(plain)]


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in snippets()])
def test_examples_and_documentation_fit(text: str) -> None:
    assert complaints(text) == []


def test_the_built_in_guide_fits() -> None:
    built_in = Path(load.__file__).with_name("staff-engineer.toml")
    assert complaints(built_in.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "[brnches]\n",
        "[branches]\ntype = 3\n",
        "[branches.types]\nfeature = 'long'\n",
        'fail-on = "loud"\n',
        '[severity]\nBR001 = "bad"\n',
        '[[waivers]]\nrule = "BR001"\nsubject = "x"\n',
        "services = [3]\n",
        "[services.known.app]\nwrong = 1\n",
        "[folders]\nextend-allowed = 'typings'\n",
        "[branches]\nextend-default = ['x']\n",
        "[lock]\nextend-rules = []\n",
    ],
)
def test_what_the_program_refuses_is_underlined(text: str) -> None:
    with pytest.raises(ConfigurationError):
        in_force(text)
    assert complaints(text)


@pytest.mark.parametrize(
    "text",
    [
        'services = ["app", {name = "api", folder = "api"}]\n',
        "services = []\n",
        "[branches]\nremove-forbidden = ['staging']\n",
        "[folders]\nextend-allowed = ['typings']\n",
        '[severity]\nBR = "low"\n',
    ],
)
def test_what_the_program_takes_is_not_underlined(text: str) -> None:
    assert complaints(text) == []
