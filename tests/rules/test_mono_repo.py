"""The rules about when one repository no longer carries it all."""

from datetime import timedelta
from pathlib import Path

import pytest

from autodevops.model.finding import Unknown, Violation
from autodevops.model.settings import CiRuns, Run
from autodevops.rules import mono_repo as rules
from tests.conftest import MakeRepo
from tests.support.asking import is_not_applicable, outcomes, subjects, violations
from tests.support.history import at_fault, judged, messages, not_applicable, unknown
from tests.support.repositories import Repository, ago

SERVICES = {"app/main.py": "x = 1\n", "frontend/package.json": "{}", "workers/src/a.ts": "x"}


class TestCiDuration:
    @staticmethod
    def runs(*minutes: float) -> dict[object, object]:
        path = ".github/workflows/ci.yml"
        made = tuple(
            Run(
                id=number,
                workflow=path,
                duration=timedelta(minutes=length),
                slowest_job="integration-test",
            )
            for number, length in enumerate(minutes)
        )
        return {CiRuns: CiRuns(runs=made)}

    def test_slow_at_the_95th_percentile(self) -> None:
        (found,) = violations(rules.ci_duration, {}, given=self.runs(*[10] * 94, *[41] * 6))
        assert found.message == (
            "CI takes 41.0 minutes at the 95th percentile, most of it in integration-test; "
            "the limit is 30"
        )
        assert found.evidence["n"] == 100
        assert found.evidence["p50_minutes"] == 10

    @pytest.mark.parametrize(
        "minutes",
        [[29.9] * 100, [10] * 95 + [90] * 5, [5], [29] * 99 + [31], [10] * 100 + [90] * 50],
    )
    def test_innocent(self, minutes: list[float]) -> None:
        assert subjects(rules.ci_duration, {}, given=self.runs(*minutes)) == []

    def test_exactly_the_limit_is_not_under_it(self) -> None:
        assert subjects(rules.ci_duration, {}, given=self.runs(30))

    def test_no_runs_at_all(self) -> None:
        assert is_not_applicable(rules.ci_duration, {}, given=self.runs())

    def test_without_github_it_is_unknown(self) -> None:
        (said,) = outcomes(rules.ci_duration, {})
        assert isinstance(said, Unknown)
        assert said.needs == "GitHub: actions (read)"


class TestTeamSize:
    @staticmethod
    def team(make_repo: MakeRepo, people: list[str], **files: str) -> Repository:
        repository = make_repo({"README.md": "# shop\n"} | files, at=ago(days=200))
        for person in people:
            repository.commit("chore: work", at=ago(days=10), author=person)
        return repository

    def test_twenty_people(self, make_repo: MakeRepo) -> None:
        people = [f"Person {number} <p{number}@example.com>" for number in range(20)]
        repository = self.team(make_repo, people)
        assert messages(rules.team_size, repository) == [
            "20 people committed in the last 90 days; one repository carries fewer than 20"
        ]

    def test_nineteen_are_fine(self, make_repo: MakeRepo) -> None:
        people = [f"Person {number} <p{number}@example.com>" for number in range(19)]
        assert at_fault(rules.team_size, self.team(make_repo, people)) == []

    def test_one_person_with_many_addresses(self, make_repo: MakeRepo) -> None:
        people = [f"Ada Tester <ada{number}@example.com>" for number in range(25)]
        assert at_fault(rules.team_size, self.team(make_repo, people)) == []

    def test_one_person_with_many_names_by_mailmap(self, make_repo: MakeRepo) -> None:
        people = [f"ada{number} <ada{number}@example.com>" for number in range(25)]
        mailmap = "".join(f"Ada <ada@example.com> <ada{n}@example.com>\n" for n in range(25))
        repository = self.team(make_repo, people, **{".mailmap": mailmap})
        assert at_fault(rules.team_size, repository) == []

    def test_automation_does_not_count(self, make_repo: MakeRepo) -> None:
        people = [f"service{n}[bot] <{n}+service[bot]@users.noreply.github.com>" for n in range(25)]
        assert at_fault(rules.team_size, self.team(make_repo, people)) == []

    def test_people_of_long_ago_do_not_count(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"a": "1"}, at=ago(days=300))
        for number in range(25):
            person = f"Person {number} <p{number}@example.com>"
            repository.commit("chore: work", at=ago(days=91), author=person)
        assert at_fault(rules.team_size, repository) == []

    def test_work_on_branches_does_not_count(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"a": "1"}, at=ago(days=300))
        repository.checkout("feature/x", create=True)
        for number in range(25):
            person = f"Person {number} <p{number}@example.com>"
            repository.commit("chore: work", at=ago(days=1), author=person)
        repository.checkout("main")
        assert at_fault(rules.team_size, repository) == []

    def test_a_shallow_clone_can_t_tell(self, make_repo: MakeRepo, tmp_path: Path) -> None:
        repository = self.team(make_repo, ["Ada <a@example.com>"])
        clone = repository.clone(tmp_path / "clone", "--depth=1")
        assert unknown(rules.team_size, clone) == ["the clone is shallow"]


