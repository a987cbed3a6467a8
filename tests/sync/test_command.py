"""`autodevops sync`, `audit --sync` and `doctor`, as users run them."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from autodevops.recording import remember
from autodevops.request import Request
from autodevops.sync.schema import VERSION, migrations
from tests.conftest import MakeRepo
from tests.support.audits import audited
from tests.support.command import Done, autodevops
from tests.support.supabase.auth import access_token
from tests.support.supabase.gateway import PUBLISHABLE, SECRET, Fault, Supabase
from tests.support.supabase.team import MEMBER, OTHER, WRITER, Database
from tests.support.supabase.wire import Answer, answer, error
from tests.sync.asking import LATER
from tests.sync.reports import AT

_VALUE = "ghp_" + "q8Zr3LmVt0XyB2cNfKdW5sPaH7uJeG1oYiTQ"


def _variables(url: str, user: str = WRITER) -> dict[str, str | None]:
    return {
        "SUPABASE_URL": url,
        "SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE,
        "AUTODEVOPS_SUPABASE_TOKEN": access_token(user, LATER),
        "NO_PROXY": "127.0.0.1",
    }


def _sync(
    *arguments: str,
    at: Path,
    stand_in: Supabase,
    environment: Mapping[str, str | None] | None = None,
) -> Done:
    variables = _variables(stand_in.url) | dict(environment or {})
    return autodevops("sync", *arguments, cwd=at, environment=variables)


@pytest.fixture
def stored() -> None:
    """Put two audits into the history."""
    reports = [audited(at=AT.format(day), found={"BR003": ["feat/x"]}) for day in (1, 2)]
    assert remember(reports, Request()) is None


@pytest.mark.usefixtures("stored")
def test_push_sends_what_waits(supabase: Supabase, database: Database, tmp_path: Path) -> None:
    done = _sync("push", at=tmp_path, stand_in=supabase)
    assert (done.code, done.out) == (0, "")
    assert "pushed 2 audits" in done.err
    assert database.rows("select count(*) from public.audits") == [(2,)]

    again = _sync("push", at=tmp_path, stand_in=supabase)
    assert again.code == 0
    assert "nothing waits" in again.err


@pytest.mark.usefixtures("stored")
def test_status_says_what_waits_and_what_was_refused(supabase: Supabase, tmp_path: Path) -> None:
    before = _sync("status", "--format", "json", at=tmp_path, stand_in=supabase)
    assert before.json["pending"] == 2
    assert before.json["last_push"] is None
    refusal = error(400, "23514", "violates check constraint")
    supabase.faults.extend([None, None, Fault(answer=refusal)])

    pushed = _sync("push", at=tmp_path, stand_in=supabase)

    assert pushed.code == 4
    assert "check constraint" in pushed.err
    after = _sync("status", "--format", "json", at=tmp_path, stand_in=supabase)
    assert (after.json["pending"], after.json["acknowledged"]) == (0, 1)
    assert "check constraint" in after.json["refused"][0]["reason"]
    text = _sync("status", at=tmp_path, stand_in=supabase).out
    assert "waiting    0 audits" in text
    assert "check constraint" in text

    retried = _sync("push", "--retry-refused", at=tmp_path, stand_in=supabase)
    assert retried.code == 0
    assert "pushed 1 audit" in retried.err


@pytest.mark.usefixtures("stored")
def test_a_wrong_key_ends_in_3_and_says_what_to_do(supabase: Supabase, tmp_path: Path) -> None:
    wrong = {"SUPABASE_PUBLISHABLE_KEY": "sb_publishable_of_another_project"}
    done = _sync("push", at=tmp_path, stand_in=supabase, environment=wrong)
    assert done.code == 3
    assert "Invalid API key" in done.err
    assert "SUPABASE_PUBLISHABLE_KEY" in done.err
    assert "sb_publishable_of" not in done.err


@pytest.mark.usefixtures("stored")
def test_who_may_not_write_is_told_so(supabase: Supabase, tmp_path: Path) -> None:
    as_member = {"AUTODEVOPS_SUPABASE_TOKEN": access_token(MEMBER, LATER)}
    done = _sync("push", at=tmp_path, stand_in=supabase, environment=as_member)
    assert done.code == 3
    assert "does not let you" in done.err
    status = _sync("status", "--format", "json", at=tmp_path, stand_in=supabase)
    assert status.json["pending"] == 2


@pytest.mark.usefixtures("stored")
def test_without_a_token_the_advice_is_to_sign_in(supabase: Supabase, tmp_path: Path) -> None:
    done = _sync(
        "push", at=tmp_path, stand_in=supabase, environment={"AUTODEVOPS_SUPABASE_TOKEN": None}
    )
    assert done.code == 3
    assert "autodevops auth login supabase" in done.err
    assert supabase.seen == []


@pytest.mark.usefixtures("stored")
def test_the_service_key_needs_its_option_and_brings_a_warning(
    supabase: Supabase, database: Database, tmp_path: Path
) -> None:
    key = {"SUPABASE_SERVICE_ROLE_KEY": SECRET, "AUTODEVOPS_SUPABASE_TOKEN": None}
    assert _sync("push", at=tmp_path, stand_in=supabase, environment=key).code == 3

    done = _sync(
        *("push", "--service-role", "--organisation", "other"),
        at=tmp_path,
        stand_in=supabase,
        environment=key,
    )

    assert done.code == 0
    assert "warning" in done.err
    assert SECRET not in done.err
    assert database.rows("select distinct organisation_id::text from public.audits") == [(OTHER,)]


@pytest.mark.usefixtures("stored")
def test_only_the_named_repositories_go_up(supabase: Supabase, tmp_path: Path) -> None:
    none = _sync("push", "--repository", "other/*", at=tmp_path, stand_in=supabase)
    assert "nothing waits" in none.err
    both = _sync("push", "--repository", "other/*,acme/*", at=tmp_path, stand_in=supabase)
    assert "pushed 2 audits" in both.err


def test_a_dry_run_prints_exactly_what_goes_up_and_no_secret(
    supabase: Supabase, make_repo: MakeRepo
) -> None:
    repository = make_repo(
        {
            "app/settings.py": f'GITHUB_TOKEN = "{_VALUE}"\nOTHER_LINE = "not of the finding"\n',
            "frontend/package.json": "{}\n",
        }
    )
    at = repository.path
    variables = _variables(supabase.url)
    assert autodevops("audit", ".", cwd=at, environment=variables).code == 1

    rehearsed = _sync("push", "--dry-run", at=at, stand_in=supabase)

    assert rehearsed.code == 0
    assert supabase.seen == []
    (line,) = rehearsed.out.splitlines()
    shown = json.loads(line)
    assert any(finding["rule"] == "SE001" for finding in shown["findings"])
    assert _VALUE not in rehearsed.out
    assert "not of the finding" not in rehearsed.out
    assert str(at) not in rehearsed.out

    assert _sync("push", at=at, stand_in=supabase).code == 0
    (sent,) = [asked for asked in supabase.seen if asked.path.endswith("push_audit")]
    assert sent.json["audit"] == shown


def test_audit_sync_pushes_afterwards(
    supabase: Supabase, database: Database, make_repo: MakeRepo
) -> None:
    repository = make_repo({"app/main.py": "print()\n"})
    alone = autodevops("audit", ".", cwd=repository.path)
    done = autodevops(
        "audit", ".", "--sync", cwd=repository.path, environment=_variables(supabase.url)
    )
    assert done.code == alone.code
    assert "pushed 2 audits" in done.err
    assert database.rows("select distinct name from public.repositories") == [("shop",)]


@pytest.mark.parametrize(
    "said",
    [Answer(status=200, body=b"<html>"), error(403, "42501", "no"), error(404, "PGRST202", "no")],
    ids=["nonsense", "forbidden", "no schema"],
)
def test_audit_sync_keeps_the_exit_code_and_the_report(
    supabase: Supabase, make_repo: MakeRepo, said: Answer
) -> None:
    repository = make_repo({"app/main.py": "print()\n"})
    alone = autodevops("audit", ".", "-q", cwd=repository.path)
    supabase.faults.append(Fault(answer=said))
    done = autodevops(
        "audit", ".", "-q", "--sync", cwd=repository.path, environment=_variables(supabase.url)
    )
    assert done.code == alone.code
    assert done.out == alone.out
    assert "not pushed" in done.err


def test_audit_sync_asks_nobody_when_offline(supabase: Supabase, make_repo: MakeRepo) -> None:
    repository = make_repo({"app/main.py": "print()\n"})
    done = autodevops(
        *("audit", ".", "--sync", "--offline"),
        cwd=repository.path,
        environment=_variables(supabase.url),
    )
    assert "--offline" in done.err
    assert supabase.seen == []


@pytest.mark.parametrize("other", ["--no-store", "--staged"])
def test_audit_sync_does_not_go_with_what_stores_nothing(make_repo: MakeRepo, other: str) -> None:
    repository = make_repo({"README.md": "# shop\n"})
    done = autodevops("audit", ".", "--sync", other, cwd=repository.path)
    assert done.code == 2
    assert other in done.err


def test_schema_prints_every_migration(tmp_path: Path) -> None:
    done = autodevops("sync", "schema", cwd=tmp_path)
    assert done.code == 0
    places = [done.out.index(f"-- {step.name}") for step in migrations()]
    assert places == sorted(places)
    assert all(step.sql in done.out for step in migrations())


def test_schema_writes_migrations_and_leaves_those_that_are_there(tmp_path: Path) -> None:
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    first, *others = migrations()
    (folder / first.name).write_text("-- ours already\n")
    done = autodevops("sync", "schema", "--output", folder, cwd=tmp_path)
    assert done.code == 0
    assert (folder / first.name).read_text() == "-- ours already\n"
    assert [(folder / step.name).read_text() for step in others] == [step.sql for step in others]
    assert "is there already" in done.err


@pytest.mark.parametrize("looking", [("status",), ("push", "--dry-run")])
def test_looking_makes_no_history(
    supabase: Supabase, tmp_path: Path, looking: tuple[str, ...]
) -> None:
    done = _sync(*looking, at=tmp_path, stand_in=supabase)
    assert done.code == 0
    assert not Path(os.environ["AUTODEVOPS_STATE_DIR"]).exists()


def test_audit_sync_does_not_wait_for_minutes(supabase: Supabase, make_repo: MakeRepo) -> None:
    supabase.faults.append(Fault(answer=answer(503, {}, Retry_After="60")))
    repository = make_repo({"app/main.py": "print()\n"})
    done = autodevops(
        "audit", ".", "--sync", cwd=repository.path, environment=_variables(supabase.url)
    )
    assert "not available" in done.err
    assert len(supabase.seen) == 1


def test_a_project_that_is_not_named_ends_in_2(tmp_path: Path) -> None:
    done = autodevops("sync", "push", cwd=tmp_path)
    assert done.code == 2
    assert "SUPABASE_URL" in done.err


def test_doctor_compares_the_schema(supabase: Supabase, database: Database, tmp_path: Path) -> None:
    def backend(environment: Mapping[str, str | None]) -> tuple[int, dict[str, str]]:
        done = autodevops("doctor", "--format", "json", cwd=tmp_path, environment=environment)
        (part,) = [each for each in done.json["parts"] if each["part"] == "backend"]
        return done.code, part

    assert backend({})[1]["health"] == "ok"
    code, part = backend(_variables(supabase.url))
    assert (part["health"], part["detail"]) == ("ok", f"schema version {VERSION}")
    database.execute(
        "create or replace function public.autodevops_schema() returns integer language sql"
        " as 'select 1'"
    )
    later, part = backend(_variables(supabase.url))
    assert part["health"] == "warning"
    assert re.search(r"version 1.*speaks", part["detail"])
    assert later == code
