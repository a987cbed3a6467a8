"""What stands behind a report: branch ages, lines of code, and never a secret."""

from autodevops.auditing import perform
from autodevops.model.background import Background, BranchAge
from autodevops.request import Request
from tests.conftest import MakeRepo
from tests.support.command import autodevops
from tests.support.memory import NOW
from tests.support.repositories import Repository, ago

CI = ".github/workflows/ci.yml"
WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
KEY = "AKIA" + "Z7QW4RTPX2MNB5LK"
"""Has the form of a key, and opens nothing."""


def behind(repo: Repository) -> Background:
    request = Request(target=str(repo.path), background=True, offline=True)
    found = perform(request, now=NOW).background
    assert found is not None
    return found


def test_lines_around_a_finding_are_taken(make_repo: MakeRepo) -> None:
    found = behind(make_repo({CI: WORKFLOW}))
    excerpt = found.excerpts[CI, 3]
    assert (excerpt.first, excerpt.lines[2]) == (1, "  a:")


def test_a_file_with_a_secret_gives_no_line(make_repo: MakeRepo) -> None:
    with_key = WORKFLOW.replace("make", f"KEY={KEY} make")
    assert behind(make_repo({CI: with_key})).excerpts == {}
    waived = WORKFLOW.replace("make", f"KEY={KEY} make # autodevops: allow SE001 -- a test")
    assert behind(make_repo({CI: waived})).excerpts == {}


def test_environment_files_give_no_line(make_repo: MakeRepo) -> None:
    repo = make_repo({".env": "API_URL=x\n", "app/main.py": "x = 1\n", "api/main.py": "x = 1\n"})
    assert not any(path.startswith(".env") for path, _ in behind(repo).excerpts)


def test_unmerged_branches_are_held_against_their_limit(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# Shop\n"}, at=ago(days=40))
    for name, days in (("feature/old", 9), ("fix/new", 1), ("stuff", 1)):
        repo.checkout("main")
        repo.checkout(name, create=True)
        repo.commit("feat: more", {"more.txt": name}, at=ago(days=days))
    repo.checkout("main")
    ages = behind(repo).branches
    assert ages[0] == BranchAge("feature/old", 9, 3)
    assert [age.name for age in ages] == ["feature/old", "fix/new"]


def test_only_a_page_that_shows_it_makes_it(make_repo: MakeRepo) -> None:
    repo = make_repo({CI: WORKFLOW})
    assert perform(Request(target=str(repo.path), offline=True), now=NOW).background is None
    done = autodevops("audit", "-f", "html", "--offline", cwd=repo.path)
    assert '<span class="line guilty">' in done.out
