"""Git folders that lead out of the repository, or make git run what they name."""

import os
from pathlib import Path

from tests.support.repositories import Repository, run_git
from tests.support.traps.room import MARKER, Room, Trap

_REAL = "private/.git/worktrees/real"


def _private(room: Room) -> Repository:
    """Return a repository of somebody else, whose objects are not to be read."""
    private = Repository(room.outside / "private")
    private.commit("feat: private", {"secret": f"{MARKER}\n"})
    return private


def _included(room: Room) -> None:
    named = room.outside / "config"
    named.write_text(f"[core]\n\tfsmonitor = {room.canary} included\n\thooksPath = /x\n")
    os.mkfifo(room.outside / "pipe")
    room.configure(
        "[include]\n\tpath = OUTSIDE/config\n\tpath = ../../outside/config\n"
        '[includeIf "gitdir:/"]\n\tpath = OUTSIDE/config\n'
        '[includeIf "onbranch:**"]\n\tpath = OUTSIDE/config\n'
        '[includeIf "hasconfig:remote.*.url:**"]\n\tpath = OUTSIDE/config\n'
        '[remote "later"]\n\turl = https://example.com/x\n'
    )


def _included_pipe(room: Room) -> None:
    os.mkfifo(room.git_folder / "pipe")
    room.configure("[include]\n\tpath = pipe\n")


def _config_of_a_worktree(room: Room) -> None:
    room.configure("[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tworktreeConfig = true\n")
    room.put(
        "config.worktree",
        f"[core]\n\tworktree = {room.outside}\n\tfsmonitor = {room.canary} worktree\n",
    )


def _linked_config(room: Room) -> None:
    named = room.outside / "config"
    config = room.git_folder / "config"
    named.write_bytes(config.read_bytes())
    config.unlink()
    config.symlink_to(named)


def _promised(transport: str) -> Trap:
    def promise(room: Room) -> None:
        room.configure(
            "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = promised\n"
            f'[remote "promised"]\n\turl = {transport}\n\tpromisor = true\n'
            "\tpartialCloneFilter = blob:none\n"
        )
        for path in ("README.md", "Dockerfile", "app"):
            oid = room.repo.git("rev-parse", f"HEAD:{path}")
            (room.git_folder / "objects" / oid[:2] / oid[2:]).unlink()

    return Trap(make=promise)


def _alternates(line: str) -> Trap:
    def borrow(room: Room) -> None:
        private = _private(room)
        room.put("objects/info/alternates", line.replace("OUTSIDE", str(room.outside)) + "\n")
        room.put("objects/info/http-alternates", "http://127.0.0.1:9/\n")
        room.put("refs/heads/main", private.git("rev-parse", "HEAD") + "\n")

    return Trap(make=borrow)


def _linked_object(room: Room) -> None:
    private = _private(room)
    oid = private.git("rev-parse", "HEAD")
    for theirs in (private.path / ".git" / "objects").glob("??/*"):
        ours = room.put(f"objects/{theirs.parent.name}/{theirs.name}", b"")
        ours.unlink()
        ours.symlink_to(theirs)
    room.put("refs/heads/main", f"{oid}\n")


def _linked_graph(room: Room) -> None:
    room.repo.git("commit-graph", "write", "--reachable", "--split")
    for graph in (room.git_folder / "objects" / "info" / "commit-graphs").iterdir():
        there = room.outside / graph.name
        graph.rename(there)
        graph.symlink_to(there)


def _linked_folder(name: str, *, code: int = 1) -> Trap:
    def link(room: Room) -> None:
        place, there = room.git_folder / name, room.outside / "folder"
        place.rename(there)
        place.symlink_to(there)

    return Trap(make=link, code=code)


def _linked_file(name: str, *, code: int = 1) -> Trap:
    def link(room: Room) -> None:
        place = room.put(name, b"") if not (room.git_folder / name).exists() else None
        place = place or room.git_folder / name
        place.unlink()
        place.symlink_to(room.secret)

    return Trap(make=link, code=code)


def _git_file(room: Room) -> None:
    private = _private(room)
    (room.files / ".git").rename(room.files / "own")
    (room.files / ".git").write_text(f"gitdir: {private.path}/.git\n")


