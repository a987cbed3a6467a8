"""The rules about what a service may import, hold and listen on."""

import json

import pytest

from autodevops.model.finding import Severity
from autodevops.rules import service_boundaries as rules
from autodevops.rules._api import Rule
from tests.rules.platform import GOOD, NEXT, plus
from tests.support.asking import is_not_applicable, lines, subjects, violations

ALL = [
    rules.cross_service_import,
    rules.service_port,
    rules.frontend_reaches_queue,
    rules.privileged_key_in_frontend,
    rules.ai_outside_boundary,
    rules.public_env_secret,
    rules.undeclared_service,
]
every_rule = pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)


@every_rule
def test_a_repository_that_keeps_its_boundaries(rule: Rule) -> None:
    assert subjects(rule, GOOD) == []


@every_rule
def test_a_library_is_not_asked(rule: Rule) -> None:
    assert is_not_applicable(rule, {"src/lib/__init__.py": "import openai\n", "README.md": ""})


class TestImports:
    @pytest.mark.parametrize(
        ("path", "text", "other"),
        [
            ("app/jobs.py", "from workers.tasks import run\n", "workers"),
            ("app/jobs.py", "def f():\n    import workers.tasks\n", "workers"),
            ("app/deep/jobs.py", "from ...workers import tasks\n", "workers"),
            ("app/jobs.py", "import_module('workers.tasks')\n", "workers"),
            ("frontend/src/a.ts", 'import { q } from "../../workers/src/queue";\n', "workers"),
            ("frontend/src/a.ts", 'const q = require("../../workers/src/queue");\n', "workers"),
            ("frontend/src/a.ts", 'await import("../../workers/src/queue");\n', "workers"),
            ("frontend/src/a.ts", 'export * from "../../workers/src/queue";\n', "workers"),
            ("frontend/src/a.ts", "await import(`../../workers/src/${name}`);\n", "workers"),
            ("frontend/src/a.ts", 'import x from "#workers/queue";\n', "workers"),
            ("workers/src/a.ts", 'import x from "web/src/lib/api";\n', "frontend"),
        ],
    )
    def test_one_service_imports_another(self, path: str, text: str, other: str) -> None:
        files = GOOD | {
            path: text,
            "workers/tasks.py": "",
            "frontend/tsconfig.json": '{"compilerOptions": {"paths": '
            '{"@/*": ["./src/*"], "#workers/*": ["../workers/src/*"]}}}',
            "workers/package.json": json.dumps({"dependencies": {"web": "workspace:*"}}),
        }
        assert subjects(rules.cross_service_import, files) == [f"{path} -> {other}/"]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            # the router's folder of Next.js is not the API's
            (
                "frontend/src/lib/b.ts",
                'import x from "@/app/page";\nimport y from "../app/page";\n',
            ),
            ("frontend/src/a.ts", '// import { q } from "../../workers/src/queue";\n'),
            ("frontend/src/a.ts", 'import api from "../../app/openapi.json";\n'),
            ("frontend/src/a.ts", 'import x from "../../packages/shared/x";\n'),
            ("frontend/src/a.test.ts", 'import { q } from "../../workers/src/queue";\n'),
            ("app/a.py", "import workers\n"),  # an installed package: nothing in workers/ is Python
            ("app/a.py", "from app.workers import x\nfrom .frontend import y\n"),
            ("app/tests/test_a.py", "from workers.tasks import run\n"),
            (
                "app/a.py",
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import workers.tasks\n",
            ),
            ("app/a.py", '"""\nfrom workers.tasks import run\n"""\n'),
            ("scripts/a.py", "from app.main import x\nfrom workers.tasks import y\n"),
            ("frontend/src/a.ts", 'import x from "workers";\n'),
        ],
    )
    def test_innocent(self, path: str, text: str) -> None:
        files = GOOD | {
            "app/workers/x.py": "",
            "app/frontend.py": "",
            "packages/shared/x.ts": "",
            path: text,
        }
        if "tasks" in text:
            files["workers/tasks.py"] = ""
        assert subjects(rules.cross_service_import, files) == []

    def test_types_alone_are_a_lesser_matter(self) -> None:
        text = 'import type { Job } from "../../workers/src/queue";\n'
        (found,) = violations(rules.cross_service_import, plus(frontend__src__a_DOT_ts=text))
        assert found.severity is Severity.LOW
        mixed = text + 'import { run } from "../../workers/src/queue";\n'
        (found,) = violations(rules.cross_service_import, plus(frontend__src__a_DOT_ts=mixed))
        assert found.severity is None
        assert [at.line for at in found.locations] == [1, 2]

    def test_one_service_alone_has_no_boundary(self) -> None:
        files = {"app/main.py": "from workers import x\n", "workers/README.md": ""}
        assert is_not_applicable(rules.cross_service_import, files)


