"""Whatever became of a cache meanwhile, the answer is that of no cache, or nothing is known."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from autodevops.advice.cache import AdviceCache
from autodevops.advice.interface import Patch, Remediation, Risk
from autodevops.model.detection import Allowance, Detection, HistoryScan, Leak
from autodevops.model.finding import Confidence, Severity
from autodevops.model.history import Difference
from autodevops.model.snapshot import Gap
from autodevops.scanners.blob_cache import CLEAN, BlobCache, Known, Touch, blob_key
from autodevops.sources.comparisons import FEWEST, Comparisons, Pair
from autodevops.sources.github.etags import NAME, Etags, Remembered
from tests.support.damage import DAMAGE, Damage
from tests.support.examples import few

FEW = few(25)
FOUND = Detection(
    path="a/é\udcff.env",
    line=3,
    column=1,
    end_line=3,
    kind="password",
    title="password",
    provider=None,
    name="DB_PASSWORD",
    masked="hunt…",
    engine_rule="assignment.unquoted",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    remedy="Change it.",
    evidence={"role": None, "claims": ["a", 1]},
    allowance=Allowance(("SE001",), "a test's", 2),
)
SCAN = HistoryScan(
    leaks=(
        Leak(
            detection=FOUND,
            commit="1" * 40,
            committed_at=7,
            summary="feat: é\udcff",
            paths=("a/é\udcff.env",),
            refs=("refs/heads/main",),
            ref_count=1,
            versions=2,
            admitted=("1234567 fix: oops",),
        ),
    ),
    archives=1,
    since=7,
    gaps=(Gap("a", "why"),),
)
BLOBS = {
    blob_key("1" * 40, "config"): Known("secret", 4, (FOUND,)),
    blob_key("2" * 40, "config"): CLEAN,
    blob_key("3" * 40, "code"): Known("it takes too long"),
}
TOUCHES = [Touch("a/é\udcff.env", "1" * 40, "4" * 40), Touch("b", "", "5" * 40)]
ADVICE = Remediation(
    explanation="It runs as root.",
    steps=("Add a user.",),
    risk=Risk.LOW,
    patches=(Patch(path="Dockerfile", search=None, replace="USER 1\n"),),
)
ANSWER = Remembered(etag='W/"1"', next_page="https://api.example/x?page=2", body=b'{"a": 1}')

STRANGE = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=5), st.binary()
)
"""What SQLite may hold in any column, whatever its type says."""


def spoil(file: Path, column: str, value: object) -> None:
    """Put something else into a column, in every row that takes it."""
    table, _, name = column.partition(".")
    store = sqlite3.connect(file)
    try:
        store.execute("PRAGMA synchronous=OFF")
        store.execute(f"UPDATE OR IGNORE {table} SET {name} = ?", (value,))
        store.commit()
    except (sqlite3.Error, UnicodeEncodeError):
        store.rollback()
    finally:
        store.close()


def searched(folder: Path) -> Path:
    """Return the file of what was searched."""
    store = BlobCache(folder, "digest")
    store.remember(BLOBS.items())
    store.remember_result(b"key", SCAN)
    store.remember_history(["4" * 40], TOUCHES)
    store.close()
    return folder / "secrets-digest.sqlite3"


def recalls_what_was_searched(folder: Path) -> None:
    store = BlobCache(folder, "digest")
    for key, known in store.known(list(BLOBS)).items():
        assert known.detections in ((), BLOBS[key].detections)
        assert (type(known.state), type(known.run)) == (str, int)
    assert store.result(b"key") in (None, SCAN)
    for touch in store.touches():
        assert len(bytes.fromhex(touch.oid)) in {0, len(touch.commit) / 2}
        assert touch.path.encode("utf-8", "surrogateescape") is not None
    assert all(isinstance(one, str) for one in store.tips())
    store.remember(BLOBS.items())
    store.close()


def test_what_was_searched_is_recalled() -> None:
    with TemporaryDirectory() as folder:
        searched(Path(folder))
        store = BlobCache(Path(folder), "digest")
        assert store.known(list(BLOBS)) == BLOBS
        assert (store.result(b"key"), set(store.touches())) == (SCAN, set(TOUCHES))
        store.close()


@FEW
@given(DAMAGE)
@example(lambda old: old.replace(b"touches", b"to\xffches"))
def test_a_damaged_file_says_nothing_else_of_what_was_searched(damage: Damage) -> None:
    with TemporaryDirectory() as folder:
        file = searched(Path(folder))
        file.write_bytes(damage(file.read_bytes()))
        recalls_what_was_searched(Path(folder))


COLUMNS = st.sampled_from(
    [
        *("blobs.key", "blobs.state", "blobs.run", "blobs.detections", "runs.result", "tips.oid"),
        *("touches.path", "touches.oid", "touches.commit_oid"),
    ]
)


@FEW
@given(COLUMNS, STRANGE)
@example("touches.oid", "no object")
@example("touches.oid", "ab")
@example("touches.path", "text")
@example("runs.result", '{"leaks": [], "archives": "1", "since": {}, "gaps": []}')
@example("blobs.detections", "[]")
@example("blobs.run", "x")
def test_a_spoilt_row_says_nothing_else_of_what_was_searched(column: str, value: object) -> None:
    with TemporaryDirectory() as folder:
        spoil(searched(Path(folder)), column, value)
        recalls_what_was_searched(Path(folder))


def remembered(folder: Path) -> Path:
    """Return the file of GitHub's answers."""
    store = Etags(folder)
    store.keep(store.key("token", "json", "https://api.example/x"), ANSWER)
    store.close()
    return folder / NAME


