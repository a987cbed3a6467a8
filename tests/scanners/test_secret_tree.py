"""Secrets in tracked and staged files."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from autodevops.model.detection import TreeScan
from autodevops.model.snapshot import Unavailable
from autodevops.scanners.content import LIMIT
from autodevops.scanners.interface import EngineError
from autodevops.scanners.secrets import Secrets
from autodevops.sources.local import open_local
from autodevops.sources.modes import Index
from tests.conftest import MakeRepo
from tests.scanners.conftest import CountingEngine, found
from tests.secret_set.values import BASE62, Values
from tests.support.memory import snapshot_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
VALUES = Values(3)
TOKEN = "ghp_" + VALUES.of(BASE62, 36)
OTHER = "ghp_" + VALUES.of(BASE62, 36)


def test_only_the_scope_is_searched(scanner: Secrets) -> None:
    snapshot = snapshot_of({"a.py": f"t = '{TOKEN}'\n", "b.py": f"t = '{TOKEN}'\n"})
    scan = found(scanner, replace(snapshot, scope=frozenset({"b.py"})))
    assert [one.path for one in scan.detections] == ["b.py"]
    assert scan.files == 1


def test_the_index_is_searched_not_the_working_tree(scanner: Secrets, make_repo: MakeRepo) -> None:
    repo = make_repo({"a.py": "x = 1\n", "b.py": f"t = '{OTHER}'\n"})
    (repo.path / "a.py").write_text(f"t = '{TOKEN}'\n")
    repo.git("add", "a.py")
    (repo.path / "a.py").write_text("x = 2\n")
    with open_local(str(repo.path), now=NOW, mode=Index()) as snapshot:
        scan = found(scanner, snapshot)
    assert [(one.path, one.line) for one in scan.detections] == [("a.py", 1)]


def test_archives_are_counted_and_not_opened(scanner: Secrets) -> None:
    packed = gzip.compress(f"t = '{TOKEN}'\n".encode())
    scan = found(scanner, snapshot_of({"a.gz": packed, "b.jar": b"PK\x03\x04" + packed}))
    assert (scan.detections, scan.archives) == ((), 2)


def test_one_line_of_20_megabytes_is_read(scanner: Secrets) -> None:
    filler = b"const data = [" + b"1234567,name," * (1 << 20)
    content = filler + f' token: "{TOKEN}"'.encode() + filler[: 7 << 20]
    (detection,) = found(scanner, snapshot_of({"bundle.js": content})).detections
    assert (detection.line, detection.column) == (1, len(filler) + 10)


def test_a_file_over_the_limit_is_a_gap(scanner: Secrets) -> None:
    scan = scanner.scan_tree(snapshot_of({"big.txt": b"x" * (LIMIT + 1)}))
    assert isinstance(scan, TreeScan)
    assert [gap.subject for gap in scan.gaps] == ["big.txt"]


def test_a_file_that_defeats_the_engine_is_a_gap(
    scanner: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise EngineError("it takes too long")

    monkeypatch.setattr(CountingEngine, "scan", fail)
    scan = scanner.scan_tree(snapshot_of({"a.py": "x = 1\n"}))
    assert isinstance(scan, TreeScan)
    assert [gap.reason for gap in scan.gaps] == ["a.py was not searched: it takes too long"]


def test_what_did_not_change_is_not_searched_again(
    scanner: Secrets, engine: CountingEngine
) -> None:
    files = {"a.py": f"t = '{TOKEN}'\n", "b.py": "x = 1\n", "c.py": "y = 1\n"}
    first = found(scanner, snapshot_of(files))
    before = engine.scanned
    assert found(scanner, snapshot_of(files)) == first
    assert engine.scanned == before
    found(scanner, snapshot_of(files | {"c.py": "y = 2\n"}))
    assert engine.scanned == before + 1


def test_equal_values_share_a_group_also_when_one_is_remembered(scanner: Secrets) -> None:
    found(scanner, snapshot_of({"a.py": f"t = '{TOKEN}'\n"}))
    scan = found(
        scanner,
        snapshot_of(
            {"a.py": f"t = '{TOKEN}'\n", "b.py": f"u = '{TOKEN}'\n", "c.py": f"u = '{OTHER}'\n"}
        ),
    )
    a, b, c = (one.group for one in scan.detections)
    assert a == b != c


def test_a_damaged_cache_is_done_without(scanner: Secrets) -> None:
    files = {"a.py": f"t = '{TOKEN}'\n"}
    first = found(scanner, snapshot_of(files))
    assert scanner.cache is not None
    for place in scanner.cache.iterdir():
        place.write_bytes(b"no database at all" * 100)
    assert found(scanner, snapshot_of(files)) == first


@pytest.mark.parametrize("cache", [None, Path("/proc/nowhere")])
def test_without_a_cache_the_answer_is_the_same(scanner: Secrets, cache: Path | None) -> None:
    files = {"a.py": f"t = '{TOKEN}'\n"}
    assert found(replace(scanner, cache=cache), snapshot_of(files)) == found(
        scanner, snapshot_of(files)
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("t = '{}'  # autodevops: allow SE001 -- rotated on 2026-01-02\n", "rotated on 2026-01-02"),
        ("# autodevops: allow SE001,IN004 -- a test account\nt = '{}'\n", "a test account"),
        ("<!-- autodevops: allow secret-in-tree -- shown on purpose -->\n<p>{}</p>\n",
         "shown on purpose"),
        ("/* autodevops: allow SE001 -- old */\nt('{}')\n", "old"),
        ("t = '{}'  # autodevops: allow SE001\n", None),
        ("t = '{}'  # autodevops: allow SE001 --\n", None),
    ],
)  # fmt: skip
def test_a_comment_accepts_with_a_reason(scanner: Secrets, text: str, reason: str | None) -> None:
    (detection,) = found(scanner, snapshot_of({"a.py": text.format(TOKEN)})).detections
    assert detection.allowance is not None
    assert detection.allowance.reason == reason
    assert detection.allowed("SE001", "secret-in-tree") is (reason is not None)


@pytest.mark.parametrize(
    "text",
    [
        "# autodevops: allow SE001 -- two lines up\n\nt = '{}'\n",
        "x = 1  # autodevops: allow SE001 -- for another line\nt = '{}'\n",
        "t = '{}'  # gitleaks:allow\n",
        "t = '{}'  # kingfisher:ignore\n",
    ],
)
def test_other_comments_accept_nothing(scanner: Secrets, text: str) -> None:
    (detection,) = found(scanner, snapshot_of({"a.py": text.format(TOKEN)})).detections
    assert not detection.allowed("SE001")


def test_without_history_the_answer_says_so(scanner: Secrets, make_repo: MakeRepo) -> None:
    repo = make_repo({"a.py": "x = 1\n"})
    with open_local(str(repo.path), now=NOW) as snapshot:
        assert not isinstance(snapshot.history, Unavailable)
        scan = replace(scanner, history=False).scan_history(snapshot.history)
    assert isinstance(scan, Unavailable)
    assert "--no-history" in (scan.needs or "")


def test_a_secret_among_test_data_is_low(scanner: Secrets) -> None:
    text = f"t = '{TOKEN}'\n"
    scan = found(scanner, snapshot_of({"tests/fixtures/a.py": text, "tests/test_a.py": text}))
    severities = {one.path: str(one.severity) for one in scan.detections}
    assert severities == {"tests/fixtures/a.py": "low", "tests/test_a.py": "critical"}
