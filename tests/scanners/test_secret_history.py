"""Secrets in history: every blob that any ref reaches, and where it came from."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from autodevops.model.detection import HistoryScan, Leak
from autodevops.model.snapshot import Unavailable
from autodevops.scanners.secrets import Secrets
from autodevops.sources.local import open_local
from tests.conftest import MakeRepo
from tests.scanners.conftest import CountingEngine
from tests.secret_set.values import BASE62, Values
from tests.support.repositories import Repository, ago, run_git

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
VALUES = Values(5)
TOKEN = "ghp_" + VALUES.of(BASE62, 36)
OTHER = "glpat-" + VALUES.of(BASE62, 20)
LEAKY = f"# settings\nTOKEN = '{TOKEN}'\n"


def searched(scanner: Secrets, repo: Repository) -> HistoryScan:
    with open_local(str(repo.path), now=NOW) as snapshot:
        assert not isinstance(snapshot.history, Unavailable)
        scan = scanner.scan_history(snapshot.history)
    assert isinstance(scan, HistoryScan)
    return scan


def only(scan: HistoryScan) -> Leak:
    assert len(scan.leaks) == 1, scan.leaks
    return scan.leaks[0]


def test_a_deleted_file_is_found_with_commit_line_and_refs(
    scanner: Secrets, make_repo: MakeRepo
) -> None:
    repo = make_repo({"README.md": "# x\n"})
    brought = repo.commit("feat: settings", {"app/s.py": LEAKY})
    repo.commit("fix: remove leaked token", {"app/s.py": None})
    repo.git("tag", "v1.0.0", brought)
    leak = only(searched(scanner, repo))
    assert (leak.commit, leak.summary) == (brought, "feat: settings")
    assert (leak.detection.path, leak.detection.line) == ("app/s.py", 2)
    assert leak.refs == ("refs/heads/main", "refs/tags/v1.0.0")
    assert [text.partition(" ")[2] for text in leak.admitted] == ["fix: remove leaked token"]


def _side_branch(repo: Repository) -> None:
    repo.checkout("feature/x", create=True)
    repo.commit("feat: x", {"a.py": LEAKY})
    repo.commit("fix: x", {"a.py": None})
    repo.checkout("main")


def _merged_side(repo: Repository) -> None:
    _side_branch(repo)
    repo.merge("feature/x")
    repo.git("branch", "-D", "feature/x")


def _only_in_a_merge(repo: Repository) -> None:
    repo.checkout("feature/x", create=True)
    repo.commit("feat: x", {"b.py": "x = 1\n"})
    repo.checkout("main")
    repo.commit("feat: y", {"c.py": "x = 1\n"})
    repo.git("merge", "--no-ff", "--no-commit", "feature/x")
    repo.commit("merge: x", {"a.py": LEAKY})
    repo.commit("fix: y", {"a.py": None})


def _only_a_tag(repo: Repository) -> None:
    repo.checkout("feature/x", create=True)
    repo.commit("feat: x", {"a.py": LEAKY})
    repo.git("tag", "-a", "-m", "old", "v0.1.0")
    repo.checkout("main")
    repo.git("branch", "-D", "feature/x")


def _tag_on_a_blob(repo: Repository) -> None:
    oid = repo.git("hash-object", "-w", "--stdin", stdin=LEAKY.encode()).strip()
    repo.git("tag", "loose", oid)


def _annotated_tag_on_a_tree(repo: Repository) -> None:
    oid = repo.git("hash-object", "-w", "--stdin", stdin=LEAKY.encode()).strip()
    tree = repo.git("mktree", stdin=f"100644 blob {oid}\ta.py\n".encode()).strip()
    repo.git("tag", "-a", "-m", "x", "loose", tree)


def _annotated_tag_on_a_blob(repo: Repository) -> None:
    oid = repo.git("hash-object", "-w", "--stdin", stdin=LEAKY.encode()).strip()
    repo.git("tag", "-a", "-m", "x", "loose", oid)


def _stash(repo: Repository) -> None:
    repo.commit("feat: a", {"a.py": "x = 1\n"})
    (repo.path / "a.py").write_text(LEAKY)
    repo.git("stash")


def _note(repo: Repository) -> None:
    repo.git("notes", "add", "-m", LEAKY, "HEAD")


def _pull_request(repo: Repository) -> None:
    _only_a_tag(repo)
    repo.git("update-ref", "refs/pull/1/head", "v0.1.0^{commit}")
    repo.git("tag", "-d", "v0.1.0")


def _detached(repo: Repository) -> None:
    repo.git("checkout", "--detach")
    repo.commit("feat: x", {"a.py": LEAKY})
    repo.commit("fix: x", {"a.py": None})


def _executable(repo: Repository) -> None:
    repo.commit("feat: x", {"a.sh": LEAKY})
    repo.git("rm", "a.sh")
    repo.git("commit", "-m", "x")


@pytest.mark.parametrize(
    "hide",
    [
        _side_branch,
        _merged_side,
        _only_in_a_merge,
        _only_a_tag,
        _tag_on_a_blob,
        _annotated_tag_on_a_tree,
        _annotated_tag_on_a_blob,
        _stash,
        _note,
        _pull_request,
        _detached,
        _executable,
    ],
)
def test_every_corner_that_a_ref_reaches_is_searched(
    scanner: Secrets, make_repo: MakeRepo, hide: Callable[[Repository], None]
) -> None:
    repo = make_repo({"README.md": "# x\n"})
    hide(repo)
    leak = only(searched(scanner, repo))
    assert leak.detection.kind == "github-token"


def test_a_renamed_file_is_one_leak_with_both_paths(scanner: Secrets, make_repo: MakeRepo) -> None:
    repo = make_repo({"old.py": LEAKY})
    repo.commit("refactor: move", {"old.py": None, "src/new.py": LEAKY + "X = 1\n"})
    leak = only(searched(scanner, repo))
    assert leak.paths == ("old.py", "src/new.py")
    assert leak.detection.path == "old.py"
    assert leak.versions == 2


def test_unreachable_objects_are_left_alone(scanner: Secrets, make_repo: MakeRepo) -> None:
    repo = make_repo({"a.py": "x = 1\n"})
    repo.git("hash-object", "-w", "--stdin", stdin=LEAKY.encode())
    assert searched(scanner, repo).leaks == ()


def test_nothing_new_is_answered_from_the_cache(
    scanner: Secrets, engine: CountingEngine, make_repo: MakeRepo
) -> None:
    repo = make_repo({"a.py": LEAKY, "b.py": "x = 1\n"})
    first = searched(scanner, repo)
    before = engine.scanned
    assert searched(scanner, repo) == first
    assert engine.scanned == before


def test_new_commits_cost_only_their_blobs_and_the_answer_is_that_of_a_first_run(
    scanner: Secrets, engine: CountingEngine, make_repo: MakeRepo, tmp_path: Path
) -> None:
    repo = make_repo({"a.py": LEAKY, **{f"{n}.py": f"x = {n}\n" for n in range(20)}})
    searched(scanner, repo)
    before = engine.scanned
    repo.commit("feat: more", {"c.py": f"t = '{TOKEN}'\n", "d.py": f"t = '{OTHER}'\n"})
    repo.commit("fix: remove secret", {"a.py": "x = 1\n", "e.py": LEAKY})
    again = searched(scanner, repo)
    assert engine.scanned - before <= 6
    assert again == searched(replace(scanner, cache=tmp_path / "fresh"), repo)
    assert len(again.leaks) == 2
    assert again.leaks[0].paths == ("a.py", "c.py", "e.py")


def test_a_name_that_is_no_text_is_searched_and_remembered(
    scanner: Secrets, engine: CountingEngine, make_repo: MakeRepo, tmp_path: Path
) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    repo = make_repo({name: LEAKY})
    assert only(searched(scanner, repo)).paths == (name,)
    before = engine.scanned
    repo.commit("feat: more", {"b.py": "x = 1\n"})
    again = searched(scanner, repo)
    assert engine.scanned - before <= 1
    assert again == searched(replace(scanner, cache=tmp_path / "fresh"), repo)


@pytest.mark.parametrize("spoilt", ["", "{", "[1]", "{}", '[{"severity": "dire"}]', "null"])
def test_a_spoilt_cache_is_as_good_as_none(
    scanner: Secrets, make_repo: MakeRepo, tmp_path: Path, spoilt: str
) -> None:
    repo = make_repo({"a.py": LEAKY})
    first = searched(scanner, repo)
    (file,) = (tmp_path / "cache").glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as store, store:
        store.execute("UPDATE blobs SET detections = ? WHERE detections IS NOT NULL", (spoilt,))
        store.execute("UPDATE runs SET result = ?", (spoilt,))
    assert searched(scanner, repo) == first


def test_a_deleted_branch_takes_its_leak_away(scanner: Secrets, make_repo: MakeRepo) -> None:
    repo = make_repo({"a.py": "x = 1\n"})
    _side_branch(repo)
    assert len(searched(scanner, repo).leaks) == 1
    repo.git("branch", "-D", "feature/x")
    assert searched(scanner, repo).leaks == ()


def test_since_bounds_the_search(scanner: Secrets, make_repo: MakeRepo) -> None:
    repo = make_repo({"a.py": LEAKY}, at=ago(days=30))
    repo.commit("feat: b", {"b.py": f"t = '{OTHER}'\n"}, at=ago(days=2))
    since = int(ago(days=10).timestamp())
    scan = searched(replace(scanner, since=since), repo)
    assert [leak.detection.path for leak in scan.leaks] == ["b.py"]
    assert scan.since == since
    assert len(searched(scanner, repo).leaks) == 2


def test_a_shallow_clone_is_searched_as_far_as_it_goes(
    scanner: Secrets, make_repo: MakeRepo, tmp_path: Path
) -> None:
    repo = make_repo({"a.py": LEAKY})
    repo.commit("fix: b", {"b.py": "x = 1\n"})
    run_git(tmp_path, "clone", "--depth=1", f"file://{repo.path}", "shallow")
    clone = Repository.__new__(Repository)
    clone.path = tmp_path / "shallow"
    scan = searched(scanner, clone)
    assert only(scan).detection.path == "a.py"
    assert [gap.subject for gap in scan.gaps] == ["history"]


def test_a_full_clone_is_searched_below_the_end_of_a_shallow_one(
    scanner: Secrets, make_repo: MakeRepo, tmp_path: Path
) -> None:
    repo = make_repo({"a.py": LEAKY})
    repo.commit("fix: drop it", {"a.py": "x = 1\n"})
    run_git(tmp_path, "clone", "--depth=1", f"file://{repo.path}", "shallow")
    clone = Repository.__new__(Repository)
    clone.path = tmp_path / "shallow"
    assert searched(scanner, clone).leaks == ()
    assert only(searched(scanner, repo)).detection.path == "a.py"


def test_a_missing_object_is_a_gap_and_not_remembered(
    scanner: Secrets, make_repo: MakeRepo
) -> None:
    repo = make_repo({"a.py": "x = 1\n"})
    oid = repo.git("rev-parse", "HEAD:a.py").strip()
    place = repo.path / ".git" / "objects" / oid[:2] / oid[2:]
    content = place.read_bytes()
    place.unlink()
    assert [gap.subject for gap in searched(scanner, repo).gaps] == [oid]
    place.write_bytes(content)
    assert searched(scanner, repo).gaps == ()


def test_the_newest_comment_accepts_a_leak(scanner: Secrets, make_repo: MakeRepo) -> None:
    repo = make_repo({"a.py": LEAKY})
    repo.commit(
        "docs: accept", {"a.py": f"TOKEN = '{TOKEN}'  # autodevops: allow SE001 -- revoked\n"}
    )
    assert only(searched(scanner, repo)).detection.allowed("SE001")


def test_commit_subjects_that_may_hold_a_value_are_not_shown(
    scanner: Secrets, make_repo: MakeRepo
) -> None:
    repo = make_repo({"README.md": "# x\n"})
    repo.commit(f"feat: use {TOKEN}", {"a.py": LEAKY})
    assert only(searched(scanner, repo)).summary is None
