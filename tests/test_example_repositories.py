"""The good example has no finding, the bad one breaks each family; small changes break one rule."""

from pathlib import Path

import pytest

from autodevops import FindingStatus, Severity
from autodevops.rules.catalog import RULES
from tests.support.repositories import Repository, ago
from tests.support.shop import (
    EXAMPLES,
    Break,
    added,
    all_of,
    appended,
    dropped,
    forced,
    judged,
    lay_out,
    replaced,
)

CI = ".github/workflows/ci.yml"
OWNERS = ".github/CODEOWNERS"
ORDERS = "frontend/src/components/Orders.tsx"
PYTHON = (EXAMPLES / "good-repo/Dockerfile.api").read_text().split()[1]
"""The base image, with its digest."""
ON_MAIN_OR_TAG = "github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v')"
MORE_SQL = "supabase/migrations/20260401090000_more.sql"
DEFINER = """
create function public.one() returns int language sql security definer as $$ select 1 $$;
"""
FOLDERS = [
    "ci",
    "deploy",
    "docs",
    "grafana",
    "infra",
    "ops",
    "repo",
    "scripts",
    "security",
    "tests",
]


def branch(name: str, *, days: float) -> Break:
    def apply(repo: Repository) -> None:
        repo.checkout(name, create=True)
        repo.commit("feat: more tea", {"docs/tea.md": "# Tea\n\nMore.\n"}, at=ago(days=days))
        repo.checkout("main")

    return apply


def tagged(name: str, message: str | None) -> Break:
    return lambda repo: repo.tag(name, message)


def merged(repo: Repository) -> None:
    branch("feature/tea", days=0.5)(repo)
    repo.merge("feature/tea", message="Merge branch 'feature/tea'")
    repo.commit("docs: more words", {"docs/words.md": "# Words\n\nMany.\n"})


def on_develop(repo: Repository) -> None:
    repo.commit("docs: more words", {"docs/words.md": "# Words\n\nMany.\n"})
    repo.branch("develop", start="HEAD~1")


