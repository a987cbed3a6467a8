"""Where a repository borrows objects from: what git would read is inside, or nothing is read."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.model.snapshot import Unavailable
from autodevops.sources.locating import locate
from autodevops.sources.stores import usable_objects
from tests.conftest import MakeRepo
from tests.support.examples import few
from tests.support.repositories import Repository, run_git

PIECES = (
    b'"', b"\\056\\056", b"\\057", b"..", b"../", b"/", b"\n", b"\0", b"#", b"\r", b"\x0c", b" ",
    b"deep", b"out", b"info", b"objects", b"../deep/../../../outside/.git/objects", b"x\x0cy",
)  # fmt: skip


@pytest.fixture
def borrowing(make_repo: MakeRepo) -> Repository:
    """Return a repository with links in its git folder: one deep into it, others out of it."""
    outside = make_repo({"secret.txt": "x\n"}, name="outside")
    inside = make_repo({"README.md": "x\n"}, name="inside")
    folder = inside.path / ".git"
    deep = folder / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True)
    (folder / "deep").symlink_to(deep)
    for name in ("out", "x\x0cy"):
        (folder / name).symlink_to(outside.path / ".git" / "objects")
    return inside


def borrowed(repo: Repository) -> list[Path]:
    """Return the object stores that git itself borrows from."""
    told = run_git(repo.path, "count-objects", "-v").decode("utf-8", "surrogateescape")
    found = (line.partition("alternate: ")[2] for line in told.split("\n"))
    return [Path(os.path.realpath(_unquoted(name))) for name in found if name]


def _unquoted(name: str) -> str:
    """Return a name that git wrote as in C, as it is."""
    return name[1:-1].encode().decode("unicode_escape") if name.startswith('"') else name


@pytest.mark.parametrize(
    "written",
    [
        '"\\057{outside}/.git/objects"\n',
        "../x\x0cy\n",
        "../out\n",
        "/{outside}/.git/objects\0anything\n",
    ],
    ids=["quoted", "form feed", "link", "NUL"],
)
def test_a_store_outside_is_found_however_it_is_written(
    borrowing: Repository, written: str
) -> None:
    outside = str(borrowing.path.parent / "outside").removeprefix("/")
    alternates = borrowing.path / ".git" / "objects" / "info" / "alternates"
    alternates.write_text(written.format(outside=outside))
    assert borrowed(borrowing), "git itself does not borrow: this would show nothing"
    assert isinstance(usable_objects(locate(str(borrowing.path))), Unavailable)


@pytest.mark.parametrize("written", ["x" * 5_000, "../HEAD", "x/" * 3_000])
def test_a_name_that_is_no_folder_s_is_told(borrowing: Repository, written: str) -> None:
    alternates = borrowing.path / ".git" / "objects" / "info" / "alternates"
    alternates.write_text(written + "\n")
    store = usable_objects(locate(str(borrowing.path)))
    assert isinstance(store, Unavailable)
    assert "can't be read" in store.reason


def test_a_name_counts_as_older_gits_read_it(borrowing: Repository) -> None:
    """They took `..` off the name before they followed the link in front of it."""
    alternates = borrowing.path / ".git" / "objects" / "info" / "alternates"
    alternates.write_text("../deep/../../../outside/.git/objects\n")
    assert isinstance(usable_objects(locate(str(borrowing.path))), Unavailable)


def test_whatever_is_written_git_reads_nothing_outside(borrowing: Repository) -> None:
    alternates = borrowing.path / ".git" / "objects" / "info" / "alternates"

    @few(60)
    @given(st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join))
    def holds(written: bytes) -> None:
        alternates.write_bytes(written)
        location = locate(str(borrowing.path))
        if not isinstance(usable_objects(location), Unavailable):
            for store in borrowed(borrowing):
                assert store.is_relative_to(location.top), store

    holds()
