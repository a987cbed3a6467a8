"""Versions of a file are searched where they differ, and nothing is missed by that."""

from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._secrets.context import file_context
from autodevops.scanners.blob_cache import BlobCache
from autodevops.scanners.likeness import SURROUNDINGS, news
from autodevops.scanners.secrets import Secrets
from autodevops.scanners.sifting import Item, Sifter
from tests.secret_set import planted

LINE = b"value = compute(previous, following)  # nothing to see\n"
LONG = LINE * 400
TEXTS = st.lists(st.sampled_from([b"a", b"b", b"\n", LINE]), max_size=200).map(b"".join)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_what_is_new_holds_every_difference(
    head: bytes, old: bytes, new: bytes, tail: bytes
) -> None:
    text, before = head + new + tail, head + old + tail
    part = news(text, before)
    if part is not None:
        start = text.index(part)
        assert text[:start] == before[:start]
        after = text[start + len(part) :]
        assert before.endswith(after)


def test_a_change_comes_with_its_surroundings_in_whole_lines() -> None:
    place = len(LONG) // 2
    changed = LONG[:place] + b"NEW" + LONG[place:]
    part = news(changed, LONG)
    assert part is not None
    assert 2 * SURROUNDINGS < len(part) < 2 * SURROUNDINGS + 4 * len(LINE)
    assert part.startswith(b"value")
    assert part.endswith(b"\n")


def test_texts_with_little_in_common_are_not_compared() -> None:
    assert news(LONG, b"".join(bytes([65 + n % 26]) * 50 + b"\n" for n in range(400))) is None
    assert news(LINE, LINE) is None


def test_a_secret_that_a_later_version_brings_is_found_wherever_it_stands(
    scanner: Secrets,
) -> None:
    missed = []
    for secret in planted():
        for place in (0, len(LONG) // 2, len(LONG)):
            whole = LONG[:place] + b"\n" + _plain(secret.content) + b"\n" + LONG[place:]
            item = Item("1" * 40, file_context(secret.path))
            alone = _sifted(scanner, item, [whole])
            if alone != _sifted(scanner, item, [LONG, whole]):
                missed.append((secret.path, place))
    assert missed == []


def test_a_secret_made_by_a_change_beside_it_is_found(scanner: Secrets) -> None:
    token = b"ghp_" + b"Zk3vQ9xW2mN7bR4tY8uI1oP6aS5dF0gHjKl" + b"C"
    fake, real = b"# fake, for tests only\n", b"# the real one\n"
    marked = LONG + b'TOKEN = "' + token + b'"  ' + fake + LONG
    unmarked = LONG + b'TOKEN = "' + token + b'"  ' + real + LONG
    item = Item("2" * 40, file_context("tests/test_client.py"))
    assert _sifted(scanner, item, [marked]) == 0
    assert _sifted(scanner, item, [marked, unmarked]) == 1


def _plain(content: bytes) -> bytes:
    """Return the text as UTF-8, as the rest of the file is."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding).encode()
    return content.replace(b"\0", b"")


def _sifted(scanner: Secrets, item: Item, versions: list[bytes]) -> int:
    """Return how many secrets the last version holds, after the others were searched."""
    sifter = Sifter(scanner.engine, BlobCache(None, "none"))
    return [len(sifter.judge(version, item.context).detections) for version in versions][-1]
