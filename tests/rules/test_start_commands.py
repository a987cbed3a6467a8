"""The rule about start commands of images, compose services and platforms."""

import pytest

from autodevops.rules import image_builds as rules
from tests.support.asking import lines, violations

REQUIREMENTS = {"requirements.txt": "fastapi==0.1\nuvicorn==0.30\n", "app/main.py": "app = 1\n"}
PYTHON = "FROM python:3.13-slim\nWORKDIR /srv\nCOPY requirements.txt .\n"
INSTALL = "RUN pip install -r requirements.txt\n"


def starts(text: str, files: dict[str, str] | None = None) -> list[str]:
    found = violations(
        rules.broken_start_command,
        {"Dockerfile": text} | (REQUIREMENTS if files is None else files),
    )
    return [str(one.evidence["reason"]) for one in found]


class TestBrokenStartCommand:
    def test_a_server_that_nothing_installs(self) -> None:
        files = {"requirements.txt": "fastapi==0.1\n", "app/main.py": "app = 1\n"}
        text = PYTHON + INSTALL + 'COPY app app\nCMD ["uvicorn", "app.main:app"]\n'
        assert starts(text, files) == ["uvicorn is not among the packages of requirements.txt"]

    def test_a_final_stage_without_the_packages(self) -> None:
        text = (
            f"FROM python:3.13 AS build\n{INSTALL}FROM python:3.13-slim\nWORKDIR /srv\n"
            'COPY --from=build /srv /srv\nCOPY app app\nCMD ["uvicorn", "app.main:app"]\n'
        )
        assert starts(text) == ["no step of the final stage installs or copies uvicorn"]

    def test_packages_without_their_programs(self) -> None:
        text = (
            f"FROM python:3.13 AS build\n{INSTALL}FROM python:3.13\nWORKDIR /srv\nCOPY app app\n"
            "COPY --from=build /usr/local/lib/python3.13/site-packages "
            "/usr/local/lib/python3.13/site-packages\n"
        )
        assert starts(text + 'CMD ["uvicorn", "app.main:app"]\n')
        assert not starts(text + 'CMD ["python", "-m", "uvicorn", "app.main:app"]\n')

    @pytest.mark.parametrize(
        ("command", "flag"),
        [
            ('CMD ["uvicorn", "app.main:app", "--bind", "0.0.0.0"]', "--bind"),
            ("CMD uvicorn app.main:app --worker 4", "--worker"),
            ('ENTRYPOINT ["uvicorn"]\nCMD ["app.main:app", "--threads", "2"]', "--threads"),
            ('CMD ["sh", "-c", "exec uvicorn app.main:app --timeout 5"]', "--timeout"),
        ],
    )
    def test_an_option_that_the_server_does_not_have(self, command: str, flag: str) -> None:
        text = f"{PYTHON}{INSTALL}COPY app app\n{command}\n"
        assert starts(text) == [f"uvicorn has no option {flag}"]

    def test_a_file_from_an_earlier_stage_holds_nothing_below_it(self) -> None:
        files = {"package.json": '{"scripts": {"build": "tsc"}}', "server.ts": ""}
        text = (
            "FROM node:22 AS build\nWORKDIR /a\nCOPY . .\nRUN npm run build\n"
            "FROM node:22\nWORKDIR /a\nCOPY --from=build /a/package.json .\n{}"
            'CMD ["node", "dist/server.js"]\n'
        )
        gone = "the image has no /a/dist/server.js: nothing copies or builds it"
        assert starts(text.format(""), files) == [gone]
        assert starts(text.format("COPY --from=build /a/dist ./dist\n"), files) == []

    @pytest.mark.parametrize(
        ("copy", "command", "reason"),
        [
            ("COPY app .", "uvicorn app.main:app", "the image has no /srv/app/main.py"),
            ("COPY app app", "uvicorn app.server:app", "no file of the repository"),
            ("COPY app app", "uvicorn app.main:create", "app/main.py defines no create"),
            ("", "uvicorn app.main:app", "the image has no /srv/app/main.py"),
            ("COPY app app", "python worker.py", "the image has no /srv/worker.py"),
        ],
    )
    def test_a_target_that_is_not_there(self, copy: str, command: str, reason: str) -> None:
        (found,) = starts(f"{PYTHON}{INSTALL}{copy}\nCMD {command}\n")
        assert found.startswith(reason)

    @pytest.mark.parametrize(
        "body",
        [
            'COPY app app\nCMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]',
            "COPY . .\nCMD uvicorn app.main:app --port $PORT",
            "COPY app .\nCMD uvicorn main:app",
            "COPY app x/app\nCMD uvicorn app.main:app --app-dir x",
            "ENV PYTHONPATH=/code\nCOPY app /code/app\nCMD uvicorn app.main:app",
            "COPY app app\nRUN git clone x y\nCMD uvicorn y.main:app",
            "COPY app app\nCMD python -m uvicorn app.main:app --reload",
            "COPY app app\nCMD gunicorn app.main:app -k uvicorn.workers.UvicornWorker -b :80",
            "COPY app app\nCMD litellm --port 4000",
            'COPY app app\nENTRYPOINT ["./entrypoint.sh"]',
            "COPY app app\nCMD uvicorn app.main:app --log-level $LEVEL $EXTRA",
        ],
    )
    def test_innocent(self, body: str) -> None:
        files = REQUIREMENTS | {"requirements.txt": "uvicorn\ngunicorn\n"}
        assert not starts(f"{PYTHON}{INSTALL}{body}\n", files)

    def test_packages_from_a_virtual_environment(self) -> None:
        text = (
            "FROM python:3.13 AS build\nRUN python -m venv /app/.venv && pip install uvicorn\n"
            "FROM python:3.13-slim\nWORKDIR /app\nCOPY --from=build /app /app\nCOPY app app\n"
            "CMD uvicorn app.main:app\n"
        )
        assert not starts(text)

    def test_gunicorn_takes_shortened_options(self) -> None:
        files = REQUIREMENTS | {"requirements.txt": "gunicorn\n"}
        text = f"{PYTHON}{INSTALL}COPY app app\nCMD gunicorn app.main:app"
        assert not starts(f"{text} --work 2 --bind=:80\n", files)
        assert starts(f"{text} --host 0.0.0.0\n", files) == ["gunicorn has no option --host"]


