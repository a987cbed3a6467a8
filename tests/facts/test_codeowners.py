"""CODEOWNERS is read as GitHub reads it."""

import pytest
from codeowners import CodeOwners as Reference
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts.codeowners import Codeowners, codeowners, codeowners_places, parse_codeowners
from autodevops.facts.ownership import Ownership, ownership
from autodevops.facts.path_index import path_index
from autodevops.guide.load import built_in_guide
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Snapshot, Unavailable
from tests.support.memory import snapshot_of

POLICY = built_in_guide().ownership


def apply(text: str, *paths: str) -> Ownership:
    snapshot = snapshot_of(dict.fromkeys(paths, ""))
    return ownership(parse_codeowners("CODEOWNERS", text), path_index(snapshot))


def owners(text: str, path: str) -> list[str] | None:
    (line,) = apply(text, path).deciding(path)
    return None if line is None else [owner.name for owner in line.owners]


def read(snapshot: Snapshot) -> Codeowners | NotApplicable | Unavailable:
    return codeowners(snapshot, codeowners_places(snapshot, POLICY), POLICY)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", "a/b/c.py", True),
        ("*.js", "deep/down/x.js", True),
        ("*.js", "x.jsx", False),
        ("/build/logs/", "build/logs/x/y", True),
        ("/build/logs/", "a/build/logs/x", False),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/build/a.md", False),
        ("docs/*", "x/docs/a.md", False),
        ("/*", "a.md", True),
        ("/*", "docs/a.md", False),
        ("apps/", "apps/x", True),
        ("apps/", "far/apps/deep/x", True),
        ("apps/", "apps", False),
        ("/apps", "apps", True),
        ("/apps", "apps/x", True),
        ("/docs/", "docs/a/b", True),
        ("**/logs", "build/logs/x", True),
        ("**/logs", "logs/x", True),
        ("/a/**/z", "a/z", True),
        ("/a/**/z", "a/b/c/z/deeper", True),
        ("/a/**", "a/b/c", True),
        ("/a/**", "ab/c", False),
        ("a?c", "x/abc", True),
        ("a?c", "a/c", False),
        ("/Docs/", "docs/a", False),
        ("my\\ file.txt", "my file.txt", True),
        ("lib", "src/lib/x", True),
        ("lib", "src/library/x", False),
        ("src/lib", "app/src/lib/x", False),
        ("/x.(y)+$", "x.(y)+$", True),
        ("**", "a/b", True),
    ],
)
def test_pattern_matches_as_on_github(pattern: str, path: str, matches: bool) -> None:
    assert (owners(f"{pattern} @o", path) == ["@o"]) is matches


@given(
    st.text(alphabet="ab*?/.", min_size=1, max_size=9).filter(
        lambda text: "***" not in text and "//" not in text and text.strip("/") != ""
    ),
    st.lists(st.sampled_from(["a", "b", "ab", "a.b", "aab", "b.a"]), min_size=1, max_size=4),
)
def test_matching_agrees_with_the_codeowners_package(pattern: str, steps: list[str]) -> None:
    path = "/".join(steps)
    if "**" in pattern and "**" not in pattern.split("/"):
        return  # the package reads `a**` as crossing folders in some places
    expected = bool(Reference(f"{pattern} @o").of(path))
    assert (owners(f"{pattern} @o", path) == ["@o"]) is expected


def test_the_last_matching_line_wins() -> None:
    text = "* @all\n/web/ @web\n*.md @docs\n"
    assert owners(text, "web/x.ts") == ["@web"]
    assert owners(text, "web/x.md") == ["@docs"]
    assert owners(text, "x.ts") == ["@all"]


def test_a_line_without_owners_takes_ownership_away() -> None:
    assert owners("* @all\n/generated/\n", "generated/x") == []
    assert apply("* @all\n/generated/\n", "generated/x", "y").unowned == ("generated/x",)


def test_owners_are_users_teams_and_addresses_up_to_the_comment() -> None:
    (line,) = parse_codeowners("C", "*.go  @octocat\t@org/team a@example.com # @not\n").lines
    assert [owner.name for owner in line.owners] == ["@octocat", "@org/team", "a@example.com"]
    assert [owner.kind for owner in line.owners] == ["user", "team", "email"]


