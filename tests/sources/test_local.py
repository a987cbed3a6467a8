"""A local repository read through the quarantine."""


from autodevops.sources.local import open_local
from tests.conftest import MakeRepo
from tests.support.memory import NOW


def test_working_tree_lists_tracked_files_with_what_is_on_disk(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# shop\n", "api/main.py": "one\n"})
    repo.write({"api/main.py": "two\n", "untracked.txt": "?"})
    with open_local(str(repo.path / "api"), now=NOW) as snapshot:
        assert [entry.path for entry in snapshot.entries] == ["README.md", "api/main.py"]
        assert snapshot.text("api/main.py") == "two\n"
        assert snapshot.target.branch == "main"
        assert snapshot.target.dirty
        assert snapshot.notes == ()
