"""Indexes, refs and objects that are broken, or that a reader drowns in."""

import hashlib
import os
import struct
import zlib
from collections.abc import Sequence

from tests.support.traps.room import Room, Trap

_EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def _index(entries: Sequence[tuple[str, int, str]], extensions: bytes = b"") -> bytes:
    """Return an index that git takes for sound: path, size on disk and object of each entry."""
    body = struct.pack(">4sII", b"DIRC", 2, len(entries))
    for path, size, oid in entries:
        name = path.encode("utf-8", "surrogateescape")
        entry = struct.pack(">10I", 1, 0, 1, 0, 0, 0, 0o100644, 0, 0, size)
        entry += bytes.fromhex(oid) + struct.pack(">H", min(len(name), 0xFFF)) + name
        body += entry + b"\0" * (8 - len(entry) % 8)
    body += extensions
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _leading_out(room: Room) -> None:
    size = room.secret.stat().st_size
    (room.files / "link").symlink_to(room.outside)
    paths = sorted(["../outside/secret", "link/secret", f"{room.secret}", ".git/config"])
    room.put("index", _index([(path, size, _EMPTY_BLOB) for path in paths]))


def _behind_a_link(room: Room) -> None:
    size = room.secret.stat().st_size
    room.repo.commit("feat: a file", {"link/secret": "x" * size, "link/.gitattributes": "x"})
    room.repo.write({"link/secret": None, "link/.gitattributes": None})
    (room.files / "link").rmdir()
    (room.files / "link").symlink_to(room.outside)
    (room.outside / ".gitattributes").write_text("* text\n")


def _of_index(content: bytes, *, code: int = 3) -> Trap:
    return Trap(make=lambda room: room.put("index", content), code=code)


def _torn_index(room: Room) -> None:
    content = (room.git_folder / "index").read_bytes()
    room.put("index", content[:-100] + b"\xff" * 80 + content[-20:])


def _split(room: Room) -> None:
    room.repo.git("update-index", "--split-index")
    shared = next(room.git_folder.glob("sharedindex.*"))
    shared.unlink()
    shared.symlink_to(room.secret)


def _collapsed(room: Room) -> None:
    """Leave folders out of the index: git makes them anew, and touches those that are the same."""
    room.repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "app")
    for place in (room.git_folder / "objects").glob("??/*"):
        os.utime(place, (1, 1))


def _refs(room: Room) -> None:
    head = room.repo.git("rev-parse", "HEAD")
    room.put("refs/heads/garbage", b"\xff\0\x1b[31m")
    room.put("refs/heads/gone", "1" * 40 + "\n")
    room.put("refs/heads/a", "ref: refs/heads/b\n")
    room.put("refs/heads/b", "ref: refs/heads/a\n")
    room.put("refs/heads/out", "ref: ../../outside/secret\n")
    room.put("refs/heads/" + "d/" * 500 + "x", head + "\n")
    room.put("refs/heads/x.lock", head + "\n")
    room.put("refs/heads/-option", head + "\n")
    room.put("refs/heads/e\x1b[31m::error::\u202e", head + "\n")
    room.put("refs/heads/one\ntwo", head + "\n")
    room.put("refs/remotes/origin/HEAD", "ref: refs/remotes/origin/gone\n")
    room.put("refs/tags/tree", room.repo.git("rev-parse", "HEAD^{tree}") + "\n")
    room.put("refs/stash", head + "\n")
    room.put(f"refs/replace/{head}", head + "\n")
    room.put("logs/refs/heads/main", b"\xff\0\x1b[31m\n" * 100)
    room.put("info/grafts", f"{head} {'2' * 40}\nnonsense\n")
    os.mkfifo(room.git_folder / "refs" / "heads" / "pipe")
    (room.git_folder / "refs" / "heads" / "out-link").symlink_to(room.outside)


