"""Parsers of files that people name and of files that earlier runs left, as functions of bytes."""

import io
import os
import sqlite3
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from autodevops.errors import AutodevopsError, ConfigurationError
from autodevops.model.report import Report
from tests.fuzz.altered import document_or_raw, parts, text
from tests.fuzz.interface import Target
from tests.guide.chains import NAMES
from tests.support.audits import audited
from tests.support.memory import NOW

GOOD_BASELINE: Mapping[str, Any] = {
    "schema": "autodevops/baseline/v1",
    "entries": [
        {"fingerprint": "0" * 32, "rule": "BR004", "date": "2026-02-20", "subject": "feature/x"}
    ],
}


def _configuration(data: bytes) -> None:
    from autodevops.guide.document import parse_document
    from autodevops.guide.files import RepositoryFiles, discover
    from autodevops.guide.load import load_guide

    written, *others = [text(part) for part in parts(data)]
    files = {"autodevops.toml": written, "pyproject.toml": None, "org.toml": "".join(others)}
    with suppress(ConfigurationError):
        parse_document(written, "autodevops.toml")
    with suppress(ConfigurationError):
        load_guide(NAMES, config=discover(RepositoryFiles(files.get)))
    with suppress(ConfigurationError):
        discover(RepositoryFiles({"pyproject.toml": written}.get))


def _baseline(data: bytes) -> None:
    from autodevops.guide.baseline import dump_baseline, load_baseline

    with suppress(ConfigurationError):
        read = load_baseline(text(document_or_raw(GOOD_BASELINE, data)), "baseline.json")
        assert load_baseline(dump_baseline(read.entries), "again.json").entries is not None


def _saved(data: bytes) -> None:
    from autodevops.render.interface import Format, RenderOptions, render
    from autodevops.render.saved import read_reports
    from autodevops.sync.payload import prepare
    from autodevops.sync.report import NotAReportError

    content = document_or_raw(_report(), data)
    with suppress(NotAReportError):
        payload = prepare("0" * 32, content)
        assert b"".join(payload.parts(1 << 14)) or not payload.findings
    try:
        results = read_reports(content, "report.json")
    except ConfigurationError:
        return
    for wanted in Format:
        shown = render(results, wanted, RenderOptions(width=80))
        assert "\x1b" not in shown, wanted
        assert shown.encode()
    reports = [one for one in results if isinstance(one, Report)]
    if reports:
        from autodevops.history.differences import differences

        differences(reports[0], reports[-1])


def _list(data: bytes) -> None:
    from autodevops.batch.files import file_name
    from autodevops.batch.listing import read_lines, unique

    with patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(data))):
        lines = read_lines("-")
    listed, _ = unique(lines)
    names = [file_name(at + 1, one.target) for at, one in enumerate(listed)]
    assert len(set(names)) == len(names)
    assert all(name == Path(name).name and name.isascii() for name in names)


def _journal(data: bytes) -> None:
    from msgspec.structs import replace

    from autodevops.batch import folder
    from autodevops.batch.reuse import State, still_stands
    from autodevops.batch.signature import Signature
    from autodevops.sources.github.names import RepositoryName

    plan, journal, last = (*parts(data), b"", b"")[:3]
    signature = Signature(options="o", guide="g", program="p")
    state = State(name=RepositoryName("https://github.com", "acme", "shop"), digest="d")
    with _state() as top:
        run = folder.runs_folder() / "1"
        run.mkdir(parents=True)
        (run / "run.json").write_bytes(document_or_raw(_plan(str(top)), plan))
        entry = document_or_raw(_entry(), journal)
        (run / "journal.jsonl").write_bytes(b"\n".join((entry, journal)))
        from autodevops.batch import reuse

        place = reuse._path(state.name, signature)
        place.parent.mkdir(parents=True)
        place.write_bytes(document_or_raw(_last(), last))
        still_stands(state, signature, NOW)
        for where, found, _ in folder.unfinished():
            inside = replace(found, reports=str(top / "reports"))
            with folder.old_run(where, inside) as again:
                assert all(0 <= number < len(found.targets) for number in again.left)


