"""One secret engine for all tests: compiling its rules takes seconds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autodevops.facts._secrets.context import FileContext
from autodevops.facts._secrets.sightings import Candidate
from autodevops.model.detection import TreeScan
from autodevops.model.snapshot import Snapshot
from autodevops.scanners.kingfisher import KingfisherEngine
from autodevops.scanners.secrets import Secrets


@dataclass
class CountingEngine:
    """The real engine, and how many contents it was given."""

    inner: KingfisherEngine
    scanned: int = 0
    begun: bool = False

    @property
    def digest(self) -> str:
        return self.inner.digest

    def begin(self) -> None:
        self.begun = True

    def scan(self, content: bytes, file: FileContext) -> Iterator[Candidate]:
        self.scanned += 1
        return self.inner.scan(content, file)


@pytest.fixture(scope="session")
def kingfisher(tmp_path_factory: pytest.TempPathFactory) -> KingfisherEngine:
    """Return the engine; its compiled rules stay between runs of the tests."""
    shared = tmp_path_factory.getbasetemp().parent / "secret-engine"
    engine = KingfisherEngine(shared)
    engine.prepare()
    return engine


@pytest.fixture
def engine(kingfisher: KingfisherEngine) -> CountingEngine:
    return CountingEngine(kingfisher)


@pytest.fixture
def scanner(engine: CountingEngine, tmp_path: Path) -> Secrets:
    """Return a scanner with an empty cache of its own."""
    return Secrets(engine=engine, cache=tmp_path / "cache")


def found(scanner: Secrets, snapshot: Snapshot) -> TreeScan:
    """Return what the scanner finds in files that can all be read."""
    scan = scanner.scan_tree(snapshot)
    assert isinstance(scan, TreeScan)
    assert not scan.gaps
    return scan
