"""Ways in which a repository tries to execute something, to lead out or to break who reads it."""

import os
import socket
import stat
import struct
from collections.abc import Callable
from pathlib import Path

from tests.support.hostile import DEEP, DEPTH, bomb, spell
from tests.support.repositories import Repository

MARKER = "outside-5d41402a"
"""Stands in files that are none of the target's; no report may show it."""

Trap = Callable[[Repository, Path], None]
"""Makes a repository hostile; the folder is outside of it and not to be read."""

GIANT = "x" * 900_000
PLACES = (
    *("README.md", "Dockerfile", ".env", "package.json", "docker-compose.yml", ".gitignore"),
    *(".github/CODEOWNERS", ".github/workflows/ci.yml", "supabase/migrations/1_a.sql", ".mailmap"),
    *("infra/main.tf", "app/main.py", "CHANGELOG.md", ".gitattributes", ".dockerignore"),
)
"""Files that somebody reads."""


def _git(repo: Repository, name: str, content: bytes | str) -> None:
    place = repo.path / ".git" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content if isinstance(content, bytes) else content.encode())


def _empty(repo: Repository, path: str) -> Path:
    place = repo.path / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    return place


def _links(repo: Repository, outside: Path) -> None:
    for number, path in enumerate(PLACES):
        to = outside / "secret" if number % 2 else Path(os.path.relpath(outside / "secret"))
        _empty(repo, path).symlink_to(to)
    (repo.path / "docs").rename(repo.path / "old-docs")
    (repo.path / "docs").symlink_to(outside)
    (repo.path / "loop").symlink_to("loop")
    (repo.path / "scripts-too").symlink_to("..")
    repo.git("add", "-A")


def _pipes(repo: Repository, _outside: Path) -> None:
    for path in PLACES[:5]:
        os.mkfifo(_empty(repo, path))
    os.mkfifo(repo.path / "untracked")


