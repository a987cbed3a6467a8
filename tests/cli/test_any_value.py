"""Whatever stands behind an option, it is taken or refused in a sentence: never a bug of ours."""

import io
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autodevops.cli.app import run
from autodevops.engine.plan import Selection, plan
from autodevops.errors import UsageError
from autodevops.history.database import writing
from autodevops.history.store import Entry, Kind, record
from autodevops.past import forget
from autodevops.policy import rule_names
from autodevops.rules.catalog import RULES
from tests.conftest import MakeRepo
from tests.support.audits import audited
from tests.support.command import CLOCK, Done
from tests.support.examples import few

TEXT = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
    st.text("ab,=-*.0129:/@#%~\\'\"[]{}()\n\t éSELABR+TZ", max_size=14),
    st.integers().map(str),
    st.builds(
        "{}-{}-{}{}".format,
        st.sampled_from(["0001", "9999", "1970", "2026", "26"]),
        st.sampled_from(["01", "12", "13"]),
        st.sampled_from(["01", "31"]),
        st.sampled_from(["", "T00:00", "T23:59:59+23:59", "T00:00:00-23:59", "T24:00", "Z"]),
    ),
)
LONG = str(2**63)
_AUDIT = ("audit", "--offline", "--no-store", "--select=SE002")
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "rules --select": ("rules", "--select={}"),
    "explain": ("explain", "--", "{}"),
    "plan --select": ("plan", "--offline", "--select={}"),
    "plan --ignore": ("plan", "--offline", "--ignore={}"),
    "plan --guide": ("plan", "--offline", "--guide={}"),
    "plan --config": ("plan", "--offline", "--config={}"),
    "audit": ("audit", "--offline", "--no-store", "--", "{}"),
    "audit --history-since": (*_AUDIT, "--history-since={}"),
    "audit --rev": (*_AUDIT, "--rev={}"),
    "audit --fail-on": (*_AUDIT, "--fail-on={}"),
    "audit --format": (*_AUDIT, "--format={}"),
    "audit --view": (*_AUDIT, "--view={}"),
    "audit --baseline": (*_AUDIT, "--baseline={}"),
    "batch": ("batch", "--offline", "--no-store", "--", "{}"),
    "batch --jobs": ("batch", "-", "--offline", "--jobs={}"),
    "batch --cluster": ("batch", "-", "--offline", "--cluster={}"),
    "advise --limit": ("advise", "--offline", "--limit={}", "nowhere"),
    "advise --max-cost": ("advise", "--offline", "--max-cost={}", "nowhere"),
    "advise --max-tokens": ("advise", "--offline", "--max-tokens={}", "nowhere"),
    "advise --rule": ("advise", "--offline", "--rule={}", "nowhere"),
    "advise --model": ("advise", "--offline", "--show-prompt", "--model={}", "nowhere"),
    "fix --rule": ("fix", "--rule={}"),
    "fix --branch": ("fix", "--branch={}"),
    "report": ("report", "--", "{}"),
    "guide check": ("guide", "check", "--", "{}"),
    "history list --limit": ("history", "list", "--limit={}"),
    "history list --branch": ("history", "list", "--branch={}"),
    "history trend --limit": ("history", "trend", "--limit={}"),
    "history show": ("history", "show", "--", "{}"),
    "history diff": ("history", "diff", "--", "{}", "{}"),
    "history prune --keep": ("history", "prune", "--keep={}"),
    "history prune --older-than": ("history", "prune", "--older-than={}"),
    "sync --organisation": ("sync", "--dry-run", "--organisation={}"),
    "auth status": ("auth", "status", "--offline", "--", "{}"),
    "hook commit-message": ("hook", "commit-message", "--", "{}"),
    "scaffold --name": ("scaffold", "new", "--yes", "--no-git", "--name={}"),
    "a command": ("{}",),
}
"""Where a value may stand, by what the reader of a failure looks for."""


