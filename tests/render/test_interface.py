"""Which formats there are, and that only the chosen one is imported."""

import subprocess
import sys

import pytest
from hypothesis import given

from autodevops.errors import UsageError
from autodevops.model.report import Report, Result
from autodevops.render import DEFAULTS, Format, RenderOptions, format_named, render
from tests.support.examples import few
from tests.support.made_up import reports
from tests.support.samples import HOSTILE, failure, finding, full_report, report, verdict

every_format = pytest.mark.parametrize("wanted", Format)


@every_format
def test_every_format_renders_one_several_and_none(wanted: Format) -> None:
    whole: list[Result] = [full_report(), failure()]
    for results in (whole[:1], whole, whole[1:], []):
        text = render(results, wanted, RenderOptions(batch=not results))
        assert text == render(results, wanted, RenderOptions(batch=not results))
        assert not text or text.endswith("\n")


@every_format
def test_every_format_is_utf8_without_controls(wanted: Format) -> None:
    text = render([report([verdict()], [finding(subject=HOSTILE)])], wanted)
    text.encode()
    assert "\x1b" not in text
    assert "\u202e" not in text


@few(20)
@given(reports)
def test_no_report_is_too_odd_for_any_format(odd: Report) -> None:
    for wanted in Format:
        render([odd], wanted).encode()


@every_format
def test_a_format_is_found_by_its_name(wanted: Format) -> None:
    assert format_named(wanted.value) is wanted


@pytest.mark.parametrize(
    ("name", "advice"),
    [("jsn", "did you mean json?"), ("pdf", "there are: text, json"), ("", "there are: ")],
)
def test_an_unknown_format_is_told_with_the_nearest(name: str, advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        format_named(name)
    assert advice in caught.value.advice


def test_the_defaults_are_those_of_a_pipe() -> None:
    assert (DEFAULTS.width, DEFAULTS.color, DEFAULTS.unicode) == (100, False, True)


@pytest.mark.parametrize(
    ("wanted", "spared"), [("json", ("rich", "jinja2")), ("text", ("jinja2",)), ("csv", ("rich",))]
)
def test_only_what_the_format_needs_is_imported(wanted: str, spared: tuple[str, ...]) -> None:
    script = (
        "import sys; from autodevops.render import *\n"
        f"render([], format_named({wanted!r}))\n"
        f"print([name for name in {spared!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