NODE = "FROM node:22-alpine\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\n"
PACKAGE = '{"scripts": {"start": "node dist/index.js", "build": "tsc -p ."}}'


class TestBrokenNodeStart:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ('CMD ["next", "start"]', "next is in node_modules/.bin"),
            ('CMD ["pnpm", "start"]', "the node image has no pnpm"),
            ('CMD ["npm", "run", "serve"]', "no package.json has a script serve"),
            ('CMD ["node", "server.js"]', "the image has no /app/server.js"),
            ('COPY . .\nRUN npm run build\nCMD ["node", "build/index.js"]', "tsc writes to dist"),
            ('COPY . .\nRUN npm run build\nCMD ["node", "dist/main.js"]', "no source of the"),
            ('COPY . .\nCMD ["python", "x.py"]', "node:22-alpine has no python"),
        ],
    )
    def test_broken(self, body: str, reason: str) -> None:
        files = {
            "package.json": PACKAGE,
            "src/index.ts": "",
            "tsconfig.json": '{"compilerOptions": {"outDir": "./dist"}}',
        }
        (found,) = starts(f"{NODE}{body}\n", files)
        assert found.startswith(reason)

    @pytest.mark.parametrize(
        "body",
        [
            'CMD ["npm", "start"]',
            'CMD ["npx", "next", "start", "-p", "3000"]',
            'RUN corepack enable\nCMD ["pnpm", "start"]',
            'RUN npm i -g pm2\nCMD ["pm2", "start"]',
            'ENV PATH=/app/node_modules/.bin:$PATH\nCMD ["next", "start"]',
            'COPY . .\nRUN npm run build\nCMD ["node", "dist/index.js"]',
            'COPY server.js .\nCMD ["node", "--enable-source-maps", "server.js"]',
            'COPY --from=other /x /app\nCMD ["node", "server.js"]',
        ],
    )
    def test_innocent(self, body: str) -> None:
        files = {"package.json": PACKAGE, "src/index.ts": "", "server.js": ""}
        assert not starts(f"{NODE}{body}\n", files)

    def test_standalone_output_that_is_not_asked_for(self) -> None:
        text = (
            f"{NODE.replace('alpine', 'alpine AS b')}RUN npm run build\nFROM node:22-alpine\n"
            'COPY --from=b /app/.next/standalone ./\nCMD ["node", "server.js"]\n'
        )
        files = {"package.json": "{}", "next.config.mjs": "export default {}\n"}
        (found,) = starts(text, files)
        assert "does not set output: 'standalone'" in found
        files["next.config.mjs"] = "export default { output: 'standalone' }\n"
        assert not starts(text, files)

    def test_commands_of_compose_and_railway(self) -> None:
        files = REQUIREMENTS | {
            "Dockerfile": f"{PYTHON}{INSTALL}COPY app app\n",
            "compose.yml": "services:\n  a:\n    build: .\n    command: uvicorn app.main:a -b x\n",
            "railway.toml": '[deploy]\nstartCommand = "uvicorn app.main:app --workers 2 -w 3"\n',
        }
        assert lines(rules.broken_start_command, files) == [
            ("compose.yml", 4),
            ("railway.toml", 2),
        ]
