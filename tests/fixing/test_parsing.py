"""An edited file still is what its name says, or it never was."""

import pytest

from autodevops.fixing.parsing import parse_objection

GOOD = {
    "a.yaml": "a: 1\n",
    ".github/workflows/ci.yml": "on: push\njobs: {}\n",
    "a.toml": "a = 1\n",
    "a.json": '{"a": 1}\n',
    "a.py": "a = 1\n",
    "a.sh": "if true; then echo a; fi\n",
}
BAD = {
    "a.yaml": "a: [1\n",
    ".github/workflows/ci.yml": "on: push\non: push\n",
    "a.toml": "a = \n",
    "a.json": '{"a": }\n',
    "a.py": "a = (\n",
    "a.sh": "if true; then echo a\n",
}


@pytest.mark.parametrize("path", GOOD)
def test_what_was_sound_stays_sound(path: str) -> None:
    good, bad = GOOD[path].encode(), BAD[path].encode()
    assert parse_objection(path, good, good) is None
    assert parse_objection(path, None, good) is None
    for before in (good, None):
        said = parse_objection(path, before, bad)
        assert said is not None
        assert said.startswith("would not parse: ")


@pytest.mark.parametrize("path", GOOD)
def test_what_was_broken_before_may_stay_so(path: str) -> None:
    bad = BAD[path].encode()
    assert parse_objection(path, bad, bad + b"\n") is None
    assert parse_objection(path, bad, GOOD[path].encode()) is None


def test_text_stays_text() -> None:
    assert parse_objection("a.yaml", b"a: 1\n", b"a: \0\n") == "would be no text"


@pytest.mark.parametrize("path", ["README.md", "Makefile", "a.png"])
def test_of_other_files_nothing_is_expected(path: str) -> None:
    assert parse_objection(path, b"a\n", b"(((\n\0") is None
