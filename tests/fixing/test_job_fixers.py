"""Repairs of what jobs wait for, may hide, deploy to and may do."""

import pytest

from tests.fixing.workflows import CHECKOUT, CI, DEPLOY, GITLEAKS, changed, job, workflow
from tests.support.repairing import mended, refusal, repaired

# CI004, CI005

UNITS = {
    "app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    "frontend/package.json": '{"dependencies": {"next": "15"}}',
}


def pipeline(needs: str, name: str = "integration-test") -> str:
    tests = "".join(
        job("      - run: make test\n", one) for one in ("backend-test", "frontend-test")
    )
    return workflow(tests + job("      - run: make all\n", name, needs))


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        (
            "    needs: [backend-test] # units\n",
            "    needs: [backend-test, frontend-test] # units\n",
        ),
        ("    needs: backend-test\n", "    needs: [backend-test, frontend-test]\n"),
        (
            "    needs:\n      - backend-test # units\n",
            "    needs:\n      - backend-test # units\n      - frontend-test\n",
        ),
    ],
)
def test_integration_waits_for_the_units(needs: str, expected: str) -> None:
    before = pipeline(needs)
    assert mended("CI004", {**UNITS, CI: before}).text(CI) == before.replace(needs, expected)


def test_a_job_that_needs_nothing_yet_waits_for_the_units() -> None:
    after = mended("CI004", {**UNITS, CI: pipeline("")}).text(CI)
    wanted = "  integration-test:\n    needs: [backend-test]\n    runs-on"
    assert wanted.replace("test]", "test, frontend-test]") in after


def test_what_runs_in_another_workflow_can_t_be_waited_for() -> None:
    unit = workflow(job("      - run: make test\n", "backend-test"))
    files = {
        **UNITS,
        CI: workflow(job("      - run: make all\n", "integration-test")),
        ".github/workflows/unit.yml": unit,
    }
    assert "runs in .github/workflows/unit.yml" in refusal("CI004", files)


def test_a_deploy_waits_for_the_gates_and_takes_no_condition_away() -> None:
    tests = pipeline("    needs: [backend-test, frontend-test]\n")
    deploy = DEPLOY.replace("    if:", "    needs: integration-test\n    if:")
    scan = job(CHECKOUT + "          fetch-depth: 0\n" + GITLEAKS, "security-scan")
    before = tests + scan + deploy
    after = mended("CI005", {**UNITS, CI: before}).text(CI)
    assert after == before.replace(
        "needs: integration-test", "needs: [integration-test, security-scan]"
    )


def test_a_condition_that_takes_the_gate_away_is_a_persons_matter() -> None:
    deploy = DEPLOY.replace(
        "    if: github.ref == 'refs/heads/main'", "    needs: [backend-test]\n    if: always()"
    )
    before = pipeline("    needs: [backend-test, frontend-test]\n") + deploy
    assert "takes the gate away" in refusal("CI005", {**UNITS, CI: before})


# CI006


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("      - run: pytest || true\n", "      - run: pytest\n"),
        (
            "      - run: |\n          pytest -q || echo failed\n",
            "      - run: |\n          pytest -q\n",
        ),
        (
            "      - run: pytest # all\n        continue-on-error: true\n",
            "      - run: pytest # all\n",
        ),
        (
            "      - run: |\n          set +e\n          pytest\n          echo done\n",
            "      - run: |\n          pytest\n          echo done\n",
        ),
    ],
)
def test_what_hides_a_failure_goes(steps: str, expected: str) -> None:
    before = workflow(job(steps, "backend-test"))
    files = {**UNITS, "tests/test_x.py": "def test_x(): pass\n"}
    assert mended("CI006", {**files, CI: before}).text(CI) == before.replace(steps, expected)


def test_a_whole_job_that_may_fail_fails_again() -> None:
    before = workflow(job("      - run: pytest\n", "backend-test", "    continue-on-error: true\n"))
    files = {**UNITS, "tests/test_x.py": "def test_x(): pass\n"}
    after = mended("CI006", {**files, CI: before}).text(CI)
    assert after == before.replace("    continue-on-error: true\n", "")


def test_a_failure_that_is_looked_at_elsewhere_is_a_persons_matter() -> None:
    before = workflow(
        job("      - run: |\n          if pytest; then echo fine; fi\n", "backend-test")
    )
    files = {**UNITS, "tests/test_x.py": "def test_x(): pass\n", CI: before}
    assert "for a person has to judge" in refusal("CI006", files)


# DF001


def test_a_deploy_names_production() -> None:
    before = workflow(DEPLOY.replace("    environment: Production\n", ""))
    assert changed("DF001", before) == before.replace(
        "timeout-minutes: 5\n", "timeout-minutes: 5\n    environment: Production\n"
    )


def test_a_preview_names_its_environment() -> None:
    before = workflow(
        DEPLOY.replace("    environment: Production\n", "").replace(
            "github.ref == 'refs/heads/main'", "github.event_name == 'pull_request'"
        )
    )
    assert "    environment: Preview\n" in changed("DF001", before)


def test_a_deploy_for_everything_is_a_persons_matter() -> None:
    before = workflow(
        DEPLOY.replace("    environment: Production\n    if: github.ref == 'refs/heads/main'\n", "")
    )
    assert "alike" in refusal("DF001", {CI: before})


# WS003


def test_tokens_read_and_jobs_get_what_they_need() -> None:
    head = "on: [push]\n\n# What runs.\n"
    before = workflow(
        job("      - run: make\n") + job("      - uses: actions/stale@v9\n", "stale"), head
    )
    expected = before.replace(
        "# What runs.\n", "permissions:\n  contents: read\n\n# What runs.\n"
    ).replace(
        "  stale:\n    runs-on: ubuntu-latest\n",
        "  stale:\n    runs-on: ubuntu-latest\n    permissions:\n      contents: read\n"
        "      issues: write\n      pull-requests: write\n",
    )
    assert changed("WS003", before) == expected


def test_a_token_that_is_handed_on_is_a_persons_matter() -> None:
    step = "      - run: ./publish\n        env: {T: '${{ secrets.GITHUB_TOKEN }}'}\n"
    before = workflow(job(step), "on: [push]\n")
    assert "can't be told" in refusal("WS003", {CI: before})


# WS002


def test_actions_are_pinned_to_commits_that_are_known_here() -> None:
    commit = "8e5e7e5ab8b370d6c329ec480221332ada57f0ab"
    before = workflow(job("      - uses: other/deploy@v2.1.0\n      - run: make\n"))
    other = workflow(job(f"      - uses: other/deploy@{commit} # v2.1.0\n"))
    files = {CI: before, ".github/workflows/other.yml": other}
    done = repaired("WS002", files)
    assert done.text(CI) == before.replace("deploy@v2.1.0\n", f"deploy@{commit} # v2.1.0\n")
    assert not done.left


def test_an_unknown_tag_is_left_to_whoever_can_ask_github() -> None:
    before = workflow(job("      - uses: other/deploy@v2\n"))
    files = {CI: before}
    assert "only GitHub knows" in refusal("WS002", files)
