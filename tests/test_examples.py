"""Every example, and every piece of configuration in the documentation, is accepted."""

import pytest

from autodevops.errors import ConfigurationError
from autodevops.guide.settings import GuideFile
from autodevops.guide.shape import fields
from tests.support.snippets import ROOT, in_force, snippets


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in snippets()])
def test_configuration_is_accepted(text: str) -> None:
    assert in_force(text.replace("ops/acme.toml", "examples/acme.toml")).guide.name


def test_a_mistake_in_a_snippet_would_be_noticed() -> None:
    with pytest.raises(ConfigurationError, match=r"autodevops.toml:2: .*`brnches`"):
        in_force("services = []\n[brnches]\n")


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs/reference/configuration.md").read_text("utf-8")
    sections = (ROOT / "docs/reference/guide.md").read_text("utf-8")
    known = fields(GuideFile)
    assert [
        key for key in known if f"`{key}`" not in text and f"\n## {key}\n" not in sections
    ] == []
