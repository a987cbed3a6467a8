"""SE001, SE002, SE008 and SE015."""

import json
from collections.abc import Mapping
from hashlib import sha1

import pytest
from msgspec.structs import replace

from autodevops.model.detection import Allowance, Detection, HistoryScan, Leak, TreeScan
from autodevops.model.finding import Confidence, Severity, Unknown, Violation
from autodevops.model.history import History
from autodevops.model.snapshot import Gap, Snapshot, Unavailable
from autodevops.rules.secrets_found import (
    env_example_value,
    secret_in_history,
    secret_in_tree,
    stale_baseline,
)
from tests.support.asking import is_not_applicable, outcomes, subjects, violations
from tests.support.memory import snapshot_of


class Found:
    """A scanner that found what the test says."""

    def __init__(
        self, *detections: Detection, leaks: tuple[Leak, ...] = (), gaps: tuple[Gap, ...] = ()
    ) -> None:
        self.detections = detections
        self.leaks = leaks
        self.gaps = gaps

    def begin(self, snapshot: Snapshot) -> None:
        """Be ready at any time."""

    def scan_tree(self, snapshot: Snapshot) -> TreeScan:
        return TreeScan(
            detections=self.detections, files=len(snapshot.entries), archives=0, gaps=self.gaps
        )

    def scan_history(self, history: History) -> HistoryScan:
        assert history is not None
        return HistoryScan(leaks=self.leaks, gaps=self.gaps)

    def left_out(self) -> str | None:
        return None


def detection(path: str = "app/a.py", line: int = 3, **changed: object) -> Detection:
    made = Detection(
        path=path,
        line=line,
        column=8,
        end_line=line,
        kind="github-token",
        title="GitHub token",
        provider="GitHub",
        name="TOKEN",
        masked="ghp_…",
        engine_rule="autodevops.format.github-token",
        severity=Severity.CRITICAL,
        confidence=Confidence.HIGH,
        remedy="Revoke it at https://github.com/settings/tokens.",
    )
    return replace(made, **changed)


def tree(*detections: Detection, files: Mapping[str, str] | None = None) -> Snapshot:
    return replace(snapshot_of(files or {"app/a.py": ""}), secrets=Found(*detections))


ACCEPTED = Allowance(("SE001",), "rotated", 3)
BARE = Allowance(("SE001",), None, 3)


def test_a_secret_is_reported_with_its_own_severity_and_remedy() -> None:
    (violation,) = violations(secret_in_tree, tree(detection()))
    assert violation.subject == "app/a.py#TOKEN"
    assert violation.message == "app/a.py holds a GitHub token (ghp_…) as TOKEN"
    assert violation.severity is Severity.CRITICAL
    assert violation.remedy == "Revoke it at https://github.com/settings/tokens."
    assert (violation.locations[0].line, violation.locations[0].column) == (3, 8)
    assert violation.waiver is None


def test_a_tree_without_secrets_passes() -> None:
    assert violations(secret_in_tree, tree()) == []


def test_one_name_in_one_file_is_one_finding() -> None:
    found = violations(secret_in_tree, tree(detection(line=3), detection(line=9)))
    assert [len(violation.locations) for violation in found] == [2]


def test_a_comment_with_a_reason_waives() -> None:
    (violation,) = violations(secret_in_tree, tree(detection(allowance=ACCEPTED)))
    assert violation.waiver is not None
    assert (violation.waiver.reason, violation.waiver.source) == ("rotated", "app/a.py:3")


def test_a_comment_without_a_reason_does_not_count_and_is_told() -> None:
    (violation,) = violations(secret_in_tree, tree(detection(allowance=BARE)))
    assert violation.waiver is None
    assert "gives no reason" in violation.message


def test_an_accepted_place_does_not_excuse_another() -> None:
    (violation,) = violations(
        secret_in_tree, tree(detection(allowance=ACCEPTED), detection(line=9))
    )
    assert violation.waiver is None
    assert [place.line for place in violation.locations] == [9]


def test_an_unread_file_keeps_the_rule_from_passing() -> None:
    snapshot = replace(snapshot_of({"a": ""}), secrets=Found(gaps=(Gap("a", "a is too large"),)))
    assert outcomes(secret_in_tree, snapshot) == [Unknown(reason="a is too large")]


@pytest.mark.parametrize("rule", [secret_in_tree, secret_in_history])
def test_without_a_scanner_the_answer_is_unknown(rule: object) -> None:
    (outcome,) = outcomes(rule, snapshot_of({"a": ""}))  # type: ignore[arg-type]
    assert isinstance(outcome, Unknown)


def test_an_expired_session_is_low() -> None:
    token = detection(
        kind="jwt", severity=Severity.MEDIUM, evidence={"expires": "2020-01-01T00:00:00Z"}
    )
    (violation,) = violations(secret_in_tree, tree(token))
    assert violation.severity is Severity.LOW
    assert violation.evidence["expired"] is True


LEAK = Leak(
    detection=detection(),
    commit="c" * 40,
    committed_at=1_700_000_000,
    summary="feat: a",
    paths=("app/a.py",),
    refs=("refs/heads/main", "refs/pull/1/head", "refs/tags/v1"),
    ref_count=3,
    versions=2,
    admitted=("dddddddddddd fix: remove token",),
)


def history(*leaks: Leak) -> Snapshot:
    class Past:
        """Stands for a history; the scanner of the test does not look at it."""

    past: History = Past()  # type: ignore[assignment]
    return replace(snapshot_of({"a": ""}, history=past), secrets=Found(leaks=leaks))


