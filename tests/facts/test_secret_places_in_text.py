"""Where a match stands is the same whatever was asked before it."""

from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._secrets.places import Content

TEXTS = st.text(alphabet="ab \n\"'ü", max_size=60).map(str.encode)


@given(TEXTS, st.lists(st.integers(0, 60), max_size=12))
def test_lines_columns_and_marks_of_any_order(text: bytes, offsets: list[int]) -> None:
    content = Content(text)
    for offset in (min(offset, len(text)) for offset in offsets):
        before = text[:offset]
        line = before.rpartition(b"\n")[2]
        assert content.line(offset) == before.count(b"\n") + 1
        assert content.line_start(offset) == offset - len(line)
        if (text[offset : offset + 1] or b"a").isascii():
            assert content.column(offset) == len(line.decode()) + 1
        opened = before.rfind(b'"""') if before.count(b'"""') % 2 else None
        assert (content.opened_by(b'"""', offset) is None) is (opened is None)
