"""The rules about environment files and variables."""

import pytest

from autodevops.rules import environment as rules
from autodevops.rules._api import Rule
from autodevops.rules.rotation import rotation_script
from tests.rules.rotated import API
from tests.support.asking import is_not_applicable, lines, subjects, violations

REQUIRED = (
    "SUPABASE_URL=\nSUPABASE_SERVICE_ROLE_KEY=\nGITHUB_CLIENT_ID=\nGITHUB_CLIENT_SECRET=\n"
    "GEMINI_API_KEY=\nENCRYPTION_KEY=\n# RAILWAY_TOKEN=\n"
)
LIBRARY = {"src/lib/x.py": "x = 1\n", "README.md": "x"}


@pytest.mark.parametrize(
    "rule",
    [
        rules.env_file_not_ignored,
        rules.env_example,
        rules.env_example_required,
        rules.env_drift,
        rules.config_module,
        rotation_script,
    ],
    ids=lambda rule: rule.id,
)
def test_a_library_without_an_environment_is_not_asked(rule: Rule) -> None:
    assert is_not_applicable(rule, LIBRARY)


class TestEnvFileTracked:
    def test_a_real_file(self) -> None:
        (found,) = violations(rules.env_file_tracked, {"web/.env.local": "A=secret\n# B=\n"})
        assert found.subject == "web/.env.local"
        assert found.evidence == {"variables": ["A"]}
        assert "secret" not in repr(found).replace("env_file", "")

    @pytest.mark.parametrize(
        "path",
        [
            ".env.example",
            ".env.local.example",
            "web/.env.template",
            "web/.env-template",
            ".env_example",
            ".envrc",
            "tests/fixtures/.env",
            "src/__tests__/env/.env.production",
            "examples/compose/.env",
            "src/env.ts",
            ".environments/a.json",
        ],
    )
    def test_innocent(self, path: str) -> None:
        assert not subjects(rules.env_file_tracked, {path: "A=1\n"})


