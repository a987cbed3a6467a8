"""The rules about compose files: credentials, open data stores."""

import pytest
from msgspec import structs

from autodevops.guide.load import built_in_guide
from autodevops.rules import compose as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, lines, subjects, violations

KEY = "kX9vQ2mZ7pL4tR8wN1bC6yD3"


@pytest.mark.parametrize(
    "rule", [rules.compose_secret, rules.exposed_datastore], ids=lambda rule: rule.id
)
def test_a_repository_without_compose_is_not_asked(rule: Rule) -> None:
    assert is_not_applicable(rule, {"Dockerfile": "FROM a:1\n", "tests/docker-compose.yml": ""})


def service(body: str, path: str = "docker-compose.yml") -> dict[str, str]:
    return {path: f"services:\n  db:\n    image: acme/api:1\n{body}"}


class TestComposeSecret:
    @pytest.mark.parametrize(
        ("body", "line"),
        [
            (f"    environment:\n      DB_PASSWORD: {KEY}\n", 5),
            (f"    environment:\n      - A=1\n      - API_KEY={KEY}\n", 6),
            (f"    environment:\n      JWT_SECRET: ${{JWT_SECRET:-{KEY}}}\n", 5),
        ],
    )
    def test_a_literal_credential(self, body: str, line: int) -> None:
        (found,) = violations(rules.compose_secret, service(body))
        assert found.locations[0].line == line
        assert KEY not in repr(found)

    @pytest.mark.parametrize(
        "body",
        [
            "    environment:\n      POSTGRES_PASSWORD: postgres\n",
            "    environment:\n      - DB_PASSWORD=${DB_PASSWORD:?}\n",
            "    environment:\n      SECRET_KEY: ${SECRET_KEY:-dev-secret}\n",
            "    environment:\n      - API_KEY\n",
            "    environment:\n      PASSWORD_FILE: /run/secrets/db\n",
            "    env_file: .env\n",
            f"    # DB_PASSWORD: {KEY}\n",
            f"    environment:\n      IMAGE_DIGEST: {KEY}\n",
        ],
    )
    def test_innocent(self, body: str) -> None:
        assert not subjects(rules.compose_secret, service(body))

    def test_well_known_defaults_count_where_users_are(self) -> None:
        body = "    environment:\n      POSTGRES_PASSWORD: postgres\n"
        assert subjects(rules.compose_secret, service(body, "docker-compose.prod.yml"))
        assert not subjects(rules.compose_secret, service(body, "docker-compose.dev.yml"))

    def test_a_name_of_the_guide_s_own_counts(self) -> None:
        files = service(f"    environment:\n      - API_KEY={KEY}\n", "deploy/stack.yml")
        named = structs.replace(built_in_guide().containers, compose_files=("deploy/stack.yml",))
        guide = structs.replace(built_in_guide(), containers=named)
        assert subjects(rules.compose_secret, files, guide=guide)
        assert is_not_applicable(rules.compose_secret, files)


def store(image: str, body: str, path: str = "docker-compose.yml") -> dict[str, str]:
    return {path: f"services:\n  db:\n    image: {image}\n{body}"}


PORT = '    ports: ["6379:6379"]\n'


class TestExposedDatastore:
    @pytest.mark.parametrize(
        ("image", "body"),
        [
            ("redis:7", PORT),
            ("redis/redis-stack:latest", PORT),
            ("docker.io/library/redis", "    ports:\n      - 6379:6379/tcp\n"),
            ("redis:7", "    ports:\n      - target: 6379\n        published: 6379\n"),
            ("mongo:7", '    ports: ["27017:27017"]\n'),
            ("redis:7", '    ports: ["0.0.0.0:6379:6379"]\n'),
            (
                "postgres:17",
                "    environment: {POSTGRES_HOST_AUTH_METHOD: trust}\n    ports: ['5432:5432']\n",
            ),
            (
                "mysql:8",
                "    environment: [MYSQL_ALLOW_EMPTY_PASSWORD=1]\n    ports: ['3306:3306']\n",
            ),
        ],
    )
    def test_open_to_all(self, image: str, body: str) -> None:
        assert subjects(rules.exposed_datastore, store(image, body)) == ["docker-compose.yml#db"]

    @pytest.mark.parametrize(
        ("image", "body"),
        [
            ("redis:7", '    ports: ["127.0.0.1:6379:6379"]\n'),
            ("redis:7", "    expose: [6379]\n"),
            ("redis:7", f"{PORT}    command: redis-server --requirepass ${{REDIS_PASSWORD}}\n"),
            ("redis:7", f"{PORT}    env_file: .env\n"),
            ("redis:7", f"{PORT}    volumes: ['./redis.conf:/usr/local/etc/redis/redis.conf']\n"),
            ("postgres:17", "    environment: {POSTGRES_PASSWORD: x}\n    ports: ['5432:5432']\n"),
            ("acme/redis-ui:1", PORT),
            ("mongo:7", f"{PORT}    environment: ['MONGO_INITDB_ROOT_PASSWORD=${{P}}']\n"),
        ],
    )
    def test_innocent(self, image: str, body: str) -> None:
        assert not subjects(rules.exposed_datastore, store(image, body))

    def test_files_of_one_folder_are_seen_together(self) -> None:
        base = store("redis:7", "    command: redis-server --requirepass x\n")
        override = {"docker-compose.override.yml": f"services:\n  db:\n{PORT}"}
        assert not subjects(rules.exposed_datastore, base | override)
        assert lines(rules.exposed_datastore, store("redis:7", "") | override) == [
            ("docker-compose.override.yml", 3)
        ]

    def test_files_for_tests_are_not_asked(self) -> None:
        assert is_not_applicable(
            rules.exposed_datastore, store("redis:7", PORT, "docker-compose.test.yml")
        )
