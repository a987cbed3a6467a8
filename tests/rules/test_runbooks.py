"""The rules about runbooks and postmortems."""

import pytest

from autodevops.rules import runbooks as rules
from tests.conftest import MakeRepo
from tests.support.asking import is_not_applicable, subjects, violations
from tests.support.history import at_fault, not_applicable
from tests.support.repositories import ago

PLATFORM = {"app/main.py": "import fastapi\n", "frontend/package.json": "{}"}
RUNBOOK = "ops/runbook.md"
POSTMORTEM = "docs/postmortems/2026-03-01-redis.md"
WRITTEN = "# Runbook\n\n## Restart\n\nRestart the service with the button in Railway.\n"
GOOD = dict.fromkeys(
    ["ops/runbook.md", "ops/oncall_playbook.md", "ops/verification.md", "ops/auto-scaler.md"],
    WRITTEN,
)
PARTS = "# Redis\n## Timeline\nx\n## Root cause\nx\n## Impact\nx\n## Action items\nx\n## Docs\nx\n"


class TestRunbookMissing:
    def test_each_missing_runbook_is_named(self) -> None:
        files = {**PLATFORM, RUNBOOK: WRITTEN, "docs/verification.md": WRITTEN}
        found = violations(rules.runbook_missing, files)
        assert [one.subject for one in found] == [
            "ops/oncall_playbook.md",
            "ops/verification.md",
            "ops/auto-scaler.md",
        ]
        assert found[1].message == (
            "ops/verification.md is missing (Deployment verification); "
            "docs/verification.md may be it"
        )

    @pytest.mark.parametrize(
        ("path", "spelt"),
        [
            ("ops/auto-scaler.md", "ops/auto_scaler.md"),
            ("ops/auto-scaler.md", "ops/AutoScaler.md"),
            ("ops/oncall_playbook.md", "ops/on-call-playbook.md"),
            ("ops/runbook.md", "ops/RUNBOOK.rst"),
            ("ops/verification.md", "ops/deploys/verification.md"),
        ],
    )
    def test_spelling_does_not_matter(self, path: str, spelt: str) -> None:
        files = {**PLATFORM, **GOOD}
        files[spelt] = files.pop(path)
        assert not subjects(rules.runbook_missing, files)

    def test_only_platforms_are_asked(self) -> None:
        assert is_not_applicable(rules.runbook_missing, {"app/main.py": ""})


