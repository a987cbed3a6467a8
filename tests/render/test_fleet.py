"""What many reports come to: gathered one by one, told as text, Markdown and HTML."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from autodevops.model.report import Failure, Report, Result
from autodevops.model.verdict import Status
from autodevops.render import Format, RenderOptions, html_batch, render
from autodevops.render.fleet import fleet_of
from autodevops.render.html_batch import batch_of
from autodevops.render.json_stream import envelope
from tests.support import samples
from tests.support.audits import audited

BATCH = RenderOptions(batch=True)
ADMIN = "GitHub: administration (read)"


def lacking(report: Report, rule: str, needs: str) -> Report:
    """Return a report in which a rule stayed unknown for this."""
    unknown = samples.verdict(rule, status=Status.UNKNOWN, reason="hidden", needs=needs)
    return replace(report, rules=(*report.rules, unknown))


def several() -> list[Result]:
    """Return twelve targets, the second of which could not be audited."""
    reports: list[Result] = [
        lacking(
            audited(
                name=f"acme/r{at}",
                found={"BR003": ["x"] * 0 if at == 5 else [f"x{n}" for n in range(at + 1)]},
                conformance=1 - at / 20,
            ),
            "BR008",
            ADMIN,
        )
        for at in range(12)
    ]
    failure = Failure(
        target=samples.target("acme/gone"), code=3, message="it is gone", advice="look"
    )
    return [reports[0], failure, *reports[1:]]


class Once:
    """Results that can be read once, in their order: as from disk."""

    def __init__(self, results: list[Result]) -> None:
        self.results = results

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Result]:
        found, self.results = self.results, []
        return iter(found)


def test_the_order_is_that_of_the_targets() -> None:
    fleet = fleet_of(several())
    assert [type(one).__name__ for one in fleet.standings[:3]] == ["Audited", "Failure", "Audited"]
    assert len(fleet.audited) == 12


def test_the_worst_are_ten_and_have_findings() -> None:
    worst = fleet_of(several()).worst
    assert [one.name for one in worst] == [f"acme/r{at}" for at in (11, 10, 9, 8, 7, 6, 4, 3, 2, 1)]


def test_rules_are_counted_by_targets_and_findings() -> None:
    (rule,) = fleet_of(several()).rules
    assert (rule.id, rule.targets, rule.findings) == ("BR003", 11, sum(range(1, 13)) - 6)


def test_missing_permissions_are_grouped() -> None:
    limited = lacking(audited(name="acme/x"), "BR008", "GitHub: rate limit (resets at 10:00)")
    shallow = lacking(audited(name="acme/y"), "RE001", "`git fetch --unshallow`")
    local = lacking(audited(name="z"), "BR008", ADMIN)
    local = replace(local, target=replace(local.target, url=None))

    fleet = fleet_of([*several(), limited, shallow, local])

    (one,) = fleet.permissions
    assert (one.needs, one.rules, one.targets, one.answers) == (ADMIN, ("BR008",), 12, 12)
    assert fleet.unknown_otherwise == 3


@pytest.mark.parametrize("wanted", [Format.TEXT, Format.MARKDOWN, Format.HTML])
def test_each_form_tells_all_of_it_from_one_reading(wanted: Format) -> None:
    shown = render(Once(several()), wanted, BATCH)  # type: ignore[arg-type]

    for words in ("acme/r11", "acme/gone", "it is gone", "BR003", "he worst 10", "BR008"):
        assert words in shown
    assert "administration" in shown


def test_verbose_text_has_every_report_before_the_summary() -> None:
    shown = render(several(), Format.TEXT, replace(BATCH, verbose=True))
    assert shown.index("judged by the guide") < shown.index("Broken most often")


@pytest.mark.parametrize("wanted", [Format.TEXT, Format.MARKDOWN, Format.HTML])
def test_hostile_names_harm_no_form(wanted: Format) -> None:
    hostile = audited(name=samples.HOSTILE, found={"BR003": ["x"]})
    shown = render([hostile, *several()], wanted, BATCH)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert wanted is Format.TEXT or "<script>alert" not in shown


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_streamed_envelope_is_the_rendered_one(count: int) -> None:
    results = several()[:count]
    pieces = envelope(render([one], Format.JSON) for one in results)
    assert "".join(pieces) == render(results, Format.JSON, BATCH)


def test_a_large_page_carries_as_much_of_each_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_batch, "MOST_FINDINGS", 24)
    reports = [
        audited(name=f"r{at}", found={"BR003": [f"x{n}" for n in range(40)]}) for at in range(8)
    ]

    batch = batch_of(reports)

    assert [len(briefs) for briefs in batch.data] == [3] * 8
    assert batch.left_out == 8 * 37
