"""What documents claim, held against the facts."""

from datetime import timedelta

import pytest
from msgspec.structs import force_setattr, replace

from autodevops.facts.branches import Branch, Branches
from autodevops.facts.commits import DefaultCommits
from autodevops.facts.equivalence import Merge
from autodevops.model.detection import Detection, HistoryScan, Leak, TreeScan
from autodevops.model.finding import Confidence, NotApplicable, Severity, Unknown, Violation
from autodevops.model.history import Commit
from autodevops.model.settings import Block, Protection
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.rules import statements as rules
from tests.support.asking import outcomes
from tests.support.memory import NOW, snapshot_of
from tests.support.protection import WHOLE


class Scanner:
    """Finds what the test says."""

    def __init__(self, *detections: Detection) -> None:
        self.detections = detections

    def begin(self, snapshot: Snapshot) -> None:
        """Be ready at any time."""

    def scan_tree(self, snapshot: Snapshot) -> TreeScan:
        return TreeScan(detections=self.detections, files=len(snapshot.entries))

    def scan_history(self, history: object) -> HistoryScan | Unavailable:
        assert history is not None
        if self.detections:
            return HistoryScan(leaks=tuple(map(leak_of, self.detections)))
        return Unavailable("the history was not searched (`--no-history`)", "an audit without it")

    def left_out(self) -> str | None:
        return None


def leak_of(detection: Detection) -> Leak:
    return Leak(
        detection=detection,
        commit="3" * 40,
        committed_at=0,
        summary="feat: x",
        paths=(detection.path,),
        refs=("refs/heads/main",),
        ref_count=1,
        versions=1,
    )


KEY = Detection(
    path="app/x.py",
    line=3,
    column=1,
    end_line=3,
    kind="github-token",
    title="GitHub token",
    provider="GitHub",
    name="TOKEN",
    masked="ghp_…",
    engine_rule="x",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    remedy="revoke it",
)


def branch(name: str) -> Branch:
    return Branch(
        name=name,
        refs=(f"refs/heads/{name}",),
        kind=None,
        tip="1" * 40,
        age=timedelta(days=1),
        ahead=1,
        behind=0,
        merge=Merge.NO,
        merged_by=None,
        is_at_default_tip=False,
        is_related=True,
        is_cut=False,
        why_undecided=None,
    )


def branches(*names: str) -> Branches:
    return Branches(
        default="main",
        default_refs=("refs/heads/main",),
        others=tuple(map(branch, names)),
        exempt=(),
        why_partial=None,
    )


def protection(*, is_on: bool) -> Protection:
    return replace(
        WHOLE, pull_request=is_on, force_pushes=Block(is_on=is_on), deletion=Block(is_on=is_on)
    )


def ask(
    text: str,
    files: dict[str, str] | None = None,
    *,
    secrets: tuple[Detection, ...] = (),
    others: tuple[str, ...] = (),
    protected: Protection | Unavailable = Unavailable("offline"),  # noqa: B008 - frozen
    signed: bool = True,
) -> list[Violation | Unknown | NotApplicable]:
    snapshot = snapshot_of({"docs/security.md": text} | (files or {}))
    force_setattr(snapshot, "secrets", Scanner(*secrets))
    force_setattr(snapshot, "history", object())
    commit = Commit(
        "2" * 40, (), "a", "a@b", 0, "a", "a@b", int(NOW.timestamp()), "feat: x", signed
    )
    commits = DefaultCommits(branch="main", commits=(commit,), reaches_back_to=NOW)
    return outcomes(
        rules.attestation_contradicted,
        snapshot,
        given={Branches: branches(*others), Protection: protected, DefaultCommits: commits},
    )


class TestAttestationContradicted:
    @pytest.mark.parametrize(
        ("text", "topic", "truth"),
        [
            (
                "No secrets were found in the git history.\n",
                "no-secrets-in-history",
                "33333333 holds",
            ),
            ("- ✅ No secrets in history\n", "no-secrets-in-history", "GitHub token"),
            ("| Secrets in git history | None found |\n", "no-secrets-in-history", "GitHub token"),
            ("The codebase contains no hardcoded secrets.\n", "no-secrets", "GitHub token"),
            ("Only `main` exists.\n", "only-default-branch", "feature/x is there too"),
            ("All merged branches have been deleted.\n", "only-default-branch", "feature/x"),
            ("Gitleaks runs in CI on every push.\n", "scanner-in-ci-gitleaks", "names gitleaks"),
            ("- [x] Trivy scans images in the pipeline\n", "scanner-in-ci-trivy", "names trivy"),
            (
                "Branch protection is enabled on main.\n",
                "branch-protection",
                "nothing protects main",
            ),
            ("All commits are signed.\n", "signed-commits", "1 of the last 1 commits"),
            ("All actions are pinned to a commit SHA.\n", "pinned-actions", "a/b@v1 is not pinned"),
            ("No .env files are tracked.\n", "no-env-files", ".env.local is tracked"),
        ],
    )
    def test_a_claim_that_is_not_true(self, text: str, topic: str, truth: str) -> None:
        files = {".github/workflows/x.yml": "      - uses: a/b@v1\n", ".env.local": "A=1\n"}
        said = ask(
            text,
            files,
            secrets=(KEY,),
            others=("feature/x",),
            protected=protection(is_on=False),
            signed=False,
        )
        found = [one for one in said if isinstance(one, Violation)]
        assert [one.subject for one in found] == [f"docs/security.md#{topic}"]
        assert truth in found[0].message
        assert found[0].locations[0].line == 1

    @pytest.mark.parametrize(
        ("text", "files"),
        [
            ("Only `main` exists.\n", {}),
            ("Gitleaks runs in CI.\n", {".github/workflows/x.yml": "uses: gitleaks/action@v2"}),
            ("Bandit runs in CI.\n", {".pre-commit-config.yaml": "repo: bandit"}),
            ("Branch protection is enabled.\n", {}),
            ("All commits are signed.\n", {}),
            (
                "All third-party actions are pinned to a commit.\n",
                {".github/workflows/x.yml": "- uses: actions/checkout@v4"},
            ),
            ("No .env files are tracked.\n", {".env.example": "A="}),
            ("No secrets were found in the code.\n", {}),
        ],
    )
    def test_a_claim_that_is_true(self, text: str, files: dict[str, str]) -> None:
        assert ask(text, files, protected=protection(is_on=True)) == []

    @pytest.mark.parametrize(
        "text",
        [
            "Ensure that no secrets are found in the git history.\n",
            "- [ ] No secrets in history\n- [ ] Only main exists\n",
            "Gitleaks should run in CI.\nTrivy will be integrated in the pipeline.\n",
            "Run gitleaks in CI.\nEnable branch protection.\n",
            "Gitleaks does not run in CI yet.\n",
            "If branch protection is enabled, merge by pull request.\n",
            "Is branch protection enabled?\n",
            "```\nonly main exists\n```\n",
            "All commits must be signed.\n",
            "Never commit secrets to git history.\n",
        ],
    )
    def test_what_is_no_claim(self, text: str) -> None:
        said = ask(text, secrets=(KEY,), others=("x",), protected=protection(is_on=False))
        assert [type(one) for one in said] == [NotApplicable]

    @pytest.mark.parametrize(
        "text", ["No secrets were found in the git history.\n", "Branch protection is enabled.\n"]
    )
    def test_a_claim_that_cannot_be_checked(self, text: str) -> None:
        (said,) = ask(text)
        assert isinstance(said, Unknown)
        assert said.reason.startswith("docs/security.md:1 can't be checked: ")
