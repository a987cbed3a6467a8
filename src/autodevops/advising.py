"""Runs `advise` from a target's name to its advice: asked, read, verified, and written on request.

Advice changes no finding, verdict or exit code: the audit is over before anybody is asked, and
where nobody answers the rules' own remedies stand in.
"""

from collections.abc import Callable, Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops.advice.builtin import own_remedy
from autodevops.advice.cache import AdviceCache
from autodevops.advice.excerpts import excerpts
from autodevops.advice.interface import (
    MaskingError,
    NoAdviceError,
    Obstacle,
    Remediation,
)
from autodevops.advice.interface import Request as Asking
from autodevops.advice.models import chosen
from autodevops.advice.prompt import Question, question, request
from autodevops.advice.session import Advised, Bounds, Session
from autodevops.auditing import Audited, Opened, opened
from autodevops.briefing import advisor, demands, masker_of
from autodevops.errors import UsageError
from autodevops.facts.ignores import Ignores
from autodevops.fixing.preview import Change, changes
from autodevops.folders import cache_folder
from autodevops.model.edit import Edit
from autodevops.model.finding import Finding, FindingStatus
from autodevops.policy import rule_names
from autodevops.proving import Proof, Prover
from autodevops.request import Request
from autodevops.worktree import require_clean, require_local, write

AT_ONCE = 5
"""Findings in one request."""


class Wish(Struct, frozen=True, kw_only=True):
    """What a person wants advice on, and how."""

    rules: tuple[str, ...] = ()
    """Selectors of the rules to ask about; empty for all."""
    most: int = 10
    """So many findings, the worst first."""
    model: str | None = None
    """Instead of the usual model."""
    token: str | None = None
    """File with the key for Gemini, or `-`."""
    bounds: Bounds = field(default_factory=Bounds)
    """What the answers may cost."""
    apply: bool = False
    """Write the edits that were verified."""
    governance: bool = False
    """Let edits touch workflows and CODEOWNERS."""
    show_prompt: bool = False
    """Ask nobody, only say what would be asked."""
    use_cache: bool = True
    """Take answers from earlier runs."""


class Advice(Struct, frozen=True, kw_only=True):
    """How to remedy one finding."""

    finding: Finding
    """The finding."""
    remediation: Remediation
    """What to do."""
    model: str | None
    """Who says so; None for the rule itself."""
    cached: bool = False
    """Whether that was said in an earlier run."""
    proof: Proof | None = None
    """What became of its edits; None when it has none."""


class Counsel(Struct, frozen=True, kw_only=True):
    """What a run gave."""

    audited: Audited
    """The state that the run leaves behind."""
    model: str
    """The model that was to be asked."""
    advice: tuple[Advice, ...]
    """For each chosen finding, in the report's order."""
    left_out: int
    """Findings beyond the limit."""
    obstacles: tuple[str, ...]
    """Why the model gave no advice on some, each said once."""
    prompts: tuple[Asking, ...]
    """What would be asked; only when asked for."""
    changes: tuple[Change, ...]
    """What the verified edits change."""
    spent: float
    """US dollars, by the table of prices."""
    written: bool = False
    """Whether the edits are in the working tree."""


def advise(target: Request, wish: Wish, step: Callable[[str], None]) -> Counsel:
    """Return advice on a target's open findings.

    Raises UsageError for what does not fit together, for `apply` on a working tree with changes of
    its own, and what the audit raises.
    """
    wanted = rule_names().named(wish.rules)
    chosen(wish.model, 0)
    if wish.apply:
        _require_writable(target, wish)
    with opened(target, step=step) as place:
        audited = place.audit()
        open_ones = [
            one
            for one in audited.report.findings
            if one.status is FindingStatus.OPEN and (wanted is None or one.rule in wanted)
        ]
        findings = open_ones[: wish.most]
        counsel = _Run(place, audited, wish, step).advised(findings)
        return replace(counsel, left_out=len(open_ones) - len(findings))


