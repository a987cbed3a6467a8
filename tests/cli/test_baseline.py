"""`autodevops baseline`: accepts today's findings, and forgets those that are gone."""

import json
from pathlib import Path

import pytest

from tests.cli.owned import NO_OWNERS
from tests.conftest import MakeRepo
from tests.support.command import autodevops
from tests.support.repositories import Repository

FILE = "autodevops-baseline.json"


def test_accepted_findings_do_not_fail_an_audit_and_new_ones_do(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    done = autodevops("baseline", "write", "--select", "OW,GV001", cwd=repo.path)
    assert (done.code, FILE in done.err) == (0, True)
    audit = ("audit", "--select", "OW,GV001", "--baseline", FILE)
    assert autodevops(*audit, cwd=repo.path).code == 0
    repo.commit("feat: more", {"README.md": None})
    assert autodevops(*audit, cwd=repo.path).code == 1


def test_a_baseline_that_the_configuration_names_counts(make_repo: MakeRepo) -> None:
    repo = make_repo({**NO_OWNERS, "autodevops.toml": f'select = ["OW"]\nbaseline = "{FILE}"\n'})
    assert autodevops("baseline", "write", cwd=repo.path).code == 0
    done = autodevops("audit", "-f", "json", cwd=repo.path)
    assert done.code == 0
    assert {one["status"] for one in done.json["findings"]} == {"baselined"}


WAIVER = """
[[waivers]]
rule = "OW001"
subject = "*"
reason = "Ada owns all of it"
expires = 2027-01-01
"""


def test_a_waived_finding_is_not_accepted_too(make_repo: MakeRepo) -> None:
    repo = make_repo({**NO_OWNERS, "autodevops.toml": f'select = ["OW001", "GV001"]\n{WAIVER}'})
    assert autodevops("baseline", "write", cwd=repo.path).code == 0
    assert accepted(repo) == {"GV001"}


def accepted(repo: Repository) -> set[str]:
    """Return the rules of the accepted findings."""
    return {entry["rule"] for entry in json.loads((repo.path / FILE).read_text())["entries"]}


def test_prune_drops_what_is_gone_and_keeps_what_is_there(make_repo: MakeRepo) -> None:
    repo = make_repo({**NO_OWNERS, "autodevops.toml": 'select = ["OW001", "GV001"]\n'})
    autodevops("baseline", "write", cwd=repo.path)
    assert accepted(repo) == {"OW001", "GV001"}
    repo.commit("chore: own it", {".github/CODEOWNERS": "* @ada\n"})
    assert autodevops("baseline", "prune", cwd=repo.path).code == 0
    assert accepted(repo) == {"GV001"}


def test_prune_keeps_what_was_not_judged(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    autodevops("baseline", "write", "--select", "OW001", cwd=repo.path)
    others = {"autodevops.toml": 'select = ["GV001"]\n'}
    repo.commit("chore: own it", {".github/CODEOWNERS": "* @ada\n", **others})
    assert autodevops("baseline", "prune", cwd=repo.path).code == 0
    assert accepted(repo) == {"OW001"}


def test_prune_keeps_what_a_rule_could_not_look_into(make_repo: MakeRepo) -> None:
    image = 'FROM python:3.12-slim\nCMD ["python", "x.py"]\n'
    repo = make_repo({"api/Dockerfile": image, "autodevops.toml": 'select = ["CO004"]\n'})
    autodevops("baseline", "write", cwd=repo.path)
    before = json.loads((repo.path / FILE).read_text())["entries"]
    too_long = image + "# filling\n" * 50_000
    repo.commit("chore: another", {"api/Dockerfile": too_long, "web/Dockerfile": image})
    assert autodevops("baseline", "prune", cwd=repo.path).code == 0
    assert json.loads((repo.path / FILE).read_text())["entries"] == before


def test_prune_drops_what_was_found_in_something_that_is_gone(make_repo: MakeRepo) -> None:
    image = 'FROM python:3.12-slim\nCMD ["python", "x.py"]\n'
    repo = make_repo({"Dockerfile": image, "autodevops.toml": 'select = ["CO004"]\n'})
    autodevops("baseline", "write", cwd=repo.path)
    assert accepted(repo) == {"CO004"}
    repo.commit("chore: no image", {"Dockerfile": None})
    assert autodevops("baseline", "prune", cwd=repo.path).code == 0
    assert accepted(repo) == set()


def test_prune_without_a_baseline_ends_in_2(make_repo: MakeRepo) -> None:
    done = autodevops("baseline", "prune", cwd=make_repo(NO_OWNERS).path)
    assert (done.code, "baseline write" in done.err) == (2, True)


@pytest.mark.parametrize("output", ["autodevops-baseline.json", "docs/baseline.json"])
def test_no_link_of_a_repository_leads_a_baseline_out_of_it(
    make_repo: MakeRepo, tmp_path: Path, output: str
) -> None:
    repo = make_repo(NO_OWNERS)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine\n")
    repo.link("autodevops-baseline.json", str(outside / "file"))
    repo.link("docs", str(outside))
    for command in ("write", "prune"):
        done = autodevops("baseline", command, "--output", output, cwd=repo.path)
        assert "is a link that leads out of its repository" in done.err
    assert (outside / "file").read_text() == "mine\n"
    assert not (outside / "baseline.json").exists()
    done = autodevops("baseline", "write", "--output", outside / "file", cwd=repo.path)
    assert done.code == 0
