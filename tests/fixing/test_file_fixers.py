"""Repairs of folders, ignore files and environment files."""

import pytest

from autodevops.fixing.catalog import fixer_for
from tests.fixing.platforms import API, PLATFORM
from tests.support.memory import snapshot_of
from tests.support.repairing import Files, mended, refusal, repaired

NAMES = (
    "SUPABASE_URL",
    "SUPABASE_SERVICE_ROLE_KEY",
    "GITHUB_CLIENT_ID",
    "GITHUB_CLIENT_SECRET",
    "GEMINI_API_KEY",
    "ENCRYPTION_KEY",
    "RAILWAY_TOKEN",
)
EXAMPLE = "".join(f"{name}=\n" for name in NAMES)


# LA001


def test_a_folder_begins_with_a_readme_that_says_what_belongs_there() -> None:
    done = repaired("LA001", PLATFORM)
    assert done.text("ops/README.md") == "# Operations\n\nRunbooks, incident procedures.\n"
    assert not done.again
    assert {one.subject for one in done.left} == {"workers", "supabase"}
    assert all("is a service's folder" in reason for reason in done.refused)


def test_a_folder_never_takes_the_place_of_the_repositorys_readme() -> None:
    done = repaired("LA001", {"src/x.py": "x = 1\n"})
    assert set(done.edits) == {
        ".github/pull_request_template.md",
        "docs/index.md",
        "tests/README.md",
    }


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("documentation/a.md", "documentation/ may be what belongs there"),
        ("backend/docs/a.md", "backend/docs/ holds such things already"),
    ],
)
def test_a_second_folder_for_the_same_is_not_begun(path: str, reason: str) -> None:
    files = {"tests/a.py": "x = 1\n", ".github/a.md": "# A\n", path: "# A\n"}
    assert reason in refusal("LA001", files)


# LA006


def test_artifacts_leave_git_and_are_ignored() -> None:
    files: Files = {"app/__pycache__/a.pyc": b"\0", ".gitignore": "# ours\r\nx\r\n"}
    done = mended("LA006", files)
    assert done.gone == {"app/__pycache__/a.pyc"}
    assert done.edits["app/__pycache__/a.pyc"].keep
    assert done.text(".gitignore") == "# ours\r\nx\r\n__pycache__/\r\n"


def test_what_is_ignored_already_needs_no_further_line() -> None:
    done = mended("LA006", {"a.orig": "x\n", ".gitignore": "*.orig"})
    assert set(done.edits) == {"a.orig"}


def test_several_findings_share_a_line() -> None:
    done = mended("LA006", {"a/x.bak": "x\n", "b/y.bak": "x\n"})
    assert done.text(".gitignore") == "*.bak\n"


def test_a_pattern_hides_nothing_that_stays() -> None:
    files = {"a/x.bak": "x\n", "ci/y.bak": "kept here\n"}
    assert mended("LA006", files).text(".gitignore") == "/a/x.bak\n"


def test_output_is_ignored_where_it_lies() -> None:
    files = {
        "web/dist/app.min.js": "x" * 3000,
        "web/dist/app.js.map": "{}",
        "web/package.json": "{}",
    }
    assert mended("LA006", files).text(".gitignore") == "/web/dist/\n"


def test_what_a_build_takes_is_left() -> None:
    wheel: Files = {
        "vendored/x-1.0-py3-none-any.whl": b"PK\0",
        "requirements.txt": "./vendored/x-1.0-py3-none-any.whl\n",
    }
    done = repaired("LA006", wheel)
    assert done.refused == ("requirements.txt takes it as it is tracked",)
    assert not done.edits


# LA008


def test_a_hidden_source_folder_comes_back_into_sight() -> None:
    files = {
        "frontend/package.json": "{}",
        "frontend/src/a.ts": 'import { x } from "./lib/x";\nx();\n',
        ".gitignore": "# python\nlib/\nbuild/\n",
    }
    done = repaired("LA008", files)
    assert done.text(".gitignore") == "# python\nlib/\n!/frontend/src/lib/\nbuild/\n"
    assert not done.left


# SE003


def test_an_environment_file_leaves_git_and_its_names_stay() -> None:
    files = {**PLATFORM, "app/.env": "REDIS_URL=x\nOLD=y\n", ".env.example": EXAMPLE}
    done = mended("SE003", files)
    assert done.edits["app/.env"].keep
    assert done.text(".gitignore") == "/app/.env\n"
    assert done.text(".env.example") == EXAMPLE + "REDIS_URL=\n"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"frontend/.env": "VITE_URL=x\n"}, "builds take VITE_URL from it"),
        (
            {
                ".env": "A=x\n",
                "docker-compose.yml": "services: {a: {image: a:1, env_file: .env}}\n",
            },
            "docker-compose.yml reads it",
        ),
    ],
)
def test_an_environment_file_that_builds_read_stays(files: dict[str, str], reason: str) -> None:
    assert reason in refusal("SE003", {**API, **files})


