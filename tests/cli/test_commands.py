"""`rules`, `explain`, `guide`, `doctor` and the frame around all commands."""

import subprocess
import sys
from pathlib import Path

import pytest

from autodevops import Report, Severity, UsageError, __version__, audit, diagnosis
from autodevops.rules.catalog import RULES
from tests.conftest import MakeRepo
from tests.support.command import autodevops
from tests.support.memory import NOW


def test_the_version_is_told_without_importing_the_program(tmp_path: Path) -> None:
    script = (
        "import sys; sys.argv = ['autodevops', '--version'];"
        "from autodevops.__main__ import main; code = main();"
        "print(*sorted(sys.modules)); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    version, modules = done.stdout.splitlines()
    assert version == f"autodevops {__version__}"
    ours = {name for name in modules.split() if name.startswith("autodevops")}
    assert ours == {"autodevops", "autodevops.__main__"}
    heavy = {"typer", "rich", "yaml", "msgspec", "asyncio", "tree_sitter", "subprocess"}
    assert heavy.isdisjoint(modules.split())


def test_help_loads_no_rule_and_no_parser(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom autodevops.cli.app import run\ncode = run(['audit', '--help'])\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "--fail-on" in done.stdout
    loaded = set(done.stderr.split())
    unwanted = {"yaml", "msgspec", "tree_sitter", "autodevops.rules.catalog", "autodevops.auditing"}
    assert unwanted.isdisjoint(loaded)


def test_plain_options_are_read_without_a_conversion_library(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom autodevops.cli.app import run\n"
        "code = run(['audit', '--rev', 'a', '--select', 'BR', '--strict', 'nowhere'])\n"
        "print(*sorted(sys.modules), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    *_said, modules = done.stderr.splitlines()
    assert (done.returncode, "pydantic" in modules.split()) == (3, False)


def test_without_arguments_it_says_what_to_do_first(tmp_path: Path) -> None:
    done = autodevops(cwd=tmp_path)
    assert "autodevops audit" in " ".join((done.out + done.err).split())
    assert "Traceback" not in done.err
    assert "error:" not in done.err


def test_a_mistyped_command_names_the_nearest(tmp_path: Path) -> None:
    done = autodevops("adit", cwd=tmp_path)
    assert (done.code, "audit" in done.err) == (2, True)


def test_rules_lists_the_catalogue(tmp_path: Path) -> None:
    listed = autodevops("rules", "--format", "json", cwd=tmp_path).json["rules"]
    assert [rule["id"] for rule in listed] == [rule.id for rule in RULES]
    text = autodevops("rules", "--select", "OW", cwd=tmp_path).out
    assert "OW001" in text
    assert "LA001" not in text


@pytest.mark.parametrize("name", ["OW001", "ow001", "codeowners-missing"])
def test_explain_prints_the_rules_page(tmp_path: Path, name: str) -> None:
    out = autodevops("explain", name, cwd=tmp_path).out
    assert out.startswith("# OW001 codeowners-missing")
    assert "## Remedy" in out


def test_explain_suggests_the_nearest_rule(tmp_path: Path) -> None:
    done = autodevops("explain", "codeowner-missing", cwd=tmp_path)
    assert (done.code, "codeowners-missing" in done.err) == (2, True)


def test_guide_show_tells_where_each_value_comes_from(make_repo: MakeRepo) -> None:
    repo = make_repo({"autodevops.toml": "[branches.types]\nspike = 2\n"})
    changed = autodevops("guide", "show", "--changed", cwd=repo.path)
    assert "autodevops.toml:2" in changed.out
    assert "spike" in changed.out
    values = autodevops("guide", "show", "--format", "json", cwd=repo.path).json["values"]
    keys = {row["key"]: row for row in values}
    assert keys["branches.types.feature"]["value"] == "3"
    assert keys["branches.types.feature"]["guide_section"] == "Release Branches Policy"


def test_guide_check_accepts_a_valid_file_and_refuses_another(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text("[branches.types]\nspike = 2\n")
    bad.write_text("[branchs.types]\nspike = 2\n")
    assert autodevops("guide", "check", good, cwd=tmp_path).code == 0
    done = autodevops("guide", "check", bad, cwd=tmp_path)
    assert done.code == 2
    assert "bad.toml:1" in done.err
    assert "branches" in done.err


def test_doctor_sees_git_engines_and_configuration(make_repo: MakeRepo) -> None:
    done = autodevops("doctor", "--format", "json", cwd=make_repo({"README.md": "# x\n"}).path)
    parts = {part["part"]: part["health"] for part in done.json["parts"]}
    assert done.code == 0
    assert parts["git"] == parts["kingfisher"] == parts["zizmor"] == "ok"


def test_doctor_ends_as_an_audit_would(make_repo: MakeRepo) -> None:
    repo = make_repo({"autodevops.toml": "nonsense = 1\n"})
    assert autodevops("doctor", cwd=repo.path).code == 2
    assert autodevops("doctor", cwd=repo.path, environment={"PATH": "/nowhere"}).code == 3


def test_the_python_api_does_what_the_command_does(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# x\n"})
    report = audit(repo.path, select=["OW001"], now=NOW)
    assert isinstance(report, Report)
    assert [one.rule for one in report.open_findings(at_least=Severity.HIGH)] == ["OW001"]
    with pytest.raises(UsageError):
        audit(repo.path, select=["XX999"])


def test_the_cache_that_doctor_makes_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTODEVOPS_CACHE_DIR", str(tmp_path / "cache"))
    assert diagnosis._cache().health is diagnosis.Health.OK
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
