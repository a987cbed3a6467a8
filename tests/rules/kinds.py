"""Kinds of repositories: a platform of three services, and a library."""

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
NEXT = '{"dependencies": {"next": "15.0.0"}}'
BULLMQ = '{"dependencies": {"bullmq": "5.0.0"}}'
PLATFORM = {
    "app/main.py": FASTAPI,
    "frontend/package.json": NEXT,
    "workers/package.json": BULLMQ,
    "infra/README.md": "x",
    "docs/README.md": "x",
    "scripts/x.sh": "x",
    "tests/test_x.py": "x",
    "deploy/railway.md": "x",
    "ops/runbook.md": "x",
    "security/policy.md": "x",
    "supabase/migrations/20260101000000_a.sql": "select 1;",
    "grafana/api.json": "{}",
    "ci/report.json": "{}",
    "repo/branches.md": "x",
    ".github/workflows/ci.yml": "on: push",
    "README.md": "x",
}
LIBRARY = {"src/lib/x.py": "x", "docs/a.md": "x", "tests/test_x.py": "x", ".github/x.md": "x"}
