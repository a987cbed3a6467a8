"""The guide in force, value by value, with its sources."""

from autodevops.guide.load import GuideInForce, load_guide
from autodevops.guide.show import Row, is_changed, rows, written
from tests.guide.chains import NAMES, in_force


def row(chain: GuideInForce, table: str, key: str) -> Row:
    (found,) = [one for one in rows(chain) if (one.table, one.key) == (table, key)]
    return found


def test_a_built_in_value_comes_from_a_section_of_the_guide() -> None:
    found = row(load_guide(NAMES), "branches", "types.feature")
    assert (found.value, found.section) == ("3", "Release Branches Policy")
    assert found.sources == ("staff-engineer",)
    assert not is_changed(found)


def test_nothing_but_the_built_in_guide_speaks_without_a_file() -> None:
    shown = list(rows(load_guide(NAMES)))
    assert {one.sources for one in shown} == {("staff-engineer",)}
    assert len(shown) > 250
    assert [one.table for one in shown[:2]] == ["name", "version"]


def test_a_changed_value_comes_from_its_line() -> None:
    chain = in_force(
        "extends = 'org.toml'\n[branches.types]\nfeature = 5\n",
        org="[branches.types]\nfeature = 4\nfix = 2\n",
    )
    assert row(chain, "branches", "types.feature").sources == ("autodevops.toml:3",)
    assert row(chain, "branches", "types.fix").sources == ("org.toml:3",)
    assert row(chain, "branches", "types.docs").sources == ("staff-engineer",)


def test_a_list_comes_from_all_who_wrote_it() -> None:
    text = "[branches]\nextend-forbidden = [\n  'dev',\n  'qa',\n]\nremove-exempt = ['gh-pages']\n"
    chain = in_force(text)
    found = row(chain, "branches", "forbidden")
    assert found.value == '["develop", "staging", "release/*", "dev", "qa"]'
    assert found.sources == ("staff-engineer", "autodevops.toml:3", "autodevops.toml:4")
    assert '"gh-pages"' not in row(chain, "branches", "exempt").value


def test_a_replaced_list_comes_from_the_last_who_wrote_it() -> None:
    chain = in_force("[branches]\nforbidden = ['dev']\nexempt = []\n")
    assert row(chain, "branches", "forbidden").sources == ("autodevops.toml:2",)
    empty = row(chain, "branches", "exempt")
    assert (empty.value, empty.sources) == ("[]", ("autodevops.toml:3",))


def test_an_added_type_comes_from_where_it_is_added() -> None:
    chain = in_force("[branches]\nextend-types = { spike = 2 }\n")
    assert row(chain, "branches", "types.spike").sources == ("autodevops.toml:2",)


def test_settings_are_shown_with_their_place() -> None:
    text = (
        "select = ['BR']\n[severity]\nBR004 = 'low'\n[lock]\nrules = ['BR002']\n"
        "[[waivers]]\nrule = 'BR004'\nsubject = 'x'\nexpires = 2027-01-01\n"
    )
    chain = in_force(text)
    assert row(chain, "select", "") == Row("select", "", '["BR"]', None, ("autodevops.toml:1",))
    assert row(chain, "severity", "BR004").sources == ("autodevops.toml:3",)
    assert row(chain, "lock", "rules").value == '["BR002"]'
    waiver = row(chain, "waivers", "BR004")
    assert (waiver.value, waiver.sources) == ("BR004 x until 2027-01-01", ("autodevops.toml:6",))


def test_values_are_written_as_toml_writes_them() -> None:
    assert written('a "b" \\') == '"a \\"b\\" \\\\"'
    assert written([True, 2, 99.9]) == "[true, 2, 99.9]"
