"""Writes the pages of `docs/` that come from the code: `python docs/generate.py`.

Run it after a rule's docstring changed; `tests/test_docs.py` fails while a page is out of date.
"""

from pathlib import Path

from autodevops.rules.catalog import RULES
from autodevops.rules.pages import index, page

DOCS = Path(__file__).resolve().parent
RULES_FOLDER = DOCS / "reference" / "rules"


def pages() -> dict[Path, str]:
    """Return the text of every generated page by its path."""
    return {RULES_FOLDER / f"{rule.id}.md": page(rule) for rule in RULES} | {
        RULES_FOLDER / "index.md": index(RULES)
    }


def outdated() -> list[Path]:
    """Return the generated pages that are missing, different or of a rule that is gone."""
    wanted = pages()
    found = {path: path.read_text("utf-8") for path in RULES_FOLDER.glob("*.md")}
    return sorted(
        path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path)
    )


def main() -> None:
    """Bring every generated page up to date and name those that changed."""
    RULES_FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in outdated():
        if path in wanted:
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()
        print(path.relative_to(DOCS))


if __name__ == "__main__":
    main()
