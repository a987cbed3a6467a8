import pytest
from msgspec.structs import replace

from autodevops.model.snapshot import Unavailable
from autodevops.rules import workflow_secrets
from autodevops.rules import workflow_security as ws
from autodevops.rules._api import Rule
from tests.rules.analysed import CHECKOUT, PATH, PIN, files, workflow
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations

# WS001


def test_a_strangers_title_in_a_script_is_an_injection() -> None:
    found = violations(
        ws.template_injection,
        workflow("- run: |\n    true\n    echo '${{ github.event.issue.title }}'", on="issues"),
    )
    assert [one.subject for one in found] == [f"{PATH}#build/step 1"]
    assert [place.line for place in found[0].locations] == [9]
    assert found[0].evidence["zizmor"] == ["template-injection"]


def test_a_strangers_text_read_back_from_env_is_an_injection() -> None:
    steps = "- run: echo ${{ env.TITLE }}\n  env:\n    TITLE: ${{ github.event.issue.title }}"
    assert subjects(ws.template_injection, workflow(steps, on="issues"))


def test_a_script_that_an_action_is_handed_is_a_script() -> None:
    steps = (
        "- uses: actions/github-script@v7\n  with:\n    script: |\n"
        "      // ${{ github.event.issue.title }}\n"
        '      core.info("${{ github.event.issue.body }}" + "${{ secrets.TOKEN }}")'
    )
    (found,) = violations(ws.template_injection, workflow(steps, on="issues"))
    assert [place.line for place in found.locations] == [11]
    told = subjects(workflow_secrets.secret_in_script, workflow(steps, on="issues"))
    assert told == [found.subject]


@pytest.mark.parametrize(
    "steps",
    [
        '- run: echo "$TITLE"\n  env:\n    TITLE: ${{ github.event.issue.title }}',
        "- run: echo ${{ github.sha }}",
        "- run: echo ${{ github.event.pull_request.number }}",
        "- run: echo ${{ env.VERSION }}\n  env:\n    VERSION: 1.2.3",
        "- run: |\n    # ${{ github.event.issue.title }}\n    true",
        "- if: contains(github.event.issue.title, 'x')\n  run: 'true'",
        "- run: echo ${{ matrix.python }}",
        "- run: echo ${{ inputs.version }}",
        "- run: git clone ${{ github.event.repository.html_url }}",
        "- run: test '${{ github.event_name }}' = issues && echo ${{ github.event.action }}",
        "- run: git show ${{ github.event.pull_request.merge_commit_sha }}",
        "- run: git fetch origin ${{ github.event.pull_request.base.ref }}",
        "- run: echo ${{ secrets.A }} | docker login -u ${{ github.actor }} --password-stdin",
    ],
)
def test_what_no_stranger_writes_is_innocent(steps: str) -> None:
    assert subjects(ws.template_injection, workflow(steps, on="[issues, workflow_dispatch]")) == []


# WS002


@pytest.mark.parametrize(
    "used",
    [
        "other/deploy@v2",
        "other/deploy@main",
        "other/deploy/sub@v1.2.3",
        "docker://alpine:3.20",
        "actions/checkout@main",
    ],
)
def test_what_can_be_moved_is_unpinned(used: str) -> None:
    (found,) = violations(ws.unpinned_action, workflow(f"- uses: {used}\n- run: 'true'"))
    assert found.subject == PATH
    assert found.evidence["uses"] == [used]


@pytest.mark.parametrize(
    "used",
    [
        f"other/deploy@{PIN}",
        "actions/checkout@v4",
        "github/codeql-action/init@v3",
        f"docker://alpine@sha256:{'a' * 64}",
    ],
)
def test_what_is_pinned_or_github_s_own_is_innocent(used: str) -> None:
    assert subjects(ws.unpinned_action, workflow(f"- uses: {used}")) == []


def test_own_actions_are_not_those_of_others() -> None:
    steps = "- uses: ./.github/actions/x\n- uses: acme/tools@v1"
    # The repository of the tests is acme/shop.
    assert is_not_applicable(ws.unpinned_action, workflow(steps.replace("tools", "shop")))


def test_one_finding_a_file_with_all_places() -> None:
    (found,) = violations(ws.unpinned_action, workflow("- uses: a/b@v1\n- uses: c/d@v1"))
    assert len(found.locations) == 2
    assert found.evidence["zizmor"] == ["unpinned-uses"]


# WS003


