"""A local repository in each of its states and shapes."""

import os
from pathlib import Path

import pytest

from autodevops.errors import TargetNotFoundError
from autodevops.model.snapshot import CONFIG_LIMIT, Entry, EntryKind, Unavailable
from autodevops.sources import objects
from autodevops.sources.modes import Index, Revision, WorkingTree
from tests.conftest import MakeRepo
from tests.sources.conflicts import conflicting
from tests.sources.opening import (
    FILES,
    HEAD,
    MODES,
    opened,
    paths,
)
from tests.support.trees import trace


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

    def test_an_index_that_holds_folders_is_read_whole_and_touches_nothing(
        self, make_repo: MakeRepo
    ) -> None:
        files = {"api/main.py": "a\n", "web/app.js": "w\n", "web/x/empty": "", "z": "z\n"}
        repo = make_repo(files)
        repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "api")
        repo.write({"api/main.py": "b\n"})
        repo.git("add", "api/main.py")
        for place in (repo.path / ".git" / "objects").glob("??/*"):
            os.utime(place, (1, 1))
        before = trace(repo.path)
        for mode, scope in ((WorkingTree(), None), (Index(), {"api/main.py"})):
            with opened(repo.path, mode) as snapshot:
                assert paths(snapshot) == sorted(files)
                assert snapshot.text("web/app.js") == "w\n"
                assert snapshot.scope == scope
                assert snapshot.target.dirty
            assert trace(repo.path) == before

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
