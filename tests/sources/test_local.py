"""A local repository in each of its states and shapes."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autodevops.errors import TargetNotFoundError, UnreadableTargetError
from autodevops.model.snapshot import CONFIG_LIMIT, Entry, EntryKind, Unavailable
from autodevops.sources import objects
from autodevops.sources.interface import Mode, Revision
from autodevops.sources.local import LocalSource
from tests.conftest import MakeRepo
from tests.sources.opening import (
    HEAD,
    INDEX,
    WORKING_TREE,
    changes,
    commits,
    history_of,
    opened,
    paths,
)
from tests.support.memory import NOW
from tests.support.repositories import Repository, run_git
from tests.support.trees import trace

FILES = {"README.md": "# shop\n", "api/main.py": "one\n"}
MODES: list[Mode] = [WORKING_TREE, INDEX, HEAD]


def entry_of(path: str, kind: EntryKind = EntryKind.FILE) -> Entry:
    return Entry(path, kind, executable=False, oid="0" * 40)


class TestWorkingTree:
    def test_lists_tracked_files_with_what_is_on_disk(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.write({"api/main.py": "two\n", "untracked.txt": "?"})
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == ["README.md", "api/main.py"]
            assert snapshot.text("api/main.py") == "two\n"
            assert snapshot.target.dirty
            assert snapshot.notes == ()

    def test_is_clean_when_only_the_times_of_files_changed(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        os.utime(repo.path / "README.md", (1, 1))
        repo.write({"untracked.txt": "?"})
        with opened(repo.path) as snapshot:
            assert not snapshot.target.dirty

    def test_a_change_in_the_second_of_the_index_is_seen(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        index = repo.path / ".git" / "index"
        before = (repo.path / "README.md").stat()
        (repo.path / "README.md").write_text("# shoq\n")
        os.utime(repo.path / "README.md", ns=(before.st_atime_ns, before.st_mtime_ns))
        os.utime(index, ns=(before.st_atime_ns, before.st_mtime_ns))
        with opened(repo.path) as snapshot:
            assert snapshot.target.dirty

    def test_a_deleted_file_is_not_listed(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.write({"README.md": None})
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == ["api/main.py"]
            assert snapshot.target.dirty

    def test_a_folder_inside_leads_to_the_top(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        with opened(repo.path / "api") as snapshot:
            assert paths(snapshot) == ["README.md", "api/main.py"]
            assert snapshot.target.path == str(repo.path / "api")
            assert snapshot.target.name == "shop"

    def test_the_git_folder_itself_leads_to_the_working_tree(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.write({"README.md": None})
        with opened(repo.path / ".git" / "refs") as snapshot:
            assert paths(snapshot) == ["api/main.py"]

    def test_kinds_and_modes_are_told(self, make_repo: MakeRepo) -> None:
        repo = make_repo()
        repo.write({"run.sh": "#!/bin/sh\n"}, executable=True)
        repo.link("latest", "run.sh")
        repo.commit("feat: run", {"plain": ""})
        with opened(repo.path) as snapshot:
            found = {entry.path: (entry.kind, entry.executable) for entry in snapshot.entries}
            assert found == {
                "latest": (EntryKind.LINK, False),
                "plain": (EntryKind.FILE, False),
                "run.sh": (EntryKind.FILE, True),
            }
            assert snapshot.reader.link(snapshot.by_path["latest"]) == "run.sh"
            assert isinstance(snapshot.reader.link(snapshot.by_path["plain"]), Unavailable)
        with opened(repo.path, HEAD) as snapshot:
            assert snapshot.reader.link(snapshot.by_path["latest"]) == "run.sh"

    def test_names_that_are_not_utf8_can_be_read(self, make_repo: MakeRepo) -> None:
        repo = make_repo({})
        name = b"caf\xe9\n\x1b[31m.txt"
        Path(os.fsdecode(os.fsencode(repo.path) + b"/" + name)).write_text("x")
        repo.commit("feat: a name")
        for mode in MODES:
            with opened(repo.path, mode) as snapshot:
                (path,) = paths(snapshot)
                assert path.encode("utf-8", "surrogateescape") == name
                assert snapshot.text(path) == "x"
                assert snapshot.gaps == []

    def test_a_file_replaced_by_a_link_or_pipe_is_unavailable(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"link": "x", "pipe": "x", "folder": "x", "locked": "x"})
        for name in ("link", "pipe", "folder"):
            (repo.path / name).unlink()
        repo.link("link", "/etc/passwd")
        os.mkfifo(repo.path / "pipe")
        (repo.path / "folder").mkdir()
        with opened(repo.path) as snapshot:
            assert snapshot.data("link") is None
            assert snapshot.data("pipe") is None
            assert [gap.subject for gap in snapshot.gaps] == ["link", "pipe"]
            # As git has it: a folder in the place of a file means that the file is gone.
            assert paths(snapshot) == ["link", "locked", "pipe"]

    def test_a_file_below_a_folder_that_became_a_link_is_gone(
        self, make_repo: MakeRepo, tmp_path: Path
    ) -> None:
        repo = make_repo({"conf/secret": "x", "README.md": ""})
        outside = tmp_path / "outside"
        (repo.path / "conf").rename(outside)
        repo.link("conf", str(outside))
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == ["README.md"]
            reader = snapshot.reader
            assert isinstance(reader.read(entry_of("conf/secret"), 100), Unavailable)

    def test_an_object_far_over_the_limit_is_not_waited_for(
        self, make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(objects, "_SKIPPED_AT_MOST", 1000)
        repo = make_repo({"big": b"x" * 100_000, "small": b"y"})
        with opened(repo.path, HEAD) as snapshot:
            assert snapshot.data("big", 10) is None
            assert snapshot.data("small", 10) == b"y"
            (gap,) = snapshot.gaps
            assert "is larger" in gap.reason

    def test_an_object_of_another_kind_is_unavailable(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        commit = repo.git("rev-parse", "HEAD")
        with opened(repo.path, HEAD) as snapshot:
            entry = entry_of("README.md")._replace(oid=commit)
            answer = snapshot.reader.read(entry, CONFIG_LIMIT)
            assert isinstance(answer, Unavailable)
            assert "is a commit" in answer.reason
            assert snapshot.data("README.md") == b"# shop\n"

    def test_a_file_over_the_limit_is_unavailable(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"big.yaml": b"x" * (CONFIG_LIMIT + 1)})
        for mode in MODES:
            with opened(repo.path, mode) as snapshot:
                assert snapshot.data("big.yaml", CONFIG_LIMIT) is None
                assert snapshot.gaps[0].reason == "big.yaml is larger than 1 MiB"
                assert snapshot.data("big.yaml", CONFIG_LIMIT + 1) == b"x" * (CONFIG_LIMIT + 1)

    def test_conflicts_are_listed_once_with_what_is_on_disk(self, make_repo: MakeRepo) -> None:
        repo = conflicting(make_repo)
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == ["file", "kept"]
            assert "<<<<<<<" in (snapshot.text("file") or "")
            assert snapshot.target.dirty

    def test_a_sparse_checkout_reads_the_rest_from_objects(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"README.md": "r\n", "api/main.py": "a\n", "web/app.js": "w\n"})
        for options in ([], ["--sparse-index"]):
            repo.git("sparse-checkout", "set", "--cone", *options, "api")
            assert not (repo.path / "web").exists()
            with opened(repo.path) as snapshot:
                assert paths(snapshot) == ["README.md", "api/main.py", "web/app.js"]
                assert snapshot.text("web/app.js") == "w\n"
                assert not snapshot.target.dirty
        repo.write({"web/app.js": "changed\n"})
        with opened(repo.path) as snapshot:
            assert snapshot.text("web/app.js") == "changed\n"

    def test_a_split_index_is_read_whole(self, make_repo: MakeRepo) -> None:
        repo = make_repo({f"file{number}": "" for number in range(30)})
        repo.git("update-index", "--split-index")
        repo.commit("feat: one more", {"more": ""})
        assert list((repo.path / ".git").glob("sharedindex.*"))
        with opened(repo.path) as snapshot:
            assert len(paths(snapshot)) == 31
            assert not snapshot.target.dirty

    def test_without_an_index_the_commit_is_read(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        (repo.path / ".git" / "index").unlink()
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == sorted(FILES)
            assert "no index" in snapshot.notes[0]

    def test_modes_of_files_count_only_where_the_file_system_has_them(
        self, make_repo: MakeRepo
    ) -> None:
        repo = make_repo(FILES)
        (repo.path / "README.md").chmod(0o755)
        with opened(repo.path) as snapshot:
            assert snapshot.target.dirty
        repo.git("config", "core.fileMode", "false")
        with opened(repo.path) as snapshot:
            assert not snapshot.target.dirty


def conflicting(make_repo: MakeRepo) -> Repository:
    """Return a repository in the middle of a merge with a conflict in `file`."""
    repo = make_repo({"file": "base\n", "kept": ""})
    repo.checkout("feature/x", create=True)
    repo.commit("feat: theirs", {"file": "theirs\n"})
    repo.checkout("main")
    repo.commit("feat: ours", {"file": "ours\n"})
    with pytest.raises(AssertionError):
        repo.merge("feature/x")
    return repo


class TestIndex:
    def test_reads_what_is_staged(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES | {"old.txt": ""})
        repo.write({"api/main.py": "staged\n", "new.py": "new\n", "old.txt": None})
        repo.add()
        repo.write({"api/main.py": "not staged\n", "untracked": ""})
        with opened(repo.path, INDEX) as snapshot:
            assert paths(snapshot) == ["README.md", "api/main.py", "new.py"]
            assert snapshot.text("api/main.py") == "staged\n"
            assert set(snapshot.scope or ()) == {"api/main.py", "new.py"}
            assert snapshot.target.dirty

    def test_nothing_staged_is_an_empty_scope(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.write({"api/main.py": "not staged\n"})
        with opened(repo.path, INDEX) as snapshot:
            assert snapshot.scope == frozenset()
            assert not snapshot.target.dirty

    def test_before_the_first_commit_everything_is_staged(self, make_repo: MakeRepo) -> None:
        repo = make_repo()
        repo.write(FILES)
        repo.add()
        with opened(repo.path, INDEX) as snapshot:
            assert set(snapshot.scope or ()) == set(FILES)
            assert snapshot.target.commit is None
            assert snapshot.target.branch == "main"

    def test_an_announced_file_is_not_staged(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"empty": ""})
        repo.write({"announced": "text\n", "also empty": ""})
        repo.git("add", "--intent-to-add", "announced")
        repo.add("also empty")
        with opened(repo.path, INDEX) as snapshot:
            assert paths(snapshot) == ["also empty", "empty"]
            assert set(snapshot.scope or ()) == {"also empty"}
        with opened(repo.path) as snapshot:
            assert snapshot.text("announced") == "text\n"

    def test_a_conflict_can_not_be_read(self, make_repo: MakeRepo) -> None:
        repo = conflicting(make_repo)
        with opened(repo.path, INDEX) as snapshot:
            assert snapshot.data("kept") == b""
            assert snapshot.data("file") is None
            assert snapshot.gaps[0].reason == "file has a merge conflict"

    def test_a_hook_of_commit_all_sees_what_will_be_committed(
        self, make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo = make_repo(FILES)
        hook = repo.path / ".git" / "hooks" / "pre-commit"
        hook.parent.mkdir()
        seen = tmp_path / "seen"
        note = f'printf "%s" "$GIT_INDEX_FILE" > {seen}'
        hook.write_text(f'#!/bin/sh\n{note}\ncp "$GIT_INDEX_FILE" {seen}.index\n')
        hook.chmod(0o755)
        repo.write({"api/main.py": "two\n"})
        repo.git("commit", "-q", "--all", "-m", "feat: two")
        repo.git("reset", "-q", "--soft", "HEAD~")
        repo.git("reset", "-q")
        # As it was while the hook ran: the commit's index beside the usual one.
        lock = repo.path / ".git" / Path(seen.read_text()).name
        lock.write_bytes((tmp_path / "seen.index").read_bytes())
        with opened(repo.path, INDEX) as snapshot:
            assert snapshot.scope == frozenset()
        monkeypatch.setenv("GIT_INDEX_FILE", seen.read_text())
        with opened(repo.path, INDEX) as snapshot:
            assert set(snapshot.scope or ()) == {"api/main.py"}
            assert snapshot.text("api/main.py") == "two\n"

    def test_an_index_elsewhere_is_not_followed(
        self, make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo = make_repo(FILES)
        other = tmp_path / "index"
        other.write_bytes(b"not an index")
        monkeypatch.setenv("GIT_INDEX_FILE", str(other))
        with opened(repo.path, INDEX) as snapshot:
            assert paths(snapshot) == sorted(FILES)


class TestRevision:
    def test_reads_a_commit_and_not_the_disk(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        first = repo.git("rev-parse", "HEAD")
        repo.commit("feat: two", {"api/main.py": "two\n", "README.md": None})
        with opened(repo.path, Revision("HEAD~")) as snapshot:
            assert paths(snapshot) == sorted(FILES)
            assert snapshot.text("api/main.py") == "one\n"
            assert snapshot.target.commit == first
            assert snapshot.target.branch is None
            assert not snapshot.target.dirty
            assert snapshot.scope is None

    @pytest.mark.parametrize("name", ["main", "v1.0.0", "HEAD", "refs/heads/main", ":/first"])
    def test_a_commit_has_many_names(self, make_repo: MakeRepo, name: str) -> None:
        repo = make_repo(FILES)
        repo.tag("v1.0.0", message="first")
        with opened(repo.path, Revision(name)) as snapshot:
            assert snapshot.target.commit == repo.git("rev-parse", "HEAD")

    @pytest.mark.parametrize(
        "name", ["nowhere", "", "-h", "--all", "HEAD:README.md", "a\0b", "@{1}"]
    )
    def test_a_name_of_nothing_is_an_error(self, make_repo: MakeRepo, name: str) -> None:
        repo = make_repo(FILES)
        with pytest.raises(TargetNotFoundError, match="there is no commit"):
            opened(repo.path, Revision(name)).__enter__()


class TestShapes:
    """Linked, bare, shallow, partial and other kinds of repositories."""

    def test_a_bare_repository_reads_its_commit(self, make_repo: MakeRepo, tmp_path: Path) -> None:
        copy = make_repo(FILES).clone(tmp_path / "shop.git", "--bare")
        before = trace(copy.path)
        with opened(copy.path) as snapshot:
            assert paths(snapshot) == sorted(FILES)
            assert snapshot.text("README.md") == "# shop\n"
            assert snapshot.target.branch == "main"
            assert snapshot.notes == ()
        assert trace(copy.path) == before
        with pytest.raises(UnreadableTargetError, match="bare"):
            opened(copy.path, INDEX).__enter__()

    @pytest.mark.parametrize("bare", [False, True])
    def test_a_linked_worktree_has_its_own_head_and_index(
        self, make_repo: MakeRepo, tmp_path: Path, bare: bool
    ) -> None:
        repo = make_repo(FILES)
        if bare:
            repo = repo.clone(tmp_path / "shop.git", "--bare")
        repo.git("worktree", "add", "-q", "-b", "feature/x", str(tmp_path / "linked"))
        (tmp_path / "linked" / "README.md").write_text("changed\n")
        run_git(tmp_path / "linked", "update-ref", "refs/worktree/mine", "HEAD")
        before = trace(tmp_path)
        with opened(tmp_path / "linked") as snapshot:
            assert snapshot.target.branch == "feature/x"
            assert snapshot.text("README.md") == "changed\n"
            assert snapshot.target.dirty
            refs = history_of(snapshot).refs()
            assert not isinstance(refs, Unavailable)
            names = [ref.name for ref in refs]
            assert names == ["refs/heads/feature/x", "refs/heads/main", "refs/worktree/mine"]
        assert trace(tmp_path) == before
        with opened(repo.path) as snapshot:
            assert snapshot.target.branch == "main"

    def test_a_submodule_is_an_entry_and_a_repository(self, make_repo: MakeRepo) -> None:
        inner = make_repo({"lib.py": "x\n"}, name="inner")
        repo = make_repo(FILES)
        repo.git(
            *("-c", "protocol.file.allow=always"),
            *("submodule", "--quiet", "add", str(inner.path), "vendor/lib"),
        )
        repo.commit("feat: a submodule")
        with opened(repo.path) as snapshot:
            assert snapshot.by_path["vendor/lib"].kind is EntryKind.SUBMODULE
            assert snapshot.data("vendor/lib") is None
            assert snapshot.gaps == []
            assert not snapshot.target.dirty
        with opened(repo.path / "vendor" / "lib") as snapshot:
            assert paths(snapshot) == ["lib.py"]
            assert snapshot.notes == ()

    def test_a_shallow_clone_says_so(self, make_repo: MakeRepo, tmp_path: Path) -> None:
        repo = make_repo(FILES)
        repo.commit("feat: two", {"api/main.py": "two\n"})
        copy = repo.clone(tmp_path / "copy", "--depth=1")
        with opened(copy.path) as snapshot:
            history = history_of(snapshot)
            assert history.shallow
            nodes = history.graph(["HEAD"])
            assert not isinstance(nodes, Unavailable)
            assert [node.parents for node in nodes] == [()]
            assert history.changes(["HEAD"]) == ()
        with opened(repo.path) as snapshot:
            assert not history_of(snapshot).shallow

    def test_a_partial_clone_never_fetches(self, make_repo: MakeRepo, tmp_path: Path) -> None:
        repo = make_repo(FILES)
        repo.commit("feat: two", {"api/main.py": "two\n", "more": "x"})
        repo.git("config", "uploadpack.allowFilter", "true")
        copy = repo.clone(tmp_path / "copy", "--filter=blob:none")
        before = trace(copy.path)
        with opened(copy.path) as snapshot:
            history = history_of(snapshot)
            assert history.partial
            first, second = (commit.oid for commit in commits(history.commits(["HEAD"])))
            assert [change.path for change in changes(history, second, first)] == [
                "api/main.py",
                "more",
            ]
            assert isinstance(history.patch_ids([(second, first)]), Unavailable)
            assert snapshot.text("api/main.py") == "two\n"
        with opened(copy.path, Revision("HEAD~")) as snapshot:
            assert snapshot.data("api/main.py") is None
            assert "missing" in snapshot.gaps[0].reason
        assert trace(copy.path) == before

    def test_a_sha256_repository(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES, object_format="sha256")
        repo.commit("feat: two", {"api/main.py": "two\n"})
        for mode in MODES:
            with opened(repo.path, mode) as snapshot:
                assert snapshot.text("api/main.py") == "two\n"
                history = history_of(snapshot)
                new, old = (commit.oid for commit in commits(history.commits(["HEAD"])))
                assert len(new) == 64
                assert [change.path for change in changes(history, old, new)] == ["api/main.py"]
                assert len(history.patch_ids([(old, new)])) == 1  # type: ignore[arg-type]

    def test_a_detached_head_has_no_branch(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.git("checkout", "-q", "--detach")
        with opened(repo.path) as snapshot:
            assert snapshot.target.branch is None
            assert snapshot.target.commit == repo.git("rev-parse", "HEAD")
            assert history_of(snapshot).head is None

    def test_before_the_first_commit(self, make_repo: MakeRepo) -> None:
        repo = make_repo()
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == []
            assert snapshot.target.commit is None
            assert snapshot.target.branch == "main"
            history = history_of(snapshot)
            assert history.refs() == ()
            assert history.graph([]) == ()
        with pytest.raises(TargetNotFoundError):
            opened(repo.path, HEAD).__enter__()

    def test_head_as_the_oldest_gits_wrote_it(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        head = repo.path / ".git" / "HEAD"
        head.unlink()
        head.symlink_to("refs/heads/main")
        with opened(repo.path) as snapshot:
            assert snapshot.target.branch == "main"
            assert snapshot.target.commit == repo.git("rev-parse", "HEAD")

    @pytest.mark.parametrize("mode", MODES)
    def test_reading_changes_no_byte(self, make_repo: MakeRepo, mode: Mode) -> None:
        repo = make_repo(FILES)
        os.utime(repo.path / "README.md", (1, 1))
        before = trace(repo.path)
        with opened(repo.path, mode) as snapshot:
            for path in paths(snapshot):
                snapshot.data(path)
            history = history_of(snapshot)
            history.graph(["HEAD"])
            history.files_at("HEAD")
        assert trace(repo.path) == before

    def test_a_source_opens_in_any_thread(self, make_repo: MakeRepo) -> None:
        source = LocalSource(path=str(make_repo(FILES).path), mode=HEAD)

        def read() -> list[str]:
            with source.open(now=NOW) as snapshot:
                return paths(snapshot)

        with ThreadPoolExecutor(2) as pool:
            answers = [pool.submit(read) for _ in range(4)]
            assert all(answer.result() == sorted(FILES) for answer in answers)

    def test_nothing_is_left_behind(
        self, make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo = make_repo(FILES)
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(temporary))
        with opened(repo.path, HEAD) as snapshot:
            assert snapshot.data("README.md")
            assert len(list(temporary.iterdir())) == 1
        assert list(temporary.iterdir()) == []
        with pytest.raises(TargetNotFoundError):
            opened(repo.path, Revision("nowhere")).__enter__()
        assert list(temporary.iterdir()) == []