def test_a_workflow_without_permissions_has_too_many() -> None:
    text = "on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n"
    (found,) = violations(ws.excessive_permissions, files({PATH: text}))
    assert found.subject == PATH
    assert found.evidence["zizmor"] == ["excessive-permissions"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_write_all_is_too_much_however_few_jobs_there_are(jobs: int) -> None:
    job = "    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n"
    text = "on: push\npermissions: write-all\njobs:\n"
    text += "".join(f"  x{number}:\n{job}" for number in range(jobs))
    (found,) = violations(ws.excessive_permissions, files({PATH: text}))
    assert (found.subject, found.locations[0].line) == (PATH, 2)


@pytest.mark.parametrize("granted", ["{}", "read-all", "\n  contents: read"])
def test_least_permissions_are_innocent(granted: str) -> None:
    text = (
        f"on: push\npermissions: {granted}\njobs:\n  x:\n    runs-on: ubuntu-latest\n"
        "    steps:\n      - run: 'true'\n"
    )
    assert subjects(ws.excessive_permissions, files({PATH: text})) == []


def test_permissions_of_each_job_are_enough() -> None:
    text = (
        "on: push\njobs:\n  x:\n    permissions:\n      contents: read\n"
        "    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n"
    )
    assert subjects(ws.excessive_permissions, files({PATH: text})) == []


# WS004

HEAD = "- uses: actions/checkout@v4\n  with:\n    ref: ${{ github.event.pull_request.head.sha }}\n"


@pytest.mark.parametrize(
    ("steps", "on"),
    [
        (HEAD + "- run: make", "pull_request_target"),
        (HEAD.replace("pull_request.head.sha", "workflow_run.head_sha"), "workflow_run"),
        (CHECKOUT + "- run: gh pr checkout 1", "pull_request_target"),
    ],
)
def test_a_strangers_code_with_the_repositorys_rights_is_dangerous(steps: str, on: str) -> None:
    (found,) = violations(ws.dangerous_trigger, workflow(steps, on=on))
    assert found.subject.startswith(f"{PATH}#build/")


@pytest.mark.parametrize(
    ("steps", "on", "job"),
    [
        (HEAD, "pull_request", ""),
        (CHECKOUT, "pull_request_target", ""),
        ("- uses: actions/labeler@v5", "pull_request_target", ""),
        (
            HEAD,
            "pull_request_target",
            "if: github.event.pull_request.head.repo.full_name == github.repository",
        ),
        (HEAD, "workflow_run", "if: github.event.workflow_run.event == 'push'"),
    ],
)
def test_own_code_or_no_rights_are_innocent(steps: str, on: str, job: str) -> None:
    found = outcomes(ws.dangerous_trigger, workflow(steps, on=on, job=job))
    assert [one for one in found if hasattr(one, "subject")] == []


# WS008


@pytest.mark.parametrize(
    "command",
    [
        "npm install -g vercel",
        "npm i --global vercel@latest",
        "yarn global add serverless",
        "pip install ruff",
        "python -m pip install 'ruff>=0.5'",
        "pipx install poetry",
        "go install example.com/tool@latest",
        "gem install bundler",
        "cargo install just",
        "uv tool install ruff",
    ],
)
def test_an_open_version_is_found(command: str) -> None:
    (found,) = violations(ws.unpinned_install, workflow(f"- run: {command}"))
    assert found.locations[0].line == 7


def test_npm_install_beside_a_lock_is_open() -> None:
    text = (
        "on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm install\n"
    )
    assert subjects(ws.unpinned_install, files({PATH: text, "package-lock.json": "{}"}))
    assert subjects(ws.unpinned_install, files({PATH: text})) == []


@pytest.mark.parametrize(
    "command",
    [
        "npm ci",
        "npm install -g vercel@39.1.1",
        "pip install -r requirements.txt",
        "pip install ruff==0.6.1",
        "pip install -e '.[dev]'",
        "pip install --upgrade pip",
        "pip install ./dist/x.whl",
        "pip install --trusted-host pypi.example.org -r requirements.txt",
        "uv pip install --python-platform x86_64-manylinux2014 -r requirements.txt",
        'pip install "tool==$VERSION"',
        "pip install --require-hashes -r locked.txt",
        "go install example.com/tool@v1.2.3",
        "yarn install --immutable",
        "pnpm install",
        "uv sync",
        "cargo install just --version 1.2.3",
        "echo pip install ruff",
    ],
)
def test_a_lock_or_an_exact_version_is_innocent(command: str) -> None:
    assert subjects(ws.unpinned_install, workflow(f"- run: {command}")) == []


# WS010 and all


def test_other_audits_are_reported_by_their_names() -> None:
    text = (
        "on: push\npermissions: {}\njobs:\n  x:\n    runs-on: ubuntu-latest\n"
        "    container:\n      image: alpine:latest\n    steps:\n      - run: 'true'\n"
    )
    (found,) = violations(ws.workflow_weakness, files({PATH: text}))
    assert found.subject == f"{PATH}#unpinned-images"


def test_what_has_its_own_rule_is_not_repeated() -> None:
    snapshot = workflow("- uses: a/b@v1\n- run: echo ${{ github.event.issue.title }}", on="issues")
    assert lines(ws.workflow_weakness, snapshot) == []


FOLDED = [
    ws.template_injection,
    ws.unpinned_action,
    ws.excessive_permissions,
    ws.dangerous_trigger,
    ws.persisted_credentials,
    ws.workflow_weakness,
]


@pytest.mark.parametrize("rule", FOLDED, ids=lambda rule: rule.id)
def test_without_the_analyser_the_rules_are_unknown(rule: Rule) -> None:
    snapshot = workflow("- uses: a/b@v1", on="pull_request_target")
    blind = replace(snapshot, analyser=Unavailable("zizmor is not installed", "zizmor"))
    assert [type(one).__name__ for one in outcomes(rule, blind)] == ["Unknown"]


@pytest.mark.parametrize("rule", FOLDED, ids=lambda rule: rule.id)
def test_without_workflows_there_is_nothing_to_judge(rule: Rule) -> None:
    assert is_not_applicable(rule, files({"README.md": "# x\n"}))
