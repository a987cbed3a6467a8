"""Every example, and every piece of configuration in the documentation, is accepted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from autodevops.errors import ConfigurationError
from autodevops.guide.files import ConfigFile, DiskFiles
from autodevops.guide.load import GuideInForce, load_guide
from autodevops.guide.names import RuleNames
from autodevops.guide.settings import GuideFile
from autodevops.guide.shape import fields
from autodevops.rules.catalog import RULES

ROOT = Path(__file__).resolve().parent.parent
NAMES = RuleNames.of((rule.id, rule.slug, rule.severity) for rule in RULES)


def snippets() -> Iterator[tuple[str, str]]:
    """Yield name and text of every example file and every TOML block in the documentation."""
    for path in sorted((ROOT / "examples").glob("*.toml")):
        yield path.name, path.read_text("utf-8")
    for path in sorted((ROOT / "docs").rglob("*.md")):
        for token in MarkdownIt().parse(path.read_text("utf-8")):
            if token.type == "fence" and token.info == "toml":
                yield f"{path.name}:{(token.map or [0])[0] + 1}", token.content


def in_force(text: str) -> GuideInForce:
    """Return the guide that a team's file of this text brings into force."""
    file = ConfigFile(path=str(ROOT / "autodevops.toml"), text=text, files=DiskFiles())
    return load_guide(NAMES, config=file)


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
