"""Where the repository's own policy documents demand something else than the guide."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._words import words
from autodevops.facts.statements import Statement, Statements
from autodevops.guide.model import BranchPolicy, ReviewPolicy, SecretPolicy
from autodevops.model.patterns import regex

_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "quarter": 91.0, "year": 365.0}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_LIFETIME = regex(
    r"\b(\w{1,20})(?:/\*?)?[`*]{0,3}\s{0,3}(?:branch(?:es)?\b|\||-|:)[^.\d]{0,80}?"
    r"(?:<|≤|under|within|at most|max\w*|up to|than|live|last|stay|for)[^.\d]{0,20}?"
    r"(\d{1,3})[ -]{0,2}(hour|day|week|month)s?\b"
)
_TYPE = regex(r"`([a-z]{2,20})/(?:\*|<[^<>`]{1,40}>|\{[^{}`]{1,40}\}|\.\.\.|[a-z0-9-]{1,40})?`")
_OTHER_TYPES = words(
    "feat bugfix bug hot-fix enhancement improvement refactor test ci perf style task story issue "
    "topic user dev experiment spike support wip epic"
)
_DEFAULT = regex(
    r"default branch (is called|is named|called|named|is|=|:)\s{0,3}([`*\"']{0,3})"
    r"([a-z0-9_/-][a-z0-9._/-]{0,38}[a-z0-9_-])"
)
# What a default branch is said to be and is a branch, not a quality such as `protected`.
_TRUNKS = words("main master trunk mainline develop development dev production prod release stable")
_NO_REVIEW = regex(
    r"(?:push\w*|commit\w*) (?:directly |straight )?(?:in)?to [`*]{0,2}main[`*]{0,2} (?:is|are) "
    r"(?:fine|ok|okay|allowed|permitted|welcome)"
    r"|(?:reviews?|approvals?) (?:is|are) (?:optional|unnecessary)"
)
_PERIOD = regex(
    r"every (?:(\d{1,4}|an?|one|two|three|four|five|six) )?(day|week|month|quarter|year)s?\b"
    r"|\b(daily|weekly|monthly|quarterly|annual(?:ly)?|yearly|semi-?annual(?:ly)?|bi-?annual(?:ly)?)\b"
)
_ADVERBS = {
    "daily": 1.0, "weekly": 7.0, "monthly": 30.0, "quarterly": 91.0, "yearly": 365.0,
    "annual": 365.0, "semiannual": 182.0, "biannual": 182.0,
}  # fmt: skip
_SLACK = 1.1
"""A period counts as longer only when it is so by more than a tenth."""


class Contradiction(NamedTuple):
    """One sentence that demands something else than the guide."""

    topic: str
    """What it is about, stable over rewordings."""
    statement: Statement
    """The sentence."""
    said: str
    """What it demands."""
    guide: str
    """What the guide demands."""


class Contradictions(Struct, frozen=True, kw_only=True):
    """Every such sentence."""

    found: tuple[Contradiction, ...]
    """By document and line."""


@fact
def contradictions(
    statements: Statements, branches: BranchPolicy, review: ReviewPolicy, secrets: SecretPolicy
) -> Contradictions:
    """Hold what documents demand against the guide; what they deny or forbid is innocent."""
    found: list[Contradiction] = []
    for one in statements.statements:
        if one.negated:
            continue
        found += _forbidden(one, branches)
        if not one.in_code:
            found += _lifetime(one, branches)
            found += _types(one, branches)
            found += _default(one, branches)
            found += _review(one, review)
            found += _rotation(one, secrets)
    return Contradictions(found=tuple(found))


def _forbidden(one: Statement, policy: BranchPolicy) -> Iterator[Contradiction]:
    """Find branches in use that the guide forbids."""
    for pattern in policy.forbidden:
        if _in_use(pattern).search(one.text):
            yield Contradiction(
                f"branch-{pattern}", one, f"uses the branch {pattern}", f"there is no {pattern}"
            )


@cache
def _in_use(pattern: str) -> re.Pattern[str]:
    """Return what a sentence says that works with a branch."""
    name = re.escape(pattern.rstrip("*")) + (r"[\w.*<>{}-]{0,60}" if pattern.endswith("*") else "")
    command = r"git (?:checkout|switch|merge|rebase|pull|push|branch)\b[^\n#]{0,80}?[\s/:]"
    ends = r"(?![\w/-])" if not pattern.endswith("*") else ""
    work = r"(?:merg\w+|rebas\w+|branch\w*|prs?|pull requests?|push\w*|commits?)"
    into = r"(?:from|off|off of|into|to|against|onto|targeting)"
    return re.compile(
        rf"{command}{name}{ends}"
        rf"|`{name}` branch|(?<![\w/.-])(?:the|a|an|our|your|from|to|into|and|both) {name} branch"
        rf"|\bbranch(?:es)? (?:called |named )?`{name}`"
        rf"|\b{work}\b[^.\n]{{0,40}}? {into} (?:the )?`{name}`"
    )


def _lifetime(one: Statement, policy: BranchPolicy) -> Iterator[Contradiction]:
    for match in _LIFETIME.finditer(one.text):
        limit = policy.types.get(match[1])
        days = int(match[2]) * _DAYS[match[3]]
        if limit is not None and days > limit:
            yield Contradiction(
                f"age-{match[1]}",
                one,
                f"lets {match[1]} branches live {match[2]} {match[3]}s",
                f"they live {limit} day{'s' * (limit != 1)}",
            )


def _types(one: Statement, policy: BranchPolicy) -> Iterator[Contradiction]:
    """Find types of branches that a document offers and the guide does not know."""
    if "branch" not in one.text and "branch" not in one.heading:
        return
    for match in _TYPE.finditer(one.text):
        kind = match[1]
        if kind in _OTHER_TYPES and kind not in policy.types:
            yield Contradiction(
                f"type-{kind}",
                one,
                f"offers {kind}/ branches",
                f"the types are {', '.join(policy.types)}",
            )


def _default(one: Statement, policy: BranchPolicy) -> Iterator[Contradiction]:
    match = _DEFAULT.search(one.text)
    if match is None:
        return
    verb, marks, name = match.groups()
    is_name = (
        name in _TRUNKS or verb.endswith(("called", "named")) or not {*marks}.isdisjoint("`\"'")
    )
    if is_name and name != policy.default:
        yield Contradiction(
            "default-branch", one, f"calls {name} the default branch", f"it is {policy.default}"
        )


def _review(one: Statement, policy: ReviewPolicy) -> Iterator[Contradiction]:
    if policy.approvals and _NO_REVIEW.search(one.text):
        yield Contradiction(
            "review", one, "lets changes in without a review", f"{policy.approvals} must approve"
        )


def _rotation(one: Statement, policy: SecretPolicy) -> Iterator[Contradiction]:
    """Find rotation periods longer than the guide's, for secrets that the sentence names."""
    match = _PERIOD.search(one.text)
    if match is None:
        return
    days = _days(match)
    for secret in policy.rotated:
        period = policy.period(secret)
        if period is not None and secret.name.lower() in one.text and days > period.days * _SLACK:
            yield Contradiction(
                f"rotation-{secret.name}",
                one,
                f"rotates {secret.name} {match[0]}",
                f"its rotation is {secret.rotation.value}",
            )


def _days(match: re.Match[str]) -> float:
    if match[3]:
        adverb = match[3].replace("-", "")
        return _ADVERBS.get(adverb) or _ADVERBS.get(adverb.removesuffix("ly"), 0.0)
    count = match[1] or "1"
    return (int(count) if count.isdecimal() else _NUMBERS[count]) * _DAYS[match[2]]
