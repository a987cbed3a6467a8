"""`autodevops fix` in real repositories: shows, writes, commits, proposes."""

from pathlib import Path

import pytest

from tests.conftest import MakeRepo
from tests.support.command import Done, autodevops
from tests.support.github import Repository as Hosted
from tests.support.github import Server
from tests.support.repositories import Repository, ago
from tests.support.shop import lay_out

CI = ".github/workflows/ci.yml"
FILES = {
    "README.md": "# Shop\n\nIt sells tea, to everybody who likes tea.\n",
    CI: "name: CI\r\non: [push, pull_request]\r\npermissions: {}\r\njobs:\r\n  test:\r\n"
    "    runs-on: ubuntu-24.04 # the runner\r\n    steps:\r\n"
    "      - uses: actions/checkout@v4\r\n      - run: python -m pytest\r\n",
}


def fix(repo: Repository, *arguments: str, offline: bool = True) -> Done:
    network = ("--offline",) if offline else ()
    return autodevops("fix", *network, *arguments, cwd=repo.path)


def status(repo: Repository) -> list[str]:
    return [line.strip() for line in repo.git("status", "--porcelain").splitlines()]


@pytest.fixture
def ada(clean_environment: Path) -> None:
    """Let git know who commits."""
    (clean_environment / ".gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.com\n"
    )


def test_by_default_it_only_shows(make_repo: MakeRepo) -> None:
    repo = make_repo(FILES)
    done = fix(repo, "--unsafe")
    assert "+    timeout-minutes:" in done.out
    assert "CI012" in done.out
    assert "can be repaired" in done.out
    assert not status(repo)


def test_unsafe_repairs_are_only_mentioned(make_repo: MakeRepo) -> None:
    done = fix(make_repo(FILES), "--rule", "CI012")
    assert "timeout" not in done.out
    assert "1 more finding with an unsafe fix" in done.out


def test_apply_writes_only_the_lines_that_it_means(make_repo: MakeRepo) -> None:
    repo = make_repo(FILES)
    done = fix(repo, "--apply", "--unsafe", "--rule", "CI012")
    assert "Repaired 1 finding in 1 file" in done.out, done.err
    written = (repo.path / CI).read_bytes()
    assert written.count(b"\r\n") == written.count(b"\n") == FILES[CI].count("\n") + 1
    assert repo.git("diff", "--numstat").split()[:2] == ["1", "0"]
    again = fix(repo, "--apply", "--unsafe", "--rule", "CI012")
    assert "Nothing to repair" in again.out
    assert (repo.path / CI).read_bytes() == written


def test_new_files_are_tracked_so_that_the_next_audit_sees_them(make_repo: MakeRepo) -> None:
    repo = make_repo(FILES)
    assert "LA001" in fix(repo, "--apply", "--rule", "LA001").out
    assert all(line.startswith("A ") for line in status(repo))
    assert "Nothing to repair" in fix(repo, "--apply", "--rule", "LA001").out


def test_apply_refuses_a_tree_with_changes_and_names_them(make_repo: MakeRepo) -> None:
    repo = make_repo(FILES)
    (repo.path / "README.md").write_text("# Other\n")
    done = fix(repo, "--apply")
    assert done.code == 2
    assert "README.md" in done.err
    assert "--branch" in done.err
    assert status(repo) == ["M README.md"]


