"""`autodevops advise` as users run it, against a stand-in for Gemini."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from autodevops.folders import cache_folder
from tests.conftest import MakeRepo
from tests.support.command import Done, autodevops
from tests.support.gemini import KEY, MODELS, Gemini, Reply, edit, remediation, reply, stream, wire
from tests.support.repositories import Repository

DOCKERFILE = 'FROM python:3.12.4-slim\nWORKDIR /srv\nCOPY app.py .\nCMD ["python", "app.py"]\n'
FILES = {
    "README.md": "# Shop\n\nIt sells tea, to everybody who likes tea.\n",
    "Dockerfile": DOCKERFILE,
    ".dockerignore": ".git\n.env*\n",
    "app.py": "print('tea')\n",
}
LAST = 'CMD ["python", "app.py"]'
ADVICE = remediation(
    edit("Dockerfile", LAST, f"USER 10001\n{LAST}"),
    explanation="The image starts as root.",
    steps=["Name a user.", "Build it again."],
)
GOOD = reply(ADVICE)
STANDS_IN = "the rules' own remedies stand in"


@pytest.fixture
def gemini() -> Iterator[Gemini]:
    with Gemini() as server:
        yield server


@pytest.fixture
def repo(make_repo: MakeRepo) -> Repository:
    return make_repo(FILES)


def advise(
    repo: Repository, gemini: Gemini | None, *arguments: str, rule: str = "CO004", **named: str
) -> Done:
    """Run the command with a cache of its own, which is empty at first."""
    environment: Mapping[str, str | None] = {
        "AUTODEVOPS_CACHE_DIR": str(cache_of(repo)),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **({} if gemini is None else gemini.environment),
    }
    return autodevops(
        "advise", "--rule", rule, *arguments, cwd=repo.path, environment=environment, **named
    )


def cache_of(repo: Repository) -> Path:
    """Return a cache without answers, but with the secret rules that the whole run shares."""
    cache = repo.path.parent / "cache"
    shared = cache_folder() / "rules"
    if not cache.exists():
        cache.mkdir()
        if shared.exists():
            (cache / "rules").symlink_to(shared)
    return cache


def status(repo: Repository) -> str:
    return repo.git("status", "--porcelain")


def test_advice_is_shown_with_what_was_proven(repo: Repository, gemini: Gemini) -> None:
    gemini.says(GOOD)
    done = advise(repo, gemini)
    assert "The image starts as root." in done.out
    assert "1. Name a user." in done.out
    assert "Edit of Dockerfile: verified" in done.out
    assert "+USER 10001" in done.out
    assert "Write the verified edits: autodevops advise --apply" in done.out
    assert (done.code, done.err, status(repo)) == (1, "", "")
    assert gemini.asked[0].model == "gemini-3.8-flash"


def test_verified_edits_are_written_on_request(repo: Repository, gemini: Gemini) -> None:
    gemini.says(GOOD)
    done = advise(repo, gemini, "--apply")
    assert "The verified edits are written" in done.out
    assert status(repo) == "M Dockerfile"
    assert (repo.path / "Dockerfile").read_text() == DOCKERFILE.replace(LAST, f"USER 10001\n{LAST}")


def test_a_working_tree_with_changes_is_left_alone(repo: Repository, gemini: Gemini) -> None:
    gemini.says(GOOD)
    repo.write({"README.md": "# Shop\n\nMore tea.\n"})
    done = advise(repo, gemini, "--apply")
    assert done.code == 2
    assert "has changes of its own: README.md" in done.err
    assert not gemini.asked


def test_what_was_not_verified_is_shown_and_not_written(repo: Repository, gemini: Gemini) -> None:
    gemini.says(reply(remediation(edit("Dockerfile", LAST, f"USER root\n{LAST}"))))
    done = advise(repo, gemini, "--apply")
    assert "Edit of Dockerfile: not verified: the finding is still there" in done.out
    assert (done.code, status(repo)) == (1, "")


def test_a_second_run_asks_nobody(repo: Repository, gemini: Gemini) -> None:
    gemini.says(GOOD)
    first = advise(repo, gemini)
    second = advise(repo, gemini)
    assert "said in an earlier run" in second.out
    assert len(gemini.asked) == 1
    offline = advise(repo, None, "--offline")
    assert "The image starts as root." in offline.out
    assert offline.err == ""
    advise(repo, gemini, "--fresh")
    advise(repo, gemini, "--model", MODELS[1])
    repo.write({"Dockerfile": f"# other content\n{DOCKERFILE}"})
    advise(repo, gemini)
    assert len(gemini.asked) == 4
    assert first.code == second.code == offline.code


def test_the_cache_holds_no_secret_and_a_broken_one_is_none(
    repo: Repository, gemini: Gemini
) -> None:
    gemini.says(reply(remediation(explanation=f"The key is {KEY}.")))
    advise(repo, gemini)
    files = list((repo.path.parent / "cache" / "advice").iterdir())
    assert len(files) == 1
    assert all(KEY.encode() not in file.read_bytes() for file in files)
    files[0].write_bytes(b"{")
    assert "said in an earlier run" not in advise(repo, gemini).out
    assert len(gemini.asked) == 2


def test_findings_are_asked_about_together_the_worst_first(
    make_repo: MakeRepo, gemini: Gemini
) -> None:
    repo = make_repo(FILES)
    gemini.says(reply(remediation(finding="F1"), remediation(finding="F2")))
    done = advise(repo, gemini, "--limit", "2", rule="CO,GV")
    assert len(gemini.asked) == 1
    assert "# Finding F2" in gemini.asked[0].text
    assert "# Finding F3" not in gemini.asked[0].text
    assert "more: --limit" in done.out


def test_what_would_be_sent_is_shown_without_a_key(repo: Repository) -> None:
    done = advise(repo, None, "--show-prompt")
    assert "# Finding F1" in done.out
    assert "1| FROM python:3.12.4-slim" in done.out
    assert done.out.endswith("Nothing was sent.\n")
    assert done.err == ""
    told = advise(repo, None, "--show-prompt", "--format", "json").json
    assert "# Finding F1" in told["prompts"][0]["text"]


def test_what_is_shown_is_what_is_sent(repo: Repository, gemini: Gemini) -> None:
    gemini.says(GOOD)
    shown = advise(repo, None, "--show-prompt", "--format", "json").json["prompts"][0]
    advise(repo, gemini)
    sent = gemini.asked[0].text
    mark = shown["text"].split("<<<data ", 1)[1].split(" ", 1)[0]
    new = sent.split("# Finding", 1)[1].split("<<<data ", 1)[1].split(" ", 1)[0]
    assert f"{shown['instructions']}\n{shown['text']}".replace(mark, new) == sent


def test_json_has_everything(repo: Repository, gemini: Gemini) -> None:
    gemini.says(GOOD)
    told = advise(repo, gemini, "--format", "json").json
    (advice,) = told["advice"]
    assert told["schema"] == "autodevops/advice/v1"
    assert advice["source"] == told["model"] == "gemini-3.8-flash"
    assert advice["edits"] == {"paths": ["Dockerfile"], "verified": True, "reasons": []}
    assert "+USER 10001" in told["changes"][0]["diff"]
    assert told["cost"]["dollars"] == pytest.approx(1000 * 4e-6 + 200 * 18e-6)


FAILURES: dict[str, tuple[Reply, str]] = {
    "limit": (
        Reply(status=429, body=wire.error(429, "X", "per day", wire.retry_info("3600s"))),
        "asks to wait 3600 s",
    ),
    "key": (Reply(status=403, body=wire.error(403, "X", "no")), "does not accept the key"),
    "refused": (Reply(status=400, body=wire.error(400, "X", "no")), "refuses the question"),
    "blocked": (Reply(chunks=tuple(stream("", "SAFETY"))), "SAFETY"),
    "cut off": (Reply(chunks=tuple(stream(GOOD, "MAX_TOKENS"))), "cut off"),
    "empty": (Reply(chunks=tuple(stream(""))), "empty"),
    "not JSON": (Reply(chunks=tuple(stream("fine"))), "no JSON"),
    "wrong shape": (Reply(chunks=tuple(stream("[]"))), "not of the shape"),
}


@pytest.mark.parametrize(("said", "reason"), FAILURES.values(), ids=FAILURES)
def test_where_the_model_fails_the_rules_stand_in(
    repo: Repository, gemini: Gemini, said: Reply, reason: str
) -> None:
    gemini.says(said)
    done = advise(repo, gemini)
    assert reason in done.err
    assert done.err.count(STANDS_IN) == 1
    assert done.err.count("\n") == 1
    assert "The rule's own remedy" in done.out
    assert "Create a user" in done.out
    assert done.code == autodevops("audit", "--no-store", cwd=repo.path).code == 1


def test_a_reason_is_given_once_for_many_requests(make_repo: MakeRepo, gemini: Gemini) -> None:
    gemini.says(FAILURES["key"][0])
    done = advise(make_repo(FILES), gemini, "--limit", "30", rule="ALL")
    assert done.out.count("The rule's own remedy") > 5
    assert done.err.count(STANDS_IN) == 1
    assert len(gemini.asked) == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [((), "there is no key"), (("--offline",), "--offline")],
)
def test_without_key_or_network_the_rules_stand_in(
    repo: Repository, arguments: tuple[str, ...], reason: str
) -> None:
    done = advise(repo, None, *arguments)
    assert reason in done.err
    assert done.err.count(STANDS_IN) == 1
    assert (done.code, "Create a user" in done.out) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(("--max-cost", "0.01"), "--max-cost 0.01"), (("--max-tokens", "100"), "--max-tokens 100")],
)
def test_nothing_is_asked_that_might_cost_too_much(
    repo: Repository, gemini: Gemini, arguments: tuple[str, ...], reason: str
) -> None:
    gemini.says(GOOD)
    done = advise(repo, gemini, *arguments)
    assert reason in done.err
    assert not gemini.asked


@pytest.mark.parametrize("name", ["../x", "a b", "models/../x", "", "x?key=1", "-"])
def test_what_is_no_name_of_a_model_is_refused(repo: Repository, name: str) -> None:
    done = advise(repo, None, f"--model={name}")
    assert (done.code, "no name of a model" in done.err) == (2, True)


def test_a_rule_that_is_not_there_is_refused(repo: Repository) -> None:
    done = advise(repo, None, rule="XX999")
    assert (done.code, "no rule, family or slug" in done.err) == (2, True)


def test_apply_and_show_prompt_do_not_go_together(repo: Repository) -> None:
    assert advise(repo, None, "--apply", "--show-prompt").code == 2


def test_the_key_may_come_from_standard_input(repo: Repository, gemini: Gemini) -> None:
    gemini.says(GOOD)
    done = autodevops(
        "advise", "--rule", "CO004", "--token", "-",
        cwd=repo.path,
        environment={
            "GOOGLE_GEMINI_BASE_URL": gemini.url,
            "AUTODEVOPS_CACHE_DIR": str(cache_of(repo)),
        },
        stdin=f"{KEY}\n",
    )  # fmt: skip
    assert "The image starts as root." in done.out
    assert KEY not in done.out + done.err


def test_nothing_to_advise_on(make_repo: MakeRepo) -> None:
    done = advise(make_repo({"README.md": "# A\n\nText.\n"}), None)
    assert done.out == "No open findings to advise on.\n"
    assert done.err == ""
