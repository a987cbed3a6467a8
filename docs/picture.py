"""The picture of README.md: what the command prints about an example with four things amiss."""

import re
import tempfile
from datetime import timedelta
from functools import cache
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from autodevops import audit
from autodevops.render.interface import RenderOptions
from autodevops.render.text import render_text
from tests.support.memory import NOW
from tests.support.shop import Break, appended, lay_out, replaced

_FONT = re.compile(r"@font-face \{[^}]*\}\s*")
"""What Rich would load from elsewhere; the page's own fixed-width font does."""
WIDTH = 92
COMMAND = "$ autodevops audit"
CI = ".github/workflows/ci.yml"
AMISS: tuple[Break, ...] = (
    appended(".github/CODEOWNERS", "/frontend/ @acme/platform\n"),
    appended("README.md", "\nSee [the old plan](plan.md).\n"),
    replaced(CI, "    timeout-minutes: 10\n", ""),
)


@cache
def picture() -> str:
    """Return the picture as SVG; the same whenever and wherever it is drawn."""
    with tempfile.TemporaryDirectory() as folder:
        repo = lay_out("good-repo", Path(folder) / "shop")
        for change in AMISS:
            change(repo)
        repo.commit("feat: more tea", {})
        repo.checkout("feature/login", create=True)
        repo.commit("feat: log in", {"docs/login.md": "# Log in\n"}, at=NOW - timedelta(days=9))
        repo.checkout("main")
        report = audit(repo.path, now=NOW)
    shown = render_text([report], RenderOptions(width=WIDTH, color=True))
    console = Console(record=True, width=WIDTH, file=StringIO(), color_system="truecolor")
    console.print(Text(COMMAND, style="bold"))
    console.print(Text.from_ansi(shown))
    svg = console.export_svg(title="autodevops", theme=MONOKAI, unique_id="report")
    return _FONT.sub("", svg)
