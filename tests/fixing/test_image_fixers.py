"""Repairs of infrastructure, images and databases."""

import pytest

from tests.fixing.platforms import PLATFORM
from tests.support.repairing import mended, refusal

# IN005, IN006


def test_state_leaves_git_and_stays_on_disk() -> None:
    files = {"infra/main.tf": "", "infra/terraform.tfstate": "{}", "infra/.terraform/x": "y"}
    done = mended("IN005", files)
    assert done.gone == {"infra/terraform.tfstate", "infra/.terraform/x"}
    assert all(done.edits[path].keep for path in done.gone)
    assert set(done.text(".gitignore").split()) == {".terraform/", "*.tfstate", "*.tfstate.*"}


def test_a_provider_is_introduced_by_what_it_holds() -> None:
    files = {**PLATFORM, "infra/railway/railway.toml": "[deploy]\nhealthcheckPath = '/health'\n"}
    text = mended("IN006", files).text("infra/railway/README.md")
    assert text.startswith("# Railway\n\n`infra/railway/` describes")
    assert "- `railway.toml`\n" in text
    assert "it runs api (`app/`)." in text


# CO004, CO006


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('FROM node:22\nCMD ["a"]\n', 'FROM node:22\nUSER node\nCMD ["a"]\n'),
        (
            (
                "# api\r\nFROM python:3.12 AS b\r\nRUN make\r\nFROM python:3.12\r\n"
                "COPY --from=b x y\r\n"
                'ENTRYPOINT ["a"]\r\nCMD ["b"]\r\n'
            ),
            (
                "# api\r\nFROM python:3.12 AS b\r\nRUN make\r\nFROM python:3.12\r\n"
                "COPY --from=b x y\r\n"
                'USER nobody\r\nENTRYPOINT ["a"]\r\nCMD ["b"]\r\n'
            ),
        ),
        (
            "FROM alpine:3.20\nUSER root\nRUN \\\n  make\n",
            "FROM alpine:3.20\nUSER root\nRUN \\\n  make\nUSER nobody\n",
        ),
        (
            'FROM scratch\nCOPY a /a\nCMD ["/a"]',
            'FROM scratch\nCOPY a /a\nUSER 65534:65534\nCMD ["/a"]',
        ),
    ],
)
def test_images_start_without_rights(before: str, after: str) -> None:
    assert mended("CO004", {"Dockerfile": before, "a": "x", "x": "y"}).text("Dockerfile") == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FROM nginx:1.27\n", "unprivileged"),
        ('FROM python:3.12\nEXPOSE 80\nCMD ["a"]\n', "below 1024"),
    ],
)
def test_servers_that_need_root_are_a_persons_matter(text: str, reason: str) -> None:
    assert reason in refusal("CO004", {"Dockerfile": text})


DOCKERFILE = "FROM python:3.12-slim@sha256:" + "0" * 64 + '\nCOPY . .\nUSER nobody\nCMD ["a"]\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, ".git\n**/.env*\n!**/.env.example\n"),
        ("# no\r\n*.log\r\n", "# no\r\n*.log\r\n.git\r\n**/.env*\r\n!**/.env.example\r\n"),
        (".git", ".git\n**/.env*\n!**/.env.example\n"),
    ],
)
def test_what_must_not_be_in_an_image_is_left_out(before: str | None, after: str) -> None:
    files = {"Dockerfile": DOCKERFILE, "a": "x"}
    files |= {} if before is None else {".dockerignore": before}
    assert mended("CO006", files).text(".dockerignore") == after


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"pyproject.toml": "[build-system]\nrequires = ['setuptools-scm']\n"}, "asks git"),
        ({"web/.env.production": "A=1\n"}, "would be missing from the image"),
    ],
)
def test_what_the_build_needs_is_not_left_out(files: dict[str, str], reason: str) -> None:
    assert reason in refusal("CO006", {"Dockerfile": DOCKERFILE, **files})


# DB001, DB007

TABLE = "create table public.notes (id int primary key);\n"
MIGRATION = "supabase/migrations/20260301090000_a.sql"


def test_row_security_is_switched_on_by_a_new_migration() -> None:
    files = {MIGRATION: TABLE + TABLE.replace("notes", '"Odd Name"')}
    done = mended("DB001", files)
    path = "supabase/migrations/20261122120000_enable_row_level_security.sql"
    assert set(done.text(path).splitlines()) == {
        'ALTER TABLE public."Odd Name" ENABLE ROW LEVEL SECURITY;',
        "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;",
    }


def test_a_migration_runs_after_those_that_are_there() -> None:
    last = "supabase/migrations/20261122235959_b.sql"
    done = mended("DB001", {MIGRATION: TABLE, last: "create index on public.notes (id);\n"})
    assert "supabase/migrations/20261123000000_enable_row_level_security.sql" in done.edits


def test_search_paths_are_pinned_to_what_is_seen_today() -> None:
    sql = (
        "create function public.one(a int, b text) returns int language sql security definer "
        "as $$ select 1 $$;\n"
    )
    done = mended("DB007", {MIGRATION: sql})
    (path,) = done.edits
    assert done.text(path) == (
        "ALTER FUNCTION public.one(int4, text) SET search_path = public, extensions, pg_temp;\n"
    )
