"""What mkdocs asks while it builds the site: links that leave `docs/` lead to the repository."""

import re
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_LINK = re.compile(r"(?<=\]\()(\.\./[^)\s#]*)(?=[)#])")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:  # noqa: ANN401 - mkdocs' own types
    """Return a page whose links to other files of the repository are whole addresses.

    Those that lead nowhere stay as they are, so that the build complains.
    """
    folder = PurePosixPath("docs", page.file.src_uri).parent

    def outside(link: re.Match[str]) -> str:
        path = normpath(folder / link[1])
        if path.startswith("docs/") or not (ROOT / path).exists():
            return link[1]
        return f"{config.repo_url}/blob/main/{path}"

    return _LINK.sub(outside, markdown)
