"""Repairs of CODEOWNERS and MAINTAINERS: who owns what is taken from what is written."""

import pytest

from autodevops.fixing._paragraphs import without_line
from tests.support.repairing import mended, refusal, repaired

OWNERS = ".github/CODEOWNERS"
FILES = {
    "src/a.py": "x = 1\n",
    "docs/a.md": "# A\n\nText.\n",
    "tests/a.py": "x = 1\n",
    "MAINTAINERS.md": "# Maintainers\n\n- @ada: everything\n- @lin: `docs/`\n- @eve: `tests/`\n",
}


def owners(text: str, **more: str) -> dict[str, str]:
    return {**FILES, OWNERS: text, **more}


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a\nb\nc\n", 2, "a\nc\n"),
        ("# all\na\n\n# of b\nb\n\nc\n", 5, "# all\na\n\nc\n"),
        ("# of both\na\nb\n", 2, "# of both\nb\n"),
        ("# the file\na\n\nb\n", 2, "# the file\n\nb\n"),
        ("a\n\n# last\nb\n", 4, "a\n"),
        ("a\n\nb\n\nc\n", 3, "a\n\nc\n"),
    ],
)
def test_a_line_leaves_with_the_comment_that_was_its_own(
    text: str, line: int, expected: str
) -> None:
    assert without_line(text, line) == expected


# OW001


def test_owners_come_from_maintainers() -> None:
    assert mended("OW001", FILES).text(OWNERS) == (
        "# The last matching line wins.\n* @ada\n\n/.github/ @ada\n/docs/ @lin\n/tests/ @eve\n"
    )


def test_nobody_is_made_an_owner() -> None:
    assert "nobody is named" in refusal("OW001", {"src/a.py": "x = 1\n"})


def test_a_file_in_a_place_that_is_not_read_moves() -> None:
    text = "* @ada # all\n/docs/ @lin"
    done = mended("OW001", {"docs/a.py": "x = 1\n", "config/CODEOWNERS": text})
    assert done.gone == {"config/CODEOWNERS"}
    assert done.text(OWNERS) == f"{text}\n/.github/ @ada\n"
    assert "| @lin | `docs/` |" in done.text("MAINTAINERS.md")


def test_an_unread_copy_goes() -> None:
    done = mended("OW001", owners("* @ada\n", CODEOWNERS="# old\n*  @ADA\n"))
    assert done.gone == {"CODEOWNERS"}


def test_an_unread_file_that_says_more_is_a_persons_matter() -> None:
    files = owners("* @ada\n", CODEOWNERS="* @ada\n/docs/ @lin\n")
    assert "merge the two" in refusal("OW001", files)


# OW002, OW005


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/src/ @lin\n", "* @ada\n/src/ @lin\n"),
        ("# top\r\n/src/ @lin\r\n", "# top\r\n* @ada\r\n/src/ @lin\r\n"),
        ("# top\n\n# code\n/src/ @lin\n", "# top\n\n* @ada\n\n# code\n/src/ @lin\n"),
    ],
)
@pytest.mark.parametrize("rule", ["OW002", "OW005"])
def test_a_default_owner_stands_first(rule: str, before: str, after: str) -> None:
    assert mended(rule, owners(before)).text(OWNERS) == after


def test_who_owns_one_folder_is_not_made_the_owner_of_all() -> None:
    files = {**owners("/docs/ @lin\n"), "MAINTAINERS.md": "# Maintainers\n\n- @lin: `docs/`\n"}
    assert "nobody is named" in refusal("OW002", files)


def test_ownership_that_was_taken_away_on_purpose_stays_so() -> None:
    assert "on purpose" in refusal("OW005", owners("* @ada\n/docs/\n"))


# OW004, OW007, OW008


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("* @ada\n/old/ @lin # gone\n/docs/ @lin\n", "* @ada\n/docs/ @lin\n"),
        ("* @ada\r\n\r\n# old\r\n/old/ @lin\r\n", "* @ada\r\n"),
        ("* @ada\n/old/ @lin\n/older/ @lin\n/docs/ @lin", "* @ada\n/docs/ @lin"),
    ],
)
def test_lines_that_match_nothing_go(before: str, after: str) -> None:
    assert mended("OW004", owners(before)).text(OWNERS) == after


def test_a_pattern_in_the_wrong_case_is_corrected_not_removed() -> None:
    done = mended("OW004", owners("* @ada\n/Docs/*.md   @lin # all\n".replace("*.md", "")))
    assert done.text(OWNERS) == "* @ada\n/docs/   @lin # all\n"


def test_lines_without_effect_go() -> None:
    before = "/docs/ @lin\n* @ada\n/tests/ @eve\n"
    assert mended("OW007", owners(before)).text(OWNERS) == "* @ada\n/tests/ @eve\n"


def test_a_services_only_line_is_not_taken_away() -> None:
    app = {"app/main.py": "from fastapi import FastAPI\n"}
    files = owners("/app/ @lin\n* @ada\n", **app)
    assert "app/ needs a line of its own" in refusal("OW007", files)


def test_lines_that_repeat_others_go() -> None:
    before = "* @ada\n/docs/ @ada\n/src/ @ADA # same\n/tests/ @eve\n"
    assert mended("OW008", owners(before)).text(OWNERS) == "* @ada\n/tests/ @eve\n"


def test_the_line_that_guards_codeowners_repeats_nothing() -> None:
    files = {**FILES, "CODEOWNERS": "* @ada\n/CODEOWNERS @ada\n"}
    assert repaired("OW008", files).found == ()


# OW009


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "# M\n\n| who | what | when |\n|---|---|---|\n| @ada | all | ever |\n\nEnd.\n",
            (
                "# M\n\n| who | what | when |\n|---|---|---|\n| @ada | all | ever |\n"
                "| @lin | `docs/` | |\n\nEnd.\n"
            ),
        ),
        ("# M\r\n\r\n* Ada (@ada)\r\n", "# M\r\n\r\n* Ada (@ada)\r\n* @lin: `docs/`\r\n"),
        ("Ask @ada.", "Ask @ada.\n\n- @lin: `docs/`\n"),
    ],
)
def test_owners_are_introduced_the_way_the_others_are(before: str, after: str) -> None:
    files = {**owners("* @ada\n/docs/ @lin\n"), "MAINTAINERS.md": before}
    assert mended("OW009", files).text("MAINTAINERS.md") == after


def test_owners_are_introduced_in_a_document_of_their_own() -> None:
    files = {**owners("* @ada\n/docs/ @lin\n")}
    del files["MAINTAINERS.md"]
    text = repaired("OW009", files).text("MAINTAINERS.md")
    assert text.endswith("| @ada | everything that has no other owner |\n| @lin | `docs/` |\n")


# OW010, OW011


def test_services_and_guarded_paths_get_their_line() -> None:
    app = {"app/main.py": "from fastapi import FastAPI\n"}
    before = "* @ada\n/docs/ @lin"
    assert mended("OW010", owners(before, **app)).text(OWNERS) == f"{before}\n/app/ @ada\n"
    guarded = mended("OW011", owners("* @ada\n*.yml @lin\n")).text(OWNERS)
    assert guarded == "* @ada\n/.github/ @ada\n*.yml @lin\n"


def test_without_a_default_nobody_gets_a_line() -> None:
    files = {**owners("/src/ @lin\n"), "MAINTAINERS.md": "# M\n\n- @lin: `src/`\n"}
    assert "no default owner" in refusal("OW011", files)
