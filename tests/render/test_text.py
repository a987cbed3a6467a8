"""The report in a terminal: what it says, at any width, and what it never does."""

import pytest

from autodevops.model.finding import Location, Plain, Severity, in_commit, in_file
from autodevops.model.verdict import Status
from tests.render.terminal import as_text
from tests.support.samples import (
    COMMIT,
    failure,
    finding,
    full_report,
    report,
    target,
    verdict,
)


def test_sections_come_worst_first_and_rules_too() -> None:
    text = as_text(full_report())
    order = [
        "Environment & Secret Management",
        "CRITICAL SE003",
        "Release Branches Policy",
        "MEDIUM BR003",
        "LOW BR003",
        "CI Pipelines Per Service",
        "MEDIUM CI001",
        "Summary",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        (in_file("a b.yml"), "a b.yml"),
        (in_file("src/app.py", 3), "src/app.py:3"),
        (in_file("src/app.py", 3, 7), "src/app.py:3:7"),
        (in_commit(COMMIT, "old.yml", 4), "old.yml:4 in 0123456"),
        (in_commit(COMMIT), "commit 0123456"),
        (Location(setting="allow_force_pushes"), "setting allow_force_pushes"),
        (Location(ref="v1"), "v1"),
    ],
)
def test_a_place_can_be_clicked(location: Location, shown: str) -> None:
    text = as_text(report([verdict()], [finding("BR003", "x", location, message="is wrong")]))
    assert f"  {shown}  is wrong\n" in text


def test_a_branch_that_the_message_names_is_not_told_twice() -> None:
    text = as_text(report([verdict()], [finding(subject="feat/x", message="feat/x is wrong")]))
    assert text.count("feat/x") == 1


def test_a_file_that_the_message_names_is_not_told_twice() -> None:
    whole = finding("BR003", "x", in_file(".gitignore"), message=".gitignore hides lib/")
    line = finding("BR003", "y", in_file("ci.yml", 3), message="ci.yml has no timeout")
    text = as_text(report([verdict()], [whole, line]))
    assert "\n  .gitignore hides lib/\n" in text
    assert "\n  ci.yml:3  ci.yml has no timeout\n" in text


def test_paths_can_be_given_a_prefix() -> None:
    one = report([verdict()], [finding("BR003", "x", in_file("src/app.py", 3))])
    assert "  ../shop/src/app.py:3  " in as_text(one, path_prefix="../shop/")


def test_evidence_and_time_are_told_when_asked() -> None:
    verbose = as_text(full_report(), verbose=True)
    assert '    keys: ["A","B"]\n    values: 4\n    ratio: 0.5\n    first: null\n' in verbose
    assert "Time         0.41 s\n" in verbose
    assert "ratio" not in as_text(full_report())


def test_a_remedy_common_to_all_findings_is_told_once() -> None:
    text = as_text(report([verdict()], [finding(subject=f"wip{n}") for n in range(3)]))
    assert text.count("→ Rename it") == 1
    assert "MEDIUM BR003 branch-name · 3 findings" in text


def test_different_remedies_stand_with_their_findings() -> None:
    found = [finding(subject=name, remediation=f"Delete {name}.") for name in ("a", "b")]
    text = as_text(report([verdict()], found))
    assert text.index("→ Delete a.") < text.index("b has no prefix") < text.index("→ Delete b.")


def test_many_findings_are_counted_never_dropped_silently() -> None:
    many = report([verdict()], [finding(subject=f"wip{n}") for n in range(31)])
    assert "… and 23 more; --verbose shows all" in as_text(many)
    assert "31 findings" in as_text(many)
    assert "more; --verbose" not in as_text(many, verbose=True)
    assert "wip30 has" in as_text(many, verbose=True)


def test_many_places_are_counted_never_dropped_silently() -> None:
    places = [in_file("ci.yml", line) for line in range(1, 9)]
    many = report([verdict()], [finding("BR003", "x", *places)])
    assert "… and 4 more; --verbose shows all" in as_text(many)
    assert "also ci.yml:8" in as_text(many, verbose=True)


def test_what_else_was_said_of_a_subject_stands_with_its_place() -> None:
    also: dict[str, Plain] = {"also": ["the second is wrong", "the third is wrong"]}
    places = [in_file("ci.yml", line) for line in (1, 2, 3)]
    text = as_text(report([verdict()], [finding("BR003", "x", *places, evidence=also)]))
    assert "also ci.yml:2 the second is wrong\n    also ci.yml:3 the third is wrong\n" in text
    text = as_text(report([verdict()], [finding(evidence=also)]))
    assert "    also the second is wrong\n    also the third is wrong\n" in text
    assert "also" not in as_text(report([verdict()], [finding(evidence={"also": 3})]))


def test_unknown_rules_are_grouped_by_reason_and_what_would_answer_them() -> None:
    text = as_text(full_report())
    assert "no token was given\n  BR005 GV003 need a GitHub token with metadata read\n" in text
    assert "the history was not scanned\n  SE002 needs a run without --no-history\n" in text


def test_needs_with_the_same_reason_tell_it_once() -> None:
    rules = [
        verdict(f"BR00{n}", status=Status.UNKNOWN, reason="no token was given", needs=needs)
        for n, needs in (("1", "metadata (read)"), ("2", "secrets (read)"))
    ]
    text = as_text(report(rules))
    told = "no token was given\n  BR001 needs metadata (read)\n  BR002 needs secrets (read)\n"
    assert told in text


