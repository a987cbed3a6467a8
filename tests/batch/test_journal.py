"""A journal that something else wrote into, or a disk spoilt: what can be read still counts."""

import json
import resource
from pathlib import Path

import pytest
from msgspec.structs import replace

from autodevops.batch import folder
from autodevops.batch.files import append_line
from autodevops.batch.job import Answer
from autodevops.errors import OutputError

PLAN = folder.Plan(targets=("a", "b"), options="o", guide="g", program="p", source="s", reports="")
DONE = Answer(document=b"{}", is_report=True, code=0, fail_on=None, ended_early=False)
SPOILT = {
    "torn": b'{"number":1,"file":"0',
    "not UTF-8": b'{"number":1,"file":"\xff"}',
    "nested": b'{"x":' + b"[" * 100_000,
    "NUL in a name": json.dumps(
        {
            "number": 1,
            "file": "a\0b",
            "known_by": "0",
            "is_report": True,
            "code": 0,
            "fail_on": None,
            "ended_early": False,
        }
    ).encode(),
    "huge number": b'{"number":' + b"9" * 5_000 + b"}",
    "another target": b'{"number":7}',
    "no object": b"[]",
}


@pytest.mark.parametrize("line", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_line_is_passed_over(line: bytes) -> None:
    with folder.new_run(PLAN) as run:
        run.keep(0, DONE)
        place, plan = run.folder, run.plan
    with (place / "journal.jsonl").open("ab") as journal:
        journal.write(line + b"\n")
    with folder.old_run(place, plan) as again:
        assert again.left == (1,)


@pytest.mark.parametrize(
    "written", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"targets": 1}'], ids=range(5)
)
def test_a_run_whose_plan_is_spoilt_is_none(written: bytes) -> None:
    with folder.new_run(PLAN) as run:
        place = run.folder
    (place / "run.json").write_bytes(written)
    assert list(folder.unfinished()) == []
    assert Path(place).is_dir()


@pytest.mark.parametrize(
    ("second", "was_interrupted"),
    [
        (replace(DONE, ended_early=True), True),
        (replace(DONE, is_report=False, code=4), True),
        (replace(DONE, is_report=False, code=3), False),
    ],
)
def test_a_limit_interrupts_a_run_and_a_failure_does_not(
    second: Answer, was_interrupted: bool
) -> None:
    with folder.new_run(PLAN) as run:
        run.keep(0, DONE)
        run.keep(1, second)
    assert [said for _, _, said in folder.unfinished()] == [was_interrupted]


def test_a_disk_that_takes_half_a_line_took_none(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(b"x" * 1_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_010, before[1]))
    try:
        with pytest.raises(OutputError, match="File too large"):
            append_line(journal, b"y" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
