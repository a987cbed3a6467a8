"""Governance: the repository's own documents agree with the guide and with what is the case."""

from collections.abc import Iterator

from autodevops.facts.attested import Attested
from autodevops.facts.contradictions import Contradictions
from autodevops.model.finding import (
    Confidence,
    NotApplicable,
    Severity,
    Unknown,
    Violation,
    in_file,
)
from autodevops.rules._api import rule

_SECTION = "Summary"


@rule(
    "GV005",
    "guide-contradiction",
    section=_SECTION,
    severity=Severity.INFO,
    defers_to=("SL002",),
)
def guide_contradiction(contradictions: Contradictions) -> Iterator[Violation]:
    """The repository's policy documents agree with the guide.

    People follow the document that they find first. One that allows what the guide forbids makes
    both worthless. What a document denies, forbids or tells of the past is no contradiction.

    Remedy: Correct the document, or change the guide's value in the team's file.

    Example:
        CONTRIBUTING.md: Branch off `develop`; a feature branch may live up to 2 weeks.
        becomes
        CONTRIBUTING.md: Branch off `main`; a feature branch may live up to 3 days.
    """
    for topic, one, said, guide in contradictions.found:
        yield Violation(
            subject=f"{one.path}#{topic}",
            message=f"{one.path}:{one.line} {said}; by the guide {guide}",
            at=in_file(one.path, one.line),
            evidence={"document": said, "guide": guide},
            confidence=Confidence.MEDIUM,
        )


@rule("GV007", "attestation-contradicted", section=_SECTION, severity=Severity.HIGH, tier="T/H/G1")
def attestation_contradicted(
    attested: Attested,
) -> Iterator[Violation | Unknown | NotApplicable]:
    """What the documents claim, and can be checked, is true.

    A claim such as "no secrets in history" or "gitleaks runs in CI" is what auditors and customers
    rely on. Once it is false it is worse than none.

    Remedy: Make the claim true again, or take it out of the document.

    Example:
        SECURITY.md: Gitleaks runs in CI on every push.
        becomes true, in .github/workflows/ci.yml:
        security-scan:
          steps:
            - uses: actions/checkout@v5
              with: {fetch-depth: 0}
            - run: gitleaks git
    """
    if not attested.claims:
        yield NotApplicable(reason="no document makes a claim that can be checked")
    for claim, truth, places in attested.contradicted:
        one = claim.statement
        about = f"{claim.topic}-{claim.scanner.replace(' ', '-')}" if claim.scanner else claim.topic
        yield Violation(
            subject=f"{one.path}#{about}",
            message=f'{one.path}:{one.line} says "{_quoted(one.quote)}", but {truth}',
            at=(in_file(one.path, one.line), *places),
            evidence={"claim": _quoted(one.quote), "fact": truth},
            confidence=Confidence.MEDIUM,
        )
    for claim, why in attested.undecided:
        one = claim.statement
        yield Unknown(
            reason=f"{one.path}:{one.line} can't be checked: {why.reason}", needs=why.needs
        )


def _quoted(text: str) -> str:
    """Return a sentence short enough for a message."""
    longest = 100
    bare = " ".join(text.strip(" |*_").split())
    return bare if len(bare) <= longest else f"{bare[: longest - 1]}…"
