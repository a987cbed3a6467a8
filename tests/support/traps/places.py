"""Working trees with links, pipes, devices and sizes that no reader must follow or await."""

import os
import socket
import stat
from pathlib import Path

from tests.support.hostile import DEPTH
from tests.support.traps.kinds import KINDS
from tests.support.traps.room import Room, Trap

_SPARSE = 5 << 30


def _links(room: Room) -> None:
    for number, path in enumerate(KINDS):
        place = room.empty(path)
        near = os.path.relpath(room.secret, place.parent)
        place.symlink_to((room.secret, near, room.outside, "/dev/zero", path, "..")[number % 6])
    room.repo.add()
    room.repo.git("commit", "-qm", "feat: links")


def _folders(room: Room) -> None:
    """Let each folder of the example lead out: what is tracked below it is seen through a link."""
    for folder in [one for one in room.files.iterdir() if one.is_dir() and one.name != ".git"]:
        there = room.outside / folder.name
        folder.rename(there)
        folder.symlink_to(there)


def _loops(room: Room) -> None:
    for path in ("README.md", "Dockerfile", ".github/CODEOWNERS", ".mailmap"):
        place = room.empty(path)
        place.symlink_to(place.name)
    for name, to in {"a": "b", "b": "a", "up": "..", "self": "."}.items():
        (room.files / "docs" / name).symlink_to(to)
    room.repo.add()
    room.repo.git("commit", "-qm", "feat: loops")


def _pipes(room: Room) -> None:
    room.commit({path: kind.sound for path, kind in KINDS.items()})
    for path in KINDS:
        if path != ".gitattributes":  # which keeps git itself waiting: a trap of its own
            os.mkfifo(room.empty(path))
    os.mkfifo(room.files / "untracked")
    for name in ("COMMIT_EDITMSG", "MERGE_HEAD", "info/exclude", "logs/HEAD", "description"):
        place = room.put(name, b"")
        place.unlink()
        os.mkfifo(place)


def _waiting(room: Room) -> None:
    room.repo.write({"README.md": "# changed\n"})
    for path in (".gitattributes", ".gitmodules"):
        os.mkfifo(room.empty(path))


def _devices(room: Room) -> None:
    room.commit({path: kind.sound for path, kind in KINDS.items()})
    for number, path in enumerate(KINDS):
        place = room.empty(path)
        kind, device = ((stat.S_IFCHR, (1, 5)), (stat.S_IFCHR, (5, 0)), (stat.S_IFBLK, (7, 99)))[
            number % 3
        ]
        if os.geteuid() == 0:
            os.mknod(place, 0o666 | kind, os.makedev(*device))
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(room.files)
        listening.bind("socket")
        os.chdir(here)


def _sparse(room: Room) -> None:
    room.commit({path: f"{kind.sound}#" for path, kind in KINDS.items()})
    for path in (*KINDS, "untracked"):
        (room.files / path).touch()
        os.truncate(room.files / path, _SPARSE)


def _levels(room: Room) -> None:
    above = os.open(room.files, os.O_RDONLY)
    for _ in range(DEPTH):
        os.mkdir("d", dir_fd=above)
        below = os.open("d", os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    for name in ("main.py", "README.md", "Dockerfile", "a.tf", ".gitignore", "b.yaml"):
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=above))
    os.close(above)
    oid = room.repo.git("hash-object", "-w", "--stdin")
    names = ("main.py", "README.md", "Dockerfile", "a.tf", ".gitignore", "b.yaml", ".env")
    lines = "".join(f"100644 {oid}\t{'d/' * DEPTH}{name}\0" for name in names)
    room.repo.git("update-index", "-z", "--index-info", stdin=lines)
    room.repo.git("commit", "-qm", "feat: levels")


def _unreadable(room: Room) -> None:
    """Turn files into folders and folders into files."""
    for path in ("README.md", "Dockerfile", ".github/CODEOWNERS", ".env"):
        room.empty(path).mkdir()
    for folder in ("app", "docs"):
        (room.files / folder).rename(room.files / f"old-{folder}")
        (room.files / folder).write_text("no folder\n")


def _programs(room: Room) -> None:
    """Lay what we import and run into the folder that we are started in."""
    sings = f"import os\nos.system('{room.canary} imported')\n"
    modules = ("rich", "git", "typer", "json", "yaml", "sitecustomize", "usercustomize", "conftest")
    files: dict[str, str] = {f"{name}.py": sings for name in (*modules, "setup")}
    files |= {f"{name}/__init__.py": sings for name in ("httpx", "google", "keyring", "msgspec")}
    files |= {"pyvenv.cfg": "home = .\n", "evil.pth": "import rich\n"}
    room.repo.write(files)
    programs = ("git", "zizmor", "kingfisher", "gh", "ssh", "gpg", "sh", ".venv/bin/zizmor")
    room.repo.write(
        {
            name if "/" in name else f"bin/{name}": f"#!/bin/sh\n{room.canary} run\n"
            for name in programs
        },
        executable=True,
    )
    room.repo.add()
    room.repo.git("commit", "-qm", "feat: programs")


def _configured(text: str, *, code: int) -> Trap:
    def configure(room: Room) -> None:
        room.commit({"autodevops.toml": text.replace("OUTSIDE", str(room.outside))})

    return Trap(make=configure, code=code)


def _linked_outputs(room: Room) -> None:
    """Lay links where a command writes that was told no place."""
    names = (
        *("autodevops-baseline.json", ".pre-commit-config.yaml", "fresh", ".gitignore"),
        *(".github/workflows/autodevops.yml", ".env.example", "report.json", ".commitlintrc.yml"),
    )
    for name in names:
        room.empty(name).symlink_to(room.secret)
    room.repo.add()
    room.repo.git("commit", "-qm", "feat: links")


PLACES: dict[str, Trap] = {
    "links out": Trap(make=_links),
    "folders that are links": Trap(make=_folders, example="bad-repo"),
    "loops": Trap(make=_loops),
    "pipes": Trap(make=_pipes),
    "pipes that git awaits": Trap(make=_waiting, heavy=True),
    "devices": Trap(make=_devices),
    "sparse files": Trap(make=_sparse, heavy=True),
    "1500 levels": Trap(make=_levels, heavy=True),
    "files as folders": Trap(make=_unreadable),
    "programs of its own": Trap(make=_programs, cold=True),
    "links where we write": Trap(make=_linked_outputs),
    "a linked configuration": Trap(
        make=lambda room: room.empty("autodevops.toml").symlink_to(room.secret), code=2
    ),
    "configuration in a pipe": Trap(
        make=lambda room: os.mkfifo(room.empty("autodevops.toml")), code=2
    ),
    "a guide outside": _configured('extends = "OUTSIDE/secret"\n', code=2),
    "a guide above": _configured('extends = "../outside/secret"\n', code=2),
    "a baseline outside": _configured('baseline = "../outside/secret"\n', code=2),
    "a configuration of escapes": _configured('a = "\x1b[31m"\n["::error::"]\n', code=2),
    "a deep configuration": _configured("a." * 20_000 + "b = 1\n", code=2),
    "a giant configuration": _configured(f'guide = "{"x" * 900_000}"\n', code=2),
}
"""Traps in a working tree, by what they are."""
