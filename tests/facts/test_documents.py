"""Governance documents are found where a reader would look."""

import pytest

from autodevops.facts._stubs import stub_reason
from autodevops.facts.documents import Documents, documents
from autodevops.guide.load import built_in_guide
from autodevops.model.snapshot import Entry, Unavailable
from tests.support.growth import assert_linear
from tests.support.memory import MemoryReader, snapshot_of

POLICY = built_in_guide().documents


def find(files: dict[str, str], links: dict[str, str] | None = None) -> Documents:
    return documents(snapshot_of(files, links=links), POLICY)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("readme", "README"),
        ("readme", "Readme.rst"),
        ("contributing", ".github/CONTRIBUTING.md"),
        ("security", "docs/security.md"),
        ("changelog", "HISTORY.md"),
        ("changelog", "docs/CHANGES.rst"),
        ("maintainers", "MAINTAINERS"),
    ],
)
def test_usual_names_and_places(key: str, path: str) -> None:
    found = find({path: "text"}).find(key)
    assert found is not None
    assert found.path == path


def test_the_guides_own_place_comes_first() -> None:
    found = find({"docs/README.md": "b", "README.md": "a", ".github/README.md": "c"}).find("readme")
    assert found is not None
    assert found.text == "a"


def test_a_link_is_followed_inside_the_repository_only() -> None:
    files = {"docs/guide.md": "Say please.\n"}
    links = {
        "CONTRIBUTING.md": "docs/guide.md",
        "SECURITY.md": "/etc/passwd",
        "README.md": "README.md",
    }
    found = find(files, links)
    assert [(one.path, one.text) for one in found.found] == [
        ("README.md", None),
        ("CONTRIBUTING.md", "Say please.\n"),
        ("SECURITY.md", None),
    ]
    assert all(one.stub is None for one in found.found)


def test_a_link_that_cannot_be_read_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_reader: MemoryReader, entry: Entry) -> Unavailable:
        return Unavailable(f"{entry.path} is gone")

    monkeypatch.setattr(MemoryReader, "link", refuse)
    snapshot = snapshot_of({}, links={"README.md": "x"})
    documents(snapshot, POLICY)
    assert [gap.reason for gap in snapshot.gaps] == ["README.md is gone"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: x\n---\n# Title\n", "holds headings only"),
        ("---\ntitle: x\n", None),
        ("# T\n<!-- open\nwords\n", "holds headings only"),
        ("# T\n\n| --- | --- |\n***\n[a]: https://x.example\n", "holds headings only"),
        ("Title\n-----\n\n1. [ ] TODO\n2. {{ fill }}\n", "says only that it is to be written"),
        ("# T\n\n<p align=center></p>\n\nReal words here.\n", None),
    ],
)
def test_stub(text: str, reason: str | None) -> None:
    assert stub_reason(text) == reason


def test_a_line_of_list_marks_without_end_is_read_in_one_pass() -> None:
    assert_linear(stub_reason, lambda marks: "- " * marks + "\n", 20_000)
    assert stub_reason("- " * 20_000 + "\n") == "holds headings only"
