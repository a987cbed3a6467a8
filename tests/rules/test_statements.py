"""What documents demand and claim, held against the guide and the facts."""

from datetime import timedelta

import pytest

from autodevops.facts.branches import Branch, Branches
from autodevops.facts.commits import DefaultCommits
from autodevops.facts.equivalence import Merge
from autodevops.model.detection import Detection, HistoryScan, Leak, TreeScan
from autodevops.model.finding import Confidence, NotApplicable, Severity, Unknown, Violation
from autodevops.model.settings import Block, Protection
from autodevops.model.snapshot import Commit, Snapshot, Unavailable
from autodevops.rules import statements as rules
from tests.support.asking import outcomes, subjects, violations
from tests.support.memory import NOW, snapshot_of


def contradictions(text: str, path: str = "CONTRIBUTING.md") -> list[str]:
    return subjects(rules.guide_contradiction, {path: text})


class TestGuideContradiction:
    @pytest.mark.parametrize(
        ("text", "topic"),
        [
            ("Branch off `develop` and open a pull request against `develop`.\n", "branch-develop"),
            ("Merge into the staging branch first.\n", "branch-staging"),
            ("```bash\ngit checkout -b feature/x origin/develop\n```\n", "branch-develop"),
            ("Create a `release/1.2` branch.\n", "branch-release/*"),
            ("- `feature/*` - new features (< 14 days)\n", "age-feature"),
            ("A feature branch may live up to 2 weeks.\n", "age-feature"),
            ("fix branches live at most 3 days\n", "age-fix"),
            ("## Branches\n\n- `bugfix/*` for bugs\n", "type-bugfix"),
            ("The default branch is `master`.\n", "default-branch"),
            ("Pushing directly to main is fine for small changes.\n", "review"),
            ("| `GEMINI_API_KEY` | rotated annually |\n", "rotation-GEMINI_API_KEY"),
            ("Rotate ENCRYPTION_KEY every 2 years.\n", "rotation-ENCRYPTION_KEY"),
            ("Rotate `GEMINI_API_KEY` every six months.\n", "rotation-GEMINI_API_KEY"),
        ],
    )
    def test_a_document_that_demands_something_else(self, text: str, topic: str) -> None:
        assert contradictions(text) == [f"CONTRIBUTING.md#{topic}"]

    def test_the_line_is_shown_with_what_the_guide_says(self) -> None:
        text = "# How\n\nA feature branch lives for 5 days.\n"
        (found,) = violations(rules.guide_contradiction, {"docs/how.md": text})
        assert found.message == (
            "docs/how.md:3 lets feature branches live 5 days; by the guide they live 3 days"
        )
        assert found.locations[0].line == 3

    @pytest.mark.parametrize(
        "text",
        [
            "We have no `develop` branch and no staging branch.\n",
            "Forbidden:\n\n- `develop` branch\n- `staging` branch\n- `release/*` branches\n",
            "## Never\n\n- merge into `develop`\n",
            "The old `develop` branch was deleted in March.\n",
            "Deploy to staging, then develop the feature on a branch.\n",
            "- `feature/*` - new features (< 3 days)\n- `docs/*` (no longer than 1 day)\n",
            "See https://example.com/release/1.2 on branches and `src/release/notes.md`.\n",
            "## Branches\n\n- `feature/*`, `fix/login`, `docs/<topic>`\n",
            "Run `test/unit` and `feat/x.py`.\n",
            "The default branch is `main`.\n",
            "Pushing directly to main is not allowed.\n",
            "Rotate GEMINI_API_KEY every 90 days; logs are kept for two years.\n",
            "Backups are made every year.\n",
            "```\ngit push origin feature/develop-docs\n```\n",
            "Instead of a release branch we tag.\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not contradictions(text)

    @pytest.mark.parametrize(
        "path",
        ["CHANGELOG.md", "docs/adr/0001-x.md", "tests/x.md", "vendor/x/README.md", "src/a.md"],
    )
    def test_documents_of_another_time_or_place_are_not_read(self, path: str) -> None:
        assert not contradictions("Merge into the `develop` branch.\n", path)


class Scanner:
    """Finds what the test says."""

    def __init__(self, *detections: Detection) -> None:
        self.detections = detections

    def scan_tree(self, snapshot: Snapshot) -> TreeScan:
        return TreeScan(detections=self.detections, files=len(snapshot.entries))

    def scan_history(self, history: object) -> HistoryScan | Unavailable:
        assert history is not None
        if self.detections:
            return HistoryScan(leaks=tuple(map(leak_of, self.detections)))
        return Unavailable("the history was not searched (`--no-history`)", "an audit without it")


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
    return Protection(
        branch="main",
        pull_request=is_on,
        approvals=0,
        dismiss_stale=False,
        code_owners=False,
        resolved_conversations=False,
        force_pushes=Block(is_on=is_on),
        deletion=Block(is_on=is_on),
        required_checks=(),
        strict=False,
        signed_commits=False,
        linear_history=False,
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
    object.__setattr__(snapshot, "secrets", Scanner(*secrets))
    object.__setattr__(snapshot, "history", object())
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
