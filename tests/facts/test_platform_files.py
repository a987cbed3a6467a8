"""Configuration of the platforms that services run on."""

import pytest

from autodevops.facts._toml_lines import read_tree
from autodevops.facts.platform_files import _services


@pytest.mark.parametrize("text", ["1", "a text", '"services"', "", "[1, [2]]", "services: 1"])
def test_a_file_without_tables_names_one_service_at_most(text: str) -> None:
    services = list(_services("railway.json", read_tree(text)))
    assert [service.name for service in services] in ([], [""])
