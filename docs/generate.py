"""Writes the pages of `docs/` that come from the code: `python -m docs.generate`.

Run it after a rule's docstring, the guide or a command changed; `tests/test_docs.py` fails while a
page is out of date.
"""

from pathlib import Path

from autodevops.cli.app import app
from autodevops.rules.catalog import RULES
from autodevops.rules.pages import index, page
from docs.command_line import commands_page
from docs.config_schema import schema_page
from docs.guide_values import guide_page
from docs.picture import picture

REFERENCE = Path(__file__).resolve().parent / "reference"


def pages() -> dict[Path, str]:
    """Return the text of every generated page by its path."""
    folder = REFERENCE / "rules"
    return {
        **{folder / f"{rule.id}.md": page(rule) for rule in RULES},
        folder / "index.md": index(RULES),
        REFERENCE / "cli.md": commands_page(app),
        REFERENCE / "guide.md": guide_page(),
        REFERENCE.parent / "images" / "report.svg": picture(),
        REFERENCE / "autodevops.schema.json": schema_page(),
    }


def outdated() -> list[Path]:
    """Return the generated pages that are missing, different or of a rule that is gone."""
    wanted = pages()
    there = {*wanted, *(REFERENCE / "rules").glob("*.md")}
    return sorted(path for path in there if wanted.get(path) != _text(path))


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def main() -> None:
    """Bring every generated page up to date and name those that changed."""
    wanted = pages()
    for path in outdated():
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()
        print(path.relative_to(REFERENCE.parent))


if __name__ == "__main__":
    main()
