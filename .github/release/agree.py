"""Ends with 1 unless a tag, the package's version, the changelog and main agree.

python3 .github/release/agree.py v0.1.0
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def faults(tag: str, root: Path) -> Iterator[str]:
    """Yield what keeps a tag of the repository at `root` from being released."""
    source = (root / "src/autodevops/__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', source, re.MULTILINE)
    version = found[1] if found else "none"
    if tag != f"v{version}":
        yield f"the tag is {tag}, the package's version {version}"
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    heading = rf"^## \[{re.escape(tag[1:])}\] - \d{{4}}-\d\d-\d\d$"
    if not re.search(heading, changelog, re.MULTILINE):
        yield f"CHANGELOG.md has no dated section for {tag[1:]}"
    on_main = ["git", "merge-base", "--is-ancestor", "HEAD", "origin/main"]
    if subprocess.run(on_main, cwd=root, check=False).returncode:
        yield f"{tag} is not part of main"


if __name__ == "__main__":
    wrong = list(faults(sys.argv[1], Path.cwd()))
    print("\n".join(wrong) or f"{sys.argv[1]} can be released")
    sys.exit(1 if wrong else 0)
