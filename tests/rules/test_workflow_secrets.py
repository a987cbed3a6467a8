"""What workflows do with secrets: tell them, keep them, hand them to a pull request."""

import pytest

from autodevops.model.snapshot import Snapshot
from autodevops.rules import workflow_secrets as ws
from autodevops.rules.workflow_security import persisted_credentials
from tests.rules.analysed import CHECKOUT, PATH, PIN, workflow
from tests.support.asking import outcomes, subjects, violations


def test_an_expanded_secret_is_found_at_its_line() -> None:
    steps = "- name: deploy\n  run: |\n    set -e\n    deploy --token ${{ secrets.TOKEN }}"
    (found,) = violations(ws.secret_in_script, workflow(steps))
    assert found.subject == f"{PATH}#build/deploy"
    assert found.locations[0].line == 10
    assert found.evidence["secrets"] == ["TOKEN"]


@pytest.mark.parametrize(
    "steps",
    [
        '- run: deploy --token "$TOKEN"\n  env:\n    TOKEN: ${{ secrets.TOKEN }}',
        "- uses: actions/github-script@v7\n  with:\n    github-token: ${{ secrets.TOKEN }}",
        "- run: |\n    # ${{ secrets.TOKEN }}\n    true",
        "- run: echo ${{ vars.URL }}",
        "- if: env.T != ''\n  run: 'true'\n  env:\n    T: ${{ secrets.TOKEN }}",
    ],
)
def test_a_secret_in_the_environment_is_innocent(steps: str) -> None:
    assert subjects(ws.secret_in_script, workflow(steps)) == []


def script(*commands: str) -> Snapshot:
    body = "".join(f"    {command}\n" for command in commands)
    return workflow(f"- run: |\n{body}  env:\n    KEY: ${{{{ secrets.KEY }}}}")


@pytest.mark.parametrize(
    ("command", "how"),
    [
        ('echo "$KEY"', "echoed"),
        ("printf '%s' \"${KEY}\" > key.pem", "written to key.pem"),
        ('echo "KEY=$KEY" >> "$GITHUB_ENV"', "written to $GITHUB_ENV"),
        ('echo "$KEY" | tee key.pem', "written to key.pem"),
        ("echo ${{ secrets.KEY }} > key", "written to key"),
        ('echo "$KEY" || true', "echoed"),
    ],
)
def test_a_secret_that_is_told_is_found(command: str, how: str) -> None:
    (found,) = violations(ws.secret_written, script(command))
    assert found.evidence["how"] == [how]


def test_a_secret_in_a_here_document_is_found() -> None:
    assert subjects(ws.secret_written, script("cat > .npmrc <<END", "token=$KEY", "END"))


@pytest.mark.parametrize(
    "command",
    [
        'echo "$KEY" | docker login --password-stdin',
        'echo "::add-mask::$KEY"',
        "echo ${#KEY}",
        'echo "${KEY:+set}"',
        'if [ -z "$KEY" ]; then echo "KEY is not set"; fi',
        "echo '$KEYRING'",
        'deploy --key-stdin <<< "$KEY"',
        "cat README.md",
    ],
)
def test_a_secret_that_is_only_used_is_innocent(command: str) -> None:
    assert subjects(ws.secret_written, script(command)) == []


def test_a_checkout_that_keeps_the_token_is_found() -> None:
    (found,) = violations(
        persisted_credentials, workflow("- uses: actions/checkout@v4\n- run: make")
    )
    assert (found.subject, found.locations[0].line) == (PATH, 7)


@pytest.mark.parametrize(
    "steps",
    [
        CHECKOUT,
        "- uses: actions/checkout@v4\n- run: git push",
        f"- uses: actions/checkout@v4\n- uses: peter-evans/create-pull-request@{PIN}",
        "- uses: actions/checkout@v4\n- run: mkdocs gh-deploy",
        "- run: make",
    ],
)
def test_a_checkout_that_pushes_keeps_it_with_reason(steps: str) -> None:
    assert subjects(persisted_credentials, workflow(steps)) == []


@pytest.mark.parametrize(
    ("env", "job"),
    [
        ("PROD_KEY", ""),
        ("PRODUCTION_TOKEN", ""),
        ("DEPLOY_KEY", "environment: Production"),
    ],
)
def test_a_production_secret_in_a_pull_requests_job_is_found(env: str, job: str) -> None:
    steps = f"{CHECKOUT}- run: make\n  env:\n    KEY: ${{{{ secrets.{env} }}}}"
    (found,) = violations(ws.secret_in_untrusted_job, workflow(steps, on="pull_request", job=job))
    assert (found.subject, found.evidence["secrets"]) == (f"{PATH}#build", [env])


@pytest.mark.parametrize(
    ("secret", "on", "job"),
    [
        ("PROD_KEY", "push", ""),
        ("PROD_KEY", "[push, pull_request]", "if: github.event_name == 'push'"),
        ("TEST_KEY", "pull_request", ""),
        ("GITHUB_TOKEN", "pull_request", "environment: production"),
        ("PRODUCT_ID", "pull_request", ""),
    ],
)
def test_other_secrets_and_other_events_are_innocent(secret: str, on: str, job: str) -> None:
    steps = f"{CHECKOUT}- run: make\n  env:\n    KEY: ${{{{ secrets.{secret} }}}}"
    found = outcomes(ws.secret_in_untrusted_job, workflow(steps, on=on, job=job))
    assert [one for one in found if hasattr(one, "subject")] == []
