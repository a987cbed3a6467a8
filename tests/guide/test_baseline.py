"""The baseline: written sorted, read strictly."""

import json
from datetime import date
from hashlib import sha256

import pytest

from autodevops.errors import ConfigurationError
from autodevops.guide.baseline import (
    SCHEMA,
    BaselineEntry,
    dump_baseline,
    fingerprint,
    load_baseline,
)


def entry(rule: str, subject: str, day: int = 1) -> BaselineEntry:
    accepted = date(2026, 11, day)
    identity = fingerprint(rule, subject)
    return BaselineEntry(fingerprint=identity, rule=rule, accepted=accepted, subject=subject)


def test_a_fingerprint_is_of_rule_and_subject() -> None:
    expected = sha256(b"BR004\0feature/x").hexdigest()[:32]
    assert fingerprint("BR004", "feature/x") == expected
    assert fingerprint("BR004", "feature/y") != expected
    assert fingerprint("BR00", "4feature/x") != fingerprint("BR004", "feature/x")


def test_a_subject_that_is_not_utf_8_has_a_fingerprint_too() -> None:
    assert fingerprint("LA005", "caf\udce9.txt") != fingerprint("LA005", "caf.txt")
    assert len(fingerprint("LA005", "\ud800")) == 32


def test_what_is_written_is_read_again() -> None:
    entries = (entry("BR004", "feature/x"), entry("LA005", "caf\udce9.txt"))
    baseline = load_baseline(dump_baseline(entries), "b.json")
    assert baseline.entries == entries


def test_the_text_does_not_depend_on_the_order_of_the_findings() -> None:
    one, two = entry("BR004", "b"), entry("BR004", "a")
    text = dump_baseline([one, two])
    assert text == dump_baseline([two, one, two])
    assert [raw["subject"] for raw in json.loads(text)["entries"]] == ["a", "b"]
    assert len(text.splitlines()) == 7


def test_an_empty_baseline_accepts_nothing() -> None:
    text = dump_baseline([])
    assert json.loads(text) == {"schema": SCHEMA, "entries": []}
    assert load_baseline(text, "b.json").entries == ()


GOOD = '"fingerprint": "' + "0" * 32 + '", "rule": "BR004", "date": "2026-11-22"'
HEAD = f'{{\n  "schema": "{SCHEMA}",\n  "entries": [\n'

WRONG = {
    "no JSON": ('{\n  "schema":', 2, "not JSON"),
    "a list": ("[]", 1, "is an object"),
    "another schema": ('{"schema": "autodevops/report/v1"}', 1, SCHEMA),
    "no entries": (f'{{"schema": "{SCHEMA}"}}', 1, '"entries" is a list'),
    "unknown key": (f'{{"schema": "{SCHEMA}", "entires": []}}', 1, '"entires"'),
    "entry is a text": (f'{HEAD}    "x"\n  ]\n}}', None, "is an object"),
    "second entry": (f'{HEAD}{{{GOOD}}},\n{{{GOOD}, "sujbect": ""}}]}}', 5, '"sujbect"'),
    "bad fingerprint": (f'{HEAD}{{"fingerprint": "xyz"}}]}}', 4, '"fingerprint" is 32'),
    "no rule": (f"{HEAD}{{{GOOD.replace('BR004', 'br4')}}}]}}", 4, '"rule" is a rule'),
    "bad date": (f"{HEAD}{{{GOOD.replace('11-22', '11-32')}}}]}}", 4, '"date" is a day'),
    "brackets in a text": (
        f'{HEAD}{{{GOOD}, "subject": "{{[\\"{{"}},\n\n{{{GOOD}, "x": 1}}]}}',
        6,
        '"x"',
    ),
}


@pytest.mark.parametrize(("text", "line", "wrong"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_found_where_it_is(text: str, line: int | None, wrong: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_baseline(text, "b.json")
    assert (caught.value.path, caught.value.line) == ("b.json", line)
    assert wrong in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize("text", ["[" * 200_000, "9" * 10_000, '{"schema": ' + "9" * 10_000 + "}"])
def test_a_hostile_baseline_is_a_mistake_like_any_other(text: str) -> None:
    with pytest.raises(ConfigurationError):
        load_baseline(text, "b.json")


def test_an_entry_that_a_merge_doubled_counts_once() -> None:
    later = GOOD.replace("11-22", "11-23")
    (kept,) = load_baseline(f"{HEAD}{{{GOOD}}},\n{{{later}}}]}}", "b.json").entries
    assert kept.accepted == date(2026, 11, 22)