def _long_names(room: Room) -> None:
    """Name files and branches beyond what a disk holds: 255 bytes a folder, 4,096 in all."""
    readme, head = room.repo.git("rev-parse", "HEAD:README.md"), room.repo.git("rev-parse", "HEAD")
    names = ("x" * 300, "x" * 5000, "d/" * 2500 + "x")
    ends = ("Dockerfile", "main.py", "requirements.txt", ".env")
    paths = [f".github/workflows/{'x' * 300}.yml", f"docs/{'x' * 300}.md"]
    paths += [f"{name}/{end}" for name in names for end in ends]
    lines = "".join(f"100644 {readme}\t{path}\0" for path in paths)
    room.repo.git("update-index", "-z", "--index-info", stdin=lines)
    room.repo.git("commit", "-qm", "feat: long names")
    refs = sorted(f"refs/{kind}/{name}" for kind in ("heads", "tags") for name in names)
    packed = "".join(f"{head} {ref}\n" for ref in refs)
    room.put("packed-refs", f"# pack-refs with: peeled fully-peeled sorted \n{packed}")


def _commits(room: Room) -> None:
    tree = room.repo.git("write-tree")
    parent = room.repo.git("rev-parse", "HEAD")
    signed = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n"
    dates = ("99999999999999999 +0000", "-1 +9999", "0 \x1b[31m", "", "1 +0000\0")
    for number, when in enumerate(dates):
        text = (
            f"tree {tree}\nparent {parent}\nauthor \x1b[31m <::error::> {when}\ncommitter <> {when}"
            f"\nencoding \x07nonsense\n{signed}\n::error::\u202e\x9b31m {number}\n"
        )
        oid = room.repo.git(
            *("hash-object", "-t", "commit", "--literally", "-w", "--stdin"), stdin=text
        )
        room.put(f"refs/heads/feature/odd-{number}", oid + "\n")
        tag = f"object {oid}\ntype commit\ntag \x1b[31m\ntagger x <y> {when}\n\n::error::\n{signed}"
        oid = room.repo.git(
            *("hash-object", "-t", "tag", "--literally", "-w", "--stdin"), stdin=tag
        )
        room.put(f"refs/tags/v1.{number}.0", oid + "\n")
    loop = room.repo.git("hash-object", "-t", "commit", "--literally", "-w", "--stdin", stdin="x\n")
    room.put("refs/heads/no-commit", loop + "\n")


def _torn(kind: str) -> Trap:
    def tear(room: Room) -> None:
        oid = room.repo.git("rev-parse", kind)
        place = room.git_folder / "objects" / oid[:2] / oid[2:]
        place.chmod(0o600)
        place.write_bytes(place.read_bytes()[:-5] + b"\0" * 5)

    return Trap(make=tear)


def _pack(room: Room) -> None:
    room.repo.git("gc", "-q")
    folder = room.git_folder / "objects"
    for place in folder.glob("pack/*.pack"):
        place.chmod(0o600)
        place.write_bytes(place.read_bytes()[:200])
    room.put("objects/info/commit-graph", b"CGPH\x01\x01\xff\xff" + b"\0" * 100)
    room.put("objects/pack/multi-pack-index", b"MIDX" + b"\xff" * 100)


def _loose(room: Room, kind: str, content: bytes, *, named: str | None = None) -> str:
    """Write an object as it is, whatever its name should be; return its name."""
    stored = f"{kind} {len(content)}".encode() + b"\0" + content
    oid = named or hashlib.sha1(stored, usedforsecurity=False).hexdigest()
    place = room.put(f"objects/{oid[:2]}/x", b"")
    place.unlink()
    (place.parent / oid[2:]).unlink(missing_ok=True)
    room.put(f"objects/{oid[:2]}/{oid[2:]}", zlib.compress(stored, 1))
    return oid


