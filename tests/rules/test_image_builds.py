"""The rules about builds: secrets in layers, contexts, inputs, start commands."""

import pytest

from autodevops.rules import image_builds as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, lines, subjects, violations
from tests.support.memory import snapshot_of

KEY = "kX9vQ2mZ7pL4tR8wN1bC6yD3"


@pytest.mark.parametrize(
    "rule",
    [
        rules.secret_in_image,
        rules.dockerignore,
        rules.missing_build_input,
        rules.broken_start_command,
    ],
    ids=lambda rule: rule.id,
)
def test_a_repository_without_docker_is_not_asked(rule: Rule) -> None:
    assert is_not_applicable(rule, {"src/lib.py": "x = 1\n", "docs/Dockerfile": "FROM a\n"})


class TestSecretInImage:
    @pytest.mark.parametrize(
        ("text", "name", "line"),
        [
            (f"FROM a:1\nENV API_KEY={KEY}\n", "API_KEY", 2),
            (f"FROM a:1\nENV A=1 \\\n  DB_PASSWORD={KEY}\n", "DB_PASSWORD", 3),
            (f"FROM a:1\nARG JWT_SECRET={KEY}\n", "JWT_SECRET", 2),
            (f"FROM a:1\nENV JWT_SECRET {KEY}\n", "JWT_SECRET", 2),
            ("FROM a:1\nARG NPM_TOKEN\nRUN npm ci\n", "NPM_TOKEN", 2),
            ("FROM a:1\nCOPY .env .\n", ".env", 2),
            ("FROM a:1\nCOPY ./.env.production /app/\n", ".env.production", 2),
            ("FROM a:1\nADD id_rsa /root/.ssh/\n", "id_rsa", 2),
        ],
    )
    def test_in_a_layer(self, text: str, name: str, line: int) -> None:
        (found,) = violations(rules.secret_in_image, {"Dockerfile": text})
        assert found.subject == f"Dockerfile#{name}"
        assert found.locations[0].line == line
        assert KEY not in repr(found)

    @pytest.mark.parametrize(
        "text",
        [
            "FROM a:1\nARG NEXT_PUBLIC_SUPABASE_ANON_KEY\nENV X=$NEXT_PUBLIC_SUPABASE_ANON_KEY\n",
            "FROM a:1\nENV SECRET_KEY=placeholder\n",
            "FROM a:1\nENV SECRET_KEY=\n",
            "FROM a:1\nCOPY .env.example .env\n",
            "FROM a:1 AS build\nARG NPM_TOKEN\nRUN npm ci\nFROM a:1\nCOPY --from=build /x /x\n",
            "FROM a:1\nRUN --mount=type=secret,id=npm_token npm ci\n",
            f"FROM a:1\n# ENV API_KEY={KEY}\n",
            "FROM a:1\nCOPY --from=other .env /x\n",
            "FROM a:1\nENV PASSWORD_FILE=/run/secrets/db\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not subjects(rules.secret_in_image, {"Dockerfile": text})

    def test_a_tracked_environment_file_of_public_values(self) -> None:
        files = {
            "Dockerfile": "FROM a:1\nCOPY .env.production .\n",
            ".env.production": "NEXT_PUBLIC_API_URL=https://api.example.com\n",
        }
        assert not subjects(rules.secret_in_image, files)
        files[".env.production"] = f"API_KEY={KEY}\n"
        assert subjects(rules.secret_in_image, files) == ["Dockerfile#.env.production"]


class TestDockerignore:
    def test_missing(self) -> None:
        files = {"Dockerfile": "FROM a:1\nCOPY . .\n", "package.json": "{}"}
        (found,) = violations(rules.dockerignore, files)
        assert found.subject == ".dockerignore"
        assert found.evidence["left_in"] == [
            *(".git", ".env", ".env.local", ".env.production", "node_modules"),
        ]

    @pytest.mark.parametrize("source", [".", "./", "*", "/"])
    def test_every_way_to_say_all_of_it(self, source: str) -> None:
        files = {"Dockerfile": f"FROM a:1\nCOPY {source} /app\n", ".dockerignore": ".git\n"}
        assert subjects(rules.dockerignore, files) == [".dockerignore"]

    def test_a_service_folder_counts(self) -> None:
        files = {
            "Dockerfile": "FROM a:1\nCOPY frontend/ .\n",
            "frontend/package.json": "{}",
            ".dockerignore": ".env*\nnode_modules\n",
        }
        (found,) = violations(rules.dockerignore, files)
        assert "frontend/node_modules" in str(found.evidence["left_in"])

    @pytest.mark.parametrize(
        ("text", "ignore"),
        [
            ("COPY . .", ".git\n.env*\nnode_modules\n"),
            ("COPY . .", ".git\n**/.env*\n**/node_modules\n!.env.example\n"),
            ("COPY . .", "*\n!app\n!package.json\n"),
            ("COPY src src", ""),
            ("COPY package.json ./", ""),
            ("COPY --from=b . .", ""),
            ("RUN --mount=type=bind,target=. make", ""),
        ],
    )
    def test_innocent(self, text: str, ignore: str) -> None:
        files = {
            "Dockerfile": f"FROM a:1 AS b\n{text}\n",
            "package.json": "{}",
            "src/a.ts": "",
            ".dockerignore": ignore,
        }
        assert not subjects(rules.dockerignore, files)

    def test_the_dockerfile_s_own_file_comes_first(self) -> None:
        files = {
            "Dockerfile": "FROM a:1\nCOPY . .\n",
            "Dockerfile.dockerignore": ".git\n.env*\n",
            ".dockerignore": "",
        }
        assert not subjects(rules.dockerignore, files)

    def test_the_context_of_compose_decides(self) -> None:
        files = {
            "api/Dockerfile": "FROM a:1\nCOPY . .\n",
            "api/requirements.txt": "",
            "api/.dockerignore": ".env*\n",
        }
        compose = {"compose.yml": "services:\n  a:\n    build:\n      context: .\n"}
        compose["compose.yml"] += "      dockerfile: api/Dockerfile\n"
        assert not subjects(rules.dockerignore, files)
        assert subjects(rules.dockerignore, files | compose) == [".dockerignore"]


class TestMissingBuildInput:
    @pytest.mark.parametrize(
        ("text", "subject"),
        [
            ("COPY missing.txt .", "Dockerfile#missing.txt"),
            ("COPY app ./missing/ .", "Dockerfile#./missing/"),
            ("ADD missing /x", "Dockerfile#missing"),
            ('COPY ["no such", "/x"]', "Dockerfile#no such"),
            ("RUN --mount=type=bind,source=uv.lock,target=uv.lock x", "Dockerfile#uv.lock"),
        ],
    )
    def test_a_source(self, text: str, subject: str) -> None:
        files = {"Dockerfile": f"FROM a:1\n{text}\n", "app/main.py": ""}
        assert subjects(rules.missing_build_input, files) == [subject]

    @pytest.mark.parametrize(
        "text",
        [
            "COPY app .",
            "COPY ./app/main.py /x",
            "COPY --from=b /missing .",
            "COPY package-lock*.json .",
            "COPY dist /app",
            "COPY .build/${OS}/tool /bin/tool",
            "ADD https://example.com/missing /x",
            "COPY <<EOF /x\nmissing\nEOF",
            "COPY target/app.jar /app.jar",
            "COPY secret.json /x",
            "COPY sub/file /x",
        ],
    )
    def test_innocent(self, text: str) -> None:
        files = {
            "Dockerfile": f"FROM a:1 AS b\n{text}\n",
            "app/main.py": "",
            ".gitignore": "secret.json\n",
        }
        assert not subjects(rules.missing_build_input, snapshot_of(files, submodules=("sub",)))

    def test_another_folder_may_be_the_context(self) -> None:
        files = {"docker/api/Dockerfile": "FROM a:1\nCOPY app /app\n", "app/main.py": ""}
        assert not subjects(rules.missing_build_input, files)

    def test_a_script_may_hand_the_whole_context_over(self) -> None:
        copies = "COPY ./meta /x\nCOPY ./deps /x\n"
        files = {"apps/api/Dockerfile": f"FROM a:1 AS b\n{copies}", "apps/api/main.ts": ""}
        assert len(subjects(rules.missing_build_input, files)) == 2
        files["apps/api/Dockerfile"] += "COPY ./pkg /x\nFROM a:1\nCOPY --from=b /x /x\n"
        assert not subjects(rules.missing_build_input, files)

    def test_what_the_dockerignore_leaves_out(self) -> None:
        files = {
            "Dockerfile": "FROM a:1\nCOPY scripts /x\n",
            "scripts/a.sh": "",
            ".dockerignore": "# x\nscripts\n",
        }
        (found,) = violations(rules.missing_build_input, files)
        assert found.evidence["left_out_by"] == ".dockerignore:2: scripts"
        files[".dockerignore"] += "!scripts/a.sh\n"
        assert not subjects(rules.missing_build_input, files)

    def test_contexts_and_dockerfiles_of_compose(self) -> None:
        compose = (
            "services:\n  a:\n    build: ./gone\n  b:\n    build:\n      context: .\n"
            "      dockerfile: Dockerfile.gone\n  c:\n    build: https://example.com/x.git\n"
            "  d:\n    build: ${WHERE}\n  e:\n    image: x\n"
        )
        assert lines(rules.missing_build_input, {"docker-compose.yml": compose}) == [
            ("docker-compose.yml", 3),
            ("docker-compose.yml", 7),
        ]