# SE004


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ".env\n.env.*\n!.env.example\n"),
        ("x # no end", "x # no end\n.env\n.env.*\n!.env.example\n"),
        (".env\r\n", ".env\r\n.env.*\r\n!.env.example\r\n"),
    ],
)
def test_environment_files_are_ignored(before: str, after: str) -> None:
    files = {**API, ".gitignore": before, ".env.example": EXAMPLE}
    assert mended("SE004", files).text(".gitignore") == after


def test_templates_stay_in_sight() -> None:
    files = {**API, ".env.example": EXAMPLE, "app/.env.sample": "A=\n"}
    assert mended("SE004", files).text(".gitignore").endswith("!.env.example\n!.env.sample\n")


def test_tracked_fixtures_are_not_hidden() -> None:
    files = {**API, ".env.example": EXAMPLE, "tests/data/.env": "A=1\n"}
    assert "\n/app/.env\n" in mended("SE004", files).text(".gitignore")


def test_a_line_that_a_later_one_overrules_is_a_persons_matter() -> None:
    files = {"a.py": "import os\nos.environ['X']\n", ".gitignore": ".env\n!.env\n"}
    assert "overruled" in refusal("SE004", files)


# SE005, SE006, SE007


def test_a_template_lists_what_has_to_be_set() -> None:
    text = mended("SE005", PLATFORM).text(".env.example")
    assert text.startswith("# Copy to .env and fill in; .env is never committed.\n\n# Database")
    assert "\n\n# Token encryption\nENCRYPTION_KEY=\n" in text
    assert text.endswith("\nRAILWAY_TOKEN=\n\nREDIS_URL=\n")


def test_a_template_of_another_name_is_not_doubled() -> None:
    assert "rename it" in refusal("SE005", {**PLATFORM, ".env.sample": "A=\n"})


def test_secrets_are_named_once_each() -> None:
    files = {**API, ".env.example": "SUPABASE_URL=\r\n"}
    done = mended("SE006", files)
    lines = done.text(".env.example").split("\r\n")
    assert lines[0] == "SUPABASE_URL="
    assert sorted(lines) == sorted(["", *(f"{name}=" for name in NAMES)])


def test_a_documented_template_stays_documented() -> None:
    before = "".join(f"# {name.lower()}\n{name}=\n\n" for name in NAMES[:-1])
    after = mended("SE006", {**API, ".env.example": before}).text(".env.example")
    assert after == f"{before}\n# Deployment\nRAILWAY_TOKEN=\n"


def test_what_is_read_is_declared_and_what_is_not_read_goes() -> None:
    before = f"{EXAMPLE}\n# Nobody reads this.\nOLD_THING=1\n\n# Kept.\nKEPT=\n# KEPT_TOO=\n"
    files = {**PLATFORM, ".env.example": before, "app/x.py": "import os\nos.environ['KEPT']\n"}
    after = mended("SE007", files).text(".env.example")
    assert after == f"{EXAMPLE}\n# Kept.\nKEPT=\n# KEPT_TOO=\nREDIS_URL=\n"


def test_a_value_over_several_lines_is_left() -> None:
    before = f'{EXAMPLE}REDIS_URL=\nOLD_THING="a\nb"\n'
    assert "several lines" in refusal("SE007", {**PLATFORM, ".env.example": before})


# SE010


def test_a_rotation_script_makes_or_takes_a_value_and_stores_it() -> None:
    done = repaired("SE010", API)
    own = done.text("scripts/rotate_encryption_key.sh")
    issued = done.text("scripts/rotate_gemini_api_key.sh")
    assert 'new="$(openssl rand -base64 32)"' in own
    assert 'read -rsp "New GEMINI_API_KEY: " new' in issued
    assert "gh secret set GEMINI_API_KEY" in issued
    assert done.edits["scripts/rotate_gemini_api_key.sh"].executable
    assert not done.left
    assert not done.new
    assert not done.again


def test_a_script_that_can_t_run_is_made_executable() -> None:
    text = "#!/bin/sh\ngh secret set GEMINI_API_KEY\n"
    done = repaired("SE010", {**API, "scripts/rotate_gemini.sh": text})
    assert done.edits["scripts/rotate_gemini.sh"].executable
    assert done.text("scripts/rotate_gemini.sh") == text


def test_a_script_that_only_prints_is_a_persons_matter() -> None:
    files = snapshot_of(
        {**API, "scripts/rotate_gemini.sh": "#!/bin/sh\necho Set GEMINI_API_KEY\n"},
        executable=("scripts/rotate_gemini.sh",),
    )
    done = repaired("SE010", files)
    script = next(one for one in done.found if one.subject.endswith(".sh"))
    assert fixer_for(script) is None