class TestEnvFileNotIgnored:
    def test_every_variant_counts_where_there_is_a_service(self) -> None:
        (found,) = violations(rules.env_file_not_ignored, API | {".gitignore": "/.env\n"})
        assert found.subject == ".gitignore"
        assert found.evidence["not_ignored"] == [
            *("app/.env", ".env.local", "app/.env.local", ".env.production", "app/.env.production"),
            *(".env.development.local", "app/.env.development.local"),
            *(".env.production.local", "app/.env.production.local"),
        ]

    def test_code_that_reads_the_environment_is_asked_for_the_file_itself(self) -> None:
        files = {"tool.py": "import os\nos.getenv('TOKEN')\n"}
        (found,) = violations(rules.env_file_not_ignored, files)
        assert found.evidence["not_ignored"] == [".env"]

    @pytest.mark.parametrize(
        "text",
        [
            ".env\n.env.*\n!.env.example\n",
            ".env*\n",
            "*.env\n.env.*\n",
            ".env\n.env.local\n.env.*.local\n.env.production\n",
            "**/.env*\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not subjects(rules.env_file_not_ignored, API | {".gitignore": text})

    def test_one_file_a_folder_is_enough(self) -> None:
        files = API | {".gitignore": "/.env*\n", "app/.gitignore": ".env*\n"}
        assert not subjects(rules.env_file_not_ignored, files)


class TestEnvExample:
    def test_missing(self) -> None:
        assert subjects(rules.env_example, API) == [".env.example"]

    def test_a_template_elsewhere_does_not_count(self) -> None:
        (found,) = violations(rules.env_example, API | {"app/.env.example": "A=\n"})
        assert "app/.env.example is not the place for it" in found.message

    @pytest.mark.parametrize(
        "files",
        [
            API | {".env.example": "A=\n"},
            API | {".env.example": "", "app/.env.example": "A=\n"},
            {"frontend/x.tsx": "x", ".env.example": "# A=\n"},
            {"tool.py": "import os\nos.getenv('TOKEN')\n"},
            {"lib/x.rb": "ENV['A']"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.env_example, files)


class TestEnvExampleRequired:
    def test_each_missing_secret(self) -> None:
        text = "SUPABASE_URL=\n# GEMINI_API_KEY is needed too\nENCRYPTION_KEY=x\n# RAILWAY_TOKEN=\n"
        assert subjects(rules.env_example_required, API | {".env.example": text}) == [
            "SUPABASE_SERVICE_ROLE_KEY",
            "GITHUB_CLIENT_ID",
            "GITHUB_CLIENT_SECRET",
            "GEMINI_API_KEY",
        ]

    @pytest.mark.parametrize(
        "text",
        [
            REQUIRED,
            REQUIRED.replace("\n", "\r\n"),
            REQUIRED.replace("=", "='x'"),
            f"MORE=1\n{REQUIRED}",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not subjects(rules.env_example_required, API | {".env.example": text})

    def test_the_missing_file_is_another_rules_matter(self) -> None:
        assert is_not_applicable(rules.env_example_required, API)


COMPOSE = """\
services:
  api:
    environment:
      - A=local
  worker:
    environment:
      B: local
  broken: []
"""


class TestEnvDrift:
    @staticmethod
    def drift(files: dict[str, str], example: str = "") -> list[str]:
        return subjects(rules.env_drift, API | {".env.example": REQUIRED + example} | files)

    @pytest.mark.parametrize(
        "files",
        [
            {"app/x.py": "import os\nos.environ['NEW_KEY']\n"},
            {"frontend/x.ts": "const a = process.env.NEW_KEY!\n"},
            {"docker-compose.yml": "services:\n  a:\n    image: a:${NEW_KEY}\n"},
            {".github/workflows/a.yml": "env:\n  NEW_KEY: ${{ secrets.NEW_KEY }}\n"},
            {"app/s.py": "class S(BaseSettings):\n    new_key: str\n"},
        ],
    )
    def test_a_variable_that_is_read_but_not_declared(self, files: dict[str, str]) -> None:
        assert self.drift(files) == ["NEW_KEY"]

    def test_all_readers_are_one_finding(self) -> None:
        files = API | {
            ".env.example": REQUIRED,
            "app/a.py": "import os\nos.environ['NEW']\nos.environ['NEW']\n",
            "app/b.py": "import os\n\nos.getenv('NEW')\n",
        }
        (found,) = violations(rules.env_drift, files)
        assert found.message == (
            "NEW is read in app/a.py:2 and 2 more, but .env.example does not declare it"
        )
        assert [(at.path, at.line) for at in found.locations] == [
            ("app/a.py", 2),
            ("app/a.py", 3),
            ("app/b.py", 3),
        ]

    def test_the_parts_of_a_nested_setting_declare_it(self) -> None:
        config = 'model_config = SettingsConfigDict(env_nested_delimiter="__")\n    store: Store\n'
        files = {"app/s.py": f"class S(BaseSettings):\n    {config}"}
        assert self.drift(files, "STORE__HOST=\nSTORE__PORT=\n") == []
        assert self.drift(files, "OTHER__HOST=\n") == ["OTHER__HOST", "STORE"]

    def test_a_declaration_that_nothing_reads(self) -> None:
        files = API | {".env.example": f"{REQUIRED}OLD_FLAG=1\n"}
        assert lines(rules.env_drift, files) == [(".env.example", 8)]

    @pytest.mark.parametrize(
        ("files", "example"),
        [
            ({"app/x.py": "import os\nos.getenv('NEW', 'x')\n"}, ""),
            ({"app/x.ts": "process.env.NEW ?? 1; process.env.NODE_ENV; process.env.CI\n"}, ""),
            ({"tests/test_x.py": "import os\nos.environ['NEW']\n"}, ""),
            ({"docker-compose.yml": "a: ${PORT} ${TAG:-latest}\n"}, ""),
            ({".github/workflows/a.yml": "with:\n  token: ${{ secrets.CODECOV_TOKEN }}\n"}, ""),
            ({".github/workflows/a.yml": "env:\n  NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n"}, ""),
            (
                {
                    "Dockerfile": "ENV APP_HOME=/app \\\n    APP_USER=shop\n",
                    "app/x.py": "import os\nos.environ['APP_HOME'], os.environ['APP_USER']\n",
                },
                "",
            ),
            (
                {
                    "compose.yml": COMPOSE,
                    "app/x.py": "import os\nos.environ['A'], os.environ['B']\n",
                },
                "",
            ),
            ({"frontend/.env.example": "NEW=\n", "frontend/x.ts": "process.env.NEW\n"}, ""),
            ({"scripts/run.sh": 'echo "$NEW"\n'}, "NEW=\n"),
            ({"app/s.py": "settings = Dynaconf()\nsettings.new_flag\n"}, "NEW_FLAG=\n"),
            ({}, "POSTGRES_PASSWORD=\nSENTRY_DSN=\nPORT=8000\n# LATER=\n"),
        ],
    )
    def test_innocent(self, files: dict[str, str], example: str) -> None:
        assert not self.drift(files, example)

    def test_without_a_template_there_is_nothing_to_compare(self) -> None:
        assert is_not_applicable(rules.env_drift, API)


READ = "import os\nKEY = os.environ['KEY']\n"


class TestConfigModule:
    def test_a_frontend_has_none(self) -> None:
        assert is_not_applicable(rules.config_module, {"frontend/x.ts": "process.env.A\n"})

    def test_missing(self) -> None:
        files = API | {"app/core/config.py": READ}
        (found,) = violations(rules.config_module, files)
        assert found.subject == "app/config.py"
        assert found.message == "app/config.py is missing; app/core/config.py may be meant for it"

    def test_three_modules_that_read_the_environment_themselves(self) -> None:
        files = API | {"app/config.py": READ} | {f"app/m{i}.py": READ for i in range(3)}
        (found,) = violations(rules.config_module, files)
        assert found.subject == "app/"
        assert found.evidence["modules"] == ["app/m0.py", "app/m1.py", "app/m2.py"]

    @pytest.mark.parametrize(
        "files",
        [
            {"app/config.py": READ, "app/a.py": READ, "app/b.py": READ},
            {"app/config/__init__.py": "", "app/config/a.py": READ, "app/config/b.py": READ},
            {"app/config.py": READ} | {f"app/tests/test_{i}.py": READ for i in range(4)},
            {"app/config.py": READ} | {f"scripts/s{i}.py": READ for i in range(4)},
            {"app/config.py": READ} | {f"workers/w{i}.ts": "process.env.X" for i in range(4)},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.config_module, API | files)