def _git_link(room: Room) -> None:
    private = _private(room)
    (room.files / ".git").rename(room.files / "own")
    (room.files / ".git").symlink_to(private.path / ".git")


def _common(room: Room) -> None:
    private = _private(room)
    room.put("commondir", f"{private.path}/.git\n")


def _worktrees(room: Room) -> None:
    room.put("worktrees/x/gitdir", f"{room.outside}/.git\n")
    room.put("worktrees/x/commondir", f"{room.outside}\n")
    room.put("worktrees/x/HEAD", b"\xff\0")
    room.put("worktrees/y", b"")
    (room.git_folder / "worktrees" / "z").symlink_to(room.outside)
    room.put("shallow", b"nonsense\n")


def _false_worktree(room: Room) -> None:
    private = _private(room)
    private.git("worktree", "add", "-q", "--detach", str(private.path / "real"))
    (room.files / ".git").rename(room.files / "own")
    (room.files / ".git").write_text(f"gitdir: {private.path}/.git/worktrees/real\n")


def _embedded(room: Room) -> None:
    bare = room.files / "embedded"
    Repository(bare, bare=True)
    run_git(room.files, "push", "-q", str(bare), "HEAD:refs/heads/main")
    with (bare / "config").open("a") as config:
        config.write(
            f"[core]\n\tbare = false\n\tworktree = {room.outside}\n"
            f"\tfsmonitor = {room.canary} embedded\n"
        )
    room.repo.add()
    room.repo.git("commit", "-qm", "feat: embedded")


def _inside_embedded(room: Room) -> None:
    _embedded(room)
    room.target = room.files / "embedded"


def _submodules(room: Room) -> None:
    inner = Repository(room.files / "inner")
    inner.commit("feat: inner", {"README.md": "# inner\n"})
    config = inner.path / ".git" / "config"
    config.write_text(
        f"{config.read_text()}\tfsmonitor = {room.canary} inner\n\tworktree = {room.outside}\n"
    )
    (room.files / "link").symlink_to(room.outside)
    told = (
        ("a", "inner", "ext::sh"),
        ("../../../outside", "../outside", "../outside"),
        ("x/../../y", "link/private", f"file://{room.outside}"),
        ("-u", "-c", "-u./x"),
        ("e\x1b[31m", "b\u202ed", "::error::"),
        ("absolute", str(room.outside), f"ssh://-oProxyCommand={room.canary}/x"),
    )
    modules = "".join(
        f'[submodule "{name}"]\n\tpath = {path}\n\turl = {url}\n\tupdate = !{room.canary}\n'
        for name, path, url in told
    )
    room.repo.write({".gitmodules": modules})
    (room.files / "gitfile").mkdir()
    (room.files / "gitfile" / ".git").write_text(f"gitdir: {room.outside}\n")
    room.put("modules/a/config", f"[core]\n\tfsmonitor = {room.canary} module\n")
    head = inner.git("rev-parse", "HEAD")
    lines = "".join(f"160000 {head}\t{path}\0" for path in ("inner", "-c", "gitfile", "link"))
    room.repo.git("update-index", "-z", "--index-info", stdin=lines)
    room.repo.git("add", ".gitmodules")
    room.repo.git("commit", "-qm", "feat: inner")


def _replaced(room: Room) -> None:
    private = room.repo.git("hash-object", "-w", "--stdin", stdin=f"{MARKER}\n")
    head = room.repo.git("rev-parse", "HEAD")
    readme = room.repo.git("rev-parse", "HEAD:README.md")
    other = room.repo.git("commit-tree", "HEAD^{tree}", "-m", "::error::other")
    room.put(f"refs/replace/{readme}", f"{private}\n")
    room.put(f"refs/replace/{head}", f"{other}\n")
    room.put("info/grafts", f"{head} {other}\n")
    room.put("shallow", f"{head}\n")


