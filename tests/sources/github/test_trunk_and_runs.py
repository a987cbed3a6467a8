"""Commits of the trunk with their pull requests, and how long CI took."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from autodevops.model.settings import CiLimit, CiRuns, TrunkCommits
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github import runs
from autodevops.sources.github.answers import UNREADABLE, Answer, GraphAnswer
from autodevops.sources.github.graph_repository import Commits
from autodevops.sources.github.trunk import trunk_commits
from tests.support.memory import NOW

SINCE = NOW - timedelta(days=91)
LIMIT = CiLimit(duration=timedelta(minutes=30), newest=100)


def merged(number: int = 1, base: str | None = "main", state: str = "MERGED") -> dict[str, Any]:
    return {"number": number, "state": state, "baseRef": base and {"name": base}}


def commit(oid: str, *parents: str, pulls: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "oid": oid,
        "committedDate": "2026-11-01T10:00:00Z",
        "messageHeadline": "feat: tea",
        "parents": {"nodes": [{"oid": one} for one in parents[:1]]},
        "associatedPullRequests": {"nodes": pulls or []},
    }


def trunk(*commits: dict[str, Any] | None, more: bool = False) -> TrunkCommits | Unavailable:
    page = {"pageInfo": {"hasNextPage": more, "endCursor": "x"}, "nodes": list(commits)}
    found = GraphAnswer(data={"history": page}).read(Commits, "history")
    assert isinstance(found, Commits)
    return trunk_commits("main", [found], SINCE)


def brought(*commits: dict[str, Any] | None) -> dict[str, tuple[int, ...]]:
    found = trunk(*commits)
    assert isinstance(found, TrunkCommits)
    return {one.oid: one.pull_requests for one in found.commits}


class TestTrunk:
    def test_commits_that_came_with_a_merge_are_its_own(self) -> None:
        merge = commit("m", "b", "side", pulls=[merged(7)])
        assert brought(merge, commit("side", "b"), commit("b", "a"), commit("a")) == {
            "m": (7,),
            "b": (),
        }

    def test_the_root_can_come_by_no_pull_request(self) -> None:
        assert brought(commit("a")) == {}

    @pytest.mark.parametrize(
        ("pull", "counts"),
        [
            (merged(), True),
            (merged(base=None), True),
            (merged(base="develop"), False),
            (merged(state="OPEN"), False),
            (merged(state="CLOSED"), False),
        ],
        ids=["merged", "its branch is gone", "into another branch", "open", "closed"],
    )
    def test_which_pull_requests_bring_a_commit(self, pull: dict[str, Any], counts: bool) -> None:
        assert brought(commit("b", "a", pulls=[pull])) == {"b": (1,) if counts else ()}

    def test_one_of_several_is_enough(self) -> None:
        assert brought(commit("b", "a", pulls=[merged(1, "develop"), merged(2)])) == {"b": (2,)}

    def test_nothing_new_since_then(self) -> None:
        found = trunk()
        assert isinstance(found, TrunkCommits)
        assert (found.commits, found.reaches_back_to) == ((), SINCE)

    def test_how_far_a_cut_list_reaches(self) -> None:
        found = trunk(commit("b", "a"), more=True)
        assert isinstance(found, TrunkCommits)
        assert found.reaches_back_to == found.commits[-1].committed_at

    def test_hidden_commits_and_pull_requests_prove_nothing(self) -> None:
        hidden = {**commit("b", "a"), "associatedPullRequests": None}
        assert isinstance(trunk(hidden), Unavailable)
        assert isinstance(trunk(None), Unavailable)


def run(minutes: float, number: int = 1, **changes: Any) -> dict[str, Any]:
    began = datetime(2026, 11, 1, 10, 0)  # noqa: DTZ001 - written with a Z below
    return {
        "id": number,
        "path": ".github/workflows/ci.yml",
        "event": "push",
        "conclusion": "success",
        "created_at": f"{began.isoformat()}Z",
        "run_started_at": f"{began.isoformat()}Z",
        "updated_at": f"{(began + timedelta(minutes=minutes)).isoformat()}Z",
        **changes,
    }


def answered(*each: dict[str, Any]) -> CiRuns:
    found = runs.ci_runs(Answer(status=200, data={"workflow_runs": list(each)}))
    assert isinstance(found, CiRuns)
    return found


def jobs(*each: tuple[str, int, int]) -> Answer:
    """Return jobs by name, and the minutes at which they began and ended."""
    at = "2026-11-01T{:02}:{:02}:00Z"
    shown = [
        {
            "name": name,
            "started_at": at.format(10 + began // 60, began % 60),
            "completed_at": at.format(10 + ended // 60, ended % 60),
            "conclusion": "success",
        }
        for name, began, ended in each
    ]
    return Answer(status=200, data={"jobs": shown})


class TestRuns:
    @pytest.mark.parametrize(
        "change",
        [
            {"event": "schedule"},
            {"event": "workflow_dispatch"},
            {"conclusion": "failure"},
            {"conclusion": None},
            {"path": "dynamic/pages/pages-build-deployment"},
        ],
        ids=str,
    )
    def test_what_keeps_nobody_waiting_does_not_count(self, change: dict[str, Any]) -> None:
        assert answered(run(5, **change)).runs == ()

    def test_a_second_attempt_counts_from_its_own_start(self) -> None:
        again = run(60, run_started_at="2026-11-01T10:50:00Z")
        assert answered(again).runs[0].duration == timedelta(minutes=10)

    def test_the_path_of_a_required_workflow_loses_its_ref(self) -> None:
        path = ".github/workflows/ci.yml@refs/heads/main"
        assert answered(run(1, path=path)).runs[0].workflow == ".github/workflows/ci.yml"

    def test_a_few_slow_runs_of_many_are_not_worth_a_look(self) -> None:
        most = [run(5, number) for number in range(95)]
        slow = [run(90, number) for number in range(95, 100)]
        assert answered(*most, *slow).slow(LIMIT) is None
        assert answered(*most[1:], *slow, run(90, 100)).slow(LIMIT) is not None

    def test_only_so_many_as_the_guide_judges_are_worth_a_look(self) -> None:
        """Otherwise one run would be judged, and another be looked into."""
        waited, quick = jobs(("test", 0, 10), ("deploy", 290, 300)), run(5, 2)
        two = answered(run(300, 1), quick)
        assert runs.judged(two, waited, LIMIT) == runs.WAITED
        assert runs.judged(two, None, replace(LIMIT, newest=1)) == two

    def test_the_longest_job_is_named(self) -> None:
        found = answered(run(50))
        told = runs.judged(found, jobs(("lint", 0, 2), ("test", 2, 45), ("build", 45, 50)), LIMIT)
        assert isinstance(told, CiRuns)
        assert told.runs[0].slowest_job == "test"

    def test_jobs_side_by_side_are_not_added_up(self) -> None:
        found = answered(run(300))
        assert runs.judged(found, jobs(("a", 0, 20), ("b", 5, 20)), LIMIT) == runs.WAITED

    def test_a_run_that_waited_for_an_approval(self) -> None:
        found = answered(run(300))
        assert runs.judged(found, jobs(("test", 0, 10), ("deploy", 290, 300)), LIMIT) == runs.WAITED

    def test_a_run_without_a_job_that_ended_proves_nothing_however_short_the_limit(self) -> None:
        nothing = CiLimit(duration=timedelta(), newest=100)
        assert runs.judged(answered(run(5)), jobs(), nothing) == runs.WAITED

    def test_a_slow_run_whose_jobs_are_not_known(self) -> None:
        assert runs.judged(answered(run(50)), None, LIMIT) == runs.UNREAD
        nonsense = Answer(status=200, data=7)
        assert runs.judged(answered(run(50)), nonsense, LIMIT) == UNREADABLE

    def test_a_quick_one_needs_no_jobs(self) -> None:
        found = answered(run(5))
        assert runs.judged(found, None, LIMIT) == found
