import pytest
from msgspec.structs import replace

from autodevops.model.finding import Unknown
from autodevops.model.settings import DeployEnvironment, DeployEnvironments, Settings
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.rules import deploy_environments as df
from tests.support.asking import is_not_applicable, outcomes, subjects, violations
from tests.support.memory import snapshot_of

DEPLOY = ".github/workflows/deploy.yml"
NOT_READ = Unavailable("it was not read")


def deploy(environment: str, steps: str = "- run: railway up", more: str = "") -> dict[str, str]:
    text = (
        "on:\n  push: {branches: [main]}\n  pull_request:\njobs:\n  ship:\n"
        f"    environment: {environment}\n    runs-on: ubuntu-latest\n{more}    steps:\n"
        f"      {steps}\n"
    )
    return {DEPLOY: text}


def known(files: dict[str, str], *environments: DeployEnvironment) -> Snapshot:
    settings = Settings(
        protection=NOT_READ,
        merging=NOT_READ,
        tag_rulesets=NOT_READ,
        ci_runs=NOT_READ,
        trunk_commits=NOT_READ,
        environments=DeployEnvironments(environments=environments),
        secrets=NOT_READ,
        codeowners_errors=NOT_READ,
        secret_scanning=NOT_READ,
    )
    return replace(snapshot_of(files), settings=settings)


def environment(
    name: str, reviewers: int = 1, policy: tuple[str, ...] | None = ("main",)
) -> DeployEnvironment:
    return DeployEnvironment(name=name, reviewers=reviewers, branch_policy=policy)


# DF004


@pytest.mark.parametrize("name", ["staging", "prod-eu", "QA", "{name: staging, url: 'https://x'}"])
def test_the_guide_has_no_other_environments(name: str) -> None:
    (found,) = violations(df.unexpected_environment, deploy(name))
    assert found.subject in name
    assert found.locations[0].line == 6


def test_a_name_that_is_known_on_some_occasion_counts() -> None:
    name = "${{ github.event_name == 'push' && 'Production' || 'staging' }}"
    assert subjects(df.unexpected_environment, deploy(name)) == ["staging"]


@pytest.mark.parametrize("each", ["github.ref_name", "github.event.pull_request.number"])
def test_a_name_for_each_branch_is_open(each: str) -> None:
    name = f"preview-${{{{ {each} }}}}"
    assert subjects(df.unexpected_environment, deploy(name)) == []


def test_every_value_of_a_matrix_counts() -> None:
    matrix = "    strategy:\n      matrix:\n        place: [Production, staging, dev]\n"
    files = deploy("${{ matrix.place }}", more=matrix)
    assert subjects(df.unexpected_environment, files) == ["dev", "staging"]


def test_one_finding_for_all_jobs_of_an_environment() -> None:
    files = deploy("staging") | {".github/workflows/b.yml": deploy("Staging")[DEPLOY]}
    (found,) = violations(df.unexpected_environment, files)
    assert len(found.locations) == 2


@pytest.mark.parametrize(
    "files",
    [
        deploy("Production"),
        deploy("production"),
        deploy("PREVIEW"),
        deploy("${{ inputs.environment }}"),
        deploy("preview", "- run: vercel deploy"),
        deploy("${{ github.event_name == 'push' && 'Production' || 'Preview' }}"),
    ],
)
def test_the_guides_environments_are_innocent(files: dict[str, str]) -> None:
    assert subjects(df.unexpected_environment, files) == []


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("github-pages", "- uses: actions/deploy-pages@v4"),
        ("pypi", "- uses: pypa/gh-action-pypi-publish@v1"),
        ("npm", "- run: npm publish"),
        ("integration", "- run: pytest"),
        ("Release", "- run: gh release create v1"),
    ],
)
def test_environments_of_jobs_that_deploy_no_service_are_innocent(name: str, steps: str) -> None:
    files = known(deploy(name, steps), environment(name), environment("copilot"))
    assert subjects(df.unexpected_environment, files) == []


def test_githubs_own_list_counts() -> None:
    files = known(
        deploy("Production"),
        environment("production"),
        environment("staging"),
        environment("Production \N{EN DASH} shop"),
        environment("shop / production"),
        environment("github-pages"),
    )
    assert subjects(df.unexpected_environment, files) == ["staging"]


def test_without_deploy_jobs_only_github_can_tell() -> None:
    said = outcomes(df.unexpected_environment, {"README.md": "x"})
    assert [type(one) for one in said] == [Unknown]


# DF005


@pytest.mark.parametrize(
    ("reviewers", "policy", "lacks"),
    [
        (0, ("main",), "reviewers"),
        (1, None, "a branch policy"),
        (1, ("*",), "a branch policy"),
        (0, None, "reviewers and a branch policy"),
    ],
)
def test_production_is_guarded(reviewers: int, policy: tuple[str, ...] | None, lacks: str) -> None:
    files = known(deploy("Production"), environment("production", reviewers, policy))
    (found,) = violations(df.environment_protection, files)
    assert found.subject == "production"
    assert found.message == f"the environment production lacks {lacks}"
    assert found.locations[0].setting == "environments/production"


@pytest.mark.parametrize("policy", [("main",), ("~PROTECTED",), ("main", "v*"), ("release/*",)])
def test_reviewers_and_a_branch_policy_are_enough(policy: tuple[str, ...]) -> None:
    files = known(deploy("Production"), environment("PRODUCTION", 1, policy))
    assert subjects(df.environment_protection, files) == []


def test_other_environments_need_no_guard() -> None:
    files = known(deploy("Production"), environment("Production"), environment("Preview", 0, None))
    assert subjects(df.environment_protection, files) == []


def test_deployments_without_the_environment_are_unguarded() -> None:
    assert subjects(df.environment_protection, known(deploy("live"))) == ["Production"]


def test_without_deployments_and_environment_there_is_nothing_to_guard() -> None:
    files = known({"README.md": "x"}, environment("github-pages", 0, None))
    assert is_not_applicable(df.environment_protection, files)


def test_patterns_that_were_not_read_may_be_any() -> None:
    unread = replace(environment("Production"), branch_policy=Unavailable("not read", "actions"))
    said = outcomes(df.environment_protection, known(deploy("Production"), unread))
    assert said == [Unknown(reason="not read", needs="actions")]


def test_without_github_the_guard_is_unknown() -> None:
    (said,) = outcomes(df.environment_protection, deploy("Production"))
    assert isinstance(said, Unknown)
    assert said.needs == "GitHub: actions (read)"
