"""One file of each kind that is parsed: what it holds when it is sound, and how it is written."""

from typing import NamedTuple


class Kind(NamedTuple):
    """A file that somebody reads."""

    syntax: str
    """How it is written; contents.py says how each syntax is led into depth."""
    sound: str
    """Its content when it is sound."""


_WORKFLOW = """\
on: {push: {branches: [main]}, pull_request: {}}
permissions: {contents: read}
jobs:
  test:
    runs-on: ubuntu-latest
    container: {image: "python:latest"}
    strategy: {matrix: {python: ["3.11"]}}
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/mine
      - run: make test && bash scripts/all.sh && npm run build --prefix web && just test
      - run: docker build -f deploy/Dockerfile . && kubectl apply -k k8s && helm lint chart
      - run: python manage.py && terraform -chdir=terraform apply && tox && nox && task build
      - run: alembic upgrade head && psql -f db/a.sql && node tools/a.mjs && docker buildx bake
"""
_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
        - {name: api, image: "shop/api:latest", env: [{name: KEY, value: abc}]}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {password: abc}
"""
_ALERTS = """\
groups:
  - name: api
    rules:
      - alert: Down
        expr: sum(rate(http_requests_total{job="api"}[5m])) by (code) > 0.1
        labels: {severity: page}
        annotations: {runbook_url: ops/runbook.md}
"""
_DASHBOARD = """\
{"title": "shop", "schemaVersion": 39, "panels": [{"title": "requests", "type": "timeseries",
"targets": [{"expr": "sum(rate(http_requests_total[5m]))"}], "datasource": {"type": "prometheus"}}]}
"""
_PYTHON = """\
import os
from fastapi import FastAPI
from prometheus_client import Counter
app = FastAPI()
COUNT = Counter("http_requests_total", "requests")
KEY = os.environ["KEY"]


@app.get("/v1/orders")
def orders() -> str:
    return KEY