BREAKS: dict[str, Break] = {
    "LA001": dropped("repo/README.md"),
    "LA002": added("stuff/notes.md", "# Notes\n\nOf mine.\n"),
    "LA003": added("ci/build.py", "print('built')\n"),
    "LA005": added("quarterly_report.xlsx.txt", "numbers\n"),
    "LA006": added("app/services/orders.py.bak", "pass\n"),
    "SB001": appended(
        ORDERS,
        'import { REDIS_URL } from "../../../workers/src/config";\nexport const url = REDIS_URL;\n',
    ),
    "SB002": replaced("frontend/package.json", "next start -p 3000", "next start -p 4000"),
    "SB003": replaced(
        "frontend/package.json", '"next": "15.1.2"', '"ioredis": "5.4.1", "next": "15.1.2"'
    ),
    "SB006": appended(
        "frontend/src/components/Orders.tsx",
        "export const key = process.env.NEXT_PUBLIC_ADMIN_SECRET_KEY;\n",
    ),
    "DB001": added(MORE_SQL, "create table public.notes (id int primary key);\n"),
    "DB003": added(MORE_SQL, "create policy x on public.orders for update to anon using (true);\n"),
    "DB006": added("supabase/migrations/more.sql", "create index on public.orders (owner);\n"),
    "DB007": added(MORE_SQL, DEFINER),
    "IN006": dropped("infra/railway/README.md"),
    "CO001": all_of(
        dropped("Dockerfile.cron"),
        replaced(
            CI,
            '      - run: docker build --file Dockerfile.cron --tag "shop-cron:$GITHUB_SHA" .\n',
            "",
        ),
        replaced(CI, " Dockerfile.cron", ""),
    ),
    "CO003": replaced("Dockerfile.api", PYTHON, "python:latest"),
    "CO004": replaced("Dockerfile.api", "USER nobody\n", ""),
    "CO006": all_of(
        replaced(".dockerignore", ".git\n", ""),
        replaced("Dockerfile.api", "COPY app app\n", "COPY . .\n"),
    ),
    "CO007": replaced(
        "Dockerfile.api", "COPY app app\n", "COPY app app\nCOPY missing.txt missing.txt\n"
    ),
    "SE003": forced("app/.env", "DEBUG=1\n"),
    "SE004": replaced(".gitignore", ".env\n.env.*\n!.env.example\n", ""),
    "SE006": replaced(".env.example", "ENCRYPTION_KEY=\n", "KEY=\n"),
    "SE010": dropped("scripts/rotate_gemini_key.sh"),
    "BR002": on_develop,
    "BR003": branch("tea", days=0.5),
    "BR004": branch("feature/tea", days=9),
    "BR005": merged,
    "BR007": replaced(
        CI,
        "  pull_request:\n    branches: [main]\n",
        "  pull_request:\n    branches: [main, develop]\n",
    ),
    "RE001": tagged("v1.0", "Release 1.0"),
    "RE008": replaced("CHANGELOG.md", "## [Unreleased]", "## [1.0.0] - 2026-03-01"),
    "OW001": dropped(OWNERS),
    "OW002": replaced(
        OWNERS,
        "* @acme/platform\n",
        "/* @acme/platform\n" + "".join(f"/{one}/ @acme/platform\n" for one in FOLDERS),
    ),
    "OW003": appended(OWNERS, "/docs/ platform\n"),
    "OW004": appended(OWNERS, "/nowhere/ @acme/platform @acme/api\n"),
    "OW009": replaced("MAINTAINERS.md", "| @acme/web | `frontend/` |\n", ""),
    "AV001": replaced("app/main.py", 'prefix="/api/v1"', 'prefix="/shop"'),
    "CI001": dropped(".github/workflows/commitlint.yml"),
    "CI003": replaced(
        CI, "  infra-lint:\n", "  infra-lint:\n    if: github.event_name == 'push'\n"
    ),
    "CI004": replaced(
        CI,
        "needs: [backend-test, frontend-test, workers-test]\n",
        "needs: [backend-test, frontend-test]\n",
    ),
    "CI006": replaced(
        CI,
        "pytest tests --ignore=tests/integration",
        "pytest tests --ignore=tests/integration || true",
    ),
    "CI010": replaced(CI, "pytest tests --ignore=tests/integration", "pytest --version"),
    "CI011": replaced(CI, "          fetch-depth: 0\n", ""),
    "CI012": replaced(CI, "    timeout-minutes: 10\n", ""),
    "WS001": replaced(
        CI,
        "docker compose config --quiet",
        "docker compose -p ${{ github.head_ref }} config --quiet",
    ),
    "WS002": replaced(
        CI,
        "gitleaks-action@ff98106e4c7b2bc287b24eaf42907196329070c7 # v2.3.9",
        "gitleaks-action@v2",
    ),
    "WS003": replaced(CI, "permissions:\n  contents: read\n", ""),
    "WS005": replaced(
        CI, "vercel deploy --prod\n", "vercel deploy --prod --token ${{ secrets.VERCEL_TOKEN }}\n"
    ),
    "WS008": replaced(CI, "@railway/cli@4.5.3 vercel@39.1.1", "@railway/cli vercel@39.1.1"),
    "DF001": replaced(CI, "    environment: Production\n", ""),
    "DF002": all_of(
        replaced(
            CI, "  push:\n    branches: [main]\n", '  push:\n    branches: [main, "feature/*"]\n'
        ),
        replaced(CI, ON_MAIN_OR_TAG, "github.event_name == 'push'"),
    ),
    "SL001": replaced(
        "docs/slo.md", "| AI | p95 response < 30s | `shop_ai_call_duration_seconds` |\n", ""
    ),
    "SL002": added("docs/promises.md", "# Promises\n\nThe API's p95 latency stays below 900 ms.\n"),
    "SL006": dropped("ops/oncall_playbook.md"),
    "OP001": dropped("ops/auto-scaler.md"),
    "OP002": appended("ops/runbook.md", "\n## Backups\n\nTODO\n"),
    "OP003": replaced(
        "ops/postmortems/template.md", "## Impact\n\nWho noticed what, and for how long.\n\n", ""
    ),
    "OP004": appended("docs/architecture.md", "\nSee [the plan](plan.md).\n"),
    "OP005": appended("ops/runbook.md", "\n## Keys\n\n```sh\n./scripts/rotate_all.sh\n```\n"),
    "GV001": added("CONTRIBUTING.md", "# Contributing\n\nTODO\n"),
    "GV002": lambda repo: repo.commit("more tea", {"docs/tea.md": "# Tea\n\nMore.\n"}),
    "GV003": dropped("commitlint.config.js"),
    "GV004": dropped(".github/dependabot.yml"),
}


def test_the_good_repository_has_no_finding(tmp_path: Path) -> None:
    report = judged(lay_out("good-repo", tmp_path / "shop"))
    assert [(one.rule, one.message) for one in report.findings] == []
    assert report.summary.complete
    assert report.summary.conformance == 1.0


def test_the_bad_repository_breaks_each_family_once(tmp_path: Path) -> None:
    found = {one.rule for one in judged(lay_out("bad-repo", tmp_path / "shop")).findings}
    assert found == {
        *("MR004", "LA002", "SB001", "DB001", "IN006", "CO004", "SE010", "BR007", "RE008"),
        *("OW004", "AV001", "CI006", "WS005", "DF001", "SL002", "OP002", "GV001"),
    }
    assert {rule[:2] for rule in found} == {rule.family for rule in RULES}


@pytest.mark.parametrize("rule", BREAKS)
def test_a_small_change_breaks_just_its_rule(tmp_path: Path, rule: str) -> None:
    repo = lay_out("good-repo", tmp_path / "shop")
    BREAKS[rule](repo)
    if repo.git("status", "--porcelain"):
        repo.commit("chore: break it")
    found = [one for one in judged(repo).findings if one.status is FindingStatus.OPEN]
    assert rule in {one.rule for one in found}
    others = [
        one for one in found if one.rule != rule and one.severity.rank >= Severity.MEDIUM.rank
    ]
    assert [(one.rule, one.message) for one in others] == []
