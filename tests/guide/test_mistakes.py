"""Every mistake in a team's file names the file, the line, what is wrong and what was meant."""

import pytest

from autodevops.errors import ConfigurationError, UsageError
from autodevops.guide.load import load_guide
from tests.guide.chains import NAMES, in_force

WAIVER = "[[waivers]]\nrule='BR004'\nsubject='x'\nexpires=2027-01-01\n"

MISTAKES = {
    "syntax": ("fail-on = 'low'\nselect = [", 2, "not TOML", "toml.io"),
    "syntax at a line": ("select = ['BR']\n\nignore ! 3\n", 3, "not TOML", "toml.io"),
    "key twice": ("[branches]\ndefault = 'a'\ndefault = 'b'\n", 3, "not TOML", "toml.io"),
    "unknown table": ("\n[branch]\ndefault = 'trunk'\n", 2, "no key `branch`", "`branches`"),
    "unknown key": ("[branches]\n# x\nbehind-limits = 3\n", 3, "`behind-limits`", "`behind-limit`"),
    "underscore": ("fail_on = 'high'\n", 1, "no key `fail_on`", "`fail-on`"),
    "unknown key deep inside": (
        "[slos.objectives.api-latency]\nvalue = 400\nunits = 'ms'\n",
        3,
        "[slos.objectives.api-latency] has no key `units`",
        "`unit`",
    ),
    "dotted key": ("folders.required.app.severty = 'low'\n", 1, "`severty`", "`severity`"),
    "inline table": (
        "[folders]\nrequired = { app = { colour = 'red' } }\n",
        2,
        "[folders.required.app] has no key `colour`",
        "severity",
    ),
    "key that is far from all": ("zzzzzz = 1\n", 1, "no key `zzzzzz`", "extends"),
    "nothing to add to": (
        "[branches]\nextend-default = ['x']\n",
        2,
        "`extend-default`",
        "`default`",
    ),
    "misspelled operator key": (
        "[branches]\nextend-exemt = ['x']\n",
        2,
        "`extend-exemt`",
        "`extend-exempt`",
    ),
    "text for a number": (
        "[branches.types]\nfeature = 'three'\n",
        2,
        '`branches.types.feature` is a whole number, not the text "three"',
        "whole number from 0",
    ),
    "truth for a number": ("[team]\nengineers = true\n", 2, "not the truth value true", "number"),
    "negative number": ("[team]\nengineers = -1\n", 2, "whole number, not the number -1", "from 0"),
    "number that is no date": (
        "[branches.types]\nfix = 99999999999\n",
        2,
        "whole number",
        "from 0",
    ),
    "not a number": ("[slos.objectives.api-latency]\nvalue = nan\n", 2, "a number", "from 0"),
    "number for a text": ("[branches]\ndefault = 3\n", 2, "a text, not the number 3", "quotes"),
    "text for a truth": ("[review]\ncode-owners = 'yes'\n", 2, "true or false", "without quotes"),
    "text for a list": ("select = 'BR'\n", 1, "`select` is a list", '["one", "two"]'),
    "wrong element": ("ignore = [\n  'BR004',\n  4,\n]\n", 3, "`ignore` is a text", "quotes"),
    "value for a table": ("[slos]\nobjectives = 3\n", 2, "is a table", "header"),
    "value for a section": ("branches = ['main']\n", 1, "`branches` is a table", "header"),
    "table for a list of tables": (
        "[waivers]\nrule = 'BR004'\n",
        1,
        "a list of tables",
        "[[waivers]]",
    ),
    "bad date": ("[commits]\nsince = '2026-02-30'\n", 2, "a date, not", "2026-02-20"),
    "time for a date": (
        "[commits]\nsince = 2026-02-20T10:00:00Z\n",
        2,
        "not the time",
        "2026-02-20",
    ),
    "bad severity": (
        "[severity]\nBR004 = 'hihg'\n",
        2,
        "`severity.BR004` is one of info, low, medium, high, critical",
        '"high"',
    ),
    "bad threshold": ("fail-on = 'sometimes'\n", 1, "never", "one of"),
    "bad key of a choice": ("[secrets.rotation-days]\nmonthly = 31\n", 2, "monthly", "quarterly"),
    "unknown rule": ("ignore = [\n  'BR004',\n  'BR994',\n]\n", 3, '"BR994" is not', "BR00"),
    "unknown slug": ("select = ['branch-agee']\n", 1, '"branch-agee"', "branch-age"),
    "rule far from all": ("extend-ignore = ['wibble']\n", 1, '"wibble"', "autodevops rules"),
    "unknown rule with a severity": ("[severity]\nBR044 = 'low'\n", 2, '"BR044"', "BR004"),
    "unknown locked rule": ("[lock]\nrules = ['SE01x']\n", 2, '"SE01x"', "SE0"),
    "unknown locked key": ("[lock]\nkeys = ['branches.type']\n", 2, "no key", "`types`"),
    "locked key that is no key": ("[lock]\nkeys = ['a b = 1']\n", 2, "no key", "guide show"),
    "empty pattern": ("[branches]\nforbidden = ['dev', '']\n", 2, "fits nothing", "`*`"),
    "blank pattern": ("[branches]\nforbidden = ['  ']\n", 2, "fits nothing", "`*`"),
    "pattern over two lines": ('[branches]\nexempt = ["a\\nb"]\n', 2, "fits nothing", "`*`"),
    "absolute path": ("[folders]\nextend-allowed = ['/srv']\n", 2, "no path inside", "root"),
    "path that leaves": (
        "[secrets]\nconfig-module = 'app/../../x.py'\n",
        2,
        "no path inside",
        "without ..",
    ),
    "path with backslashes": ("[slos]\noncall-playbook = 'ops\\a.md'\n", 2, "no path", "with /"),
    "type that no branch has": (
        "[branches.types]\n'users/ada' = 3\n",
        2,
        '"users/ada" is no type of branch',
        "before the first /",
    ),
    "nameless entry": ("[branches.types]\n' ' = 3\n", 2, "is no name", "readable"),
    "new entry that lacks something": (
        "[slos.objectives.search]\nservice = 'api'\nmeasure = 'latency'\n",
        1,
        "[slos.objectives.search] lacks `comparator`",
        "comparator = ",
    ),
    "nothing to take out": (
        "[branches]\nremove-forbidden = [\n  'develop',\n  'stagin',\n]\n",
        4,
        '`branches.forbidden` has no "stagin"',
        '"staging"',
    ),
    "unknown service": (
        "services = ['app', 'wokers']\n",
        1,
        '`services.declared` names "wokers", which is no service',
        '"workers"',
    ),
    "job of an unknown service": (
        "[workflows.jobs.backend-test]\nservices = ['backend']\n",
        2,
        'names "backend", which is no service',
        "services.known",
    ),
    "service without a name": ("services = ['app', 3]\n", 1, "has a name", 'services = ["app"'),
    "waiver without a date": (
        "\n[[waivers]]\nrule = 'BR004'\nsubject = 'x'\n",
        2,
        "lacks `expires`",
        "reason",
    ),
    "second waiver": (
        f"{WAIVER}{WAIVER.replace('BR004', 'BR0040')}",
        6,
        '"BR0040" is not a rule',
        "BR004",
    ),
    "waiver of a family": (
        "[[waivers]]\nrule='BR'\nsubject='x'\nexpires=2027-01-01\n",
        2,
        "a rule's id or slug",
        "?",
    ),
    "waiver with a bad date": (
        "[[waivers]]\nrule='BR004'\nsubject='x'\nexpires='soon'\n",
        4,
        "a date, not",
        "2026-02-20",
    ),
    "waiver with a bad pattern": (
        "[[waivers]]\nrule='BR004'\nsubject=''\nexpires=2027-01-01\n",
        3,
        "fits nothing",
        "`*`",
    ),
    "unknown key of a waiver": (
        "[[waivers]]\nrule='BR004'\nsubject='x'\nexpire=2027-01-01\n",
        4,
        "`expire`",
        "`expires`",
    ),
    "extends nothing": ("extends = 'staf-engineer'\n", 1, "no guide and no file", "staff-engineer"),
    "extends a number": ("extends = 3\n", 1, "a text", "quotes"),
    "extends itself": ("extends = './autodevops.toml'\n", 1, "in a circle", "staff-engineer"),
    "extends what is outside": ("\nextends = '../org.toml'\n", 2, "outside", "--guide"),
    "extends an absolute path": ("extends = '/etc/org.toml'\n", 1, "outside", "--guide"),
    "extends the network": ("extends = 'https://x/y.toml'\n", 1, "outside", "--guide"),
    "baseline outside": ("baseline = '../b.json'\n", 1, "outside", "--baseline"),
}