class TestPorts:
    @pytest.mark.parametrize(
        ("path", "text", "subject"),
        [
            ("Dockerfile.api", "FROM a:1\nEXPOSE 8080\n", "Dockerfile.api"),
            ("Dockerfile.api", "FROM a:1\nENV PORT=8080\n", "Dockerfile.api"),
            ("app/Dockerfile", "FROM a:1\nCMD uvicorn app:app --port 5000\n", "app/Dockerfile"),
            (
                "Dockerfile",
                'FROM a:1\nCMD ["gunicorn", "-b", "0.0.0.0:80", "app.main:app"]\n',
                "Dockerfile",
            ),
            ("frontend/Dockerfile", "FROM node:24\nEXPOSE 80\n", "frontend/Dockerfile"),
            (
                "compose.yaml",
                'services:\n  web:\n    build: frontend\n    ports: ["3000:8080"]\n',
                "compose.yaml#web",
            ),
            (
                "compose.yaml",
                "services:\n  backend:\n    build: app\n    environment: {PORT: 5000}\n",
                "compose.yaml#backend",
            ),
            (
                "frontend/package.json",
                '{"dependencies": {"next": "16"},\n "scripts": {"start": "next start -p 4000"}}',
                "frontend/package.json",
            ),
            ("Procfile", "web: uvicorn app.main:app --port 9000\n", "Procfile"),
            (
                "infra/railway/railway.toml",
                '[deploy]\nstartCommand = "uvicorn app.main:app --port ${PORT:-8080}"\n',
                "infra/railway/railway.toml",
            ),
            ("app/main.py", 'import uvicorn\nuvicorn.run("a", port=8080)\n', "app/main.py"),
        ],
    )
    def test_another_port(self, path: str, text: str, subject: str) -> None:
        assert subjects(rules.service_port, GOOD | {path: text}) == [subject]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("Dockerfile.api", "FROM a:1\nEXPOSE 8000 9090\nCMD uvicorn a:b --port $PORT\n"),
            ("Dockerfile.api", "FROM a:1 AS build\nEXPOSE 1234\nFROM a:1\nEXPOSE 8000\n"),
            ("Dockerfile.worker", "FROM a:1\nEXPOSE 9100\n"),
            ("docker-compose.yml", 'services:\n  api:\n    build: app\n    ports: ["80:8000"]\n'),
            (
                "docker-compose.yml",
                'services:\n  grafana:\n    image: grafana/grafana:12\n    ports: ["3000:3000"]\n',
            ),
            (
                "docker-compose.yml",
                'services:\n  playwright:\n    build: frontend\n    ports: ["9323:9323"]\n',
            ),
            ("frontend/package.json", NEXT.replace('"next"}', '"next start"}')),
            ("Procfile", "web: uvicorn app.main:app --port $PORT\nworker: node x --port 1\n"),
            ("app/main.py", "# uvicorn.run(app, port=8080) lives in the image now\n"),
            (
                "Dockerfile.api",
                "FROM a:1\nRUN mkdir -p 2024\nCMD uvicorn a:b --port ${PORT:-8000}\n",
            ),
        ],
    )
    def test_innocent(self, path: str, text: str) -> None:
        files = GOOD | {path: text}
        if path == "app/main.py":
            files[path] = "import uvicorn\nuvicorn.run(app, port=8000)\n"
        assert subjects(rules.service_port, files) == []

    def test_one_file_is_one_finding(self) -> None:
        text = "FROM a:1\nEXPOSE 8080\nCMD uvicorn a:b --port 8080\n"
        (found,) = violations(rules.service_port, plus(Dockerfile_DOT_api=text))
        assert [at.line for at in found.locations] == [2, 3]
        assert found.evidence["expected"] == 8000


