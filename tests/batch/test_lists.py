"""`batch` as people use it: lists, failures, exit codes, reports."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeRepo
from tests.support.command import Done, autodevops

ONE = ("--select", "LA006")
"""One rule, so that audits are short."""
FAULTY = {"app/main.py": "print()\n", "app/main.py.bak": "print()\n"}
CLEAN = {"README.md": "# shop\n"}


def batch(folder: Path, *arguments: str | Path, stdin: str = "", **variables: str | None) -> Done:
    """Run a batch in a folder."""
    return autodevops("batch", *arguments, cwd=folder, stdin=stdin, environment=variables)


def reports(done: Done) -> list[dict[str, Any]]:
    """Return the reports of a batch in JSON."""
    assert done.json["schema"] == "autodevops/reports/v1"
    found: list[dict[str, Any]] = done.json["reports"]
    return found


@pytest.fixture
def folders(make_repo: MakeRepo, tmp_path: Path) -> Path:
    """Return a folder with three repositories: a and c are at fault, b is not."""
    make_repo(FAULTY, name="a")
    make_repo(CLEAN, name="b")
    make_repo(FAULTY, name="c")
    return tmp_path


class TestList:
    """Targets in a file or on standard input."""

    def test_the_reports_are_in_the_order_of_the_list(self, folders: Path) -> None:
        (folders / "list.txt").write_text("# ours\nc\n\n  a  # the old one\r\nb\n")

        done = batch(folders, "list.txt", *ONE, "-f", "json")

        assert [one["target"]["path"] for one in reports(done)] == ["c", "a", "b"]
        assert [len(one["findings"]) for one in reports(done)] == [1, 1, 0]
        assert done.code == 0, "a low finding fails nothing"

    def test_standard_input_is_a_list_too(self, folders: Path) -> None:
        done = batch(folders, "-", *ONE, "-f", "json", stdin="b\na\n")

        assert [one["target"]["path"] for one in reports(done)] == ["b", "a"]

    def test_a_target_is_audited_once(self, folders: Path) -> None:
        done = batch(folders, "-", *ONE, "-f", "json", stdin=f"a\n./a\n{folders}/a/\nb\n")

        assert [one["target"]["path"] for one in reports(done)] == ["a", "b"]
        assert "a is listed more than once and audited once" in done.err

    def test_one_that_fails_stops_no_other(self, folders: Path) -> None:
        (folders / "empty").mkdir()
        (folders / "broken" / ".git").mkdir(parents=True)
        names = ["a", "nowhere", "empty", "broken", "https://gitlab.com/acme/shop", "\0", "b"]

        done = batch(folders, "-", *ONE, "-f", "json", stdin="\n".join(names))

        schemas = [one["schema"].split("/")[1] for one in reports(done)]
        assert schemas == ["report", *["failure"] * 5, "report"]
        assert {one["error"]["code"] for one in reports(done) if "error" in one} == {3}
        assert done.code == 4
        assert "error: nowhere: there is no 'nowhere'" in done.err

    def test_when_none_could_be_audited_it_is_3(self, folders: Path) -> None:
        done = batch(folders, "-", *ONE, "-f", "json", stdin="nowhere\nelsewhere\n")

        assert (done.code, len(reports(done))) == (3, 2)

    def test_findings_count_for_the_exit_code(self, folders: Path) -> None:
        options = (*ONE, "-q", "--fail-on", "low")
        assert batch(folders, "-", *options, stdin="a\nb\n").code == 1
        assert batch(folders, "-", *options, stdin="b\n").code == 0
        assert batch(folders, "-", *options, "--exit-zero", stdin="a\nb\n").code == 0
        assert batch(folders, "-", *options, "--exit-zero", stdin="a\nnowhere\n").code == 4

    def test_an_empty_repository_is_told(self, folders: Path, make_repo: MakeRepo) -> None:
        make_repo(name="new")

        done = batch(folders, "-", *ONE, stdin="a\nnew\n")

        assert done.code == 0
        assert "Without a commit yet: new" in done.out

    @pytest.mark.parametrize(
        ("arguments", "stdin", "words"),
        [
            ((), "", "a batch needs targets"),
            (("-",), "# nothing\n", "no targets in the list"),
            (("nowhere.txt",), "", "the list nowhere.txt can't be read"),
            (("--org", "acme", "--offline"), "", "--offline keeps from asking"),
            (("--org", "acme/shop"), "", "--org takes no 'acme/shop'"),
            (("--org", ".."), "", "--org takes no '..'"),
            (("-", "--cluster", "here"), "a\n", "tcp://HOST:8786"),
            (("--resume",), "", "there is no batch to resume"),
        ],
    )
    def test_what_makes_no_sense_is_said(
        self, folders: Path, arguments: tuple[str, ...], stdin: str, words: str
    ) -> None:
        done = batch(folders, *arguments, stdin=stdin)

        assert done.code in {2, 3}
        assert words in done.err
        assert done.out == ""


class TestReports:
    """What is written."""

    def test_several_formats_of_one_batch(self, folders: Path) -> None:
        pairs = ("json", "html", "markdown", "csv", "junit", "sarif")
        options = [part for name in pairs for part in ("-f", name, "-o", f"all.{name}")]

        done = batch(folders, "-", *ONE, *options, "-f", "text", stdin="a\nb\nnowhere\n")

        written = {name: (folders / f"all.{name}").read_text() for name in pairs}
        assert len(json.loads(written["json"])["reports"]) == 3
        assert "Broken most often" in done.out
        assert "LA006" in done.out
        for name in pairs:
            assert "nowhere" in written[name]

    def test_json_is_what_audit_gives(self, folders: Path) -> None:
        several = autodevops(
            "audit", "a", "b", "nowhere", *ONE, "-f", "json", "--no-store", cwd=folders
        )
        done = batch(folders, "-", *ONE, "-f", "json", stdin="a\nb\nnowhere\n")

        def timeless(text: str) -> list[str]:
            return [line for line in text.splitlines() if '"seconds"' not in line]

        assert timeless(done.out) == timeless(several.out)

    def test_each_report_lies_in_the_folder_that_was_named(self, folders: Path) -> None:
        done = batch(folders, "-", *ONE, "-q", "--output-dir", "out", stdin="a\nb\n")

        assert done.code == 0
        assert sorted(path.name for path in (folders / "out").iterdir()) == [
            "00001-a.json",
            "00002-b.json",
        ]
        again = autodevops("report", "out/00001-a.json", "-f", "json", cwd=folders)
        assert again.json["target"]["path"] == "a"

    def test_hostile_names_lead_nowhere_else(self, folders: Path, make_repo: MakeRepo) -> None:
        names = ["..", "a/../../x", "-rf", "$(touch x)", "\x1b[31mred", "é" * 300, "con", ".hidden"]
        make_repo(CLEAN, name="$(touch x)")

        done = batch(
            folders, "-", *ONE, "-f", "json", "--output-dir", "out/deep", stdin="\n".join(names)
        )

        assert done.code == 4
        assert len(list((folders / "out" / "deep").iterdir())) == len(names)
        assert not list(folders.glob("*.json"))
        assert "\x1b" not in done.err
        for path in (folders / "out" / "deep").iterdir():
            assert len(path.name) < 100
            assert path.name.isascii()

    def test_quiet_is_one_line_a_target(self, folders: Path) -> None:
        done = batch(folders, "-", *ONE, "-q", stdin="a\nb\n")

        assert [line.split(":")[0] for line in done.out.splitlines()] == ["a", "b"]
        assert done.err == ""

    def test_progress_is_lines_where_there_is_no_terminal(self, folders: Path) -> None:
        done = batch(folders, "-", *ONE, stdin="a\nb\n")

        assert "[1/2] " in done.err
        assert "[2/2] " in done.err
        assert "2 targets in" in done.err
        assert "\x1b" not in done.err

    def test_the_history_holds_each_of_them(self, folders: Path) -> None:
        batch(folders, "-", *ONE, stdin="a\nb\n")
        kept = autodevops("history", "list", "--all", "-f", "json", cwd=folders)
        assert len(kept.json["audits"]) == 2

    def test_no_store_leaves_the_history_empty(self, folders: Path) -> None:
        batch(folders, "-", *ONE, "--no-store", stdin="a\nb\n")
        kept = autodevops("history", "list", "--all", "-f", "json", cwd=folders)
        assert kept.json["audits"] == []
