"""What is written down for later, or by others, is read as it was meant."""

import base64
import io
import json
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops import redaction
from autodevops.advice.cache import AdviceCache
from autodevops.advice.interface import Patch, Remediation, Risk
from autodevops.advice.patching import UnfitError, patched
from autodevops.advice.prompt import Question
from autodevops.advice.reply import read as read_reply
from autodevops.batch.files import file_name
from autodevops.batch.listing import read_lines
from autodevops.guide.sections.base import matches, matches_any
from autodevops.history.database import reading, writing
from autodevops.history.reading import audits, document
from autodevops.history.store import Entry, Kind, record
from autodevops.render import escape
from autodevops.scanners.content import readable
from autodevops.scanners.unwrapping import unwrapped
from autodevops.sources.commits import parse_commit
from autodevops.sources.github.etags import Etags, Remembered
from autodevops.sources.github.names import parse
from autodevops.sources.remotes import addresses, hosted
from autodevops.sync.retrying import retry_after
from tests.support.audits import audited
from tests.support.examples import few

WORD = st.text("abcXYZ019", min_size=1, max_size=8)
SHOWN = st.text(max_size=20).filter(str.isprintable)
NAMED = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="<>"), min_size=1)
FEW = few(25)


@given(NAMED, WORD, st.integers(0, 2**33), SHOWN, st.lists(WORD, max_size=3), st.booleans())
def test_a_commit_is_read_as_git_wrote_it(
    name: str, email: str, moment: int, message: str, parents: list[str], signed: bool
) -> None:
    lines = ["tree 0", *(f"parent {one}" for one in parents)]
    lines += [f"author {name} <{email}> {moment} +0100", f"committer C <c@x> {moment + 1} -0700"]
    lines += ["gpgsig -----BEGIN", " x"] if signed else []
    commit = parse_commit("1", "\n".join([*lines, "", message]).encode())
    assert (commit.author_name, commit.author_email, commit.authored_at) == (name, email, moment)
    assert (commit.committed_at, commit.committer_email) == (moment + 1, "c@x")
    assert (commit.parents, commit.message, commit.signed) == (tuple(parents), message, signed)


@given(WORD, WORD, st.sampled_from([
    "{0}/{1}", "https://github.com/{0}/{1}", "https://github.com/{0}/{1}.git",
    "https://u:p@github.com/{0}/{1}/", "git@github.com:{0}/{1}.git", "ssh://git@github.com/{0}/{1}",
    "github.com/{0}/{1}/pull/1", "https://www.github.com/{0}/{1}?tab=x#y",
]))  # fmt: skip
def test_every_spelling_names_the_same_repository(owner: str, name: str, spelling: str) -> None:
    found = parse(spelling.format(owner, name), server="https://github.com")
    assert found is not None
    assert (found.owner, found.name) == (owner, name)


@given(
    WORD, WORD, st.sampled_from(["https://{}:{}@h.example/a/b.git", "ssh://{}:{}@h.example/a/b"])
)
def test_no_credential_of_a_remote_is_kept(user: str, password: str, spelling: str) -> None:
    remotes = {"origin": spelling.format(f"user{user}", f"pass{password}")}
    kept = addresses(remotes)["origin"]
    assert "pass" not in kept
    assert "@" not in kept
    found = hosted(remotes)
    assert found is not None
    assert found == ("a/b", "https://h.example/a/b")


@given(st.lists(st.tuples(WORD, SHOWN, st.sampled_from(["", "\n", "# x\n", "\r\n", "  \n"]))))
def test_a_list_is_read_without_its_comments(rows: list[tuple[str, str, str]]) -> None:
    text = "".join(f" {target} # {comment}\n{filling}" for target, comment, filling in rows)
    with patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()))):
        assert read_lines("-") == tuple(target for target, _, _ in rows)


@given(st.lists(st.text(), max_size=6))
def test_reports_have_harmless_names_of_their_own(targets: list[str]) -> None:
    names = [file_name(number, target) for number, target in enumerate(targets)]
    assert len(set(names)) == len(names)
    for name in names:
        assert Path(name).name == name
        assert name.isascii()
        assert name.isprintable()
        assert name[0].isdigit()


