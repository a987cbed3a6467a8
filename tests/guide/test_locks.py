"""What an organisation's guide locks, a repository can't change."""

from datetime import timedelta

import pytest

from autodevops.errors import ConfigurationError
from autodevops.guide.names import RuleNames
from autodevops.model.finding import Severity
from tests.guide.chains import NAMES, in_force

ORG = "[lock]\nrules = ['SE', 'branch-age']\nkeys = ['branches.types', 'secrets', 'baseline']\n"
WAIVER = "[[waivers]]\nrule='{}'\nsubject='x'\nreason='y'\nexpires=2027-01-01\n"

BROKEN = {
    "ignored": ("ignore = ['BR003', 'BR004']", 2, "`ignore` leaves out BR004", "org.toml:2"),
    "ignored by slug": ("ignore = ['branch-age']", 2, "leaves out BR004", "org.toml:2"),
    "ignored by family": ("ignore = ['SE']", 2, "leaves out SE001", "org.toml:2"),
    "ignored with all": ("ignore = ['ALL']", 2, "leaves out SE001", "org.toml:2"),
    "ignored in addition": ("extend-ignore = ['BR004']", 2, "`extend-ignore` leaves out", "BR004"),
    "not selected": ("\nselect = ['SE']", 3, "`select` leaves out BR004", "org.toml:2"),
    "lowered": ("[severity]\nSE001 = 'low'", 3, "SE001 can't be low", "at high"),
    "lowered by family": ("[severity]\nBR = 'info'", 3, "BR004 can't be info", "at medium"),
    "waived": (WAIVER.format("branch-age"), 2, "BR004 can't be waived here", "org.toml:2"),
    "key changed": (
        "[branches.types]\nfeature = 9",
        3,
        "`branches.types.feature` is locked",
        "org.toml:3",
    ),
    "key added": (
        "[branches.types]\nspike = 9",
        3,
        "`branches.types.spike` is locked",
        "org.toml:3",
    ),
    "key extended": ("[branches]\nextend-types = {spike = 9}", 3, "spike` is locked", "org.toml:3"),
    "key taken out": ("[branches]\nremove-types = ['fix']", 3, "`branches.remove-types`", "org"),
    "key below": ("[secrets]\nconfig-readers = 99", 3, "`secrets.config-readers` is locked", "org"),
    "setting": ("baseline = 'b.json'", 2, "`baseline` is locked", "org.toml:3"),
}


@pytest.mark.parametrize(("text", "line", "wrong", "who"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_lock_is_an_error_where_it_is_broken(
    text: str, line: int, wrong: str, who: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        in_force(f"extends = 'org.toml'\n{text}\n", org=ORG)
    assert (caught.value.path, caught.value.line) == ("autodevops.toml", line)
    assert wrong in caught.value.message
    assert who in caught.value.message


def test_a_lock_on_one_entry_holds_against_a_change_of_all() -> None:
    org = "[lock]\nkeys = ['branches.types.fix']\n"
    with pytest.raises(ConfigurationError, match=r"is locked by org\.toml:2"):
        in_force("extends = 'org.toml'\n[branches]\nremove-types = ['fix']\n", org=org)
    chain = in_force("extends = 'org.toml'\n[branches.types]\nfeature = 9\n", org=org)
    assert chain.guide.branches.max_age("feature/x") == timedelta(days=9)


KEPT = {
    "nothing": "",
    "others ignored": "ignore = ['BR003', 'forbidden-branch']",
    "family ignored but the rule selected": "ignore = ['BR']\nselect = ['BR004', 'SE', 'BR']",
    "raised": "[severity]\nSE001 = 'critical'\nBR = 'high'",
    "others lowered": "[severity]\nBR003 = 'info'\nBR004 = 'medium'",
    "others waived": WAIVER.format("BR003"),
    "other keys": "[branches]\nbehind-limit = 9\n[team]\nengineers = 5",
    "all selected": "select = ['ALL']",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_a_kept_lock_is_no_matter(text: str) -> None:
    settings = in_force(f"extends = 'org.toml'\n{text}\n", org=ORG).configuration
    assert settings.locked == {"SE001", "SE012", "BR004"}


def test_the_guide_that_locks_may_itself_change_and_waive() -> None:
    org = (
        "[lock]\nrules = ['BR004']\nkeys = ['branches.types']\n"
        "[branches.types]\nfeature = 5\n[severity]\nBR004 = 'low'\n" + WAIVER.format("BR004")
    )
    chain = in_force("extends = 'org.toml'\n", org=org)
    assert chain.guide.branches.types["feature"] == 5
    assert chain.configuration.severities == {"BR004": Severity.LOW}
    assert len(chain.configuration.waivers) == 1


def test_what_the_guide_lowered_may_stay_there() -> None:
    org = "[lock]\nrules = ['BR004']\n[severity]\nBR004 = 'low'\n"
    text = "extends = 'org.toml'\n[severity]\nBR004 = 'low'\n"
    assert in_force(text, org=org).configuration.severities == {"BR004": Severity.LOW}


def test_a_guide_that_locks_what_it_ignores_contradicts_itself() -> None:
    with pytest.raises(ConfigurationError, match=r"org.toml:1: `ignore` leaves out BR004"):
        in_force("extends = 'org.toml'", org="ignore = ['BR004']\n[lock]\nrules = ['BR004']\n")


def test_a_locked_key_may_be_quoted() -> None:
    org = "[lock]\nkeys = ['folders.required.\".github\"']\n"
    with pytest.raises(ConfigurationError, match=r"is locked by org\.toml:2"):
        in_force("extends = 'org.toml'\n[folders.required.'.github']\nrequired = false\n", org=org)
    in_force("extends = 'org.toml'\n[folders.required.ci]\nrequired = false\n", org=org)


@pytest.mark.parametrize(
    ("select", "ignore", "enabled"),
    [
        ((), (), True),
        (("BR",), (), True),
        (("SE",), (), False),
        ((), ("BR",), False),
        (("BR004",), ("BR",), True),
        (("BR",), ("BR004",), False),
        (("BR",), ("branch-age",), False),
        (("branch-age",), ("BR004",), False),
        (("BR",), ("BR",), False),
        (("BR00",), ("BR",), True),
        (("br004",), (), True),
        (("ALL",), ("SE",), True),
        (("ALL",), ("BR",), False),
    ],
)
def test_the_closest_selector_decides(
    select: tuple[str, ...], ignore: tuple[str, ...], enabled: bool
) -> None:
    assert NAMES.is_enabled("BR004", select, ignore) is enabled


def test_rules_are_known_by_many_names() -> None:
    assert NAMES.matching("BR") == ("BR002", "BR003", "BR004")
    assert NAMES.matching("branch-age") == ("BR004",)
    assert NAMES.matching("B") == ()
    assert NAMES.single("br004") == "BR004"
    assert NAMES.single("BR") is None
    assert NAMES.nearest("brnch-age") == "branch-age"
    assert RuleNames.of(()).nearest("BR004") is None
