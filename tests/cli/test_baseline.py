"""`autodevops baseline`: accepts today's findings, and forgets those that are gone."""

from tests.conftest import MakeRepo
from tests.support.command import autodevops

FILE = "autodevops-baseline.json"
README = {"README.md": "# shop\n\nSells things.\n"}


def test_accepted_findings_do_not_fail_an_audit_and_new_ones_do(make_repo: MakeRepo) -> None:
    repo = make_repo(README)
    done = autodevops("baseline", "write", "--select", "OW,GV001", cwd=repo.path)
    assert (done.code, FILE in done.err) == (0, True)
    audit = ("audit", "--select", "OW,GV001", "--baseline", FILE)
    assert autodevops(*audit, cwd=repo.path).code == 0
    repo.commit("feat: more", {"README.md": None})
    assert autodevops(*audit, cwd=repo.path).code == 1


def test_a_baseline_that_the_configuration_names_counts(make_repo: MakeRepo) -> None:
    repo = make_repo({**README, "autodevops.toml": f'select = ["OW"]\nbaseline = "{FILE}"\n'})
    assert autodevops("baseline", "write", cwd=repo.path).code == 0
    done = autodevops("audit", "-f", "json", cwd=repo.path)
    assert done.code == 0
    assert {one["status"] for one in done.json["findings"]} == {"baselined"}


def test_prune_drops_what_is_gone_and_keeps_what_stayed_unknown(make_repo: MakeRepo) -> None:
    repo = make_repo(README)
    autodevops("baseline", "write", "--select", "OW001,GV001", cwd=repo.path)
    before = (repo.path / FILE).read_text()
    repo.commit("chore: own it", {".github/CODEOWNERS": "* @ada\n"})
    done = autodevops("baseline", "prune", cwd=repo.path)
    assert done.code == 0
    after = (repo.path / FILE).read_text()
    assert '"OW001"' in before
    assert '"OW001"' not in after
    assert after.count('"GV001"') == before.count('"GV001"')


def test_prune_without_a_baseline_ends_in_2(make_repo: MakeRepo) -> None:
    done = autodevops("baseline", "prune", cwd=make_repo(README).path)
    assert (done.code, "baseline write" in done.err) == (2, True)
