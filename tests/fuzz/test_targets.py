"""Every parser has a target; every target takes what Hypothesis thinks of; the fuzzer starts."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.altered import SEPARATOR
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
_PIECES = (
    "a: ",
    "&a ",
    "*a",
    "[",
    "{",
    "\n",
    "  ",
    "#",
    "@x",
    "'",
    '"',
    "$(",
    "/*",
    "--",
    "\0",
    "=",
)
PIECES = st.lists(
    st.sampled_from([*(one.encode() for one in _PIECES), SEPARATOR]) | st.binary(max_size=4)
)
SLOW = frozenset({"repository", "repairs", "github", "history", "journal", "caches", "saved"})
"""Targets that take more than some milliseconds."""


@pytest.mark.parametrize("name", list(TARGETS))
def test_any_bytes_are_read(name: str) -> None:
    @settings(
        deadline=None,
        derandomize=True,
        max_examples=8 if name in SLOW else 40,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(PIECES.map(b"".join))
    def holds(data: bytes) -> None:
        TARGETS[name](data)

    holds()


def test_every_parser_has_a_target() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.parsers"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("depth", [985, 3_000])
@pytest.mark.parametrize("opening", ["[", '{"a":', "(", "- ", "$(", "/*"])
def test_nesting_ends_at_any_depth(opening: str, depth: int) -> None:
    """Also where Python's own limit is a few calls away."""
    for name, target in TARGETS.items():
        if name not in SLOW:
            target(b" " + opening.encode() * depth)
            target(opening.encode() * depth)


@pytest.mark.skipif(find_spec("atheris") is None, reason="the fuzzer is installed on demand")
def test_the_fuzzer_starts() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "codeowners", "-runs=200"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert "Done 200" in done.stderr
