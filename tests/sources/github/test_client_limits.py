"""GitHub's limits: short ones are waited for, long ones end the work in part."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from autodevops.errors import RateLimitError
from autodevops.sources.github.client import path
from autodevops.sources.github.patience import MachineClock, Patience
from tests.sources.github.asking import SHOP, VIEWER, client, needs, reason
from tests.support.github import (
    Fault,
    Server,
)
from tests.support.github.clocks import PassingClock

pytestmark = pytest.mark.usefixtures("shop")


def test_a_short_primary_limit_is_waited_for(github: Server) -> None:
    clock, said = PassingClock(), list[str]()
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "5000"}
    with client(github, clock=clock, say=said.append) as asked:
        reset = {"X-RateLimit-Reset": str(int(clock.at) + 30), **spent}
        github.faults.add(Fault(status=403, headers=reset, body=b'{"message": "API rate limit"}'))
        answer = asked.get(SHOP)
        assert answer.unavailable is None
        assert asked.limited is None
        assert asked.usage().retried == 1
    assert len(clock.waits) == 1
    assert 28 <= clock.waits[0] <= 32
    assert said == [f"waiting {clock.waits[0]:.0f} s for GitHub's rate limit"]


def test_a_clock_that_is_wrong_does_not_make_the_wait_long(github: Server) -> None:
    clock = PassingClock(at=1_000_000_000.0)
    github.remaining["core"], github.reset_in = 0, 20
    with client(github, clock=clock, patience=Patience(tries=1)) as asked:
        asked.get(SHOP)
    assert clock.waits
    assert all(18 <= wait <= 22 for wait in clock.waits)


def test_a_long_primary_limit_ends_the_work_in_part(github: Server) -> None:
    github.remaining["core"] = 0
    with client(github, clock=PassingClock()) as asked:
        first = asked.get(SHOP)
        assert asked.limited is not None
        assert "rate limit (core) is spent until" in reason(first)
        assert str(needs(first)).startswith("GitHub: rate limit (resets at ")
        asked_once = len(github.requests)
        assert "rate limit" in reason(asked.get(SHOP))
        error = asked.limited.error
        graph = asked.graphql(VIEWER)
    assert len([one for one in github.requests if "graphql" not in one.path]) == asked_once == 1
    assert isinstance(error, RateLimitError)
    assert error.exit_code == 4
    assert asked.usage().waited == 0
    assert graph.unavailable is None


def test_the_last_request_of_a_budget_is_answered_and_no_further_one_sent(github: Server) -> None:
    github.remaining["core"] = 1
    with client(github) as asked:
        assert asked.get(SHOP).unavailable is None
        assert "rate limit" in reason(asked.get(SHOP))
        assert asked.usage().left["core"].remaining == 0
    assert len(github.requests) == 1


@pytest.mark.parametrize("status", [403, 429])
def test_a_short_secondary_limit_is_waited_for(status: int, github: Server) -> None:
    clock = PassingClock()
    body = b'{"message": "You have exceeded a secondary rate limit."}'
    github.faults.add(Fault(status=status, body=body, headers={"Retry-After": "7"}))
    with client(github, clock=clock) as asked:
        assert asked.get(SHOP).unavailable is None
    assert clock.waits == [7.0]


def test_a_secondary_limit_without_a_time_is_waited_for_a_minute(github: Server) -> None:
    clock = PassingClock()
    github.faults.add(
        Fault(status=403, body=b'{"message": "You have exceeded a secondary rate limit"}')
    )
    with client(github, clock=clock) as asked:
        assert asked.get(SHOP).unavailable is None
    assert clock.waits == [60.0]


def test_a_long_secondary_limit_ends_the_work_in_part(github: Server) -> None:
    clock = PassingClock()
    github.faults.add(Fault(status=429, headers={"Retry-After": "1800"}))
    with client(github, clock=clock) as asked:
        assert "secondary rate limit holds until" in reason(asked.get(SHOP))
        assert "secondary rate limit" in reason(asked.get(SHOP + path("actions", "secrets")))
        assert asked.graphql(VIEWER).unavailable is not None
        assert asked.limited is not None
    assert len(github.requests) == 1
    assert clock.waits == []


def test_an_interruption_ends_waits_at_once(github: Server) -> None:
    github.faults.add(Fault(status=429, headers={"Retry-After": "80"}))
    waiting = threading.Event()
    with (
        client(github, clock=MachineClock(), say=lambda _text: waiting.set()) as asked,
        ThreadPoolExecutor(1) as thread,
    ):
        answer = thread.submit(asked.get, SHOP)
        assert waiting.wait(10)
        asked.stop()
        assert reason(answer.result(10)) == "GitHub was not asked any more: interrupted"
        assert asked.limited is None
        assert asked.get(SHOP).unavailable is not None
    assert len(github.requests) == 1


def test_a_limit_that_never_ends_is_given_up(github: Server) -> None:
    clock = PassingClock()
    github.faults.add(Fault(status=429, headers={"Retry-After": "1"}, times=1000))
    with client(github, clock=clock) as asked:
        assert "secondary rate limit" in reason(asked.get(SHOP))
    assert len(github.requests) == Patience().tries + 1


def test_graphql_says_with_200_that_its_budget_is_spent(github: Server) -> None:
    body = b'{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}'
    spent = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "0"}
    clock = PassingClock()
    reset = {"X-RateLimit-Reset": str(int(clock.at) + 3000)}
    github.faults.add(Fault(status=200, body=body, headers={**spent, **reset}))
    with client(github, clock=clock) as asked:
        answer = asked.graphql(VIEWER)
        assert answer.unavailable is not None
        assert "rate limit (graphql)" in answer.unavailable.reason
        assert asked.limited is not None
        assert asked.get(SHOP).unavailable is None
