"""Parsers of what git prints and of a git folder's small files: as functions of bytes.

What git prints has a frame that git makes and names that anybody may choose; inputs are the names.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from autodevops.errors import AutodevopsError
from tests.fuzz.altered import parts, text
from tests.fuzz.interface import Target

_OID, _OTHER = "1" * 40, "2" * 40


class Printed:
    """Stands for git: whatever is asked, it prints the same."""

    def __init__(self, printed: bytes, folder: Path | None = None) -> None:
        self._printed = printed
        self.folder = folder or Path()
        self._at = 0

    def run(self, *_: object, **__: object) -> bytes:
        return self._printed

    def records(self, *_: object, separator: bytes = b"\0", **__: object) -> Iterator[bytes]:
        *whole, rest = self._printed.split(separator)
        yield from whole
        if rest:
            yield rest

    @contextmanager
    def start(self, *_: object, **__: object) -> Iterator["PrintedProcess"]:
        yield PrintedProcess(self)


class PrintedProcess:
    """A process of `Printed`."""

    def __init__(self, of: Printed) -> None:
        self._of = of
        self._rest = io.BytesIO(of.run())

    def records(self, separator: bytes) -> Iterator[bytes]:
        return self._of.records(separator=separator)

    def chunks(self) -> Iterator[bytes]:
        yield self._of.run()

    def line(self) -> bytes:
        return self._rest.readline().removesuffix(b"\n")

    def exactly(self, size: int) -> bytes:
        return self._rest.read(size)

    def skip(self, size: int) -> None:
        self._rest.read(size)

    def finish(self) -> None:
        """It has."""


def _git_names(data: bytes) -> None:
    """Whatever paths, refs and settings are called, git's records of them read back."""
    from autodevops.sources.checkout import _changed, _differing
    from autodevops.sources.configuration import Configuration
    from autodevops.sources.differences import arrivals, commit_changes
    from autodevops.sources.listing import list_index, list_tree
    from autodevops.sources.remotes import addresses, hosted

    names = [part.replace(b"\0", b"").replace(b"\n", b"") for part in parts(data)]
    names = list(dict.fromkeys(name for name in names if name))
    spelled = [text(name) for name in names]
    index = b"".join(b"H 100644 %b 0\t%b\0" % (_OID.encode(), name) for name in names)
    assert [one.path for one in list_index(_as_git(index)).entries] == spelled
    tree = b"".join(b"100755 blob %b\t%b\0" % (_OID.encode(), name) for name in names)
    assert [one.path for one in list_tree(_as_git(tree), _OID)] == spelled
    raw = b"".join(b":100644 100644 1 2 M\0%b\0" % name for name in names)
    told = [] if not names else [(_OID, 7, "a@b c", spelled)]
    logged = b"%b 7 a@b c\0\n" % _OID.encode() + raw
    assert [
        (one.oid, one.committed_at, one.author_email, [change.path for change in one.changes])
        for one in commit_changes(_as_git(logged), [(_OID, None)], [])
    ] == told
    found = arrivals(_as_git(b"%b\0\n" % _OID.encode() + raw), [])
    with suppress(FileNotFoundError):
        assert [one.path for one in found] == spelled
    staged = b"".join(b"M\0%b\0" % name for name in names)
    assert [path for path, _ in _differing(_as_git(staged), _OID)] == spelled
    status = b"".join(b" D %b\0" % name for name in names)
    assert _changed(status) == (bool(names), set(spelled))
    remotes = Configuration({f"remote.{one}.url": (one,) for one in spelled}).remotes()
    where = hosted(dict(list(remotes.items())[:1]))
    assert where is None or "@" not in where.url
    assert all(
        "@" not in one.partition("://")[2].partition("/")[0] for one in addresses(remotes).values()
    )


def _git_objects(data: bytes) -> None:
    """Whatever objects and refs hold, it is read whole and as what it is."""
    from autodevops.sources.objects import Objects
    from autodevops.sources.refs import _lines, _refs
    from autodevops.sources.walks import _read

    contents = parts(data)
    printed = b"".join(b"%b blob %d\n%b\n" % (_OID.encode(), len(one), one) for one in contents)
    asked = [_OID] * len(contents)
    objects = Objects(_as_git(printed))
    assert [content for _, content in objects.contents(asked)] == contents
    assert [content for _, content in objects.blobs(asked, 1 << 20)] == contents
    checked = b"".join(b"%b commit %d\n" % (_OID.encode(), len(one)) for one in contents)
    found = Objects(_as_git(checked + b"x missing\n")).look_up([*asked, "x"])
    assert [one and one.size for one in found] == [*map(len, contents), None]
    times = [one.replace(b"\n", b"").replace(b" ", b"") for one in contents]
    walk = b"".join(b"%b %b %b\n" % (one, _OID.encode(), _OTHER.encode()) for one in times)
    with suppress(UnicodeDecodeError):
        nodes = list(_read(cast("Any", PrintedProcess(Printed(walk)))))
        assert all(node.parents == (_OTHER,) and node.committed_at >= 0 for node in nodes)
    names = [one.replace(b"\0", b"").replace(b"\n", b"") for one in contents]
    rows = (
        b"\0".join((b"refs/" + name, _OID.encode(), b"commit", b"", b"", b"", when, b"", b""))
        for name, when in zip(names, times, strict=True)
        if b"\0" not in when
    )
    lines = _lines(_as_git(b"\n".join(rows) + b"\n"))
    assert [one.name for one in _refs(lines, objects)] == sorted(one.name for one in lines)


def _git_folder(data: bytes) -> None:
    """The small files of a git folder: each is read, or refused with advice."""
    from autodevops.sources.locating import Location, _pointer
    from autodevops.sources.quarantine import _copy_head
    from autodevops.sources.refs import _forget
    from autodevops.sources.stores import usable_objects

    with TemporaryDirectory() as folder, suppress(AutodevopsError):
        top = Path(folder).resolve()
        (top / "objects" / "info").mkdir(parents=True)
        (top / "to").mkdir()
        for name in ("HEAD", "packed-refs", "to/packed-refs", "objects/info/alternates", "link"):
            (top / name).write_bytes(data)
        with suppress(AutodevopsError):
            _pointer(top / "link", prefix="gitdir:")
        with suppress(AutodevopsError):
            _copy_head(top, top / "to")
        _forget(cast("Any", Printed(b"", top / "to")), {"refs/heads/x"})
        usable_objects(Location(top=top, git_folder=top, common=top, bare=True, vouched=True))


def _as_git(printed: bytes) -> Any:
    return Printed(printed)


TARGETS: Mapping[str, Target] = {
    "git-names": _git_names,
    "git-objects": _git_objects,
    "git-folder": _git_folder,
}
"""Each by what it reads."""
