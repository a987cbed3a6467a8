"""Documents, owners and what commits say are read back as they were written."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._conventional import Header, parse_header, without_pull_request
from autodevops.facts._markdown import parse as read_markdown
from autodevops.facts.changelog import read_sections
from autodevops.facts.codeowners import parse_codeowners
from autodevops.facts.mailmap import read_mailmap
from tests.facts.written import FILLING, PLAIN
from tests.support.repositories import Repository


@given(st.lists(st.tuples(FILLING, st.integers(1, 6), PLAIN), max_size=6))
def test_headings_have_their_lines(rows: list[tuple[str, int, str]]) -> None:
    rows = [
        ("\n" if filling.startswith("#") else filling, level, text) for filling, level, text in rows
    ]
    text = "".join(f"{filling}{'#' * level} {words}\n" for filling, level, words in rows)
    found = read_markdown(text).headings
    assert [(one.level, one.text) for one in found] == [(level, words) for _, level, words in rows]
    lines = text.split("\n")
    assert all(lines[one.line - 1].endswith(f" {one.text}") for one in found)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), FILLING), max_size=6))
def test_released_versions_are_read_back(rows: list[tuple[int, int, str]]) -> None:
    text = "# Changelog\n\n" + "".join(
        f"{filling.replace('#', '-')}## [{major}.{minor}.0] - 2026-01-02\n\n- x\n\n"
        for major, minor, filling in rows
    )
    found = list(read_sections("CHANGELOG.md", text))
    assert [one.text for one in found] == [f"{major}.{minor}.0" for major, minor, _ in rows]
    lines = text.split("\n")
    assert all(f"[{one.text}]" in lines[one.line - 1] for one in found)


@given(st.lists(st.tuples(FILLING, PLAIN, st.lists(PLAIN, max_size=2)), max_size=6))
def test_owners_are_read_back(rows: list[tuple[str, str, list[str]]]) -> None:
    text = "".join(
        f"{filling}/{name}/ {' '.join(f'@{owner}' for owner in owners)}\n"
        for filling, name, owners in rows
    )
    found = parse_codeowners("CODEOWNERS", text)
    assert [(one.pattern, [owner.name for owner in one.owners]) for one in found.lines] == [
        (f"/{name}/", [f"@{owner}" for owner in owners]) for _, name, owners in rows
    ]
    lines = text.split("\n")
    assert all(lines[one.line - 1].startswith(one.pattern) for one in found.lines)


@given(PLAIN, st.none() | PLAIN, st.booleans(), st.text("a :()!#", min_size=1, max_size=9))
def test_headers_of_commits_are_read_back(
    kind: str, scope: str | None, breaking: bool, description: str
) -> None:
    description = f"x{description}".rstrip()
    written = f"{kind}{'' if scope is None else f'({scope})'}{'!' * breaking}: {description}"
    assert parse_header(f"\n{written}  \n\nbody: x") == Header(kind, scope, breaking, description)
    assert without_pull_request(f"{written} (#12)") == written


def test_people_are_whom_git_takes_them_for(tmp_path: Path) -> None:
    names = st.sampled_from(["Ada", "ada", "B C", ""])
    emails = st.sampled_from(["a@x", "A@X", "b@y", "c@z"])
    lines = st.one_of(
        st.tuples(names, emails).map(lambda one: f"{one[0]} <{one[1]}>"),
        st.tuples(names, emails, emails).map(lambda one: f"{one[0]} <{one[1]}> <{one[2]}>"),
        st.tuples(names, emails, names, emails).map(
            lambda one: f"{one[0]} <{one[1]}> {one[2]} <{one[3]}>"
        ),
        st.sampled_from(["# Ada <a@x>", "", "nothing", "<", "Ada <a@x", " Ada  <a@x> # c"]),
    )
    repository = Repository(tmp_path / "repo")
    asked = [("Ada", "a@x"), ("ada", "A@X"), ("B C", "b@y"), ("Z", "c@z")]

    @given(st.lists(lines, max_size=5))
    def holds(written: list[str]) -> None:
        text = "".join(f"{line}\n" for line in written)
        (tmp_path / "repo" / ".mailmap").write_text(text)
        told = repository.git("check-mailmap", *(f"{name} <{email}>" for name, email in asked))
        people = [read_mailmap(text).resolve(*one) for one in asked]
        assert [f"{one.name} <{one.email}>" for one in people] == told.split("\n")[:4]

    holds()
