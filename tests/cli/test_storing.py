"""What an audit leaves in the history, and what happens when nothing can be stored."""

import os
import subprocess
import sys
from pathlib import Path

from autodevops.folders import state_folder
from tests.cli.owned import NO_OWNERS, OWNED
from tests.conftest import MakeRepo
from tests.support.command import Done, autodevops
from tests.support.repositories import Repository

_LITTLE_ROOM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (32_768, 32_768))
from autodevops.__main__ import main
sys.exit(main())
"""


def state() -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in state_folder().rglob("*")
    }


def test_no_store_leaves_no_trace(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo(NO_OWNERS)
    page = ["--format", "html", "--output", str(tmp_path / "report.html")]
    done = autodevops("audit", "--no-store", "--select", "OW001", *page, cwd=repo.path)
    assert (done.code, state_folder().exists()) == (1, False)
    assert autodevops("audit", "--select", "OW001", *page, cwd=repo.path).err == ""
    before = state()
    assert before
    autodevops("audit", "--no-store", *page, cwd=repo.path)
    assert state() == before


def test_an_audit_is_stored_and_a_hook_s_is_not(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    repo.write(OWNED)
    repo.git("add", ".")
    autodevops("audit", "--staged", cwd=repo.path)
    assert not state_folder().exists()
    autodevops("audit", "--no-history", cwd=repo.path)
    repo.commit("chore: owners", {})
    autodevops("audit", "--no-history", cwd=repo.path)
    told = autodevops("history", "findings", "--fixed", "-f", "json", cwd=repo.path).json
    assert told["target"] == "shop"
    listed = autodevops("history", "list", "-f", "json", cwd=repo.path).json["audits"]
    assert [audit["dirty"] for audit in listed] == [False, True]
    assert listed[0]["commit"] == repo.git("rev-parse", "HEAD").strip()


def ended(repo: Repository, script: str) -> Done:
    """Run an audit in a process that a script prepares."""
    done = subprocess.run(
        [sys.executable, "-c", script, "audit", "--select", "OW001"],
        cwd=repo.path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)


def test_a_full_disk_costs_no_audit_and_no_past(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    done = ended(repo, _LITTLE_ROOM)
    assert (done.code, "codeowners-missing" in done.out) == (1, True)
    assert done.err.count("warning: the audit was not stored") == 1
    assert "no room" in done.err
    for count in (1, 2):
        assert autodevops("audit", "--select", "OW001", cwd=repo.path).err == ""
        assert ended(repo, _LITTLE_ROOM).code == 1
        listed = autodevops("history", "list", "-f", "json", cwd=repo.path).json["audits"]
        assert len(listed) >= count


def test_a_home_that_can_t_be_written_costs_no_audit(make_repo: MakeRepo, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    nowhere = {"AUTODEVOPS_STATE_DIR": None, "HOME": str(tmp_path / "home")}
    repo = make_repo(OWNED)
    done = autodevops("audit", "--select", "OW001", cwd=repo.path, environment=nowhere)
    assert (done.code, done.err.count("was not stored")) == (0, 1)
    done = autodevops(
        "audit", "--select", "OW001", "--no-store", cwd=repo.path, environment=nowhere
    )
    assert (done.code, done.err) == (0, "")
