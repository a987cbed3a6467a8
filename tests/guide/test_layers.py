"""Files laid over each other: what changes, what adds up, and where each value comes from."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from autodevops.errors import ConfigurationError
from autodevops.guide.files import ConfigFile, DiskFiles, config_at, discover
from autodevops.guide.load import built_in_guide, load_guide
from autodevops.guide.model import Comparator, Unit
from autodevops.guide.settings import Threshold
from autodevops.model.finding import Severity
from tests.guide.chains import NAMES, in_force, repository


def test_without_a_file_the_built_in_guide_judges() -> None:
    alone = load_guide(NAMES)
    assert alone.guide == built_in_guide()
    assert alone.chain == ("staff-engineer",)
    assert alone.configuration.select == ()
    assert alone.configuration.fail_on is None


def test_an_empty_file_changes_nothing() -> None:
    assert in_force("").guide == built_in_guide()
    assert in_force('extends = "staff-engineer"').guide == built_in_guide()


def test_tables_add_up_and_scalars_replace() -> None:
    policy = in_force("[branches]\ndefault = 'trunk'\n[branches.types]\nspike = 2\nfix = 5\n").guide
    assert policy.branches.default == "trunk"
    expected = {"feature": 3, "fix": 5, "hotfix": 1, "docs": 1, "chore": 1, "spike": 2}
    assert policy.branches.types == expected
    assert policy.branches.max_age("spike/x") == timedelta(days=2)


def test_lists_replace_unless_they_are_extended() -> None:
    replaced = in_force("[branches]\nforbidden = ['develop']\n").guide
    assert replaced.branches.forbidden == ("develop",)
    extended = in_force("[branches]\nextend-forbidden = ['dev', 'staging']\n").guide
    assert extended.branches.forbidden == ("develop", "staging", "release/*", "dev")


def test_entries_are_taken_out_by_name() -> None:
    text = (
        "[branches]\nremove-types = ['docs']\nremove-forbidden = ['staging']\n"
        "extend-types = { spike = 2 }\n[slos]\nremove-objectives = ['ai-response']\n"
    )
    policy = in_force(text).guide
    assert list(policy.branches.types) == ["feature", "fix", "hotfix", "chore", "spike"]
    assert policy.branches.forbidden == ("develop", "release/*")
    assert "ai-response" not in {objective.name for objective in policy.slos.objectives}


def test_one_entry_changes_and_the_others_stay() -> None:
    policy = in_force("[slos.objectives.api-latency]\nvalue = 300\n").guide
    objective = policy.slos.objectives[1]
    assert (objective.value, objective.unit, objective.sli) == (
        300,
        Unit.MILLISECONDS,
        "Latency histogram",
    )
    assert policy.slos.objectives[0] == built_in_guide().slos.objectives[0]


def test_a_new_entry_is_added_whole() -> None:
    text = (
        "[slos.objectives.search]\nservice = 'api'\nmeasure = 'search'\npercentile = 99\n"
        "comparator = '<'\nvalue = 1.5\nunit = 's'\nsli = 'Search histogram'\n"
    )
    objective = in_force(text).guide.slos.objectives[-1]
    assert objective.comparator is Comparator.BELOW
    assert objective.text == "p99 search < 1.5s"


def test_a_folder_that_the_team_does_without() -> None:
    folder = in_force("[folders.required.grafana]\nrequired = false\n").guide.folders.find(
        "grafana"
    )
    assert folder is not None
    assert not folder.required


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("services = []", ()),
        ("services = ['app', 'workers']", ("api", "workers")),
        ("services = ['api', 'frontend/']", ("api", "frontend")),
        ("services = ['app', 'api']", ("api", "api")),
        ("[services]\ndeclared = ['frontend']", ("frontend",)),
        ("[[services]]\nname = 'app'\n[[services]]\nname = 'workers'", ("api", "workers")),
        ("[branches]\ndefault = 'main'", None),
    ],
)
def test_a_team_says_which_services_there_are(text: str, declared: tuple[str, ...] | None) -> None:
    policy = in_force(text).guide.services
    assert policy.declared == declared
    assert [service.name for service in policy.services] == [
        service.name for service in built_in_guide().services.services
    ]


def test_a_team_adds_a_service() -> None:
    text = "services = ['app', {name = 'billing', port = 9000}, {name = 'api', port = 8080}]"
    policy = in_force(text).guide.services
    assert policy.declared == ("api", "billing", "api")
    billing = policy.find("billing")
    assert billing is not None
    assert (billing.folder, billing.port, billing.kind) == ("billing", 9000, "code")
    api = policy.find("app")
    assert api is not None
    assert (api.port, api.technology) == (8080, "FastAPI")


def test_a_mistake_inside_a_listed_service_is_found_at_its_line() -> None:
    with pytest.raises(ConfigurationError) as caught:
        in_force("[[services]]\nname = 'app'\n\n[[services]]\nname = 'b'\nprot = 3\n")
    assert caught.value.line == 6
    assert "`port`" in caught.value.advice


def test_rules_severities_and_threshold() -> None:
    text = (
        "select = ['BR']\nignore = ['branch-age']\nfail-on = 'high'\n"
        "[severity]\nBR = 'info'\nBR004 = 'critical'\n"
    )
    settings = in_force(text).configuration
    assert (settings.select, settings.ignore) == (("BR",), ("branch-age",))
    assert settings.fail_on is Threshold.HIGH
    assert settings.severities == {
        "BR002": Severity.INFO,
        "BR003": Severity.INFO,
        "BR004": Severity.CRITICAL,
    }


def test_never_is_no_severity() -> None:
    threshold = in_force("fail-on = 'never'").configuration.fail_on
    assert threshold is Threshold.NEVER
    assert threshold.severity is None
    assert Threshold.LOW.severity is Severity.LOW


def test_waivers_of_all_files_count() -> None:
    waiver = "[[waivers]]\nrule='{0}'\nsubject='x'\nreason='{1}'\nexpires={2}\n"
    settings = in_force(
        "extends = 'org.toml'\n" + waiver.format("branch-age", " ours ", "'2027-01-02'"),
        org=waiver.format("BR002", "theirs", "2027-01-01"),
    ).configuration
    theirs, ours = settings.waivers
    assert (theirs.rule, theirs.reason, theirs.inherited, theirs.source) == (
        "BR002",
        "theirs",
        True,
        "org.toml:1",
    )
    assert (ours.rule, ours.reason, ours.inherited, ours.source) == (
        "BR004",
        "ours",
        False,
        "autodevops.toml:2",
    )
    assert ours.expires == date(2027, 1, 2)


def test_a_waiver_without_a_reason_is_a_finding_not_a_mistake() -> None:
    waivers = in_force("[[waivers]]\nrule='BR004'\nsubject='x'\nexpires=2027-01-01\n")
    assert waivers.configuration.waivers[0].reason == ""


def test_a_baseline_is_found_beside_the_file_that_names_it() -> None:
    baseline = in_force(
        "extends = 'policy/org.toml'", **{"policy/org": "baseline = 'b.json'\n"}
    ).configuration.baseline
    assert baseline is not None
    assert (baseline.path, baseline.source) == ("policy/b.json", "policy/org.toml:1")


def test_a_chain_of_three_files_counts_in_its_order() -> None:
    chain = in_force(
        "extends = 'policy/team.toml'\n[branches.types]\nfix = 7\n",
        **{
            "policy/team": "extends = '../org.toml'\n[branches.types]\nfix = 6\ndocs = 6\n",
            "org": "name = 'acme'\nversion = '4'\n[branches.types]\nfix = 5\ndocs = 5\nchore = 5\n",
        },
    )
    types = chain.guide.branches.types
    assert (types["fix"], types["docs"], types["chore"], types["feature"]) == (7, 6, 5, 3)
    assert (chain.guide.name, chain.guide.version) == ("acme", "4")
    expected = ("staff-engineer", "org.toml", "policy/team.toml", "autodevops.toml")
    assert chain.chain == expected


def test_a_named_guide_lies_under_the_team_s_file(tmp_path: Path) -> None:
    org = tmp_path / "org.toml"
    org.write_text("name = 'acme'\n[branches.types]\nfix = 5\ndocs = 5\n")
    chain = in_force("[branches.types]\nfix = 7\n", guide=str(org))
    assert chain.guide.name == "acme"
    assert (chain.guide.branches.types["fix"], chain.guide.branches.types["docs"]) == (7, 5)
    assert chain.chain == ("staff-engineer", str(org), "autodevops.toml")


def test_files_on_disk_extend_each_other_anywhere(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "org.toml").write_text("[branches.types]\nfix = 5\n")
    team = tmp_path / "policy" / "team.toml"
    team.write_text("extends = '../org.toml'\nbaseline = '../accepted.json'\n")
    chain = load_guide(NAMES, config=config_at(str(team)))
    assert chain.guide.branches.types["fix"] == 5
    baseline = chain.configuration.baseline
    assert baseline is not None
    assert baseline.path == str(tmp_path / "accepted.json")


def test_a_guide_that_the_team_s_file_extends_too_counts_once(tmp_path: Path) -> None:
    org = tmp_path / "org.toml"
    org.write_text("[branches]\nextend-forbidden = ['dev']\n")
    config = ConfigFile(
        path=str(tmp_path / "t.toml"), text="extends = 'org.toml'", files=DiskFiles()
    )
    chain = load_guide(NAMES, guide=str(org), config=config)
    assert chain.chain == ("staff-engineer", str(org), str(tmp_path / "t.toml"))


def test_our_table_of_a_pyproject_is_a_file_like_any_other() -> None:
    text = "[project]\nname = 'x'\n\n[tool.autodevops.branches.types]\nfix = 9\n"
    config = discover(repository({"pyproject.toml": text}))
    chain = load_guide(NAMES, config=config)
    assert chain.guide.branches.types["fix"] == 9
    wrong = discover(repository({"pyproject.toml": text + "fixx = 'x'\n"}))
    with pytest.raises(ConfigurationError) as caught:
        load_guide(NAMES, config=wrong)
    assert (caught.value.path, caught.value.line) == ("pyproject.toml", 6)


def test_the_digest_changes_with_what_can_change_a_verdict_only() -> None:
    plain = built_in_guide().digest
    same = (
        "# comment\nfail-on = 'low'\nbaseline = 'b.json'\n[branches.types]\nfeature = 3\n"
        "[[waivers]]\nrule='BR004'\nsubject='x'\nexpires=2027-01-01\n"
    )
    assert in_force(same).guide.digest == plain
    others = [
        "[branches.types]\nfeature = 4\n",
        "select = ['BR']",
        "ignore = ['BR']",
        "[severity]\nBR = 'low'",
        "[lock]\nrules = ['BR004']",
        "services = []",
        "name = 'acme'",
    ]
    digests = {in_force(text).guide.digest for text in others}
    assert len(digests | {plain}) == len(others) + 1


def test_the_digest_is_the_same_whatever_the_order_of_the_file() -> None:
    one = "[branches]\nextend-exempt = ['x/*']\nbehind-limit = 9\n[team]\nengineers = 5\n"
    two = "[team]\nengineers = 5\n[branches]\nbehind-limit = 9\nextend-exempt = ['x/*']\n"
    assert in_force(one).guide.digest == in_force(two).guide.digest
