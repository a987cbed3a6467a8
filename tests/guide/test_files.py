"""Finding a team's file, in a repository and on disk."""

import os
from pathlib import Path

import pytest

from autodevops.errors import ConfigurationError
from autodevops.guide.files import ConfigFile, DiskFiles, config_at, discover
from autodevops.guide.load import built_in_guide, load_guide
from tests.guide.chains import NAMES, repository

OURS = "[tool.autodevops]\nselect = ['BR']\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, None),
        ({"autodevops.toml": ""}, "autodevops.toml"),
        ({".autodevops.toml": ""}, ".autodevops.toml"),
        ({"pyproject.toml": OURS}, "pyproject.toml"),
        ({"pyproject.toml": "[project]\nname = 'x'\n"}, None),
        ({"pyproject.toml": "[project]\ndependencies = ['autodevops']\n"}, None),
        ({"pyproject.toml": "[tool.autodevops]\n"}, "pyproject.toml"),
        ({"pyproject.toml": "[tool]\nautodevops.select = ['BR']\n"}, "pyproject.toml"),
        ({"pyproject.toml": "[tool.autodevops-extra]\nx = 1\n"}, None),
        ({"pyproject.toml": "{% broken autodevops %}"}, None),
        ({"pyproject.toml": OURS + "broken"}, "pyproject.toml"),
        ({"autodevops.toml": "", "pyproject.toml": "[project]\n"}, "autodevops.toml"),
        ({"sub/autodevops.toml": ""}, None),
    ],
)
def test_the_team_s_file_is_found_in_the_root(files: dict[str, str], found: str | None) -> None:
    config = discover(repository(files))
    assert (config.path if config else None) == found


@pytest.mark.parametrize(
    "files",
    [
        {"autodevops.toml": "", ".autodevops.toml": ""},
        {"autodevops.toml": "", "pyproject.toml": OURS},
        {".autodevops.toml": "", "pyproject.toml": OURS},
    ],
)
def test_two_files_are_one_too_many(files: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        discover(repository(files))
    assert " and ".join(files) in caught.value.message
    assert "--config" in caught.value.advice


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("org.toml", "policy/org.toml"),
        ("./org.toml", "policy/org.toml"),
        ("../org.toml", "org.toml"),
        ("../../org.toml", None),
        ("../policy/../../x", None),
        ("/org.toml", None),
        ("~/org.toml", None),
        ("c:/org.toml", None),
        ("..\\org.toml", None),
    ],
)
def test_a_repository_s_file_refers_to_files_inside_it(reference: str, path: str | None) -> None:
    assert repository({}).resolve("policy/team.toml", reference) == path


def test_a_file_on_disk_may_refer_to_any_other(tmp_path: Path) -> None:
    files = DiskFiles()
    assert files.resolve("policy/team.toml", "../../org.toml") == "../org.toml"
    assert files.resolve("policy/team.toml", str(tmp_path)) == str(tmp_path)


def test_a_named_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfselect = ['BR']\r\n")
    assert config_at(str(path)).text.startswith("select")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no such file"):
        config_at(str(tmp_path / "none.toml"))


def test_a_file_that_is_not_utf_8_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"# fine\n# caf\xe9\n")
    with pytest.raises(ConfigurationError) as caught:
        config_at(str(path))
    assert (caught.value.path, caught.value.line) == (str(path), 2)


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(ConfigurationError, match="can't be read"):
            config_at(str(path))


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"#" * 300_000)
    with pytest.raises(ConfigurationError, match="too large"):
        config_at(str(path))


def test_a_path_that_no_system_takes_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError):
        config_at("a\0b.toml")


def test_a_named_pyproject_without_our_table_changes_nothing() -> None:
    config = ConfigFile(path="pyproject.toml", text="[project]\nname = 'x'\n", files=DiskFiles())
    assert load_guide(NAMES, config=config).guide == built_in_guide()


def test_our_part_of_a_pyproject_is_a_table() -> None:
    config = ConfigFile(path="pyproject.toml", text="\ntool.autodevops = 3\n", files=DiskFiles())
    with pytest.raises(
        ConfigurationError, match=r"pyproject\.toml:2: `tool\.autodevops` is a table"
    ):
        load_guide(NAMES, config=config)
