"""What zizmor says is taken over as it is, or not at all."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from autodevops.model.analysis import Analysis, Observation
from autodevops.model.finding import Confidence, Location, Severity
from autodevops.model.snapshot import Unavailable
from autodevops.scanners.zizmor import _AtWork
from autodevops.scanners.zizmor_run import told
from tests.support.damage import DAMAGE, Damage
from tests.support.memory import snapshot_of

PATHS = {f".github/workflows/{at}.yml": f".github/workflows/w{at}.yml" for at in range(3)}
"""The workflows by the names of their copies."""
WORD = st.text("abcé ", min_size=1, max_size=8)
POINT = st.integers(0, 99)
ROUTES = st.sampled_from(
    [((), None, None), (("jobs",), None, None), (("jobs", "a"), "a", None),
     (("jobs", "a", "steps", 2), "a", 2), (("jobs", "a", "steps", 2, "run"), "a", 2),
     (("on", 0), None, None)]
)  # fmt: skip
SEVERITIES = {
    "Informational": Severity.INFO,
    "Low": Severity.LOW,
    "Medium": Severity.MEDIUM,
    "High": Severity.HIGH,
    "Unheard of": Severity.INFO,
}


def said(one: Observation, copy: str, route: tuple[Any, ...], severity: str) -> dict[str, Any]:
    """Return an observation as zizmor writes it."""
    line, column, end = one.at.line or 1, one.at.column or 1, one.at.end_line or 1
    steps = [{"Index" if isinstance(part, int) else "Key": part} for part in route]
    symbolic = {
        "kind": "Primary",
        "annotation": one.note,
        "key": {"Local": {"verbatim_path": copy}},
        "route": {"route": steps},
    }
    points = {
        "start_point": {"row": line - 1, "column": column - 1},
        "end_point": {"row": end - 1, "column": 0},
    }
    further = {"symbolic": {"kind": "Related"}, "concrete": {"location": points}}
    return {
        "ident": one.audit,
        "desc": one.summary,
        "determinations": {"severity": severity, "confidence": one.confidence.capitalize()},
        "ignored": False,
        "locations": [further, {"symbolic": symbolic, "concrete": {"location": points}}],
    }


@st.composite
def observations(draw: st.DrawFn) -> tuple[Observation, dict[str, Any]]:
    copy, severity = draw(st.sampled_from(sorted(PATHS))), draw(st.sampled_from(sorted(SEVERITIES)))
    route, job, step = draw(ROUTES)
    line = draw(POINT) + 1
    one = Observation(
        audit=draw(WORD),
        summary=draw(WORD),
        note=draw(WORD),
        severity=SEVERITIES[severity],
        confidence=draw(st.sampled_from(Confidence)),
        at=Location(
            path=PATHS[copy], line=line, column=draw(POINT) + 1, end_line=line + draw(POINT)
        ),
        job=job,
        step=step,
    )
    return one, said(one, copy, route, severity)


class Ended:
    """Stands for zizmor's process that ended."""

    def __init__(self, printed: bytes, log: str) -> None:
        self._printed, self._log = printed, log

    def finish(self) -> Any:
        return told(self._printed, self._log.encode(), 0)


def analysed(printed: bytes, done: list[str]) -> Analysis | Unavailable:
    """Return what is made of what zizmor printed, these copies completed."""
    log = "".join(f" INFO audit: completed {name}\n" for name in done)
    work = _AtWork(paths=tuple(PATHS.values()), copies=PATHS, run=Ended(printed, log))  # type: ignore[arg-type]
    return work.analyse(snapshot_of(dict.fromkeys(PATHS.values(), "on: push\n")))


@given(st.lists(observations(), max_size=5), st.lists(st.sampled_from(sorted(PATHS))), st.randoms())
def test_every_finding_is_taken_over_in_the_order_of_its_place(
    found: list[tuple[Observation, dict[str, Any]]], done: list[str], chance: Any
) -> None:
    printed = [{**one, "ignored": ignored} for _, one in found for ignored in (True, False)]
    chance.shuffle(printed)
    analysis = analysed(json.dumps(printed).encode(), done)
    assert isinstance(analysis, Analysis)
    places = [(one.at.path, one.at.line, one.at.column) for one in analysis.observations]
    assert places == sorted(places)
    assert sorted(map(repr, analysis.observations)) == sorted(repr(one) for one, _ in found)
    assert set(analysis.paths) == {PATHS[name] for name in done}
    assert set(analysis.skipped) == set(PATHS.values()) - set(analysis.paths)


GOOD = json.dumps(
    [
        said(
            Observation(
                audit="template-injection",
                summary="code injection",
                note="here",
                severity=Severity.HIGH,
                confidence=Confidence.HIGH,
                at=Location(path=next(iter(PATHS.values())), line=3, column=1, end_line=3),
                job="a",
                step=0,
            ),
            next(iter(PATHS)),
            ("jobs", "a", "steps", 0),
            "High",
        )
    ]
).encode()


@given(DAMAGE)
@example(lambda old: old.replace(b'"row": 2', b'"row": "2"'))
@example(lambda old: old.replace(b'"row": 2', b'"row": -1'))
@example(lambda old: old.replace(b'"row": 2', b'"row": true'))
@example(lambda old: old.replace(b'"row": 2', b'"row": 1e400'))
@example(lambda old: old.replace(b'"code injection"', b'{"a": 1}'))
@example(lambda old: old.replace(b'"here"', b"null"))
@example(lambda old: old.replace(b'"Index": 0', b'"Index": -1'))
@example(lambda old: old.replace(b'"ident": "template-injection"', b'"ident": ["x"]'))
def test_an_answer_of_another_shape_is_none(damage: Damage) -> None:
    analysis = analysed(damage(GOOD), [])
    if isinstance(analysis, Unavailable):
        assert analysis.reason
        return
    for one in analysis.observations:
        assert all(isinstance(text, str) for text in (one.audit, one.summary, one.note))
        places = (one.at.line, one.at.column, one.at.end_line)
        assert all(type(place) is int and place >= 1 for place in places)