def _false_name(room: Room) -> None:
    for path in ("README.md", "Dockerfile"):
        oid = room.repo.git("rev-parse", f"HEAD:{path}")
        _loose(room, "blob", b"\x1b[31m::error::\n", named=oid)


def _inflating(room: Room) -> None:
    oid = _loose(room, "blob", b"#" * (200 << 20))
    lines = "".join(f"100644 {oid}\t{path}\0" for path in ("README.md", ".env", "app/big.py"))
    room.repo.git("update-index", "-z", "--index-info", stdin=lines)
    room.repo.git("commit", "-qm", "feat: much from little")


def _odd_tree(room: Room) -> None:
    blob = bytes.fromhex(room.repo.git("rev-parse", "HEAD:README.md"))
    names = (b"..", b".", b".git", b".GIT", b"git~1", b"a/b", b"../outside", b"/etc", b"a\x1b[31m")
    tree = _loose(room, "tree", b"".join(b"100644 " + name + b"\0" + blob for name in names))
    link = _loose(room, "blob", b"../../outside/secret")
    modes = b"".join(
        mode + b" m" + mode + b"\0" + bytes.fromhex(oid)
        for mode, oid in ((b"120000", link), (b"0", link), (b"777777", link), (b"160000", link))
    )
    odd = _loose(room, "tree", modes + b"40000 t\0" + bytes.fromhex(tree))
    commit = room.repo.git("commit-tree", odd, "-m", "feat: odd", "-p", "HEAD")
    room.put("refs/heads/main", commit + "\n")


def _within_itself(room: Room) -> None:
    """Make a branch of ten billion files, from trees that hold the one below ten times over."""
    commit = "HEAD"
    for content in ("one", "two"):
        held = room.repo.git("hash-object", "-w", "--stdin", stdin=content)
        kind = "100644 blob"
        for _ in range(10):
            lines = "".join(f"{kind} {held}\td{number}\n" for number in range(10))
            held, kind = room.repo.git("mktree", stdin=lines), "040000 tree"
        commit = room.repo.git("commit-tree", held, "-p", commit, "-m", f"feat: {content}")
    room.repo.git("update-ref", "refs/heads/feature/flood", commit)


STORES: dict[str, Trap] = {
    "an index of nonsense": _of_index(b"\xff" * 1000),
    "an empty index": _of_index(b""),
    "an index that promises": _of_index(b"DIRC" + struct.pack(">II", 2, 0xFFFFFFFF) + b"\0" * 64),
    "a torn index": Trap(make=_torn_index, code=3),
    "an index with an odd extension": _of_index(_index([], b"oddx" + b"\0\0\0\x04abcd")),
    "an index that leads out": Trap(make=_leading_out, code=3),
    "an index behind a link": Trap(make=_behind_a_link),
    "a split index outside": Trap(make=_split, code=3),
    "a collapsed index": Trap(make=_collapsed),
    "broken refs": Trap(make=_refs, heavy=True),
    "packed refs of nonsense": Trap(
        make=lambda room: room.put("packed-refs", b"# pack-refs with: \xff\nnonsense\n"), code=3
    ),
    "a HEAD of nonsense": Trap(make=lambda room: room.put("HEAD", b"\x1b[31m\xff\0"), code=3),
    "a HEAD that leads out": Trap(
        make=lambda room: room.put("HEAD", b"ref: ../../outside/secret\n"), code=3
    ),
    "names too long for a disk": Trap(make=_long_names),
    "odd commits": Trap(make=_commits),
    "a torn commit": _torn("HEAD"),
    "a torn tree": _torn("HEAD^{tree}"),
    "a torn blob": _torn("HEAD:README.md"),
    "a torn pack": Trap(make=_pack),
    "objects by false names": Trap(make=_false_name),
    "much from little": Trap(make=_inflating),
    "a tree of odd names": Trap(make=_odd_tree),
    "trees that hold themselves": Trap(make=_within_itself, heavy=True),
}
"""Traps in what git stores, by what they are."""
