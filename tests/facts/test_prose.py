"""What is left of a document without its code and comments, and the anchors that it offers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._link_anchors import anchors_of, names_anchor
from autodevops.facts._prose import inline_code, without_blocks, without_inline_code


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\n```\nb\n```\nc", "a c"),
        ("a\n~~~~ md\nb\n```\nd\n~~~~\nc", "a c"),
        ("- a\n  ```sh\n  b\n  ```\n- c", "- a - c"),
        ("a\n\n    b\n\nc", "a c"),
        ("- a\n\n    b\n\nc", "- a b c"),
        ("---\ntitle: b\n---\na", "a"),
        ("a <!-- b\nb --> c", "a c"),
        ("a <!-- b", "a"),
        ("a\n```\nb", "a"),
    ],
)
def test_blocks_go_and_lines_stay(text: str, left: str) -> None:
    bare = without_blocks(text)
    assert bare.split() == left.split()
    assert bare.count("\n") == text.count("\n")


def test_inline_code_goes_and_columns_stay() -> None:
    assert without_inline_code("a `b` c ``d ` e`` f") == "a     c           f"
    assert inline_code("a `b` c ``d ` e`` f") == ("b", "d ` e")


@given(st.text(alphabet="ab`~<!->- \n\t#[]()", max_size=300))
def test_any_text_keeps_its_lines(text: str) -> None:
    assert without_blocks(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("# Set up & run!", "set-up--run"),
        ("## `a_b` and [c](d.md)", "a_b-and-c"),
        ("Title\n=====", "title"),
        ("# A\n# A", "a-1"),
        ("# A {#other}", "other"),
        ("<a name='x-y'></a>", "x-y"),
        ("<h2>Big title</h2>", "big-title"),
        ("# Größe 🚀", "größe-"),
    ],
)
def test_anchors(text: str, fragment: str) -> None:
    anchors = anchors_of(text)
    assert anchors is not None
    assert names_anchor(anchors, fragment)
    assert not names_anchor(anchors, "gone")


@pytest.mark.parametrize("text", ["```\n# code\n```", "<!-- # code -->", "#code"])
def test_what_makes_no_anchor(text: str) -> None:
    anchors = anchors_of(text)
    assert anchors is not None
    assert not names_anchor(anchors, "code")


def test_a_document_that_a_program_completes_can_t_be_judged() -> None:
    assert anchors_of("# A\n\n<!--@include: ./b.md-->") is None