@pytest.fixture
def command(make_repo: MakeRepo) -> Callable[..., Done]:
    """Return what runs the command in this process, in a small repository with one audit."""
    top = make_repo({"README.md": "# shop\n"}).path

    def ended(*arguments: str) -> Done:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        nothing = io.TextIOWrapper(io.BytesIO())
        with (
            chdir(top),
            redirect_stdout(out),
            redirect_stderr(err),
            patch.object(sys, "stdin", nothing),
        ):
            code = run(list(arguments))
        told = []
        for stream in (out, err):
            stream.flush()
            told.append(stream.buffer.getvalue().decode())
        return Done(code=code, out=told[0], err=told[1])

    ended("audit", "--offline", "--select=LA001")
    return ended


def test_any_value_is_taken_or_refused_in_a_sentence(
    command: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTODEVOPS_NOW", CLOCK)

    @settings(few(40), suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(sorted(OPTIONS)), TEXT)
    @example("audit --history-since", "0001-01-01T00:00:00+23:59")
    @example("audit --history-since", "9999-12-31T23:59-23:59")
    @example("history list --limit", LONG)
    @example("history prune --keep", LONG)
    @example("history prune --older-than", LONG)
    @example("history prune --older-than", "800000")
    @example("advise --max-cost", "nan")
    def holds(option: str, value: str) -> None:
        done = command(*(part.replace("{}", value) for part in OPTIONS[option]))
        assert done.code in {0, 1, 2, 3}, done
        assert all(line.isprintable() for line in done.err.splitlines())
        if done.code in {2, 3}:
            assert done.out == ""
            message, *advice = done.err.rstrip("\n").split("\n")
            assert message.startswith("error: ")
            assert all(line.startswith("  ") for line in advice)

    holds()


NAMES = rule_names()
SELECTORS = st.sampled_from(
    [*("SE", "SE0", "SE00", "SE001", "se002", "BR01", "BR010", "ALL", "all"), RULES[0].slug]
)


def fits(selector: str, rule: str, slug: str) -> int:
    """Return how much of a rule a selector names: nothing, any, its beginning, or itself."""
    if selector.upper() == "ALL":
        return 1
    if selector == slug:
        return 1 + len(rule)
    is_family = len(selector) >= len("SE")
    return 1 + len(selector) if is_family and rule.startswith(selector.upper()) else 0


@given(*[st.lists(SELECTORS, max_size=3)] * 4)
def test_the_selector_that_names_most_of_a_rule_decides(
    select: list[str], ignore: list[str], select_option: list[str], ignore_option: list[str]
) -> None:
    """Of two that name as much, the command line's counts, and then the one that leaves out."""
    asked = Selection(
        select=tuple(select),
        ignore=tuple(ignore),
        select_option=tuple(select_option),
        ignore_option=tuple(ignore_option),
    )
    for planned in plan(RULES, NAMES, asked):
        rule = planned.rule
        chosen = select_option or select
        runs = not chosen
        best = 0
        for selectors, says in (
            (chosen if not select_option else [], True),
            (ignore, False),
            (select_option, True),
            (ignore_option, False),
        ):
            named = max((fits(one, rule.id, rule.slug) for one in selectors), default=0)
            if named and named >= best:
                best, runs = named, says
        assert (planned.disabled is None) is runs, rule.id


@given(st.lists(SELECTORS | TEXT, min_size=1, max_size=3))
def test_a_selector_that_names_no_rule_is_refused(selectors: list[str]) -> None:
    known = all(
        any(fits(one.strip(), rule.id, rule.slug) for rule in RULES) and one.strip()
        for one in selectors
    )
    asked = Selection(select_option=tuple(selectors))
    if known:
        assert plan(RULES, NAMES, asked)
    else:
        with pytest.raises(UsageError):
            plan(RULES, NAMES, asked)


@pytest.mark.parametrize("days", [0, 3_650, 400_000, 738_000, 10**9, 2**70])
def test_only_what_is_older_than_that_is_forgotten(
    days: int, clean_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where that was in a year of three digits, or before all years."""
    monkeypatch.setenv("AUTODEVOPS_NOW", "2026-11-22T13:00:00Z")
    with writing(clean_environment / "state") as connection:
        record(
            connection,
            Entry(report=audited(), document=b"{}", key="k", kind=Kind.CURRENT, whole=True),
        )
    assert forget(None, keep=0, days=days, unsent=False).removed == (days == 0)
