"""The value never leaves memory: 200 secrets are looked for in every byte that is written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autodevops.history.database import reading
from autodevops.history.reading import audits, document
from autodevops.render import Format
from autodevops.scanners.kingfisher import KingfisherEngine
from autodevops.scanners.secrets import Secrets
from tests.conftest import MakeRepo
from tests.scanners.conftest import found
from tests.secret_set import Planted, planted
from tests.support.memory import snapshot_of
from tests.support.repositories import Repository

_BROKEN = """
import sys
from autodevops.scanners.kingfisher import KingfisherEngine
def scan(self, content, file):
    raise RuntimeError("a bug in the engine")
KingfisherEngine.scan = scan
from autodevops.__main__ import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def secrets() -> list[Planted]:
    """Return more than 200 secrets, each in a file of its own."""
    return [
        Planted(one.kind, f"{seed}/{one.path}", one.content, one.value)
        for seed in (7, 23, 101)
        for one in planted(seed)
    ]


@pytest.fixture
def repo(make_repo: MakeRepo, secrets: list[Planted]) -> Repository:
    """Return a repository that holds them in its tree, its index and its history."""
    repo = make_repo({one.path: one.content for one in secrets})
    half = secrets[::2]
    repo.commit("fix: remove secrets", dict.fromkeys(one.path for one in half))
    for one in half:
        place = repo.path / "again" / one.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(one.content)
    repo.git("add", "again")
    return repo


def audit(
    repo: Repository, home: Path, kingfisher: KingfisherEngine, *arguments: str
) -> tuple[int, bytes]:
    """Run the command with all of its folders below `home`; return its code and all it printed."""
    for name in ("tmp", "state", "cache"):
        (home / name).mkdir(parents=True, exist_ok=True)
    assert kingfisher._cache is not None
    rules = home / "cache" / "rules"
    if not rules.exists():
        shutil.copytree(kingfisher._cache, rules)
    command = [sys.executable, *(arguments or ("-m", "autodevops"))]
    done = subprocess.run(
        command,
        cwd=repo.path,
        capture_output=True,
        check=False,
        env={
            **{name: os.environ[name] for name in ("PATH", "LC_ALL") if name in os.environ},
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "AUTODEVOPS_STATE_DIR": str(home / "state"),
            "AUTODEVOPS_CACHE_DIR": str(home / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
        },
    )
    return done.returncode, done.stdout + done.stderr


def leaked(secrets: list[Planted], home: Path, printed: bytes) -> list[str]:
    """Return where a value stands in what was printed or written."""
    written = {str(place): place.read_bytes() for place in home.rglob("*") if place.is_file()}
    written["printed"] = printed
    written |= stored_reports(home / "state")
    return [
        f"{one.path} in {place}"
        for place, content in written.items()
        for one in secrets
        for encoding in ("utf-8", "utf-16-le")
        if one.value.encode(encoding) in content
    ]


def stored_reports(state: Path) -> dict[str, bytes]:
    """Return the reports of the history, which are compressed in its file."""
    with reading(state) as connection:
        if connection is None:
            return {}
        return {audit.id: document(connection, audit) for audit in audits(connection)}


def test_no_report_log_cache_or_state_holds_a_value(
    repo: Repository, secrets: list[Planted], tmp_path: Path, kingfisher: KingfisherEngine
) -> None:
    assert len(secrets) >= 200
    home = tmp_path / "home"
    reports = home / "reports"
    reports.mkdir(parents=True)
    wanted = ["-m", "autodevops", "audit", "--verbose"]
    for form in Format:
        wanted += ["--format", form, "--output", str(reports / f"report.{form}")]
    printed = b""
    for more in ([], ["--staged"], ["--rev", "HEAD~1"]):
        code, said = audit(repo, home, kingfisher, *wanted, *more)
        assert code == 1, said[-2000:]
        printed += said
    told = (reports / "report.json").read_text()
    assert "secret-in-tree" in told
    assert "secret-in-history" in told
    assert len(stored_reports(home / "state")) == 2
    assert leaked(secrets, home, printed) == []


def test_no_traceback_holds_a_value(
    repo: Repository, secrets: list[Planted], tmp_path: Path, kingfisher: KingfisherEngine
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text(_BROKEN)
    home = tmp_path / "home"
    code, said = audit(
        repo, home, kingfisher, str(broken), "audit", "--verbose", "--select", "SE001,SE002"
    )
    assert code == 70, said[-2000:]
    assert leaked(secrets, home, said) == []


def test_the_cache_holds_no_value(scanner: Secrets, secrets: list[Planted]) -> None:
    found(scanner, snapshot_of({one.path: one.content for one in secrets}))
    assert scanner.cache is not None
    assert leaked(secrets, scanner.cache, b"") == []
