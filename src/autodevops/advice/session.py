"""One conversation with a model: what was answered before, what it may cost, what went wrong."""

import json
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from autodevops.advice.cache import AdviceCache
from autodevops.advice.interface import (
    OF_ONE_REPLY,
    Advisor,
    Answer,
    Masker,
    MaskingError,
    NoAdviceError,
    Obstacle,
    Patch,
    Remediation,
    Request,
)
from autodevops.advice.models import cost, estimated_tokens
from autodevops.advice.prompt import Question, request
from autodevops.advice.reply import SCHEMA, read
from autodevops.redaction import REMOVED, redact

Group = Sequence[Question]
"""Findings that are asked about at once."""


class Bounds(Struct, frozen=True, kw_only=True):
    """What the answers of one run may cost."""

    cost: float = 1.0
    """US dollars, by the table of prices."""
    tokens: int = 200_000
    """Tokens of questions and answers together."""


class Advised(Struct, frozen=True, kw_only=True):
    """What a model says about a finding."""

    remediation: Remediation
    """How to remedy it, without secrets."""
    cached: bool
    """Whether it was said in an earlier run."""


class Session:
    """Asks about groups of findings, one after the other, as far as bounds and failures allow."""

    def __init__(
        self,
        *,
        model: str,
        bounds: Bounds,
        masker: Masker,
        cache: AdviceCache | None,
        step: Callable[[str], None],
    ) -> None:
        """Prepare to ask; `step` hears what is being asked and how much has come."""
        self.model = model
        """The model's name."""
        self.spent = 0.0
        """US dollars so far, by the table of prices."""
        self._tokens = 0
        self._bounds = bounds
        self._masker = masker
        self._cache = cache
        self._step = step
        self._obstacles: dict[str, None] = {}

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Return why there is no advice on some findings, each reason once."""
        return tuple(self._obstacles)

    def note(self, obstacle: NoAdviceError) -> None:
        """Keep why there is no advice on something."""
        self._obstacles[redact(obstacle.reason)] = None

    def advised(
        self, groups: Iterable[Group], advisor: Callable[[], Advisor]
    ) -> dict[str, Advised]:
        """Return what the model says, by fingerprint; `advisor` is made once it is needed."""
        found: dict[str, Advised] = {}
        asked: Advisor | None = None
        for group in groups:
            known = {one.finding.id: told for one in group if (told := self._recalled(one))}
            found |= known
            rest = [one for one in group if one.finding.id not in known]
            if not rest:
                continue
            try:
                asked = asked or advisor()
                found |= self._asked(asked, rest)
            except NoAdviceError as obstacle:
                self.note(obstacle)
                if obstacle.obstacle not in OF_ONE_REPLY:
                    # What was answered before is still known for the groups that follow.
                    advisor, asked = _failing(obstacle), None
        return found

    def _recalled(self, one: Question) -> Advised | None:
        kept = None if self._cache is None else self._cache.recall(self.model, one.key)
        return None if kept is None else Advised(remediation=self._masked(kept), cached=True)

    def _asked(self, advisor: Advisor, group: Group) -> dict[str, Advised]:
        asking = request(group)
        size = estimated_tokens(asking.instructions + asking.text + json.dumps(SCHEMA))
        self._afford(size, asking.most_tokens)
        self._step(f"asking {self.model} about {asking.about}")
        answer = self._heard(advisor, asking, size)
        told = read(answer.text, len(group))
        found: dict[str, Advised] = {}
        for one, remediation in zip(group, told, strict=True):
            if remediation is None:
                reason = f"the model's answer leaves {one.finding.rule} out"
                self.note(NoAdviceError(Obstacle.WRONG_SHAPE, reason))
                continue
            try:
                masked = self._masked(remediation)
            except MaskingError:
                reason = "the model's answer could not be searched for secrets"
                raise NoAdviceError(Obstacle.NOT_SAFE, reason) from None
            if self._cache is not None:
                self._cache.keep(self.model, one.key, masked)
            found[one.finding.id] = Advised(remediation=masked, cached=False)
        return found

    def _heard(self, advisor: Advisor, asking: Request, size: int) -> Answer:
        def told(length: int) -> None:
            self._step(f"asking {self.model} about {asking.about}: {length:,} characters so far")

        try:
            answer = advisor.ask(asking, told)
        except NoAdviceError:
            self._charge(size, asking.most_tokens)
            raise
        came = estimated_tokens(answer.text)
        self._charge(
            size if answer.tokens_in is None else answer.tokens_in,
            came if answer.tokens_out is None else answer.tokens_out,
        )
        return answer

    def _afford(self, size: int, most: int) -> None:
        """Raise NoAdviceError when an answer might cost more than is left."""
        might = self.spent + cost(self.model, size, most)
        if might > self._bounds.cost:
            reason = (
                f"the model was not asked about all: it might cost ${might:.2f}, "
                f"more than --max-cost {self._bounds.cost:g}"
            )
            raise NoAdviceError(Obstacle.TOO_EXPENSIVE, reason)
        if self._tokens + size + most > self._bounds.tokens:
            reason = (
                f"the model was not asked about all: it might take "
                f"{self._tokens + size + most:,} tokens, more than --max-tokens "
                f"{self._bounds.tokens}"
            )
            raise NoAdviceError(Obstacle.TOO_EXPENSIVE, reason)

    def _charge(self, tokens_in: int, tokens_out: int) -> None:
        self._tokens += tokens_in + tokens_out
        self.spent += cost(self.model, tokens_in, tokens_out)

    def _masked(self, said: Remediation) -> Remediation:
        """Return a remediation without secrets, whoever made the model say them."""

        def mask(text: str, path: str = "answer.txt") -> str:
            return self._masker.mask(redact(text), path)

        def whole(text: str, path: str) -> str:
            # A text with a part of it masked would be written like that; this one never is.
            return text if mask(text, path) == text else REMOVED

        return replace(
            said,
            explanation=mask(said.explanation),
            steps=tuple(mask(step) for step in said.steps),
            patches=tuple(
                Patch(
                    path=redact(one.path),
                    search=None if one.search is None else whole(one.search, one.path),
                    replace=whole(one.replace, one.path),
                )
                for one in said.patches
            ),
        )


def _failing(obstacle: NoAdviceError) -> Callable[[], Advisor]:
    def fail() -> Advisor:
        raise obstacle

    return fail
