"""Of a message the hook judges what git will keep of it."""

import subprocess
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from autodevops.hooks import _message
from tests.support.examples import few


def test_git_keeps_what_is_judged(tmp_path: Path) -> None:
    file = tmp_path / "COMMIT_EDITMSG"

    @few(60)
    @given(st.text("ab #\n\r\t\v\f\x1c\x85\u2028:é", max_size=30).map(str.encode) | st.binary())
    @example(b"  feat: x\n")
    @example("feat: x\u2028# y\n".encode())
    @example(b"feat: x\v\n")
    def holds(written: bytes) -> None:
        file.write_bytes(written)
        git = ["git", "stripspace", "--strip-comments"]
        kept = subprocess.run(git, input=written, cwd=tmp_path, capture_output=True, check=True)
        assert _message(str(file)) == kept.stdout.decode("utf-8", "replace").removesuffix("\n")

    holds()
