"""How a fixer is declared: a function from a finding and the site to edits, or a refusal."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from autodevops.fixing._generated import is_generated
from autodevops.fixing.site import Site
from autodevops.model.edit import Edit
from autodevops.model.finding import Finding, Fix, Safety

__all__ = ["Answer", "Edit", "Edits", "Finding", "Fixer", "Refusal", "Safety", "Site", "fixer"]


class Refusal(Struct, frozen=True):
    """This finding can't be repaired well by a program; it is said, never silent."""

    reason: str
    """Why, in words that fit after "not fixed: "."""


Edits: TypeAlias = tuple[Edit, ...]
"""What becomes of files. None at all means that earlier edits already repaired the finding."""
Answer: TypeAlias = Edits | Refusal
"""What a fixer returns."""
Repairing: TypeAlias = Callable[[Finding, Site], Answer]
"""The function itself."""
When: TypeAlias = Callable[[Finding], bool]
"""Tells from the finding alone whether the fixer would try."""


def _always(_finding: Finding) -> bool:
    return True


class Fixer(Struct, frozen=True, kw_only=True):
    """A deterministic repair for the findings of one rule."""

    rule: str
    """Rule id."""
    title: str
    """What it does, in the imperative."""
    safety: Safety
    """Whether it needs a person's look."""
    when: When
    """Tells from the finding alone, and quickly, whether the fixer would try."""
    repair: Repairing
    """Returns the edits."""

    @property
    def offer(self) -> Fix:
        """Return the repair as reports show it."""
        return Fix(title=self.title, safety=self.safety)


def _by_hand(answer: Answer, site: Site) -> Answer:
    """Return the answer, or a refusal when it would change what a program writes."""
    for edit in () if isinstance(answer, Refusal) else answer:
        if edit.content is not None and is_generated(site.text(edit.path) or ""):
            return Refusal(f"{edit.path} is generated: change what it is made from")
    return answer


def fixer(
    rule_id: str, *, title: str, safety: Safety, when: When = _always
) -> Callable[[Repairing], Fixer]:
    """Turn a function into a `Fixer`.

    `title` is what reports show as the finding's fix. `when` keeps it from being promised for
    findings that the fixer is sure to refuse; it must be quick, since every report asks it. A rule
    may have several fixers: of those that would try, the first in the catalogue does.
    """

    def declare(repair: Repairing) -> Fixer:
        def repaired(finding: Finding, site: Site) -> Answer:
            return _by_hand(repair(finding, site), site)

        return Fixer(rule=rule_id, title=title, safety=safety, when=when, repair=repaired)

    return declare
