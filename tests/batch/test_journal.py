"""A journal that something else wrote into, or a disk spoilt: what can be read still counts."""

import json
from pathlib import Path

import pytest

from autodevops.batch import folder
from autodevops.batch.job import Answer

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
