"""What holds for every input: identities, baselines, redaction, edits laid over, differences."""

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from autodevops import redaction
from autodevops.fixing.overlay import lay_over
from autodevops.fixing.preview import changes
from autodevops.guide.baseline import BaselineEntry, dump_baseline, fingerprint, load_baseline
from autodevops.model.edit import Edit
from autodevops.sources.github.names import parse
from tests.support.examples import few
from tests.support.memory import snapshot_of
from tests.support.repositories import run_git

ANY = st.text(st.characters(exclude_categories=())) | st.text("\udcff\ud800a\n\0é")
RULES = st.sampled_from(["BR003", "SE001", "GV006"])
PATHS = st.sampled_from(["README.md", "docs/a b.md", "app/main.py", "é.txt"])
LINES = st.lists(st.sampled_from(["a", "b", "", "-- c", "++ d", "@@ e", "\\ f", "g\r"]), max_size=9)
CONTENT = st.tuples(LINES, st.booleans()).map(
    lambda made: ("\n".join(made[0]) + "\n" * made[1]).encode()
)
ENTRIES = st.builds(
    lambda rule, subject, day: BaselineEntry(
        fingerprint=fingerprint(rule, subject), rule=rule, subject=subject, accepted=day
    ),
    RULES,
    st.text(min_size=1),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)


@given(RULES, ANY, RULES, ANY)
def test_a_fingerprint_belongs_to_one_rule_and_subject(
    rule: str, subject: str, other_rule: str, other: str
) -> None:
    same = (rule, subject) == (other_rule, other)
    assert (fingerprint(rule, subject) == fingerprint(other_rule, other)) is same


@given(st.lists(ENTRIES, max_size=6))
def test_a_baseline_reads_as_it_was_written(entries: list[BaselineEntry]) -> None:
    text = dump_baseline(entries)
    read = load_baseline(text, "baseline.json")
    held = {entry.fingerprint for entry in read.entries}
    assert held == {entry.fingerprint for entry in entries}
    assert dump_baseline(read.entries) == text
    assert dump_baseline(reversed(read.entries)) == text


@given(st.text("ab12", min_size=12, max_size=40), st.lists(st.text("xyz \n"), min_size=2))
def test_no_known_secret_is_left_in_a_text(secret: str, around: list[str]) -> None:
    known = dict(redaction._known)
    redaction.remember(secret)
    try:
        assert secret not in redaction.redact(secret.join(around))
    finally:
        redaction._known.clear()
        redaction._known.update(known)


@given(st.dictionaries(PATHS, CONTENT), st.dictionaries(PATHS, CONTENT | st.none()))
def test_edits_lie_over_what_is_there(
    files: dict[str, bytes], edited: dict[str, bytes | None]
) -> None:
    edits = [Edit(path=path, content=content) for path, content in edited.items()]
    laid = lay_over(snapshot_of(files), edits)
    expected = {path: text for path, text in (files | edited).items() if text is not None}
    assert {path: laid.data(path) for path in laid.by_path} == expected


def test_git_applies_what_is_shown(tmp_path: Path) -> None:
    @few(40)
    @given(st.just("README.md") | st.just("docs/a b.md"), CONTENT, CONTENT)
    def applies(path: str, old: bytes, new: bytes) -> None:
        place = tmp_path / path
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(old)
        (change,) = changes([Edit(path=path, content=new)], snapshot_of({path: old}))
        if old == new:
            return
        run_git(tmp_path, "apply", "--whitespace=nowarn", stdin=change.text.encode())
        assert place.read_bytes() == new

    applies()


@given(ANY | st.text("acme/shop.git:@%?#\\ ", max_size=30).map("https://github.com/".__add__))
def test_names_lead_to_nothing_but_a_repository(text: str) -> None:
    name = parse(text)
    if name is not None:
        for part in (name.owner, name.name):
            assert part not in {"", ".", ".."}
            assert part.isascii()
            assert set("/\\@:?#% \n\0").isdisjoint(part)
