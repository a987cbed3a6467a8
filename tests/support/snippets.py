"""Configuration in the documentation and the examples."""

from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from autodevops.guide.files import ConfigFile, DiskFiles
from autodevops.guide.load import GuideInForce, load_guide
from autodevops.guide.names import RuleNames
from autodevops.rules.catalog import RULES

ROOT = Path(__file__).resolve().parents[2]
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