def _require_writable(target: Request, wish: Wish) -> None:
    if wish.show_prompt:
        raise UsageError(
            "--apply and --show-prompt don't go together",
            advice="look at the prompt first, then run it again with --apply",
        )
    require_local(target, "advise")
    require_clean(target)


class _Run:
    """One run over the findings of one target."""

    def __init__(
        self, target: Opened, audited: Audited, wish: Wish, step: Callable[[str], None]
    ) -> None:
        self._target = target
        self._audited = audited
        self._wish = wish
        self._step = step
        self._demands = demands(target)
        self._masker = masker_of(target)

    def advised(self, findings: list[Finding]) -> Counsel:
        model = chosen(self._wish.model, len(findings))
        session = Session(
            model=model,
            bounds=self._wish.bounds,
            masker=self._masker,
            cache=AdviceCache(cache_folder()) if self._wish.use_cache else None,
            step=self._step,
        )
        questions: list[Question] = []
        for finding in findings:
            try:
                questions.append(self._question(finding))
            except MaskingError as problem:
                reason = f"nothing about {finding.rule} is sent: {problem}"
                session.note(NoAdviceError(Obstacle.NOT_SAFE, reason))
        if self._wish.show_prompt:
            return self._counsel(session, (), tuple(map(request, _grouped(questions))))
        found = session.advised(
            _grouped(questions),
            lambda: advisor(self._target.request, self._wish.token, model, self._step),
        )
        return self._verified(session, findings, questions, found)

    def _question(self, finding: Finding) -> Question:
        ignores = self._target.lookup(Ignores)

        def is_ignored(path: str) -> bool:
            # Without an answer nobody knows, and what nobody knows is not sent.
            return not isinstance(ignores, Ignores) or ignores.ignoring(path) is not None

        files = excerpts(finding, self._target.snapshot, self._masker, is_ignored)
        return question(finding, self._demands[finding.rule], files, self._masker)

    def _verified(
        self,
        session: Session,
        findings: Iterable[Finding],
        questions: Iterable[Question],
        found: dict[str, Advised],
    ) -> Counsel:
        asked = {one.finding.id: one for one in questions}
        prover = Prover(self._target, self._audited.report, governance=self._wish.governance)
        advice = []
        for finding in findings:
            told = found.get(finding.id)
            if told is None:
                own = own_remedy(finding, self._demands[finding.rule])
                advice.append(Advice(finding=finding, remediation=own, model=None))
                continue
            proof = None
            if told.remediation.patches:
                self._step(f"verifying the advice on {finding.rule} {finding.subject}")
                proof = prover.prove(asked[finding.id], told.remediation.patches)
            advice.append(
                Advice(
                    finding=finding,
                    remediation=told.remediation,
                    model=session.model,
                    cached=told.cached,
                    proof=proof,
                )
            )
        counsel = self._counsel(session, advice, ())
        counsel = replace(counsel, changes=changes(prover.edits, self._target.snapshot))
        if self._wish.apply and prover.edits and prover.report is not None:
            self._write(prover.edits)
            after = replace(self._audited, report=prover.report)
            return replace(counsel, written=True, audited=after)
        return counsel

    def _write(self, edits: tuple[Edit, ...]) -> None:
        # Asked again: a model takes its time, and a person may have gone on working.
        require_clean(self._target.request)
        self._step("writing")
        write(self._target, edits)

    def _counsel(
        self, session: Session, advice: Iterable[Advice], prompts: tuple[Asking, ...]
    ) -> Counsel:
        return Counsel(
            audited=self._audited,
            model=session.model,
            advice=tuple(advice),
            left_out=0,
            obstacles=session.obstacles,
            prompts=prompts,
            changes=(),
            spent=session.spent,
        )


def _grouped(questions: list[Question]) -> list[list[Question]]:
    """Return the questions in requests: those of one rule and file tend to stand together."""
    return [questions[at : at + AT_ONCE] for at in range(0, len(questions), AT_ONCE)]
