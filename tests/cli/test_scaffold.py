"""`autodevops scaffold`: what it asks, what it refuses, and that failures leave nothing."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.command import Done, autodevops
from tests.support.repositories import run_git

LIBRARY = ("--services", "none", "--owner", "@ada", "--licence", "mit", "--holder", "Ada Tester")


@pytest.fixture
def home(clean_environment: Path) -> Path:
    """Return a home whose git knows its user and would do much to a new repository."""
    template = clean_environment / "template" / "hooks"
    template.mkdir(parents=True)
    hook = template / "post-commit"
    hook.write_text(f"#!/bin/sh\ntouch {clean_environment}/hook-ran\n")
    hook.chmod(0o755)
    (clean_environment / "ignored").write_text("*.py\n")
    (clean_environment / ".gitconfig").write_text(
        f"[user]\n\tname = Ada Tester\n\temail = ada@example.com\n"
        f"[init]\n\ttemplateDir = {template.parent}\n\tdefaultBranch = master\n"
        f"[core]\n\thooksPath = {template}\n\texcludesFile = {clean_environment}/ignored\n"
        "\tautocrlf = true\n"
        "[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = false\n"
    )
    return clean_environment


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Return an empty folder to make repositories in."""
    room = tmp_path / "room"
    room.mkdir()
    return room


def left(room: Path) -> list[str]:
    return sorted(place.name for place in room.iterdir())


def made(room: Path, *options: str) -> Done:
    return autodevops("scaffold", "titles", *LIBRARY, *options, cwd=room)


def test_options_make_a_repository_with_one_commit_of_the_user(home: Path, room: Path) -> None:
    done = made(room, "--yes")
    assert (done.code, done.out) == (0, "")
    assert "made titles: 16 files, 0 findings" in done.err
    top = room / "titles"
    told = run_git(top, "log", "--format=%an <%ae> %G? %D").decode().strip()
    assert told == "Ada Tester <ada@example.com> N HEAD -> main"
    assert run_git(top, "status", "--porcelain", "--ignored") == b""
    assert "src/titles/__init__.py" in run_git(top, "ls-files").decode()
    assert b"\r" not in run_git(top, "show", "HEAD:LICENSE")
    assert (left(top / ".git"), (home / "hook-ran").exists()) == (
        sorted({"COMMIT_EDITMSG", "HEAD", "config", "index", "logs", "objects", "refs"}),
        False,
    )
    assert left(room) == ["titles"]


def test_a_hook_s_variables_lead_nowhere(home: Path, room: Path) -> None:
    other = home / "other"
    run_git(home, "init", "--quiet", str(other))
    strange = {"GIT_DIR": str(other / ".git"), "GIT_INDEX_FILE": str(other / ".git" / "index")}
    done = autodevops("scaffold", "titles", *LIBRARY, cwd=room, environment=strange)
    assert done.code == 0
    assert run_git(room / "titles", "rev-list", "--count", "HEAD") == b"1\n"
    assert not (other / ".git" / "index").exists()


def test_files_alone_are_made_without_a_user(room: Path) -> None:
    assert made(room, "--no-git").code == 0
    assert not (room / "titles" / ".git").exists()
    assert (room / "titles" / "README.md").exists()


def test_without_a_user_nothing_is_made(room: Path) -> None:
    done = made(room)
    assert (done.code, left(room)) == (2, [])
    assert "git does not know who makes the first commit" in done.err


@pytest.mark.parametrize("missing", ["--services", "--owner"])
def test_what_can_not_be_assumed_must_be_said(room: Path, missing: str) -> None:
    options = dict(zip(LIBRARY[::2], LIBRARY[1::2], strict=True))
    del options[missing]
    given = [word for pair in options.items() for word in pair]
    done = autodevops("scaffold", "titles", *given, cwd=room)
    assert (done.code, left(room)) == (2, [])
    assert f"{missing} is missing" in done.err


def test_the_licence_and_its_holder_are_assumed(home: Path, room: Path) -> None:
    assert home.exists()
    done = autodevops("scaffold", "titles", "--services", "none", "--owner", "@ada", cwd=room)
    assert done.code == 0
    text = (room / "titles" / "LICENSE").read_text()
    assert text.startswith("Copyright (c) ")
    assert "Ada Tester. All rights reserved." in text


@pytest.mark.parametrize("name", ['x"; rm', "../up", "shöp", "a\nb", "--", "<<x>>"])
def test_odd_names_make_nothing(room: Path, name: str) -> None:
    done = made(room, f"--name={name}")
    assert (done.code, left(room)) == (2, [])
    assert "can't be a repository's name" in done.err


def test_a_folder_s_name_is_no_name_if_it_is_odd(room: Path) -> None:
    done = autodevops("scaffold", "été 1", *LIBRARY, cwd=room)
    assert (done.code, left(room)) == (2, [])


def test_what_is_there_stays(home: Path, room: Path) -> None:
    assert home.exists()
    (room / "titles").mkdir()
    (room / "titles" / "mine").write_text("mine")
    done = made(room)
    assert (done.code, left(room / "titles")) == (2, ["mine"])
    assert "titles is not empty" in done.err


def test_an_empty_folder_is_taken_but_for_the_current_one(home: Path, room: Path) -> None:
    assert home.exists()
    (room / "titles").mkdir()
    assert autodevops("scaffold", ".", *LIBRARY, cwd=room / "titles").code == 2
    assert made(room).code == 0
    assert (room / "titles" / "LICENSE").exists()


@pytest.mark.parametrize("place", ["file", "link", "missing/titles"])
def test_other_places_are_refused(room: Path, place: str) -> None:
    (room / "file").write_text("")
    (room / "elsewhere").mkdir()
    (room / "link").symlink_to("elsewhere")
    before = left(room)
    assert autodevops("scaffold", place, *LIBRARY, cwd=room).code == 2
    assert (left(room), left(room / "elsewhere")) == (before, [])


def test_a_guide_that_is_wrong_makes_nothing(home: Path, room: Path) -> None:
    guide = home / "wrong.toml"
    guide.write_text("[branches]\ndefault = 3\n")
    assert (made(room, "--guide", str(guide)).code, left(room)) == (2, [])


def test_an_end_in_the_middle_leaves_nothing(home: Path, room: Path) -> None:
    assert home.exists()
    command = [sys.executable, "-m", "autodevops", "scaffold", "titles", *LIBRARY]
    with subprocess.Popen(command, cwd=room, stderr=subprocess.PIPE) as running:
        until = time.monotonic() + 60
        while not left(room) and time.monotonic() < until:
            with suppress(subprocess.TimeoutExpired):
                running.wait(timeout=0.01)
                break
        assert left(room) != ["titles"]
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    assert (running.returncode, left(room)) == (130, [])


def test_on_a_terminal_each_question_has_an_answer(home: Path, room: Path) -> None:
    assert home.exists()
    ours, theirs = os.openpty()
    # Name, services, an owner that is none and one that is, licence, holder.
    os.write(ours, b"\nnone\nada\n@ada\nMIT\n\n")
    command = [sys.executable, "-m", "autodevops", "scaffold", "titles"]
    done = subprocess.run(
        command, cwd=room, stdin=theirs, capture_output=True, text=True, check=False, timeout=120
    )
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, done.stdout.strip()) == (0, "")
    assert "'ada' is no owner" in done.stderr
    assert "Holder of the copyright [Ada Tester]" in done.stderr
    assert "Ada Tester" in (room / "titles" / "LICENSE").read_text()
