"""No edit leaves the repository, whoever made it."""

import pytest

from autodevops.fixing.boundaries import LARGEST, MOST_FILES, objections, path_objection
from autodevops.model.edit import Edit
from tests.support.memory import snapshot_of

SNAPSHOT = snapshot_of(
    {"README.md": "# a\n", "docs/a.md": "a\n", "run.sh": "#!/bin/sh\n", "docs/über.md": "ü\n"},
    executable=("run.sh",),
    links={"latest": "docs", "current.md": "docs/a.md"},
    submodules=("vendor/lib",),
)


def said(*edits: Edit) -> list[str]:
    return list(objections(edits, SNAPSHOT))


def edit(path: str, content: bytes | None = b"x\n", *, executable: bool | None = None) -> Edit:
    return Edit(path=path, content=content, executable=executable)


REFUSED = {
    "is not a path inside the repository": (
        *("", "/etc/passwd", "../outside", "docs/../../outside", "./README.md", "docs//a.md"),
        "docs/",
    ),
    "is a path outside the repository on some systems": (
        *("C:/windows", "docs\\..\\..\\a", ".git::$INDEX_ALLOCATION/config"),
    ),
    "is git's own": (
        *(".git/config", ".git/hooks/pre-commit", "sub/.git/hooks/post-checkout", ".GIT/config"),
        *(".git /config", ".git./config", ".g\u200cit/config", "git~1/config"),
        *("\uff0egit/config", ".gitmodules", ".GitModules"),
    ),
    "has invisible characters or bytes that are no text in its name": (
        *("a\nb", "a\x1b[31mb", "a\u202eb", "a\udc80b"),
    ),
    "is spelled with combining characters that some systems compose": ("cafe\u0301.md",),
    "is too long": ("x" * 300, "/".join(["deep"] * 300)),
}


@pytest.mark.parametrize(
    ("path", "why"), [(path, why) for why, paths in REFUSED.items() for path in paths]
)
def test_a_path_that_leads_out_or_hides_is_refused(path: str, why: str) -> None:
    assert path_objection(path) == why
    (objection,) = said(edit(path))
    assert objection.endswith(why)


@pytest.mark.parametrize(
    "path",
    [
        "-rf",
        "docs/--upload-pack=x",
        "nul",
        "docs/CON.md",
        "trailing.",
        " leading",
        "dосs/a.md",  # noqa: RUF001 - the look-alike is the point
        "README\uff0emd",
    ],
)
def test_a_new_file_with_an_odd_name_is_refused(path: str) -> None:
    assert said(edit(path))


@pytest.mark.parametrize("path", ["readme.md", "README.MD", "DOCS/b.md", "Docs/a.md"])
def test_a_path_that_differs_only_by_case_is_refused(path: str) -> None:
    assert "only by case" in said(edit(path))[0]


def test_two_new_files_that_differ_only_by_case_are_refused() -> None:
    assert said(edit("new.md"), edit("NEW.md"))


@pytest.mark.parametrize(
    "path",
    ["latest", "latest/a.md", "current.md", "vendor/lib", "vendor/lib/x.c", "docs", "README.md/x"],
)
def test_links_submodules_and_folders_are_not_written_over(path: str) -> None:
    assert said(edit(path))


def test_what_is_not_tracked_is_not_deleted() -> None:
    assert said(edit("secret.txt", None)) == ["secret.txt is not tracked"]


def test_size_and_number_are_bounded() -> None:
    assert "1 MiB" in said(edit("docs/a.md", b"x" * (LARGEST + 1)))[0]
    many = [edit(f"new/{at}.md") for at in range(MOST_FILES + 1)]
    assert "files would change" in said(*many)[0]
    heavy = [edit(f"new/{at}.md", b"x" * LARGEST) for at in range(17)]
    assert "16 MiB" in said(*heavy)[0]


def test_permissions_don_t_change_by_surprise() -> None:
    assert "no script" in said(edit("docs/a.md", executable=True))[0]
    assert "no longer" in said(edit("run.sh", executable=False))[0]
    assert not said(edit("new.sh", b"#!/bin/sh\n", executable=True))


@pytest.mark.parametrize("path", ["README.md", "docs/new.md", "ops/a/b/c.md", "docs/über.md"])
def test_an_ordinary_edit_passes(path: str) -> None:
    assert not said(edit(path))