@pytest.mark.parametrize(
    ("text", "line", "wrong", "advice"), MISTAKES.values(), ids=MISTAKES.keys()
)
def test_a_mistake_is_found_where_it_is(text: str, line: int, wrong: str, advice: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        in_force(text)
    error = caught.value
    assert (error.path, error.line) == ("autodevops.toml", line)
    assert error.message.startswith(f"autodevops.toml:{line}: ")
    assert wrong in error.message
    assert advice in error.advice
    assert error.exit_code == 2


HOSTILE = {
    "deep arrays": "select = " + "[" * 100_000,
    "deep inline tables": "branches = " + "{a=" * 50_000,
    "deep dotted key": "a" + ".a" * 100_000 + " = 1",
    "deep header": "[a" + ".a" * 100_000 + "]",
    "huge number": "[team]\nengineers = " + "9" * 100_000,
    "huge hexadecimal number": "[team]\nengineers = 0x" + "f" * 100_000,
    "huge hexadecimal number inside": "[team]\nengineers = [0x" + "f" * 100_000 + "]",
    "huge text": "select = ['" + "x" * 300_000 + "']",
    "huge name": "x" * 200_000 + " = 1",
    "control characters": '"\\u001b[31m" = 1',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_a_mistake_like_any_other(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        in_force(text)
    assert caught.value.path == "autodevops.toml"
    assert len(caught.value.message) < 400


def test_a_mistake_in_an_extended_file_is_found_there() -> None:
    with pytest.raises(ConfigurationError) as caught:
        in_force("extends = 'org.toml'\n", org="\n\n[branchs]\n")
    assert (caught.value.path, caught.value.line) == ("org.toml", 3)


def test_a_mistake_that_only_shows_together_is_found_in_the_file_that_makes_it() -> None:
    org = "[slos.objectives.search]\nservice = 'api'\n"
    with pytest.raises(ConfigurationError) as caught:
        in_force("extends = 'org.toml'\n[branches]\ndefault = 'trunk'\n", org=org)
    assert (caught.value.path, caught.value.line) == ("org.toml", 1)


def test_a_chain_has_an_end() -> None:
    files = {f"g{at}": f"extends = 'g{at + 1}.toml'\n" for at in range(30)}
    with pytest.raises(ConfigurationError, match="more than 10 files extend each other"):
        in_force("extends = 'g0.toml'\n", **files)


def test_a_circle_is_shown() -> None:
    with pytest.raises(ConfigurationError) as caught:
        in_force("extends = 'a.toml'\n", a="extends = 'b.toml'\n", b="extends = 'a.toml'\n")
    assert "autodevops.toml -> a.toml -> b.toml -> a.toml" in caught.value.message
    assert caught.value.path == "b.toml"


def test_a_guide_that_there_is_not_is_wrong_usage() -> None:
    with pytest.raises(UsageError) as caught:
        load_guide(NAMES, guide="staff-enginer")
    assert "staff-engineer" in caught.value.advice


def test_a_guide_s_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_guide(NAMES, guide="./no/such.toml")
    assert caught.value.path == "./no/such.toml"