"""
_TYPESCRIPT = """\
import express from "express";
const app = express();
app.get("/v1/orders", (_, to) => to.send(process.env.KEY));
export const page = { title: process.env.NEXT_PUBLIC_KEY };
"""
_TERRAFORM = """\
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
  backend "s3" { bucket = "state" }
}
module "a" { source = "git::https://example.com/a.git" }
variable "key" { default = "abc" }
resource "aws_db_instance" "a" { password = var.key }
"""

KINDS: dict[str, Kind] = {
    ".dockerignore": Kind("lines", ".git\n!app\n"),
    ".env": Kind("lines", "KEY=1\nexport B='2'\n"),
    ".env.example": Kind("lines", "KEY=\n"),
    ".envrc": Kind("shell", "export KEY=1\n"),
    ".gitattributes": Kind("lines", "*.md text\n*.png filter=lfs\n"),
    ".gitignore": Kind("lines", "*.pyc\n!a/\nbuild/\n"),
    ".gitlab-ci.yml": Kind("yaml", "test: {script: [make test]}\n"),
    ".gitleaks.toml": Kind("toml", "[allowlist]\npaths = ['a']\n"),
    ".gitleaksignore": Kind("lines", "a:b:c:1\n"),
    ".github/CODEOWNERS": Kind("lines", "* @shop/all\n/app/ @shop/api\n"),
    ".github/actions/mine/action.yml": Kind(
        "yaml", "runs: {using: composite, steps: [{run: echo, shell: bash}]}\n"
    ),
    ".github/dependabot.yml": Kind(
        "yaml", "version: 2\nupdates: [{package-ecosystem: pip, directory: /}]\n"
    ),
    ".github/settings.yml": Kind("yaml", "branches: [{name: main}]\n"),
    ".github/rulesets/main.json": Kind("json", '{"name": "main", "rules": []}\n'),
    ".github/workflows/all.yml": Kind("yaml", _WORKFLOW),
    ".github/workflows/deploy.yaml": Kind("yaml", _WORKFLOW),
    ".mailmap": Kind("lines", "A <a@b> <c@d>\n"),
    ".pre-commit-config.yaml": Kind(
        "yaml", "repos: [{repo: https://a/b, rev: v1, hooks: [{id: gitlint}]}]\n"
    ),
    ".secrets.baseline": Kind("json", '{"results": {"a": [{"hashed_secret": "a"}]}}\n'),
    ".commitlintrc.yml": Kind("yaml", "extends: ['@commitlint/config-conventional']\n"),
    ".commitlintrc.json": Kind("json", '{"rules": {"type-enum": [2, "always", ["feat"]]}}\n'),
    "CHANGELOG.md": Kind("markdown", "# Changelog\n\n## 1.0.0 - 2026-01-01\n\n- a\n"),
    "CODEOWNERS": Kind("lines", "* @shop/all\n"),
    "Cargo.toml": Kind("toml", "[package]\nversion = '1.0.0'\n[dependencies]\na = '*'\n"),
    "Dockerfile": Kind("docker", 'FROM python:latest AS a\nCOPY . .\nCMD ["app"]\n'),
    "Gemfile": Kind("lines", "gem 'rails'\n"),
    "Makefile": Kind("make", "test: all\n\tpytest $(ARGS)\nARGS = -q\ninclude other.mk\n"),
    "Pipfile": Kind("toml", "[packages]\na = '*'\n"),
    "Procfile": Kind("lines", "web: gunicorn app.main:app\n"),
    "README.md": Kind("markdown", "# shop\n\n[docs](docs/a.md) `make test`\n"),
    "Taskfile.yml": Kind("yaml", "tasks: {build: {cmds: [make]}}\n"),
    "app.json": Kind("json", '{"name": "shop", "env": {"KEY": {"value": "a"}}}\n'),
    "app/main.py": Kind("python", _PYTHON),
    "app/settings.py": Kind("python", "import os\nDEBUG = True\nKEY = os.getenv('KEY')\n"),
    "app/requirements.txt": Kind("lines", "flask>=1\n-r other.txt\n"),
    "chart/Chart.yaml": Kind("yaml", "name: shop\nversion: 1.0.0\nappVersion: 1.0.0\n"),
    "chart/values.yaml": Kind("yaml", "image: {repository: a, tag: latest}\n"),
    "chart/templates/a.yaml": Kind("yaml", _DEPLOYMENT),
    "commitlint.config.js": Kind("script", "module.exports = {rules: {'type-enum': ['feat']}}\n"),
    "composer.json": Kind("json", '{"version": "1.0.0", "require": {"a/b": "*"}}\n'),
    "cdk.json": Kind("json", '{"app": "a"}\n'),
    "deploy/Dockerfile": Kind("docker", "FROM node\nRUN <<E\nnpm i\nE\n"),
    "docker-bake.hcl": Kind("hcl", 'target "a" { dockerfile = "deploy/Dockerfile" }\n'),
    "docker-compose.yml": Kind(
        "yaml", "services: {db: {image: postgres, environment: {POSTGRES_PASSWORD: a}}}\n"
    ),
    "docs/a.md": Kind("markdown", "# a\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
    "docs/slo.md": Kind("markdown", "# SLO\n\n99.9% of requests within 300 ms over 30 days\n"),
    "fly.toml": Kind("toml", "app = 'shop'\n[http_service]\ninternal_port = 80\n"),
    "frontend/next.config.js": Kind("script", "module.exports = {env: {KEY: 'a'}}\n"),
    "frontend/package.json": Kind("json", '{"scripts": {"build": "next build"}}\n'),
    "frontend/src/app/page.tsx": Kind("tsx", "export default () => <a>{process.env.KEY}</a>;\n"),
    "frontend/src/page.vue": Kind("lines", "<script>import a from './a'</script>\n"),
    "frontend/tsconfig.json": Kind(
        "json", '{"extends": "../tsconfig.json", "compilerOptions": {}}\n'
    ),
    "go.mod": Kind("lines", "module shop\n\nrequire a/b v1.0.0\n"),
    "grafana/alerts.yml": Kind("yaml", _ALERTS),
    "grafana/alertmanager.yml": Kind(
        "yaml", "route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{api_url: a}]}]\n"
    ),
    "grafana/dashboards/shop.json": Kind("json", _DASHBOARD),
    "infra/railway/railway.toml": Kind("toml", "[deploy]\nhealthcheckPath = '/health'\n"),
    "justfile": Kind("lines", "test:\n  pytest\n"),
    "k8s/api.yaml": Kind("yaml", _DEPLOYMENT),
    "k8s/kustomization.yaml": Kind(
        "yaml", "resources: [api.yaml]\nimages: [{name: shop/api, newTag: latest}]\n"
    ),
    "lefthook.yml": Kind("yaml", "commit-msg: {commands: {a: {run: commitlint}}}\n"),
    "lerna.json": Kind("json", '{"version": "1.0.0"}\n'),
    "manage.py": Kind("python", "import app.main\n"),
    "monitoring/prometheus.yml": Kind("yaml", "scrape_configs: [{job_name: api}]\n"),
    "nginx/default.conf": Kind("lines", "location / { proxy_pass http://api:80; }\n"),
    "noxfile.py": Kind("python", "import nox\n"),
    "ops/oncall_playbook.md": Kind("markdown", "# On call\n\n| Name | Phone |\n|-|-|\n| A | 1 |\n"),
    "ops/runbook.md": Kind("markdown", "# Runbook\n\n```sh\nkubectl get pods\n```\n"),
    "ops/postmortems/2026-01-01-a.md": Kind("markdown", "# Down\n\nDate: 2026-01-01\n"),
    "package-lock.json": Kind("json", '{"lockfileVersion": 3, "packages": {}}\n'),
    "package.json": Kind("json", '{"version": "1.0.0", "workspaces": ["frontend"]}\n'),
    "pnpm-workspace.yaml": Kind("yaml", "packages: [frontend]\n"),
    "pulumi.yaml": Kind("yaml", "name: shop\nruntime: python\n"),
    "pyproject.toml": Kind(
        "toml", "[project]\nname = 'shop'\nversion = '1.0.0'\ndependencies = ['a']\n"
    ),
    "railway.json": Kind("json", '{"deploy": {"healthcheckPath": "/health"}}\n'),
    "render.yaml": Kind("yaml", "services: [{type: web, name: api}]\n"),
    "renovate.json": Kind("json", '{"extends": ["config:recommended"]}\n'),
    "scripts/all.sh": Kind("shell", "#!/bin/sh\nset -e\nmake test\nkubectl apply -f k8s\n"),
    "scripts/rotate_key.sh": Kind("shell", "#!/bin/sh\ngh secret set KEY < key\n"),
    "serverless.yml": Kind("yaml", "service: shop\nfunctions: {a: {handler: a}}\n"),
    "setup.cfg": Kind("ini", "[metadata]\nversion = 1.0.0\n[options]\ninstall_requires = a\n"),
    "setup.py": Kind("python", "from setuptools import setup\nsetup(version='1.0.0')\n"),
    "supabase/config.toml": Kind("toml", "[auth]\njwt_secret = 'a'\n"),
    "supabase/functions/a/index.ts": Kind("script", _TYPESCRIPT),
    "supabase/migrations/20260301090000_a.sql": Kind(
        "sql", "create table a (id int);\nalter table a enable row level security;\n"
    ),
    "supabase/migrations/20260301090001_b.sql": Kind("sql", "drop table a;\n"),
    "terraform/.terraform.lock.hcl": Kind("hcl", 'provider "a" { version = "1.0.0" }\n'),
    "terraform/main.tf": Kind("hcl", _TERRAFORM),
    "terraform/prod.tfvars": Kind("hcl", 'key = "abc"\n'),
    "tools/a.mjs": Kind("script", "import './b.mjs';\n"),
    "tox.ini": Kind("ini", "[testenv]\ncommands = pytest\n"),
    "tsconfig.json": Kind("json", '{"compilerOptions": {"paths": {"@/*": ["src/*"]}}}\n'),
    "turbo.json": Kind("json", '{"globalEnv": ["KEY"]}\n'),
    "vercel.json": Kind("json", '{"env": {"KEY": "a"}, "crons": []}\n'),
    "workers/src/index.ts": Kind("script", _TYPESCRIPT),
    "wrangler.toml": Kind("toml", "name = 'a'\n[vars]\nKEY = 'a'\n"),
    "yarn.lock": Kind("lines", "a@*:\n  version 1\n"),
    "zizmor.yml": Kind("yaml", "rules: {unpinned-uses: {disable: true}}\n"),
}
"""By path."""