def _devices(repo: Repository, _outside: Path) -> None:
    for path in PLACES[:4]:
        place = _empty(repo, path)
        if os.geteuid() == 0:
            os.mknod(place, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(repo.path)
        listening.bind("socket")
        os.chdir(here)


def _sparse(repo: Repository, _outside: Path) -> None:
    for path in PLACES:
        place = repo.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    repo.add()
    for path in PLACES:
        os.truncate(repo.path / path, 5 << 30)


def _levels(repo: Repository, _outside: Path) -> None:
    above = os.open(repo.path, os.O_RDONLY)
    for _ in range(DEPTH):
        os.mkdir("d", dir_fd=above)
        below = os.open("d", os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(os.open("main.py", os.O_CREAT | os.O_WRONLY, dir_fd=above))
    os.close(above)
    oid = repo.git("hash-object", "-w", "--stdin")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{'d/' * DEPTH}main.py")


def _nested(repo: Repository, outside: Path) -> None:
    inner = Repository(repo.path / "inner")
    inner.commit("feat: inner", {"README.md": "# inner\n"})
    inner.git("config", "core.fsmonitor", str(outside.parent / "canary"))
    inner.git("config", "core.worktree", str(outside))
    repo.write({".gitmodules": '[submodule "a"]\npath=inner\nurl=ext::sh\nupdate=!sh\n'})
    repo.git("add", "-A")
    (repo.path / "gitfile").mkdir()
    (repo.path / "gitfile" / ".git").write_text(f"gitdir: {outside}\n")


def _promised(repo: Repository, outside: Path) -> None:
    repo.git("config", "remote.origin.url", f"ext::{outside.parent / 'canary'}")
    repo.git("config", "remote.origin.promisor", "true")
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.partialClone", "origin")
    for path in ("README.md", "Dockerfile"):
        oid = repo.git("rev-parse", f"HEAD:{path}")
        (repo.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink(missing_ok=True)


def _included(repo: Repository, outside: Path) -> None:
    (outside / "config").write_text(f"[core]\n\tfsmonitor = {outside.parent / 'canary'}\n")
    with (repo.path / ".git" / "config").open("a") as config:
        config.write(f"[include]\n\tpath = {outside / 'config'}\n")
        config.write(f'[includeIf "gitdir:/"]\n\tpath = {outside / "config"}\n')
        config.write("[extensions]\n\tworktreeConfig = true\n")
    _git(repo, "config.worktree", f"[core]\n\tworktree = {outside}\n")


def _borrowed(repo: Repository, outside: Path) -> None:
    private = Repository(outside / "private")
    private.commit("feat: private", {"secret": f"{MARKER}\n"})
    _git(repo, "objects/info/alternates", f"{private.path}/.git/objects\n")
    _git(repo, "refs/heads/main", private.git("rev-parse", "HEAD") + "\n")


def _refs(repo: Repository, _outside: Path) -> None:
    head = repo.git("rev-parse", "HEAD")
    _git(repo, "refs/heads/garbage", b"\xff\0\x1b[31m")
    _git(repo, "refs/heads/gone", "1" * 40 + "\n")
    _git(repo, "refs/heads/a", "ref: refs/heads/b\n")
    _git(repo, "refs/heads/b", "ref: refs/heads/a\n")
    _git(repo, "refs/heads/" + "d/" * 500 + "x", head + "\n")
    _git(repo, "refs/heads/x.lock", head + "\n")
    _git(repo, f"refs/replace/{head}", head + "\n")
    _git(repo, "info/grafts", f"{head} {'2' * 40}\nnonsense\n")
    _git(repo, "packed-refs", b"# pack-refs with: \xff\nnonsense\n" + head.encode() + b" ../x\n")


def _commits(repo: Repository, _outside: Path) -> None:
    tree = repo.git("write-tree")
    parent = repo.git("rev-parse", "HEAD")
    for number, when in enumerate(("99999999999999999 +0000", "-1 +9999", "0 \x1b[31m", "")):
        text = (
            f"tree {tree}\nparent {parent}\nauthor \x1b[31m <::error::> {when}\ncommitter <> {when}"
            f"\nencoding \x07nonsense\n\n::error::\u202e\x9b31m {number}\n"
        )
        oid = repo.git(*("hash-object", "-t", "commit", "--literally", "-w", "--stdin"), stdin=text)
        _git(repo, f"refs/heads/feature/odd-{number}", oid + "\n")
        _git(repo, f"refs/tags/v1.{number}.0", oid + "\n")


def _torn(kind: str) -> Trap:
    def tear(repo: Repository, _outside: Path) -> None:
        oid = repo.git("rev-parse", kind)
        place = repo.path / ".git" / "objects" / oid[:2] / oid[2:]
        place.chmod(0o600)
        place.write_bytes(place.read_bytes()[:-5] + b"\0" * 5)

    return tear


def _pack(repo: Repository, _outside: Path) -> None:
    repo.git("gc", "-q")
    folder = repo.path / ".git" / "objects"
    for place in folder.glob("pack/*.pack"):
        place.chmod(0o600)
        place.write_bytes(place.read_bytes()[:200])
    _git(repo, "objects/info/commit-graph", b"CGPH\x01\x01\xff\xff" + b"\0" * 100)
    _git(repo, "objects/pack/multi-pack-index", b"MIDX" + b"\xff" * 100)


def _worktrees(repo: Repository, outside: Path) -> None:
    _git(repo, "worktrees/x/gitdir", f"{outside}/.git\n")
    _git(repo, "worktrees/x/commondir", f"{outside}\n")
    _git(repo, "worktrees/x/HEAD", b"\xff\0")
    _git(repo, "shallow", b"nonsense\n")


def _index(content: bytes) -> Trap:
    return lambda repo, _outside: _git(repo, "index", content)


def _head(content: bytes) -> Trap:
    return lambda repo, _outside: _git(repo, "HEAD", content)


def _giants(repo: Repository, _outside: Path) -> None:
    repo.write(
        {
            ".github/workflows/giant.yml": f"on: push\njobs: {{a: {{runs-on: {GIANT}}}}}\n",
            ".github/workflows/key.yml": f"? {GIANT}\n: 1\n",
            "docker-compose.yml": f'services: {{a: {{image: "{GIANT}"}}}}\n',
            "package.json": f'{{"name": "{GIANT}", "scripts": {{"{GIANT[:9000]}": "x"}}}}',
            "railway.toml": f'a = """{GIANT}"""\n',
            ".env": f"KEY={GIANT}\n",
            "Dockerfile": f"FROM a:1\nRUN {GIANT}\n",
            "infra/main.tf": f'a = "{GIANT}"\n',
            "app/main.py": f"x = '{GIANT}'\n",
            "supabase/migrations/1_a.sql": f"select '{GIANT}';\n",
            "README.md": f"# {GIANT}\n",
            ".github/CODEOWNERS": f"* {GIANT}\n{GIANT} @a\n",
            ".gitignore": f"{GIANT}\n",
            "grafana/dashboards/a.json": f'{{"panels": [{{"title": "{GIANT}"}}]}}',
        }
    )
    repo.commit(f"feat: {GIANT[:20_000]}")


def _deep(repo: Repository, _outside: Path) -> None:
    flood = bomb()
    repo.write({**DEEP, "docker-compose.yml": flood, "k8s/base/a.yaml": flood})
    repo.write({".github/workflows/flood.yml": flood, "mkdocs.yml": flood, "openapi.yaml": flood})
    repo.commit("feat: depth")


def _configured(text: str) -> Trap:
    def configure(repo: Repository, outside: Path) -> None:
        repo.write({"autodevops.toml": text.replace("OUTSIDE", str(outside))})

    return configure


TRAPS: dict[str, Trap] = {
    "names": lambda repo, _outside: spell(repo),
    "links out": _links,
    "pipes": _pipes,
    "devices": _devices,
    "sparse files": _sparse,
    "1500 levels": _levels,
    "nested repositories": _nested,
    "promised objects": _promised,
    "included configuration": _included,
    "borrowed objects": _borrowed,
    "broken refs": _refs,
    "odd commits": _commits,
    "a torn commit": _torn("HEAD"),
    "a torn tree": _torn("HEAD^{tree}"),
    "a torn blob": _torn("HEAD:README.md"),
    "a torn pack": _pack,
    "broken worktrees": _worktrees,
    "an index of nonsense": _index(b"\xff" * 1000),
    "an index that promises": _index(b"DIRC" + struct.pack(">II", 2, 0xFFFFFFFF) + b"\0" * 64),
    "a HEAD of nonsense": _head(b"\x1b[31m\xff\0"),
    "a HEAD that leads out": _head(b"ref: ../../outside/secret\n"),
    "giants": _giants,
    "depth and floods": _deep,
    "a guide outside": _configured('guide = "OUTSIDE/secret"\n'),
    "a baseline outside": _configured('baseline = "../outside/secret"\n'),
}
"""Each trap by what it is."""
