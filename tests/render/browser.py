"""Headless Chromium, where the machine has one: pages as a person's browser makes them."""

import os
import re
import shutil
import subprocess
from functools import cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=10000",
)
_ON_CI = bool(os.environ.get("CI"))  # looked at before a test's environment is scrubbed
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def chromium() -> str:
    """Return the browser's path; without one the test is skipped, or fails where CI is set."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if _ON_CI:
        pytest.fail("there is no Chromium on this machine")
    pytest.skip("there is no Chromium on this machine")


def run(folder: Path, address: str, *flags: str) -> str:
    """Open an address and return what the browser prints."""
    profile = f"--user-data-dir={folder / 'profile'}"
    done = subprocess.run(
        [chromium(), *_FLAGS, profile, *flags, address],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def opened(folder: Path, page: str, fragment: str = "", *flags: str) -> str:
    """Return the document after its scripts have run, under the page's own policy."""
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    return run(folder, f"{path.as_uri()}{fragment}", "--dump-dom", *flags)


def asked(folder: Path, page: str, script: str, *flags: str) -> str:
    """Return what a script of ours writes into `answer(text)` on the loaded page."""
    ours = f"""<script>
      const answer = (text) => {{
        const made = document.createElement("pre");
        made.id = "answer";
        made.textContent = text;
        document.body.append(made);
      }};
      addEventListener("load", () => setTimeout(() => {{ {script} }}));
    </script></body>"""
    changed = _POLICY.sub("", page).replace("</body>", ours)
    document = opened(folder, changed, "", *flags)
    found = re.search(r'<pre id="answer">(.*?)</pre>', document, re.DOTALL)
    assert found is not None, "the page answered nothing"
    return unescape(found.group(1))


@cache
def axe() -> str:
    """Return axe-core, which judges accessibility."""
    spec = find_spec("axe_core_python")
    assert spec is not None
    assert spec.submodule_search_locations
    return (Path(spec.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")