@given(st.integers(0, 10**8), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_a_wait_is_read_as_seconds_or_as_a_date(seconds: int, moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert retry_after(f" {seconds} ") == seconds
    later = datetime.fromtimestamp(moment.timestamp() + seconds, UTC)
    assert retry_after(format_datetime(later, usegmt=True), moment) == seconds


@pytest.mark.parametrize(
    "header", ["", "soon", "-1", "Mon, 23 Nov 2026 0422222222222:00:00 GMT", "Mon, 23 Nov 2026"]
)
def test_a_wait_that_makes_no_sense_is_none(header: str) -> None:
    assert retry_after(header) is None


@given(st.text("ab*?/", max_size=8), st.text("ab/", max_size=8))
def test_a_pattern_fits_as_slowly_spelled_out(pattern: str, text: str) -> None:
    def slow(left: str, rest: str) -> bool:
        if not left:
            return not rest
        if left[0] == "*":
            return slow(left[1:], rest) or (bool(rest) and slow(left, rest[1:]))
        return bool(rest) and left[0] in ("?", rest[0]) and slow(left[1:], rest[1:])

    expected = pattern == text or slow(pattern, text)
    assert matches(pattern, text) is expected
    assert matches_any(("zzz*", pattern), text) is expected


@given(st.text("abc \n=:", min_size=24, max_size=200), st.booleans())
def test_base64_says_what_was_wrapped(text: str, lines: bool) -> None:
    wrapped = base64.b64encode(text.encode())
    if lines:
        wrapped = b"\n".join(wrapped[at : at + 40] for at in range(0, len(wrapped), 40))
    found = unwrapped(b"x = " + wrapped + b" ;", 4)
    assert found is not None
    assert found[0].startswith(text.encode()[:24])


@given(st.text("abc =\n", min_size=4), st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_the_same_text_is_searched_in_every_encoding(text: str, encoding: str) -> None:
    assert readable(text.encode(encoding)) == text.encode()


@given(st.text("ab%:,\n\r", max_size=12))
def test_the_runner_reads_an_annotation_as_it_was_meant(text: str) -> None:
    """https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts."""
    told = escape.annotation_property(text)
    assert {"\n", "\r", ":", ","}.isdisjoint(told)
    for sign, code in ((",", "%2C"), (":", "%3A"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        told = told.replace(code, sign)
    assert told == "\n".join(map(escape.terminal, text.split("\n")))


@given(st.text("abcXYZ123/+ ", min_size=12, max_size=40), SHOWN)
def test_a_known_secret_goes_in_every_spelling(secret: str, around: str) -> None:
    known = dict(redaction._known)
    basic = base64.b64encode(f"x-access-token:{secret}".encode()).decode()
    redaction.remember(secret)
    try:
        for spelling in (secret, quote(secret, safe=""), basic):
            shown = redaction.redact(f"{around}{spelling}{around}")
            assert spelling not in shown
            assert redaction.redact(shown) == shown
    finally:
        redaction._known.clear()
        redaction._known.update(known)


STEPS = st.lists(SHOWN.filter(str.strip), max_size=3)
REMEDIATIONS = st.builds(
    lambda explanation, steps, risk, patches: Remediation(
        explanation=f"x{explanation}".strip(),
        steps=tuple(step.strip() for step in steps),
        risk=risk,
        patches=tuple(
            Patch(path=path, search=search, replace=new) for path, search, new in patches
        ),
    ),
    SHOWN,
    STEPS,
    st.sampled_from(Risk),
    st.lists(st.tuples(WORD, st.none() | SHOWN, SHOWN), max_size=3),
)


@given(st.lists(REMEDIATIONS, min_size=1, max_size=3), st.booleans())
def test_an_answer_is_read_as_it_was_given(given_: list[Remediation], fenced: bool) -> None:
    said = {
        "remediations": [
            {
                "finding": f"F{at}",
                "explanation": one.explanation,
                "steps": list(one.steps),
                "risk": one.risk,
                "edits": [
                    {"path": edit.path, "search": edit.search, "replace": edit.replace}
                    for edit in one.patches
                ],
            }
            for at, one in enumerate(given_, 1)
        ]
    }
    text = json.dumps(said)
    assert list(read_reply(f"```json\n{text}\n```" if fenced else text, len(given_))) == given_


@FEW
@given(REMEDIATIONS)
def test_a_kept_answer_is_the_same_later(answer: Remediation) -> None:
    with TemporaryDirectory() as folder:
        cache = AdviceCache(Path(folder))
        cache.keep("model", "key", answer)
        assert cache.recall("model", "key") == answer
        assert cache.recall("model", "other") is None


@given(
    st.text("ab \n", max_size=20),
    st.text("XY", min_size=1, max_size=4),
    st.text("ab \n", max_size=20),
    st.text("cd\n", max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
def test_an_edit_changes_what_it_names_and_nothing_else(
    before: str, search: str, after: str, new: str, end: str
) -> None:
    content = (before + search + after).replace("\n", end).encode()
    asked = Question(
        finding=None,  # type: ignore[arg-type]
        lines=(),
        data=(),
        shown=frozenset({"a"}),
        whole=frozenset(),
    )
    edits = [Patch(path="a", search=search, replace=new)]
    expected = (before + new + after).replace("\n", end).encode()
    # A file of one line has no line ends of its own yet.
    expected = expected if end.encode() in content else (before + new + after).encode()
    assert patched(edits, asked, {"a": content}) == {"a": expected}
    with pytest.raises(UnfitError):
        patched([Patch(path="a", search=None, replace=new)], asked, {"a": content})


@FEW
@given(st.binary(max_size=200))
def test_a_stored_report_comes_back_byte_for_byte(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        entry = Entry(report=audited(), document=content, key="k", kind=Kind.CURRENT, whole=True)
        with writing(Path(folder)) as connection:
            identity = record(connection, entry)
        with reading(Path(folder)) as connection:
            assert connection is not None
            (audit,) = audits(connection)
            assert audit.id == identity
            assert document(connection, audit) == content


@FEW
@given(st.binary(max_size=200), WORD, st.none() | WORD)
def test_a_remembered_answer_comes_back(body: bytes, etag: str, following: str | None) -> None:
    answer = Remembered(etag=etag, next_page=following, body=body)
    with TemporaryDirectory() as folder:
        store = Etags(Path(folder))
        try:
            key = store.key("token", "json", "https://api.example/x")
            store.keep(key, answer)
            assert store.recall(key) == answer
        finally:
            store.close()