def _history(data: bytes) -> None:
    """A stored report is the input; and a file that is no history any more."""
    from autodevops.history.database import FILE, reading, writing
    from autodevops.history.outbox import HistoryOutbox
    from autodevops.history.reading import audits, document, findings
    from autodevops.history.store import Entry, Kind, record

    report = audited()
    with _state() as top, suppress(AutodevopsError):
        with writing(top) as connection:
            entry = Entry(report=report, document=b"{}", key="k", kind=Kind.CURRENT, whole=True)
            record(connection, entry)
            stored = zlib.compress(data) if data[:1] < b"\x80" else data
            connection.execute("UPDATE documents SET content = ?", (stored,))
        if data.startswith(b"\xff"):
            whole = bytearray((top / FILE).read_bytes())
            for at in range(1, len(data) - 3, 3):
                place = int.from_bytes(data[at : at + 2], "big") % len(whole)
                whole[place] = data[at + 2]
            (top / FILE).write_bytes(whole)
        with reading(top) as again:
            assert again is not None
            for audit in audits(again):
                findings(again, audit.target, audit.branch)
                document(again, audit)
            list(HistoryOutbox(again, "b", lambda: NOW).pending())


def _caches(data: bytes) -> None:
    from autodevops.advice.cache import AdviceCache
    from autodevops.scanners import written
    from autodevops.sources.github.etags import Etags

    sealed = f"{written._seal(text(data))} {text(data)}"
    written.load_scan(sealed)
    written.load_detections(sealed)
    with TemporaryDirectory() as folder:
        cache_of = AdviceCache(Path(folder))
        place = Path(folder) / "advice"
        place.mkdir()
        from autodevops.advice.cache import _name

        (place / f"{_name('m', 'k')}.json").write_bytes(document_or_raw(_kept(), data))
        cache_of.recall("m", "k")
        etags = Etags(Path(folder))
        key = etags.key("t", "a", "u")
        if etags._store is not None:
            with etags._store as store:
                row = (key, text(data[:4]).encode("utf-8", "replace").decode(), None, data, 0.0)
                with suppress(sqlite3.Error):
                    store.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", row)
        etags.recall(key)
        etags.close()


@contextmanager
def _state() -> Iterator[Path]:
    """Give an empty folder of ours as the one that runs are kept in."""
    with TemporaryDirectory() as folder, patch.dict(os.environ, AUTODEVOPS_STATE_DIR=folder):
        yield Path(folder)


@cache
def _report() -> Any:
    import json

    from autodevops.render.interface import Format, render
    from tests.support.samples import full_report

    return json.loads(render([full_report()], Format.JSON))


def _plan(top: str) -> Mapping[str, Any]:
    signed = {"options": "o", "guide": "g", "program": "p", "source": "s"}
    return {"targets": ["acme/shop", "."], **signed, "reports": top}


def _entry() -> Mapping[str, Any]:
    return {
        "number": 0,
        "file": "00001-shop.json",
        "known_by": "0",
        "is_report": True,
        "code": 0,
        "fail_on": None,
        "ended_early": False,
    }


def _last() -> Mapping[str, Any]:
    at = (NOW - timedelta(days=1)).isoformat()
    return {"state": "d", "file": "x.json", "known_by": "0", "fail_on": None, "at": at}


def _kept() -> Mapping[str, Any]:
    from autodevops.advice.cache import _VERSION, _name

    return {
        "version": _VERSION,
        "key": _name("m", "k"),
        "explanation": "x",
        "steps": ["y"],
        "risk": "low",
        "patches": [{"path": "a", "search": None, "replace": "b"}],
    }


TARGETS: Mapping[str, Target] = {
    "configuration": _configuration,
    "baseline": _baseline,
    "saved": _saved,
    "list": _list,
    "journal": _journal,
    "history": _history,
    "caches": _caches,
}
"""Each by what it reads."""
