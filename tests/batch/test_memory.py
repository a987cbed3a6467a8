"""Memory doesn't grow with the number of targets: reports are on disk, queues are short."""

import gc
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from msgspec.structs import replace

from autodevops.batch import run as running
from autodevops.batch.job import Answer, Job
from autodevops.batch.performing import Wanted, performed
from autodevops.batch.run import Finished
from autodevops.render.interface import Format, RenderOptions, render
from autodevops.render.json_stream import envelope
from autodevops.render.json_text import encode
from autodevops.render.json_v1 import document
from autodevops.request import Request
from tests.support.audits import audited

FEW, MANY = 100, 1_000
ROOM = 6 << 20
"""Bytes that a batch of a thousand may take more than one of a hundred: 6 KB a target."""


class Nobody:
    """Watches without looking."""

    def note(self, text: str) -> None:
        del text

    def began(self, total: int, left: int, usage: Callable[[], object]) -> None:
        del total, left, usage

    def finished(self, one: Finished) -> None:
        del one


@pytest.fixture
def without_audits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers answer at once, with a report of 60 KB that is quickly read."""
    report = replace(audited(found={"BR003": ["feat/x"]}), notes=("x" * 60_000,))
    numbers = count()

    def work(job: Job) -> Answer:
        target = replace(report.target, name=f"{job.target}-{next(numbers)}")
        return Answer(
            document=encode(document(replace(report, target=target))).encode(),
            is_report=True,
            code=0,
            fail_on="medium",
            ended_early=False,
        )

    monkeypatch.setattr(running, "work", work)
    monkeypatch.setattr("autodevops.batch.files.os.fsync", lambda _handle: None)
    monkeypatch.setenv("AUTODEVOPS_NOW", datetime(2026, 11, 22, tzinfo=UTC).isoformat())


def peak(folder: Path, targets: int) -> int:
    """Return the most memory that a batch of so many targets takes with two reports, in bytes."""
    listed = folder / f"{targets}.txt"
    listed.write_text("".join(f"folder-{at}\n" for at in range(targets)))
    wanted = Wanted(request=Request(offline=True), file=str(listed), jobs=2)
    gc.collect()
    tracemalloc.start()
    with performed(wanted, Nobody()) as done:
        assert len(done.entries) == targets
        size = sum(len(piece) for piece in envelope(done.results.documents()))
        assert size > targets * 50_000
        text = render(done.results, Format.TEXT, RenderOptions(batch=True))
        assert f"{targets} targets" in text
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.usefixtures("without_audits")
def test_a_thousand_targets_take_no_more_than_a_hundred(tmp_path: Path) -> None:
    peak(tmp_path, 3)  # what is loaded once
    few = peak(tmp_path, FEW)
    many = peak(tmp_path, MANY)

    assert many - few < ROOM, (few, many)