def test_several_reasons_are_counted_and_told_when_asked() -> None:
    rules = [
        verdict(f"BR00{n}", status=Status.UNKNOWN, reason=f"reason {n}", needs="a token")
        for n in "12"
    ]
    assert "2 reasons, which --verbose tells\n  BR001 BR002 need a token" in as_text(report(rules))
    assert "BR002 branch-name: reason 2" in as_text(report(rules), verbose=True)


def test_unknown_rules_that_need_nothing_named_are_grouped_by_reason() -> None:
    rules = [
        verdict(f"BR00{n}", status=Status.UNKNOWN, reason="big.sql is too large") for n in "12"
    ]
    text = as_text(report(rules))
    assert "big.sql is too large\n  BR001 BR002\n" in text
    silent = report([verdict(status=Status.UNKNOWN)])
    assert "no reason was given\n  BR003\n" in as_text(silent)


def test_what_was_cut_short_and_what_crashed_is_said() -> None:
    text = as_text(full_report())
    assert "big.bin is larger than 5242880 bytes" in text
    assert "Complete     no" in text
    assert "CI005 cache: ZeroDivisionError in cache" in text
    assert "A bug in autodevops" in text
    assert "not all could be judged" not in text  # its only finding is waived


def test_a_failed_rule_that_could_not_judge_all_says_so() -> None:
    rules = [verdict(status=Status.FAIL, reason="3 branches have no history")]
    text = as_text(report(rules, [finding()]))
    assert "not all could be judged: 3 branches have no history" in text


def test_the_summary_has_the_numbers() -> None:
    text = as_text(full_report())
    assert "Conformance   78%" in text
    assert "Coverage      91%" in text
    assert "1 critical, 3 medium, 1 low · 1 waived, 1 baselined" in text
    assert "1 pass, 4 fail" in text
    assert "3 unknown, 1 not applicable, 1 disabled, 1 error" in text


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [(1.0, "100%"), (0.999, "99%"), (0.001, "1%"), (0.0, "0%"), (None, "n/a")],
)
def test_only_everything_is_a_hundred_per_cent(ratio: float | None, shown: str) -> None:
    assert f"Conformance {shown:>5}" in as_text(report(conformance=ratio))


def test_a_good_repository_gets_a_short_report() -> None:
    good = report([verdict(), verdict("BR004")], conformance=1.0, coverage=1.0)
    text = as_text(good)
    assert "2 pass, 0 fail" in text
    assert "Findings     none\n" in text
    assert len(text.splitlines()) < 10


def test_an_audit_that_judged_nothing_does_not_look_good() -> None:
    nothing = report([verdict(status=Status.UNKNOWN)], conformance=None, coverage=0.0)
    assert "no rule could be judged" in as_text(nothing)


def test_set_aside_findings_are_counted_and_listed_when_asked() -> None:
    assert "long migration" not in as_text(full_report())
    verbose = as_text(full_report(), verbose=True)
    assert (
        "waived until 2027-01-01, approved by Ada: long migration (autodevops.toml:12)" in verbose
    )
    assert "BASELINED CI001" in verbose


@pytest.mark.parametrize(
    ("commit", "branch", "dirty", "shown"),
    [
        (COMMIT, "main", False, "acme/shop main at 0123456\n"),
        (COMMIT, "main", True, "acme/shop main at 0123456, with uncommitted changes\n"),
        (COMMIT, None, False, "acme/shop detached at 0123456\n"),
        (None, "main", False, "acme/shop main, without a commit yet\n"),
        (None, None, False, "acme/shop without a commit yet\n"),
    ],
)
def test_the_target_is_named(
    commit: str | None, branch: str | None, dirty: bool, shown: str
) -> None:
    of = target(commit=commit, branch=branch, dirty=dirty)
    assert as_text(report(of=of)).startswith(shown)


def test_quiet_is_one_whole_line_for_each_target() -> None:
    text = as_text(full_report(), failure(), quiet=True, width=40)
    assert text.splitlines() == [
        (
            "acme/shop: 5 findings (1 critical, 3 medium, 1 low), 1 waived, 1 baselined, "
            "conformance 78%, coverage 91%, 3 unknown, incomplete"
        ),
        "acme/gone: could not be audited: there is no such repository",
    ]


def test_several_targets_end_in_an_overview() -> None:
    text = as_text(full_report(), failure())
    overview = text[text.index("Overview") :]
    assert "2 targets, 1 not audited" in overview
    assert "acme/gone\n  could not be audited" in overview
    assert "→ Look at the name" in text


def test_a_long_batch_is_an_overview_unless_asked() -> None:
    many = [report([verdict()], [finding()], of=target(f"acme/{n}")) for n in range(11)]
    assert "BR003" not in as_text(*many)
    assert "--verbose shows every finding" in as_text(*many)
    assert as_text(*many, verbose=True).count("MEDIUM BR003") == 11


def test_findings_of_a_rule_that_the_report_lacks_are_shown() -> None:
    text = as_text(report([], [finding("XX001", "x", severity=Severity.HIGH)]))
    assert "Elsewhere" in text
    assert "HIGH XX001" in text