def test_a_leak_names_commit_line_and_refs() -> None:
    (violation,) = violations(secret_in_history, history(LEAK))
    place = violation.locations[0]
    assert (place.commit, place.path, place.line) == ("c" * 40, "app/a.py", 3)
    assert violation.evidence["refs"] == ["main", "pull/1/head", "v1"]
    assert violation.evidence["admitted_by"] == ["dddddddddddd fix: remove token"]
    assert "reached from main, pull/1/head and v1" in violation.message


def test_a_leak_in_no_commit_names_its_ref() -> None:
    loose = replace(LEAK, commit=None, committed_at=None, refs=("refs/tags/x",), ref_count=1)
    (violation,) = violations(secret_in_history, history(loose))
    assert violation.locations[0].ref == "x"


def test_many_refs_are_counted() -> None:
    (violation,) = violations(secret_in_history, history(replace(LEAK, ref_count=900)))
    assert "900 refs" in violation.message


def test_an_accepted_leak_is_waived() -> None:
    accepted = replace(LEAK, detection=detection(allowance=ACCEPTED))
    (violation,) = violations(secret_in_history, history(accepted))
    assert violation.waiver is not None


def test_a_bounded_search_says_so() -> None:
    class Bounded(Found):
        def scan_history(self, history: History) -> HistoryScan:
            return replace(super().scan_history(history), since=1_771_545_600)

    snapshot = replace(history(), secrets=Bounded())
    (outcome,) = outcomes(secret_in_history, snapshot)
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "only commits since 2026-02-20 were searched for secrets"


def test_a_clean_history_passes() -> None:
    assert violations(secret_in_history, history()) == []


def test_a_real_value_in_the_template_is_reported() -> None:
    value = detection(path=".env.example", name="ENCRYPTION_KEY")
    files = {".env.example": "ENCRYPTION_KEY=...\n", "app/a.py": ""}
    assert subjects(env_example_value, tree(value, detection(), files=files)) == [
        ".env.example#ENCRYPTION_KEY"
    ]


def test_a_template_of_placeholders_passes() -> None:
    assert violations(env_example_value, tree(files={".env.example": "A=<a>\n"})) == []


def test_without_a_template_the_rule_does_not_apply() -> None:
    assert is_not_applicable(env_example_value, tree(detection()))


def digest(value: str) -> str:
    return sha1(value.encode(), usedforsecurity=False).hexdigest()


def baseline(*entries: tuple[str, str, int]) -> str:
    results: dict[str, list[dict[str, object]]] = {}
    for path, value, line in entries:
        results.setdefault(path, []).append(
            {"type": "Secret Keyword", "hashed_secret": digest(value), "line_number": line}
        )
    return json.dumps({"version": "1.5.0", "results": results})


def told(files: Mapping[str, str]) -> list[str]:
    found: list[Violation] = violations(stale_baseline, snapshot_of(files))
    reasons = [violation.evidence["stale"] for violation in found]
    return [str(one) for many in reasons if isinstance(many, list) for one in many]


def test_a_baseline_that_agrees_passes() -> None:
    files = {
        "a.py": 'x = 1\npassword = "swordfish-9"\n',
        "b.env": "TOKEN=abc:def\n",
        ".secrets.baseline": baseline(("a.py", "swordfish-9", 2), ("b.env", "abc:def", 1)),
    }
    assert told(files) == []


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (("gone.py", "x", 1), "gone.py is not tracked any more"),
        (("a.py", "other", 2), "the secret that it lists is not in a.py any more"),
        (("a.py", "swordfish-9", 1), "it lists line 1 of a.py; the secret is on 2"),
    ],
)
def test_a_baseline_that_is_out_of_date_is_reported(
    entry: tuple[str, str, int], reason: str
) -> None:
    files = {"a.py": 'x = 1\npassword = "swordfish-9"\n', ".secrets.baseline": baseline(entry)}
    assert told(files) == [reason]


def test_ignored_fingerprints_of_gitleaks_are_held_against_the_tree() -> None:
    ignored = f"# old\na.py:generic:1\ngone.py:generic:4\na.py:x:99\n{'c' * 40}:old.py:x:4\n"
    assert told({"a.py": "x = 1\n", ".gitleaksignore": ignored}) == [
        "gone.py is not tracked any more",
        "it lists line 99 of a.py, which has 1",
    ]


def test_a_gitleaks_report_as_baseline_is_held_against_the_tree() -> None:
    report = [
        {"File": "gone.py", "StartLine": 1, "Commit": ""},
        {"File": "gone.py", "StartLine": 1, "Commit": "c" * 40},
        {"File": "a.py", "StartLine": 1},
    ]
    files = {"a.py": "x = 1\n", ".gitleaks-baseline.json": json.dumps(report)}
    assert told(files) == ["gone.py is not tracked any more"]


def test_excluded_paths_of_trufflehog_that_are_gone_are_reported() -> None:
    files = {"src/a.py": "", ".trufflehog-exclude": "# x\nsrc/a\\.py\nold/b\\.py\n.*_test\\.go$\n"}
    assert told(files) == ["no tracked path contains old/b.py"]


def test_a_broken_baseline_is_a_gap() -> None:
    (outcome,) = outcomes(stale_baseline, {".secrets.baseline": "{"})
    assert isinstance(outcome, Unknown)


def test_without_a_baseline_the_rule_does_not_apply() -> None:
    assert is_not_applicable(stale_baseline, {"a.py": ""})


def test_a_missing_history_is_unknown() -> None:
    snapshot = replace(snapshot_of({"a": ""}, history=Unavailable("no objects")), secrets=Found())
    assert outcomes(secret_in_history, snapshot) == [Unknown(reason="no objects")]