class TestQueue:
    def test_a_dependency_and_its_import_are_one_finding(self) -> None:
        files = GOOD | {
            "frontend/package.json": '{"dependencies": {\n  "next": "16",\n  "bullmq": "5"\n}}',
            "frontend/src/app/api/jobs/route.ts": 'import { Queue } from "bullmq";\n',
        }
        assert subjects(rules.frontend_reaches_queue, files) == ["bullmq"]
        assert lines(rules.frontend_reaches_queue, files) == [("frontend/package.json", 3)]

    def test_an_import_alone(self) -> None:
        files = plus(frontend__src__a_DOT_ts='import Redis from "ioredis/built";\n')
        assert subjects(rules.frontend_reaches_queue, files) == ["ioredis"]

    @pytest.mark.parametrize(
        "files",
        [
            {"frontend/package.json": '{"devDependencies": {"ioredis": "5", "next": "16"}}'},
            {"frontend/package.json": '{"dependencies": {"ioredis-mock": "8", "redis-ui": "1"}}'},
            {"frontend/src/a.ts": 'import type { Job } from "bullmq";\n'},
            {"frontend/src/a.ts": '// import { Queue } from "bullmq"\nimport x from "./redis";\n'},
            {"frontend/src/a.test.ts": 'import { Queue } from "bullmq";\n'},
            {"package.json": '{"dependencies": {"bullmq": "5"}}'},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert subjects(rules.frontend_reaches_queue, GOOD | files) == []


class TestAi:
    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("app/services/orders.py", "import openai\n"),
            ("app/main.py", "from google import genai\n"),
            ("app/routers/chat.py", "from langchain_core.messages import HumanMessage\n"),
            ("app/a.py", "def f():\n    from google.generativeai import configure\n"),
            ("frontend/src/a.ts", 'import OpenAI from "openai";\n'),
            ("frontend/src/a.ts", 'import { z } from "@langchain/core/x";\n'),
            ("frontend/src/a.ts", 'import { streamText } from "ai";\n'),
        ],
    )
    def test_outside_the_boundary(self, path: str, text: str) -> None:
        assert subjects(rules.ai_outside_boundary, GOOD | {path: text}) == [path]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("app/ai/deep/client.py", "import anthropic\n"),
            ("workers/src/ai.ts", 'import { GoogleGenAI } from "@google/genai";\n'),
            ("frontend/src/a.ts", 'import { useChat } from "@ai-sdk/react";\n'),
            ("frontend/src/a.ts", 'import type { Message } from "ai";\n'),
            ("frontend/src/a.ts", 'import ai from "@/lib/ai";\nimport x from "./openai";\n'),
            ("app/openai.py", "from . import openai\nimport openai_helper\n"),
            ("app/main.py", "from google.cloud import storage\n"),
            ("app/tests/test_ai.py", "import openai\n"),
            ("scripts/evaluate.py", "import openai\n"),
            (
                "app/main.py",
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import openai\n",
            ),
        ],
    )
    def test_innocent(self, path: str, text: str) -> None:
        assert subjects(rules.ai_outside_boundary, GOOD | {path: text}) == []


class TestUndeclared:
    @pytest.mark.parametrize(
        ("files", "name"),
        [
            (
                {"compose.yml": "services:\n  billing:\n    build: ./billing\n"},
                "billing",
            ),
            ({"Dockerfile.billing": "FROM a:1\n"}, "billing"),
            ({"billing/Dockerfile": "FROM a:1\n"}, "billing"),
            (
                {"render.yaml": "services:\n  - type: web\n    name: billing\n"},
                "billing",
            ),
        ],
    )
    def test_a_unit_outside_the_table(self, files: dict[str, str], name: str) -> None:
        assert subjects(rules.undeclared_service, GOOD | files) == [name]

    @pytest.mark.parametrize(
        "files",
        [
            {"Dockerfile": "FROM a:1\n", "Dockerfile.cron": "FROM a:1\n"},
            {
                "compose.yml": "services:\n  db:\n    image: postgres:18\n  mailpit:\n    image: "
                "a/b:1\n"
            },
            {"compose.yml": "services:\n  postgres:\n    build: ./db\n"},
            {"compose.yml": "services:\n  backend:\n    build: .\n  web:\n    build: frontend\n"},
            {
                "compose.yml": "services:\n  migrate:\n    build: .\n  celery-worker:\n    build: "
                ".\n"
            },
            {"frontend/Dockerfile": "FROM a:1\n", "app/docker/Dockerfile": "FROM a:1\n"},
            {".devcontainer/Dockerfile": "FROM a:1\n", "tests/e2e/Dockerfile": "FROM a:1\n"},
            {"render.yaml": "services:\n  - type: cron\n    name: nightly\n  - name: api\n"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert subjects(rules.undeclared_service, GOOD | files) == []

    def test_nothing_is_deployed(self) -> None:
        assert is_not_applicable(rules.undeclared_service, {"app/main.py": ""})
