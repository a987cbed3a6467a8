"""What a machine reads is the same on a terminal as in a pipe."""

import os
import pty
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from autodevops.cli.app import run
from autodevops.render.interface import Format
from tests.support.command import CLOCK
from tests.support.repositories import Repository

_FORMS = [form for form in Format if form is not Format.TEXT]


@contextmanager
def terminal(read: list[bytes]) -> Iterator[int]:
    """Give the end of a terminal to write to that changes no byte; what it was sent is read."""
    master, slave = pty.openpty()
    modes = termios.tcgetattr(slave)
    modes[1] &= ~termios.OPOST
    termios.tcsetattr(slave, termios.TCSANOW, modes)

    def reading() -> None:
        with suppress(OSError):
            while part := os.read(master, 1 << 16):
                read.append(part)

    reader = Thread(target=reading)
    reader.start()
    try:
        yield slave
    finally:
        os.close(slave)
        reader.join()
        os.close(master)


@contextmanager
def pipe(read: list[bytes]) -> Iterator[int]:
    """Give the end of a pipe to write to; what went through is read."""
    out, into = os.pipe()

    def reading() -> None:
        while part := os.read(out, 1 << 16):
            read.append(part)

    reader = Thread(target=reading)
    reader.start()
    try:
        yield into
    finally:
        os.close(into)
        reader.join()
        os.close(out)


@pytest.mark.parametrize(
    "arguments",
    [
        *(["report", "SAVED", "-f", str(form)] for form in _FORMS),
        ["audit", "--offline", "--no-store", "-f", "csv"],
        ["plan", "--offline", "--format", "json"],
        ["fix", "--offline", "--format", "json", "--select", "OW"],
        ["rules", "--format", "json"],
    ],
    ids=" ".join,
)
def test_machines_read_the_same(
    shop: Repository, saved: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(shop.path)
    monkeypatch.setenv("AUTODEVOPS_NOW", CLOCK)
    monkeypatch.setenv("TERM", "xterm-256color")
    told = []
    for way in (terminal, pipe):
        out, err = list[bytes](), list[bytes]()
        with way(out) as stdout, way(err) as stderr, monkeypatch.context() as patch:
            for name, number in (("stdout", stdout), ("stderr", stderr)):
                patch.setattr(sys, name, os.fdopen(os.dup(number), "w", encoding="utf-8"))
            code = run([word.replace("SAVED", str(saved)) for word in arguments])
            sys.stdout.close()
            sys.stderr.close()
        told.append((code, b"".join(out)))
    assert told[0] == told[1]
    assert told[0][0] in {0, 1}
    assert told[0][1]


@pytest.fixture(scope="module")
def saved(shop: Repository, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("saved") / "report.json"
    run(["audit", "--offline", "--no-store", "-f", "json", "-o", str(place), str(shop.path)])
    return place
