"""What an audit looks at: folders, several targets, what is staged, another commit."""

from pathlib import Path

from tests.cli.owned import NO_OWNERS, OWNED
from tests.conftest import MakeRepo
from tests.support.command import autodevops


def test_an_empty_repository_is_audited(make_repo: MakeRepo) -> None:
    done = autodevops("audit", "--format", "json", cwd=make_repo().path)
    assert done.code in {0, 1}
    assert done.json["target"]["commit"] is None


def test_several_targets_are_reported_together_and_a_failed_one_does_not_stop_them(
    make_repo: MakeRepo, tmp_path: Path
) -> None:
    make_repo(OWNED, name="one")
    done = autodevops("audit", "one", "two", "--select", "OW001", "-f", "json", cwd=tmp_path)
    assert done.code == 4
    one, two = done.json["reports"]
    assert one["schema"] == "autodevops/report/v1"
    assert (two["schema"], two["error"]["code"]) == ("autodevops/failure/v1", 3)
    assert "two" in done.err


def test_when_no_target_can_be_audited_it_ends_in_3(tmp_path: Path) -> None:
    assert autodevops("audit", "one", "two", cwd=tmp_path).code == 3


def test_staged_looks_at_the_index_and_reports_what_is_staged(make_repo: MakeRepo) -> None:
    repo = make_repo(OWNED)
    repo.write({"dump.sql.bak": "x\n"})
    assert autodevops("audit", "--staged", "--select", "LA", cwd=repo.path).code == 0
    repo.add("dump.sql.bak")
    repo.write({"dump.sql.bak": None})
    done = autodevops(
        "audit", "--staged", "--select", "LA", "--fail-on", "low", "-f", "json", cwd=repo.path
    )
    assert done.code == 1
    places = [place["path"] for one in done.json["findings"] for place in one["locations"]]
    assert set(places) == {"dump.sql.bak"}


def test_staged_leaves_history_alone(make_repo: MakeRepo) -> None:
    repo = make_repo(OWNED)
    repo.branch("nonsense")
    report = autodevops("audit", "--staged", "-f", "json", cwd=repo.path).json
    verdicts = {rule["id"]: rule for rule in report["rules"]}
    assert verdicts["BR003"]["status"] == verdicts["SE002"]["status"] == "unknown"
    assert "--staged" in verdicts["BR003"]["reason"]


def test_rev_looks_at_that_commit(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    repo.commit("chore: own it", OWNED)
    assert autodevops("audit", "--select", "OW001", cwd=repo.path).code == 0
    assert autodevops("audit", "--select", "OW001", "--rev", "HEAD~1", cwd=repo.path).code == 1


def test_a_subfolder_means_its_repository(make_repo: MakeRepo) -> None:
    repo = make_repo({**NO_OWNERS, "docs/a.md": "# a\n"})
    done = autodevops("audit", "--select", "OW001", "-f", "json", cwd=repo.path / "docs")
    assert done.json["target"]["name"] == "shop"