@pytest.mark.usefixtures("ada")
def test_apply_never_runs_what_the_target_configures(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo(FILES)
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    (repo.path / ".gitattributes").write_text("* filter=trap\n")
    repo.commit("chore: attributes")
    for hook in ("post-index-change", "reference-transaction", "pre-commit", "post-commit"):
        place = repo.path / ".git/hooks" / hook
        place.parent.mkdir(exist_ok=True)
        place.write_text(trap.read_text())
        place.chmod(0o755)
    for name, value in (
        ("core.fsmonitor", trap), ("filter.trap.clean", trap), ("filter.trap.smudge", trap),
        ("commit.gpgsign", "true"), ("gpg.program", trap),
    ):  # fmt: skip
        repo.git("config", name, str(value))
    (tmp_path / "sprung").unlink(missing_ok=True)
    assert "Repaired" in fix(repo, "--branch", "fix/a").out
    assert "Repaired" in fix(repo, "--apply").out
    assert not (tmp_path / "sprung").exists()


@pytest.mark.usefixtures("ada")
def test_a_branch_gets_the_commit_and_the_checkout_stays(make_repo: MakeRepo) -> None:
    repo = make_repo(FILES)
    (repo.path / "README.md").write_text("# Half-written\n")
    repo.git("add", "README.md")
    before = (repo.git("rev-parse", "HEAD"), status(repo))
    done = fix(repo, "--branch", "fix/structure", "--unsafe")
    assert "fix/structure" in done.out, done.err
    assert (repo.git("rev-parse", "HEAD"), status(repo)) == before
    assert repo.git("rev-parse", "fix/structure~1") == repo.git("rev-parse", "HEAD")
    message = repo.git("log", "-1", "--format=%B", "fix/structure")
    assert message.startswith("fix: repair ")
    assert len(message.splitlines()[0]) <= 72
    assert "timeout-minutes" in repo.git("show", f"fix/structure:{CI}")
    assert repo.git("show", "fix/structure:README.md") == FILES["README.md"].strip()


@pytest.mark.parametrize("name", ["main", "-x", "a..b", "refs lock"])
def test_a_branch_that_cannot_be_made_is_refused(make_repo: MakeRepo, name: str) -> None:
    repo = make_repo(FILES)
    refs = repo.git("for-each-ref")
    done = fix(repo, f"--branch={name}")
    assert done.code == 2
    assert repo.git("for-each-ref") == refs


def test_without_a_name_nothing_is_committed(make_repo: MakeRepo, clean_environment: Path) -> None:
    repo = make_repo(FILES)
    (clean_environment / ".gitconfig").write_text("[user]\n\tuseConfigOnly = true\n")
    refs = repo.git("for-each-ref")
    done = fix(repo, "--branch", "fix/a")
    assert done.code == 3
    assert "user.email" in done.err
    assert repo.git("for-each-ref") == refs


def test_branches_are_deleted_only_on_request_and_can_be_restored(make_repo: MakeRepo) -> None:
    repo = make_repo(FILES, at=ago(days=9))
    repo.git("branch", "fix/old")
    tip = repo.git("rev-parse", "fix/old").strip()
    repo.commit("docs: more", {"docs/more.md": "# More\n\nOf it.\n"}, at=ago(days=8))
    shown = fix(repo)
    assert "$ git branch -D fix/old" in shown.out
    assert f"git branch fix/old {tip}" in shown.out
    fix(repo, "--apply")
    assert "fix/old" in repo.git("branch")
    repo.commit("fix: repairs")
    assert "done: git branch -D fix/old" in fix(repo, "--apply", "--unsafe").out
    assert "fix/old" not in repo.git("branch")


def test_remote_branches_and_lost_work_need_a_named_rule(
    make_repo: MakeRepo, tmp_path: Path
) -> None:
    repo = make_repo(FILES, at=ago(days=9))
    repo.git("branch", "fix/old")
    repo.commit("docs: more", {"docs/more.md": "# More\n\nOf it.\n"}, at=ago(days=8))
    repo.checkout("staging", create=True)
    repo.commit("fix: only here", {"docs/here.md": "# Here\n\nOnly.\n"}, at=ago(days=8))
    repo.checkout("main")
    hosted = repo.clone(tmp_path / "hosted.git", "--bare")
    repo.git("remote", "add", "origin", str(hosted.path))
    repo.git("fetch", "origin")
    repo.commit("fix: repairs")
    tip = repo.git("rev-parse", "fix/old")
    told = fix(repo, "--apply", "--unsafe").out
    assert "done: git branch -D fix/old" in told
    assert "$ git push origin --delete fix/old" in told
    assert "staging" in repo.git("branch")
    assert {"fix/old", "staging"} <= set(hosted.git("branch", "--format=%(refname:short)").split())
    repo.commit("fix: more repairs")
    told = fix(repo, "--apply", "--unsafe", "--rule", "BR002,BR005").out
    assert "done: git push origin --delete fix/old" in told
    assert f"git push origin {tip}:refs/heads/fix/old" in told
    assert hosted.git("branch", "--format=%(refname:short)") == "main"
    assert "staging" not in repo.git("branch")


def test_the_document_says_everything(make_repo: MakeRepo) -> None:
    said = fix(make_repo(FILES), "--unsafe", "--format", "json").json
    assert said["schema"] == "autodevops/fix/v1"
    assert {one["rule"] for one in said["repairs"]} >= {"CI012", "LA001"}
    assert said["written"] is False
    change = next(one for one in said["changes"] if one["path"] == CI)
    assert "timeout-minutes" in change["diff"]
    assert change["change"] == "modified"


def test_hostile_names_don_t_drive_the_terminal(make_repo: MakeRepo) -> None:
    repo = make_repo({**FILES, "docs/\x1b[31mred.md": "x\n", "build/\x1b]0;t\x07.bak": "x\n"})
    done = fix(repo, "--unsafe")
    assert "\x1b" not in done.out


def test_the_bad_example_loses_every_finding_with_a_safe_fix_at_once(tmp_path: Path) -> None:
    repo = lay_out("bad-repo", tmp_path / "shop")
    before = autodevops("audit", "--offline", "--format", "json", cwd=repo.path).json
    safe = {
        one["id"]
        for one in before["findings"]
        if one["fix"] is not None and one["fix"]["safety"] == "safe"
    }
    assert safe
    assert "Repaired" in fix(repo, "--apply").out
    after = autodevops("audit", "--offline", "--format", "json", cwd=repo.path).json
    assert not safe & {one["id"] for one in after["findings"]}
    known = {one["id"] for one in before["findings"]}
    assert {one["id"] for one in after["findings"]} <= known
    files = {place: place.read_bytes() for place in repo.path.rglob("*") if place.is_file()}
    assert "Nothing to repair" in fix(repo, "--apply").out
    for place, content in files.items():
        if place.name != "index":
            assert place.read_bytes() == content


# Pull requests


def hosted(github: Server, repo: Repository) -> tuple[Path, dict[str, str | None], Hosted]:
    """Return the folder that pushes go to, what finds the server, and the repository there."""
    shared = repo.path.parent / "shared.git"
    repo.git("clone", "--bare", "--quiet", ".", str(shared))
    repo.git("remote", "add", "origin", f"{github.at.server}/acme/shop.git")
    repo.git("remote", "set-url", "--push", "origin", str(shared))
    there = github.world.add(Hosted("acme/shop", path=repo.path))
    return shared, github.environment(github.world.owner), there


@pytest.mark.usefixtures("ada")
def test_a_pull_request_tells_before_and_after_and_a_second_run_updates_it(
    make_repo: MakeRepo, github: Server
) -> None:
    repo = make_repo(FILES)
    shared, variables, there = hosted(github, repo)
    arguments = ("fix", "--unsafe", "--pr", "--rule", "CI012,LA001")
    done = autodevops(*arguments, cwd=repo.path, environment=variables)
    assert "pull request opened" in done.out, done.err
    (pull,) = there.pull_requests
    assert pull.head == "fix/structure-guide"
    assert "CI012" in (pull.body or "")
    assert "| before |" in (pull.body or "")
    again = autodevops(*arguments, cwd=repo.path, environment=variables)
    assert "pull request updated" in again.out, again.err
    assert len(there.pull_requests) == 1
    tip = repo.git("rev-parse", "fix/structure-guide")
    assert repo.git("--git-dir", str(shared), "rev-parse", "fix/structure-guide") == tip
    assert not status(repo)


def test_somebody_s_own_work_on_the_branch_is_not_overwritten(
    make_repo: MakeRepo, github: Server
) -> None:
    repo = make_repo(FILES)
    _, variables, there = hosted(github, repo)
    repo.git("branch", "fix/structure-guide")
    done = autodevops("fix", "--pr", cwd=repo.path, environment=variables)
    assert done.code == 2
    assert "work of its own" in done.err
    assert not there.pull_requests


def test_settings_are_shown_and_sent_only_on_request(make_repo: MakeRepo, github: Server) -> None:
    repo = make_repo(FILES)
    _, variables, there = hosted(github, repo)
    shown = autodevops("fix", cwd=repo.path, environment=variables)
    assert "protect main by a ruleset (sent with --apply --settings)" in shown.out, shown.err
    assert "admins and bots included" in shown.out
    assert not there.rulesets
    autodevops("fix", "--apply", cwd=repo.path, environment=variables)
    assert not there.rulesets
    repo.commit("fix: repairs")
    sent = autodevops("fix", "--apply", "--settings", cwd=repo.path, environment=variables)
    assert "(sent)" in sent.out, sent.err
    assert {one.name for one in there.rulesets} >= {"Structure guide: trunk"}
    after = autodevops("fix", cwd=repo.path, environment=variables)
    assert "protect main by a ruleset" not in after.out
