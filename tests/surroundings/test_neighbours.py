"""Others may be at work on the same repository."""

import os
import random
import subprocess
from pathlib import Path

import pytest

from tests.conftest import MakeRepo
from tests.support.command import CLOCK, autodevops
from tests.support.shop import lay_out
from tests.surroundings.running import command, nonsense


@pytest.mark.parametrize("other", ["fix --apply", "batch ../targets", "audit -f csv"])
def test_neighbours_do_not_disturb_each_other(tmp_path: Path, other: str) -> None:
    repo = lay_out("bad-repo", tmp_path / "shop")
    (tmp_path / "targets").write_text(".\n")
    running = [
        subprocess.Popen(
            command(*arguments.split()),
            cwd=repo.path,
            env={**os.environ, "AUTODEVOPS_NOW": CLOCK},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for arguments in ("audit -f csv", other, "audit -f csv")
    ]
    told = [one.communicate(timeout=60) for one in running]
    assert [one.returncode for one in running] == [1, 1, 1], told
    assert [nonsense(said) for _, said in told] == [[], [], []]
    assert all(b"warning" not in said for _, said in told)
    if not other.startswith("fix"):
        assert told[0][0] == told[2][0]
    audits = autodevops("history", "list", "--format", "json", cwd=repo.path)
    assert len(audits.json["audits"]) == (2 if other.startswith("fix") else 3)


def test_a_repository_that_changes_meanwhile_is_judged(make_repo: MakeRepo) -> None:
    files = {f"docs/{number}.md": f"# {number}\n" for number in range(100)}
    repo = make_repo({"README.md": "# shop\n", **files})
    chance = random.Random(9)  # noqa: S311 - no secret
    for turn in range(2):
        with subprocess.Popen(
            command("audit", "--offline", "--no-store", "-f", "json"),
            cwd=repo.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as audit:
            step = 0
            while audit.poll() is None and step < 100:
                path = f"docs/{chance.randrange(100)}.md"
                match step % 4:
                    case 0:
                        (repo.path / path).unlink(missing_ok=True)
                    case 1:
                        repo.write({path: "# anew\n" * chance.randrange(1000)})
                    case 2:
                        repo.git("update-index", "--add", "--force-remove", path)
                    case _:
                        repo.git("branch", "-f", f"feature/{turn}", "HEAD")
                        repo.git("commit", "-q", "--allow-empty", "-m", "chore: more")
                step += 1
            _, said = audit.communicate(timeout=60)
        assert audit.returncode in {0, 1, 3}, said
        assert "Traceback" not in said
        assert "bug" not in said
