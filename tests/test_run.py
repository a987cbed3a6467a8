"""What the checks' own command says of a check that failed, and of one that could not be made."""

import sys

import pytest

from tests.run import CHECKS, UNREACHED, main, stage

SAYS = [sys.executable, "-c", "import sys; print(sys.argv[1]); sys.exit(int(sys.argv[2]))"]
NOBODY = "requests.exceptions.ConnectionError: no route"


@pytest.mark.parametrize(
    ("said", "code", "unknown", "passed", "told"),
    [
        ("fine", "0", ("ConnectionError",), True, " s\n"),
        (NOBODY, "1", ("ConnectionError",), True, "unknown: nobody could be asked"),
        (NOBODY, "1", (), False, "failed: "),
        ("1 known vulnerability", "1", ("ConnectionError",), False, "1 known vulnerability"),
        (NOBODY, "0", ("ConnectionError",), True, " s\n"),
    ],
)
def test_only_a_server_that_was_not_reached_leaves_a_check_open(
    capsys: pytest.CaptureFixture[str],
    said: str,
    code: str,
    unknown: tuple[str, ...],
    *,
    passed: bool,
    told: str,
) -> None:
    assert stage("looks", [*SAYS, said, code], unknown=unknown) is passed
    assert told in capsys.readouterr().out


def test_only_checks_that_ask_a_server_may_stay_open() -> None:
    assert set(UNREACHED) == {"vulnerabilities"}
    assert set(UNREACHED) < set(CHECKS)


def test_a_check_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lynt"]) == 2
    assert "no such check: lynt" in capsys.readouterr().out
