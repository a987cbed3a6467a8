"""`autodevops report`: saved reports in another form."""

from pathlib import Path

from autodevops.render.interface import Format, render
from tests.conftest import MakeRepo
from tests.support.command import autodevops
from tests.support.github import PullRequest, Repository, Server
from tests.support.samples import full_report


def test_saved_reports_are_shown_in_any_format(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo({"README.md": "# shop\n\nSells things.\n"})
    saved = tmp_path / "one.json"
    autodevops("audit", "--select", "OW001", "-f", "json", "-o", saved, cwd=repo.path)
    text = autodevops("report", saved, cwd=tmp_path)
    assert (text.code, "codeowners-missing" in text.out) == (0, True)
    again = autodevops("report", saved, "-f", "json", cwd=tmp_path)
    assert again.out == saved.read_text()
    both = autodevops("report", saved, saved, "-f", "json", cwd=tmp_path).json
    assert (both["schema"], len(both["reports"])) == ("autodevops/reports/v1", 2)


def test_a_report_is_read_from_standard_input(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo({"README.md": "# shop\n\nSells things.\n"})
    saved = autodevops("audit", "--select", "OW001", "-f", "json", cwd=repo.path).out
    assert "OW001" in autodevops("report", "-", cwd=tmp_path, stdin=saved).out


def test_what_is_no_report_ends_in_2(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"schema": "other"}')
    for name in ("x.json", "nowhere.json"):
        done = autodevops("report", name, cwd=tmp_path)
        assert (done.code, name in done.err, done.out) == (2, True, "")


def test_a_report_becomes_one_comment_that_later_runs_update(
    github: Server, tmp_path: Path
) -> None:
    shop = github.world.add(Repository("acme/shop", pull_requests=[PullRequest(number=7)]))
    (tmp_path / "report.json").write_text(render([full_report()], Format.JSON))
    variables = github.environment(github.world.owner)
    arguments = ("report", "report.json", "--comment", "acme/shop#7", "--quiet")
    for _ in range(2):
        done = autodevops(*arguments, cwd=tmp_path, environment=variables)
        assert "commented: " in done.err
    (comment,) = shop.pull_requests[0].comments
    assert comment.body.startswith("<!-- autodevops:report -->")
    wrong = autodevops("report", "report.json", "--comment", "shop", cwd=tmp_path)
    assert wrong.code == 2