def recalls_the_answer(folder: Path) -> None:
    store = Etags(folder)
    key = store.key("token", "json", "https://api.example/x")
    found = store.recall(key)
    assert found is None or (found.body, found.data) == (ANSWER.body, {"a": 1})
    assert found is None or (found.etag.isascii() and found.etag.isprintable())
    store.keep(key, ANSWER)
    store.close()


@FEW
@given(DAMAGE)
@example(lambda old: old.replace(b"answers", b"an\xffwers"))
def test_a_damaged_file_gives_no_other_answer_of_github(damage: Damage) -> None:
    with TemporaryDirectory() as folder:
        file = remembered(Path(folder))
        file.write_bytes(damage(file.read_bytes()))
        recalls_the_answer(Path(folder))


@FEW
@given(
    st.sampled_from(["answers.etag", "answers.next_page", "answers.body", "keys.value"]), STRANGE
)
@example("answers.etag", "a\r\nX-Other: b")
@example("answers.next_page", 7)
@example("answers.body", "text")
@example("keys.value", 10**12)
def test_a_spoilt_row_gives_no_other_answer_of_github(column: str, value: object) -> None:
    with TemporaryDirectory() as folder:
        spoil(remembered(Path(folder)), column, value)
        recalls_the_answer(Path(folder))


PAIRS: Sequence[Pair] = [(f"{at:040x}", "f" * 40) for at in range(FEWEST)]


def differing(pairs: Sequence[Pair]) -> Mapping[Pair, Difference]:
    return {pair: Difference(pair[0].encode(), b"M") for pair in pairs}


def patched(pairs: Sequence[Pair]) -> Mapping[Pair, str]:
    return {pair: pair[0] for pair in pairs}


@FEW
@given(st.sampled_from(["differences.paths", "differences.described", "patches.id"]), STRANGE)
@example("differences.paths", None)
@example("differences.described", 10**15)
@example("patches.id", b"\xff")
def test_a_spoilt_row_is_compared_anew(column: str, value: object) -> None:
    with TemporaryDirectory() as folder:
        compared = Comparisons(file=Path(folder) / "compared-x.sqlite3")
        compared.differences(PAIRS, differing)
        compared.patch_ids(PAIRS, patched)
        spoil(Path(folder) / "compared-x.sqlite3", column, value)
        found = compared.differences(PAIRS, differing)
        assert isinstance(value, bytes) or found == differing(PAIRS)
        ids = compared.patch_ids(PAIRS, patched)
        assert isinstance(value, str | int | float) or ids == patched(PAIRS)


@FEW
@given(DAMAGE)
@example(lambda old: old.replace(b"patches", b"pa\xffches"))
def test_a_damaged_file_is_compared_anew(damage: Damage) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "compared-x.sqlite3"
        compared = Comparisons(file=file)
        compared.differences(PAIRS, differing)
        file.write_bytes(damage(file.read_bytes()))
        found = compared.differences(PAIRS, differing)
        assert found.keys() == set(PAIRS)
        assert all(type(part) is bytes for one in found.values() for part in one)


@FEW
@given(DAMAGE)
@example(lambda old: old.replace(b'"low"', b'"LOW"'))
@example(lambda old: old.replace(b'"version":1', b'"version":2'))
def test_damaged_advice_is_none(damage: Damage) -> None:
    with TemporaryDirectory() as folder:
        cache = AdviceCache(Path(folder))
        cache.keep("model", "key", ADVICE)
        (file,) = Path(folder).rglob("*.json")
        before = file.read_bytes()
        file.write_bytes(damage(before))
        found = cache.recall("model", "key")
        assert found in (None, ADVICE)
        cache.keep("model", "key", ADVICE)
        assert cache.recall("model", "key") == ADVICE