class TestReleaseCadence:
    @pytest.fixture
    def platform(self, make_repo: MakeRepo) -> Repository:
        return make_repo(SERVICES, at=ago(days=30))

    def test_services_that_are_tagged_apart(self, platform: Repository) -> None:
        platform.tag("api-v1.0.0", message="x")
        platform.commit("feat: page", {"frontend/a.ts": "1"}, at=ago(days=5))
        platform.tag("frontend-v3.0.1", message="x")
        (found,) = judged(rules.release_cadence, platform)
        assert isinstance(found, Violation)
        assert found.message == (
            "frontend and api are released apart, by tags such as frontend-v3.0.1 and api-v1.0.0"
        )
        assert found.evidence["commits"] == {"frontend": 2, "api": 1}

    @pytest.mark.parametrize("form", ["{}/v{}", "{}@{}", "@acme/{}@{}", "{}_{}"])
    def test_other_ways_to_name_the_tags(self, platform: Repository, form: str) -> None:
        platform.tag(form.format("app", "1.0.0"), message="x")
        platform.commit("feat: more", {"a": "1"}, at=ago(days=5))
        platform.tag(form.format("workers", "2.0.0"), message="x")
        assert at_fault(rules.release_cadence, platform) == ["services"]

    def test_tagged_together(self, platform: Repository) -> None:
        for name in ("api-v1.0.0", "frontend-v1.0.0", "workers-v1.0.0"):
            platform.tag(name, message="x")
        assert at_fault(rules.release_cadence, platform) == []

    @pytest.mark.parametrize(
        "names",
        [
            ["v1.0.0", "v1.1.0"],
            ["api-v1.0.0", "api-v1.1.0"],
            ["ui-kit-v1.0.0", "tools@2.0.0"],
            ["api-before-move", "frontend-demo"],
            [],
        ],
    )
    def test_innocent(self, platform: Repository, names: list[str]) -> None:
        for name in names:
            platform.commit("feat: more", {"a": name}, at=ago(days=5))
            platform.tag(name, message="x")
        assert at_fault(rules.release_cadence, platform) == []

    def test_one_service_has_nothing_to_share(self, make_repo: MakeRepo) -> None:
        assert not_applicable(rules.release_cadence, make_repo({"app/main.py": "x = 1\n"}))


class TestSecurityBoundary:
    @staticmethod
    def owned(text: str) -> dict[str, str]:
        return SERVICES | {".github/CODEOWNERS": text}

    def test_a_service_of_a_team_of_its_own(self) -> None:
        files = self.owned("* @acme/core\n/workers/ @acme/vault @acme/keys\n")
        (found,) = violations(rules.security_boundary, files)
        assert found.subject == "workers"
        assert found.message == (
            "workers/ is owned by @acme/keys and @acme/vault, who own no other service; "
            "a shared repository gives it no boundary"
        )
        assert found.locations[0].line == 2

    @pytest.mark.parametrize(
        "text",
        [
            "* @acme/core\n",
            "* @ada\n/workers/ @grace\n",
            "* @acme/core\n/workers/ @acme/vault @acme/core\n",
            "* @acme/core\n/workers/src/ @acme/core\n/docs/ @acme/docs\n",
            "* @acme/core\n/workers/ @acme/vault sec@example.com\n",
            "/workers/\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert subjects(rules.security_boundary, self.owned(text)) == []

    def test_one_service_has_no_boundary(self) -> None:
        files = {"app/main.py": "x", ".github/CODEOWNERS": "* @acme/core\n"}
        assert is_not_applicable(rules.security_boundary, files)
