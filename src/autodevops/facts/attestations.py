"""What the documents attest: claims of fact that can be checked, with the sentences that make them.

Only sentences that state a result count. Wishes, orders, conditions, questions, unticked boxes and
code are no claims.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.statements import Statement, Statements
from autodevops.model.patterns import regex


class Topic(StrEnum):
    """What a claim is about."""

    NO_SECRETS = "no-secrets"
    NO_SECRETS_IN_HISTORY = "no-secrets-in-history"
    NO_ENV_FILES = "no-env-files"
    ONLY_DEFAULT_BRANCH = "only-default-branch"
    PROTECTED_BRANCH = "branch-protection"
    SIGNED_COMMITS = "signed-commits"
    PINNED_ACTIONS = "pinned-actions"
    SCANNER_IN_CI = "scanner-in-ci"


SCANNERS = (
    "gitleaks", "trufflehog", "trivy", "bandit", "detect-secrets", "pip-audit", "npm audit",
    "checkov", "tfsec", "hadolint", "zizmor", "kingfisher", "grype", "osv-scanner", "safety check",
)  # fmt: skip
"""Programs that a pipeline runs from a file; services that watch from outside are left out."""

_NONE = (
    r"(?:no|zero|0|without)\s"
    r"(?:known |real |hard-?coded |exposed |leaked |committed |plaintext )?"
)
_SECRETS = r"(?:secrets?|credentials?|(?:api )?keys|passwords)"
_STATE = r"(?:are |were |have been |is |was |being |remain(?:s|ing)? |exist )?"
_IN_HISTORY = (
    r"(?:in|from|within|across) (?:the |our |its |all )?(?:entire |full |whole )?"
    r"(?:git |commit |repo(?:sitory)? |branch )?history"
)
_CLAIMS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    (
        Topic.NO_SECRETS_IN_HISTORY,
        regex(
            rf"{_NONE}{_SECRETS}\s{_STATE}(?:found |detected |present |committed |exposed |left )?"
            rf"{_IN_HISTORY}"
            rf"|\bhistory (?:is|was|has been) (?:now |fully |completely )?(?:clean|scrubbed|purged"
            r"|free of (?:any )?(?:secrets|credentials))"
            rf"|{_SECRETS} (?:have been|were|was|has been) (?:fully |completely |successfully )?"
            rf"(?:purged|removed|scrubbed|erased) {_IN_HISTORY}"
            rf"|{_SECRETS} {_IN_HISTORY}\s{{0,3}}[|:]\s{{0,3}}[^|]{{0,30}}?"
            r"(?:none|\b0\b|zero|clean|✅|\bno\b)"
        ),
    ),
    (
        Topic.NO_SECRETS,
        regex(
            rf"{_NONE}{_SECRETS} (?:are|were|is|was|have been|has been|exist) ?"
            r"(?:found|detected|present|committed|stored|exposed|hard-?coded)?"
            r" (?:in|to|into) (?:the |this |our )?(?:code|codebase|source|repo\w*|git)\b"
            r"|(?:code|codebase|repository|repo) (?:is|contains|has) (?:free of|no) "
            rf"(?:hard-?coded |exposed )?{_SECRETS}"
        ),
    ),
    (
        Topic.NO_ENV_FILES,
        regex(
            r"(?:no|zero) `?\.env(?:\.\*|\*)?`? files? (?:is|are|was|were|have been|has been|exist)"
            r"|`?\.env`? files? (?:is|are) (?:git-?ignored|ignored|not tracked|not committed)"
        ),
    ),
    (
        Topic.ONLY_DEFAULT_BRANCH,
        regex(
            r"only (?:the )?[`*]{0,2}(?:main|master)[`*]{0,2} (?:branch )?(?:exists|remains)"
            r"|[`*]{0,2}(?:main|master)[`*]{0,2} is (?:now )?the only (?:remaining )?branch"
            r"|all (?:other|stale|merged|old|feature|remaining) branches (?:have been|were|are) "
            r"(?:now )?(?:deleted|removed|merged and deleted|cleaned up)"
        ),
    ),
    (
        Topic.PROTECTED_BRANCH,
        regex(
            r"branch protection (?:rules? )?(?:is|are|has been|have been) (?:now )?"
            r"(?:on|enabled|active|enforced|configured|in place|set up)"
            r"|[`*]{0,2}main[`*]{0,2} (?:branch )?is (?:now )?(?:a )?protected"
            r"|force[ -]push(?:es|ing)? (?:to [`*]{0,2}main[`*]{0,2} )?(?:is|are) "
            r"(?:blocked|disabled|disallowed|forbidden|prohibited)"
        ),
    ),
    (
        Topic.SIGNED_COMMITS,
        regex(r"(?:all|every) commits? (?:on [`*]{0,2}main[`*]{0,2} )?(?:is|are) (?:gpg-?)?signed"),
    ),
    (
        Topic.PINNED_ACTIONS,
        regex(
            r"(?:all|every) (?:third-party |github )?actions? (?:is|are) pinned (?:to|by) "
            r"(?:a |an? exact |full )?(?:commit|sha)"
        ),
    ),
)
_IN_CI = regex(
    r"\b(?:runs?|scans?|scanned|executes?|executed|checks?|enabled|integrated|enforced|gates?"
    r"|blocks?)\b[^.]{0,80}\b(?:in|by|on|as part of) (?:the |our |every |each |all )?"
    r"(?:ci\b|ci/cd|pipelines?|github actions|workflows?|prs?\b|pull requests?|push(?:es)?\b"
    r"|commits?\b)"
)


class Claim(NamedTuple):
    """One claim."""

    topic: Topic
    """What it is about."""
    statement: Statement
    """The sentence."""
    scanner: str | None
    """The program that is said to run."""


class Attestations(Struct, frozen=True, kw_only=True):
    """Every claim that can be checked."""

    claims: tuple[Claim, ...]
    """By document and line."""

    def about(self, *topics: Topic) -> tuple[Claim, ...]:
        """Return the claims about these topics."""
        return tuple(claim for claim in self.claims if claim.topic in topics)


@fact
def attestations(statements: Statements) -> Attestations:
    """Find the claims of fact among the sentences of the policy documents."""
    return Attestations(
        claims=tuple(
            claim
            for one in statements.statements
            if not one.in_code and not one.hedged
            for claim in _claims(one)
        )
    )


def _claims(one: Statement) -> Iterator[Claim]:
    for topic, pattern in _CLAIMS:
        if pattern.search(one.text):
            yield Claim(topic, one, None)
            return
    if one.negated or not _IN_CI.search(one.text):
        return
    for scanner in SCANNERS:
        if scanner in one.text:
            yield Claim(Topic.SCANNER_IN_CI, one, scanner)
