"""Headless Chromium, where the machine has one: pages as a person's browser makes them."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from html import escape, unescape
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
    return _answer(opened(folder, _asking(page, script), "", *flags))


def opened_each(folder: Path, page: str, fragments: Sequence[str]) -> list[str]:
    """Return the documents of several fragments after their scripts have run, as `opened` does."""
    (folder / "page.html").write_text(page, encoding="utf-8")
    return _framed(folder, [f"page.html{fragment}" for fragment in fragments])


def asked_each(folder: Path, pages: Sequence[str], script: str, *flags: str) -> list[str]:
    """Return what a script of ours writes into `answer(text)` on each of several pages."""
    addresses = []
    for number, page in enumerate(pages):
        addresses.append(f"page-{number}.html")
        (folder / addresses[-1]).write_text(_asking(page, script), encoding="utf-8")
    return [_answer(document) for document in _framed(folder, addresses, *flags)]


def _framed(folder: Path, addresses: Sequence[str], *flags: str) -> list[str]:
    """Return the documents that a single browser shows, each in a frame as large as its window.

    To start one takes longer than all that a test asks of a page.
    """
    frames = "".join(
        f'<iframe src="{escape(address)}" width="800" height="600"></iframe>'
        for address in addresses
    )
    script = """
      const seen = () => [...document.querySelectorAll("iframe")].map((e) => e.contentDocument);
      const tell = () => {
        const asked = seen().filter((e) => e.documentElement.dataset.asked);
        if (asked.some((e) => !e.querySelector("#answer"))) return setTimeout(tell, 10);
        answer(JSON.stringify(seen().map((e) => e.documentElement.outerHTML)));
      };
      tell();"""
    whole = _asking(f"<!doctype html><html><body>{frames}</body></html>", script)
    place = folder / "frames.html"
    place.write_text(whole, encoding="utf-8")
    reading = "--allow-file-access-from-files"
    document = run(folder, place.as_uri(), "--dump-dom", reading, *flags)
    documents: list[str] = json.loads(_answer(document))
    return documents


def _asking(page: str, script: str) -> str:
    ours = f"""<script>
      document.documentElement.dataset.asked = "by us";
      const answer = (text) => {{
        const made = document.createElement("pre");
        made.id = "answer";
        made.textContent = text;
        document.body.append(made);
      }};
      addEventListener("load", () => setTimeout(() => {{ {script} }}));
    </script></body>"""
    return _POLICY.sub("", page).replace("</body>", ours)


def _answer(document: str) -> str:
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