@pytest.mark.parametrize(
    "line",
    [
        "!docs/ @a",
        "[ab].py @a",
        "src/[test] @a",
        "\\#file @a",
        "/x/ a",
        "/x/ @",
        "/x/ @-a",
        "/x/ @org/",
        "/x/ @a, @b",
        "/x/ @org/team/sub",
        "a***b @a",
    ],
)
def test_what_github_rejects_is_a_fault_and_decides_nothing(line: str) -> None:
    found = parse_codeowners("C", f"* @all\n\n{line}\n")
    assert [fault.line for fault in found.faults] == [3]
    assert [kept.pattern for kept in found.lines] == ["*"]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "   ",
        "# comment",
        "  # indented comment",
        "/x/",
        "* @short_corp",
        "* @org/team.name_x-1",
        "* first.last+tag@example.co.uk",
        "/a#b/ @a",
        "* @a #b",
        "\\ x @a",
    ],
)
def test_what_github_accepts_is_no_fault(line: str) -> None:
    assert parse_codeowners("C", line).faults == ()


def test_the_first_place_counts() -> None:
    files = {"CODEOWNERS": "* @root\n", "docs/CODEOWNERS": "* @docs\n"}
    found = read(snapshot_of(files))
    assert isinstance(found, Codeowners)
    assert found.path == "CODEOWNERS"
    found = read(snapshot_of(files | {".github/CODEOWNERS": "* @hub\n"}))
    assert isinstance(found, Codeowners)
    assert found.path == ".github/CODEOWNERS"


@pytest.mark.parametrize(
    "path", ["codeowners", ".github/Codeowners", "repo/CODEOWNERS", ".github/x/CODEOWNERS"]
)
def test_files_elsewhere_do_not_count(path: str) -> None:
    snapshot = snapshot_of({path: "* @a\n"})
    assert isinstance(read(snapshot), NotApplicable)
    assert codeowners_places(snapshot, POLICY).elsewhere == (path,)


def test_a_file_that_cannot_be_judged_is_unavailable() -> None:
    assert isinstance(read(snapshot_of({"CODEOWNERS": "#" * (POLICY.size_limit + 1)})), Unavailable)
    assert isinstance(read(snapshot_of({"CODEOWNERS": b"\0\1"})), Unavailable)
    linked = snapshot_of({"x": ""}, links={"CODEOWNERS": "x"})
    assert isinstance(read(linked), Unavailable)


def test_a_pattern_made_to_be_slow_is_matched_in_time() -> None:
    pattern = "*a" * 60 + "b"
    assert owners(f"{pattern} @o", "a" * 250) is None
    assert owners("/" + "**/a*a/" * 40 + "b @o", "/".join(["aaa"] * 300)) is None


class TestOwnership:
    def test_dead_lines_match_nothing(self) -> None:
        found = apply("* @a\n/gone/ @b\n/Web/ @c\n", "web/x")
        assert [line.pattern for line in found.dead] == ["/gone/", "/Web/"]
        assert [found.differs_in_case(line) for line in found.dead] == [None, "web/"]

    def test_a_line_is_overridden_by_one_or_by_several_later_lines(self) -> None:
        found = apply("/web/ @a\n/api/ @b\n*.ts @c\n*.js @d\n", "web/x.ts", "web/y.js", "api/z.py")
        ((line, winners),) = found.overridden
        assert line.pattern == "/web/"
        assert [winner.pattern for winner in winners] == ["*.ts", "*.js"]

    @pytest.mark.parametrize(
        ("text", "repeated"),
        [
            ("* @a\n/web/ @a\n", ["/web/"]),
            ("* @a @b\n/web/ @b @A\n", ["/web/"]),
            ("* @a\n/web/ @b\n", []),
            ("* @a\n/web/ @b\n/web/in/ @a\n", []),
            ("/web/ @a\n/web/in/ @a\n", ["/web/in/"]),
            ("*.ts @a\n/web/in/ @a\n", []),
            ("*.ts @a\n/web/in/x.ts @a\n", ["/web/in/x.ts"]),
            ("* @a\n/web/ @a\n/web/in/ @a\n", ["/web/", "/web/in/"]),
            ("* @a\n/web/ @b\n/web/ @a\n", []),
            ("* @b\n/web/ @a\n/web/ @a\n", []),
            ("/web/* @a\n/web/in/ @a\n", []),
        ],
    )
    def test_a_line_repeats_what_a_wider_one_gives(self, text: str, repeated: list[str]) -> None:
        found = apply(text, "web/in/x.ts", "web/x.ts", "other/y")
        assert [line.pattern for line, _ in found.repeated] == repeated
