"""Repositories whose names and contents attack whoever reads or reports them."""

import os
from collections.abc import Mapping

from tests.support.repositories import Repository

DEPTH = 1500
"""Nesting far beyond what recursion bears."""

NAMES = (
    "a\x1b[31mred",
    "new\nline",
    "b\u202eidi",
    "::error::x",
    "-option",
    "<script>alert(1)<",
    "=cmd()|'x'",
    "a%0A::warning::x",
    "`tick`",
    "##[error]x",
    "c1\x9b31m",
    "\udcff\udcfe",
)
"""File names, each a trap for some way of showing it."""

_WORKFLOW = b"""\
on: push
jobs:
  "\\e[31mx\\n::error::":
    name: "\\u202e::error::<script>"
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ github.event.issue.title }}
      - uses: "a\\n::error::b"
"""
_FOLDERS = {".github/workflows": ".yml", "docs": ".md", "app": ".py", "<stuff>": ""}


def _deep(opening: str, closing: str = "") -> bytes:
    return (opening * DEPTH + closing * DEPTH).encode()


DEEP: Mapping[str, bytes] = {
    ".github/workflows/list.yml": _deep("[", "]"),
    ".github/workflows/block.yml": "\n".join(" " * n + "a:" for n in range(DEPTH)).encode(),
    "docker-compose.yml": b"services: " + _deep("{a: ", "}"),
    "package.json": _deep('{"a":') + b"1" + b"}" * DEPTH,
    "frontend/package.json": _deep("["),
    "grafana/dashboards/shop.json": _deep("[", "]"),
    "infra/railway/railway.toml": b"a." * 20_000 + b"a = 1",
    "railway.toml": b"a = " + b"9" * 6000,
    "railway.json": b"1",
    "supabase/migrations/20260301090000_a.sql": b"select " + _deep("(", ")") + b";",
    "infra/main.tf": b"a = " + _deep("[", "]"),
    "infra/blocks.tf": _deep("a {\n", "}\n"),
    "app/main.py": b"a = " + _deep("[", "]"),
    "app/chain.py": b"a" + b".b()" * 20_000,
    "workers/src/index.ts": b"const a = " + _deep("{a:", "}"),
    "frontend/src/app/page.tsx": _deep("<a>", "</a>"),
    "Dockerfile": b"FROM a\nRUN " + _deep("$(", ")"),
    "scripts/rotate.sh": _deep("if a; then "),
    "ops/runbook.md": _deep("> "),
    "ops/oncall_playbook.md": _deep("[", "]"),
    ".github/CODEOWNERS": b"**/" * DEPTH + b" @a",
    ".gitignore": b"a*" * DEPTH + b"b",
    ".dockerignore": b"[a-" * DEPTH,
}
"""A nested file of each kind that is parsed."""


def bomb() -> bytes:
    """Return YAML whose aliases expand to more than any memory holds."""
    first = "a0: &a0 [x, x, x, x, x, x, x, x, x]"
    further = (f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20))
    return "\n".join([first, *further]).encode()


def spell(repo: Repository) -> None:
    """Commit files, refs, authors and messages that attack a report, and links that lead out."""
    for number, name in enumerate(NAMES):
        for folder, ending in _FOLDERS.items():
            content = (
                _WORKFLOW if ending == ".yml" else f"import os  # {number} \x1b[31m\n".encode()
            )
            _write(repo, f"{folder}/{name}{ending}", content)
    _write(repo, ".github/CODEOWNERS", b"* @a\n/\x1b[31m @\x1b[2J\n::error:: @x\n\xe2\x80\xae @y\n")
    _write(repo, "README.md", b"# \x1b[31m\n[x](\x1b[31m::error::) [y](<a\xe2\x80\xaeb>)\n")
    _write(repo, "Dockerfile", b"FROM \x1b[31mx:latest\nRUN curl \x1b[2J | sh\n")
    repo.link("docs/passwd.md", "/etc/passwd")
    repo.link("app/loop", ".")
    repo.commit(
        "::error::\x1b[31m\n\n\x1b]0;x\x07 <script>",
        author="\x1b[31m::error:: <=cmd@example.com>",
    )
    for name in ("b\u202eidi", "<script>alert", "=cmd()|'x'", "a%0Ax", "feat/`tick`"):
        repo.branch(name)
        repo.tag(f"v1{name}")
    packed = repo.path / ".git" / "packed-refs"
    head = repo.git("rev-parse", "HEAD").encode()
    packed.write_bytes(
        b"".join(head + b" refs/heads/" + odd + b"\n" for odd in (b"\x1b[31m", b"-x"))
    )


def _write(repo: Repository, path: str, content: bytes) -> None:
    place = os.fsencode(repo.path) + b"/" + path.encode("utf-8", "surrogateescape")
    os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120 - bytes
    with open(place, "wb") as file:  # noqa: PTH123 - bytes
        file.write(content)
