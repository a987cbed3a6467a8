"""One run of zizmor's binary: offline, without configuration, beside whatever else goes on."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from msgspec import Struct

from autodevops.model.snapshot import Unavailable

TIME_LIMIT = 60
"""Seconds after which an analysis is given up."""
ADVICE = "install zizmor beside autodevops; `autodevops doctor` tells how"
"""What to do when it can't be run."""

_ARGUMENTS = (
    *("--offline", "--no-config", "--no-exit-codes", "--no-progress", "--color=never"),
    *("--collect=all", "--format=json-v1", "."),
)


class Run(Struct, frozen=True, kw_only=True):
    """A running zizmor; it prints into files, so that it never waits for us."""

    process: "subprocess.Popen[bytes]"
    """The process."""
    output: IO[bytes]
    """What it prints."""
    log: IO[bytes]
    """What it says on the side."""
    deadline: float
    """Monotonic time at which it is given up."""

    def finish(self) -> tuple[list[Any], str] | Unavailable:
        """Wait for the end; return zizmor's findings and its log."""
        try:
            status = self.process.wait(max(0.0, self.deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return Unavailable(f"zizmor took longer than {TIME_LIMIT} s")
        self.output.seek(0)
        self.log.seek(0)
        return told(self.output.read(), self.log.read(), status)


def told(printed: bytes, log: bytes, status: int) -> tuple[list[Any], str] | Unavailable:
    """Return zizmor's findings and its log, from what it wrote until it ended."""
    said = log.decode("utf-8", "replace")
    if not printed.strip():
        # It says nothing when it could not make sense of any file.
        return [], said
    try:
        return json.loads(printed), said
    except (ValueError, RecursionError):
        return Unavailable(f"zizmor ended with {status} and no JSON", ADVICE)


@contextmanager
def started(program: str, folder: Path) -> Iterator[Run | Unavailable]:
    """Start zizmor on the files of a folder; at the end of the `with` it is gone."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as log:
        try:
            process = subprocess.Popen(
                [program, *_ARGUMENTS],
                cwd=folder,
                env={"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
            )
        except OSError as error:
            yield Unavailable(f"zizmor can't be run: {error.strerror}", ADVICE)
            return
        try:
            deadline = time.monotonic() + TIME_LIMIT
            yield Run(process=process, output=output, log=log, deadline=deadline)
        finally:
            process.kill()
            process.wait()
