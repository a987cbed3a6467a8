"""A state folder of the test's own, and a short way to store."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autodevops.history.database import writing
from autodevops.history.store import Entry, Kind, record
from autodevops.model.report import Report
from autodevops.render.json_text import encode
from autodevops.render.json_v1 import document

Store = Callable[..., str]
Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def store(folder: Path) -> Store:
    """Return a function that stores a report as `autodevops audit` does and returns its id."""

    def keep(report: Report, *, kind: Kind = Kind.CURRENT, whole: bool = True) -> str:
        with writing(folder) as connection:
            return record(connection, entry(report, kind=kind, whole=whole))

    return keep


@pytest.fixture
def query(folder: Path) -> Query:
    """Return a function that asks the file."""

    def ask(statement: str, *values: object) -> list[tuple[Any, ...]]:
        with writing(folder) as connection:
            return connection.execute(statement, values).fetchall()

    return ask


def entry(report: Report, *, kind: Kind = Kind.CURRENT, whole: bool = True) -> Entry:
    return Entry(
        report=report,
        document=encode(document(report), indent=0).encode(),
        key=(report.target.url or report.target.name).lower(),
        kind=kind,
        whole=whole,
    )