def _reftable(room: Room) -> None:
    room.configure("[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\trefStorage = reftable\n")
    room.put("reftable/tables.list", "../../../outside/secret\n")
    room.put("HEAD", "ref: refs/heads/.invalid\n")
    refs = room.git_folder / "refs"
    (refs / "heads" / "main").unlink()
    (refs / "heads").rmdir()
    (refs / "heads").write_text("this repository uses the reftable format\n")


def _foreign(room: Room) -> None:
    if os.geteuid() == 0:
        for place in (room.files, room.git_folder):
            os.chown(place, 65534, 65534)
    room.configure("[safe]\n\tdirectory = *\n")


def _hooks_elsewhere(room: Room) -> None:
    room.configure("[core]\n\thooksPath = ../outside/hooks\n")
    (room.outside / "hooks").mkdir()


def _linked_hooks(room: Room) -> None:
    (room.outside / "hooks").mkdir()
    hooks = Path(room.git_folder, "hooks")
    hooks.symlink_to(room.outside / "hooks")


def _filtered(room: Room) -> None:
    room.repo.commit(
        "feat: attributes",
        {
            ".gitattributes": "* filter=tripped diff=tripped text=auto eol=crlf ident\n"
            "[attr]binary -diff\n*.x working-tree-encoding=\x1b\n",
            "app/.gitattributes": "* filter=piped merge=tripped\n",
        },
    )
    room.repo.write({"README.md": "# changed\n", "app/main.py": "x = 1\n"})
    for place in room.files.glob("*"):
        os.utime(place, (1, 1), follow_symlinks=False)


GIT_FOLDERS: dict[str, Trap] = {
    "included configuration": Trap(make=_included, included=("config",)),
    "a pipe as included configuration": Trap(make=_included_pipe),
    "configuration of a worktree": Trap(make=_config_of_a_worktree),
    "a working tree outside": Trap(
        make=lambda room: room.configure("[core]\n\tworktree = OUTSIDE\n")
    ),
    "configuration outside": Trap(make=_linked_config, code=3, included=("config",)),
    "filters": Trap(make=_filtered),
    "objects promised by a program": _promised("ext::CANARY promised"),
    "objects promised over ssh": _promised("ssh://example.com/x"),
    "objects promised by a folder": _promised("OUTSIDE/private"),
    "borrowed objects": _alternates("OUTSIDE/private/.git/objects"),
    "objects borrowed by a relative path": _alternates("../../../outside/private/.git/objects"),
    "objects borrowed by a quoted path": _alternates('"OUTSIDE/private/.git/\\157bjects"'),
    "an object that is a link": Trap(make=_linked_object),
    "a graph that is a link": Trap(make=_linked_graph),
    "objects that are a link": _linked_folder("objects"),
    "refs that are a link": _linked_folder("refs", code=3),
    "a ref that is a link": _linked_file("refs/heads/main"),
    "a HEAD that is a link": _linked_file("HEAD", code=3),
    "an index that is a link": _linked_file("index", code=3),
    "packed refs that are a link": _linked_file("packed-refs", code=3),
    "a boundary that is a link": _linked_file("shallow", code=3),
    "a git file that leads out": Trap(
        make=_git_file, code=3, pointers=("private/.git", "private/.git/config")
    ),
    "a git folder that is a link": Trap(
        make=_git_link, code=3, pointers=("private/.git", "private/.git/COMMIT_EDITMSG")
    ),
    "a common folder outside": Trap(make=_common, code=3),
    "broken worktrees": Trap(make=_worktrees),
    "a worktree that nobody made": Trap(
        make=_false_worktree,
        code=3,
        pointers=tuple(f"{_REAL}/{name}" for name in ("", "gitdir", "commondir")),
    ),
    "a bare repository inside": Trap(make=_embedded),
    "inside a bare repository": Trap(make=_inside_embedded),
    "submodules": Trap(make=_submodules),
    "replaced objects": Trap(make=_replaced),
    "a table of refs": Trap(make=_reftable, code=3),
    "somebody else's": Trap(make=_foreign, code=3 if os.geteuid() == 0 else 1),
    "hooks elsewhere": Trap(make=_hooks_elsewhere),
    "hooks that are a link": Trap(make=_linked_hooks),
}
"""Traps in a git folder, by what they are."""
