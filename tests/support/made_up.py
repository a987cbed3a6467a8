"""Strategies that make up reports: text as repositories hold it, and anything in each field."""

from hypothesis import strategies as st

from autodevops.model.finding import (
    AppliedWaiver,
    Confidence,
    Finding,
    FindingStatus,
    Fix,
    Location,
    Safety,
    Severity,
)
from autodevops.model.verdict import Status
from tests.support.samples import COMMIT, failure, report, target, verdict

# Text as repositories hold it: names with bytes that are not UTF-8, controls and all of Unicode.
texts = st.text(
    st.characters() | st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"]),
    max_size=30,
)


_plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


_positions = st.none() | st.integers(1, 10**6)


locations = st.builds(
    Location,
    path=st.none() | texts,
    line=_positions,
    column=_positions,
    end_line=_positions,
    commit=st.none() | st.just(COMMIT),
    ref=st.none() | texts,
    setting=st.none() | texts,
)


findings = st.builds(
    Finding,
    id=st.text("0123456789abcdef", min_size=32, max_size=32),
    rule=st.just("BR003"),
    slug=st.just("branch-name"),
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    subject=texts,
    message=texts,
    evidence=st.dictionaries(texts, _plain, max_size=3),
    locations=st.lists(locations, max_size=3).map(tuple),
    remediation=texts,
    docs_url=texts,
    fix=st.none() | st.builds(Fix, title=texts, safety=st.sampled_from(Safety)),
    status=st.sampled_from(FindingStatus),
    waiver=st.none()
    | st.builds(
        AppliedWaiver,
        reason=texts,
        expires=st.none() | texts,
        approved_by=st.none() | texts,
        source=texts,
    ),
)


verdicts = st.builds(
    verdict,
    section=texts,
    title=texts,
    status=st.sampled_from(Status),
    severity=st.sampled_from(Severity),
    reason=st.none() | texts,
    needs=st.none() | texts,
    findings=st.integers(0, 5),
)


reports = st.builds(
    report,
    st.lists(verdicts, max_size=4),
    st.lists(findings, max_size=4),
    notes=st.lists(texts, max_size=2).map(tuple),
    of=st.builds(target, texts, path=st.none() | texts, branch=st.none() | texts),
    conformance=st.none() | st.floats(0, 1),
    coverage=st.none() | st.floats(0, 1),
)


failures = st.builds(failure, texts)