class TestRunbookStub:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("# Runbook\n\nTODO\n", 1),
            ("# Runbook\n\nCall [Configure the on-call contact].\n\nDo more.\n", 3),
            ("# Runbook\n\nFirst stop the queue.\n\n## Rollback\n", 5),
            ("# Runbook\n\nFirst stop the queue. TODO: and then?\n", 3),
            ("# Runbook\n\n| Who | Phone |\n|---|---|\n| Ada | [Your phone] |\n", 5),
            ("# Runbook\n\n## A\n\n<!-- later -->\n\n## B\n\nStop the queue.\n", 3),
        ],
    )
    def test_what_is_still_to_be_written(self, text: str, line: int) -> None:
        (found,) = violations(rules.runbook_stub, {RUNBOOK: text})
        assert found.subject == RUNBOOK
        assert found.locations[0].line == line

    @pytest.mark.parametrize(
        "text",
        [
            "- [ ] add the pager to your bag\n- [x] done\n",
            "[Configure alerts](alerts.md) first, then [insert coins][coins].\n\n[coins]: c.md\n",
            "## Deploy\n\n### Before\n\nLook at the graphs.\n",
            "Restart the TODO list service, and `grep TODO` or search for TODO in the log.\n",
            "Run this:\n\n```sh\ncurl -H 'X: [YOUR KEY]'  # TODO adapt\n```\n",
            "Post this:\n\n> We are looking into [describe the problem].\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        files = {RUNBOOK: f"# Runbook\n\nWhat to do at night.\n\n{text}"}
        assert not subjects(rules.runbook_stub, files)

    def test_without_runbooks_there_is_nothing_to_judge(self) -> None:
        assert is_not_applicable(rules.runbook_stub, {"README.md": "TODO"})


class TestPostmortemSections:
    def test_what_is_missing_is_named(self) -> None:
        text = "# Redis outage\n\n## Timeline\n\n10:00 down.\n\n## Root cause\n\nMemory.\n"
        (found,) = violations(rules.postmortem_sections, {POSTMORTEM: text})
        assert found.evidence["missing"] == ["impact", "action-items", "documentation"]

    def test_the_template_counts(self) -> None:
        files = {"docs/postmortem-template.md": PARTS.replace("## Impact\nx\n", "")}
        assert subjects(rules.postmortem_sections, files) == ["docs/postmortem-template.md"]

    @pytest.mark.parametrize(
        "text",
        [
            PARTS,
            PARTS.replace("## Timeline", "## Chronology of events").replace(
                "## Docs", "### Runbooks"
            ),
            (
                "# R\n**Timeline:** x\n\n**Root Cause:** x\n\n**Impact:** x\n\n**Action items**\n\n"
                "**Documentation:** x\n"
            ),
            (
                "# R\n| Part | Text |\n|---|---|\n| Timeline | x |\n| Root cause | x |\n"
                "| Impact | x |\n| Action items | x |\n| Documentation | x |\n"
            ),
            "# R\n- Timeline: x\n- Root cause: x\n- User impact: x\n- Follow-up: x\n- Docs: x\n",
        ],
    )
    def test_parts_in_any_shape(self, text: str) -> None:
        assert not subjects(rules.postmortem_sections, {POSTMORTEM: text})

    @pytest.mark.parametrize(
        "path",
        [
            "docs/postmortems/README.md",
            "docs/postmortem-process.md",
            "tests/fixtures/postmortem.md",
            "vendor/x/postmortem.md",
            "docs/incidents/on-call-response.md",
        ],
    )
    def test_what_is_no_postmortem(self, path: str) -> None:
        assert is_not_applicable(rules.postmortem_sections, {path: "# How we do it\n\nSo.\n"})


class TestDanglingCommand:
    @staticmethod
    def ask(text: str, **files: str) -> list[str]:
        repository = {
            RUNBOOK: f"# Runbook\n\n{text}",
            "scripts/deploy.sh": "",
            "app/cli/migrate.py": "",
            "frontend/package.json": '{"scripts": {"build": "next build"}}',
            "Makefile": "deploy: build\n\t./scripts/deploy.sh\nbuild:\n\ttrue\n",
            "docker-compose.yml": "",
            "infra/k8s/api.yaml": "",
            ".gitignore": "dist/\n",
            **files,
        }
        found = violations(rules.dangling_command, repository)
        return [
            str(one["command"])  # type: ignore[index, call-overload]
            for violation in found
            for one in violation.evidence["commands"]  # type: ignore[union-attr]
        ]

    @pytest.mark.parametrize(
        "command",
        [
            "./scripts/rollback.sh v1.2.0",
            "bash scripts/rollback.sh",
            "sudo ./scripts/rollback.sh",
            "python3 scripts/restore.py --all",
            "python -m app.cli.restore",
            "make rollback",
            "npm run deploy",
            "docker compose -f docker-compose.prod.yml up -d",
            "kubectl apply -f infra/k8s/worker.yaml",
            "psql -f supabase/restore.sql",
        ],
    )
    def test_what_is_not_there(self, command: str) -> None:
        assert self.ask(f"```bash\n{command}\n```\n") == [command.removeprefix("sudo ")]

    def test_inline_code_is_a_command_too(self) -> None:
        assert self.ask("Run `./scripts/rollback.sh` then.\n") == ["./scripts/rollback.sh"]

    def test_the_line_is_the_command_s(self) -> None:
        files = {RUNBOOK: "# R\n\n```sh\n# first\nmake x \\\n  y\n\n./scripts/gone.sh\n```\n"}
        (found,) = violations(rules.dangling_command, files)
        assert [place.line for place in found.locations] == [5, 5, 8]

    @pytest.mark.parametrize(
        "block",
        [
            "./scripts/deploy.sh && make deploy build\nnpm --prefix frontend run build",
            "cd app\npython -m cli.migrate\npython cli/migrate.py",
            "./deploy.sh",
            "curl -o tool.sh https://x.test/t\nbash tool.sh\necho x > run.sh; sh run.sh",
            "git clone https://x.test/other && cd other\n./scripts/other.sh\nmake other",
            "ssh worker-1\ncd srv\n./restart.sh now\nbash bin/x.sh",
            "kubectl exec -it api -- bash\n./manage.sh\npython scripts/in_container.py",
            "docker exec api python scripts/in_container.py",
            "/opt/tool/run.sh\n~/bin/x.sh\nbash $HOME/x.sh\n./scripts/<name>.sh\n./path/to/x.sh",
            "./dist/server.sh\npython -m pytest\npython -m http.server\nnode dist/index.js",
            "cat <<EOF > x\nbash scripts/nothing.sh\nEOF",
            "docker compose -f docker-compose.yml exec api python scripts/inside.py",
        ],
    )
    def test_innocent(self, block: str) -> None:
        assert self.ask(f"```bash\n{block}\n```\n") == []

    @pytest.mark.parametrize(
        "text",
        [
            "`./scripts/rollback.sh` was removed; use `./scripts/deploy.sh`.\n",
            "```yaml\nrun: bash scripts/gone.sh\n```\n",
            "```\nbash scripts/gone.sh: line 1: not found\n```\n",
            "```console\n$ make deploy\nbash scripts/output.sh\n```\n",
            "See `make` and `npm`, and `scripts/` as a whole.\n",
        ],
    )
    def test_innocent_text(self, text: str) -> None:
        assert self.ask(text) == []


class TestStaleRunbook:
    def test_a_runbook_that_lags_behind_its_service(self, make_repo: MakeRepo) -> None:
        repo = make_repo({RUNBOOK: WRITTEN, **PLATFORM}, at=ago(days=700))
        repo.commit("feat: more", {"app/main.py": "import fastapi\nx = 1\n"}, at=ago(days=300))
        assert at_fault(rules.stale_runbook, repo) == [RUNBOOK]

    def test_a_service_that_rests_makes_nothing_stale(self, make_repo: MakeRepo) -> None:
        repo = make_repo({RUNBOOK: WRITTEN, **PLATFORM}, at=ago(days=900))
        repo.commit("docs: x", {"docs/x.md": "x"}, at=ago(days=2))
        assert at_fault(rules.stale_runbook, repo) == []

    def test_exactly_the_limit_is_not_past_it(self, make_repo: MakeRepo) -> None:
        repo = make_repo({RUNBOOK: WRITTEN, **PLATFORM}, at=ago(days=465))
        repo.commit("feat: more", {"app/main.py": "import fastapi\nx = 1\n"}, at=ago(days=100))
        assert at_fault(rules.stale_runbook, repo) == []

    def test_a_runbook_about_one_service_ignores_the_others(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"ops/frontend.md": WRITTEN, **PLATFORM}, at=ago(days=700))
        repo.commit("feat: more", {"app/main.py": "import fastapi\nx = 1\n"}, at=ago(days=3))
        assert at_fault(rules.stale_runbook, repo) == []

    def test_a_recent_runbook(self, make_repo: MakeRepo) -> None:
        repo = make_repo({RUNBOOK: WRITTEN, **PLATFORM}, at=ago(days=700))
        repo.commit("docs: x", {RUNBOOK: f"{WRITTEN}More.\n"}, at=ago(days=200))
        repo.commit("feat: more", {"app/main.py": "import fastapi\nx = 1\n"}, at=ago(days=1))
        assert at_fault(rules.stale_runbook, repo) == []

    def test_without_services_there_is_nothing_to_judge(self, make_repo: MakeRepo) -> None:
        assert not_applicable(rules.stale_runbook, make_repo({RUNBOOK: WRITTEN}))
