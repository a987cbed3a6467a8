"""What is a secret, and what only looks like one."""

import pytest

from autodevops.facts.secrets import Nature, judge_value, names_secret
from autodevops.model.finding import Severity
from tests.secret_set.values import BASE62, HEX, Values

VALUES = Values(1)


@pytest.mark.parametrize(
    "name",
    ["DB_PASSWORD", "apiKey", "client_secret", "JWT_SECRET", "ENCRYPTION_KEY", "github-token",
     "SUPABASE_SERVICE_ROLE_KEY", "smtp.pass", "connectionString"],
)  # fmt: skip
def test_names_that_promise_a_secret(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize(
    "name",
    ["TOKEN_URL", "PASSWORD_FILE", "secretName", "PUBLIC_KEY", "maxTokens", "token_type",
     "keyboard", "SUPABASE_ANON_KEY", "password_hash", "API_KEY_HEADER", "publishableKey",
     "SECRET_ARN", "passwordField", "hashed_secret", "primary_key", "SUPABASE_URL"],
)  # fmt: skip
def test_names_that_hold_something_else(name: str) -> None:
    assert not names_secret(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", VALUES.password()),
        ("DB_PASSWORD", "Tr0ub" + "4dor&3#xK"),
        ("API_KEY", VALUES.of(BASE62, 32)),
        ("ENCRYPTION_KEY", VALUES.of(HEX, 64)),
        ("ENCRYPTION_KEY", VALUES.key(32)),
        ("RAILWAY_TOKEN", VALUES.uuid()),
        ("anything", "ghp_" + VALUES.of(BASE62, 36)),
        ("anything", f"postgres://app:{VALUES.of(BASE62, 14)}@db.acme.io/app"),
        ("DATA", VALUES.pem()),
    ],
)
def test_real_values(name: str, value: str) -> None:
    judgement = judge_value(name, value, "config.yml")
    assert judgement.is_secret
    assert value not in repr(judgement)


@pytest.mark.parametrize(
    ("name", "value", "nature"),
    [
        ("PASSWORD", "changeme", Nature.PLACEHOLDER),
        ("API_KEY", "<your-key>", Nature.PLACEHOLDER),
        ("API_KEY", "your-api-key-here", Nature.PLACEHOLDER),
        ("API_KEY", "xxxxxxxxxxxxxxxx", Nature.PLACEHOLDER),
        ("PASSWORD", "********", Nature.PLACEHOLDER),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7" + "EXAMPLE", Nature.PLACEHOLDER),
        ("TOKEN", "${TOKEN}", Nature.REFERENCE),
        ("TOKEN", "${{ secrets.TOKEN }}", Nature.REFERENCE),
        ("TOKEN", "env(TOKEN)", Nature.REFERENCE),
        ("TOKEN", "{{ vault_token }}", Nature.REFERENCE),
        ("TOKEN", 'os.environ["TOKEN"]', Nature.REFERENCE),
        ("PASSWORD", "op://vault/db/password", Nature.REFERENCE),
        ("--secret", "id=NPM_PRO_TOKEN2,env=NPM_TOKEN", Nature.REFERENCE),
        ("x-access-token", "$GITHUB_TOKEN@github.com/$GITHUB_REPOSITORY.git", Nature.REFERENCE),
        ("CreateAccessToken", "/api/v1/{parent=users/*}/accessTokens", Nature.INNOCENT),
        ("secret", "/users/{id}/webhooks/{hook}:rotateSecret", Nature.INNOCENT),
        ("POSTGRES_PASSWORD", "postgres", Nature.WEAK),
        ("POSTGRES_PASSWORD", "dev-password", Nature.WEAK),
        ("DATABASE_URL", "postgresql://postgres:postgres@localhost:5432/app", Nature.WEAK),
        ("DATABASE_URL", "postgresql://postgres:postgres@db:5432/app", Nature.WEAK),
        ("PASSWORD", "cG9zdGdyZXM=", Nature.WEAK),
        ("token", "auth/expired-token", Nature.WEAK),
        ("placeholder", "ghp_" + VALUES.of(BASE62, 36), Nature.PLACEHOLDER),
        ("tokenPlaceholder", VALUES.of(HEX, 40), Nature.PLACEHOLDER),
        ("request_id", VALUES.uuid(), Nature.INNOCENT),
        ("commit", VALUES.of(HEX, 40), Nature.INNOCENT),
        ("password", "$2b$12$" + VALUES.of(BASE62, 53), Nature.INNOCENT),
        ("KEY", VALUES.jwt(role="anon", iss="supabase"), Nature.PUBLIC),
        ("KEY", VALUES.jwt(role="service_role", iss="supabase-demo"), Nature.PLACEHOLDER),
        ("KEY", "ey" + VALUES.of(BASE62, 30) + ".ey" + VALUES.of(BASE62, 30) + ".sig12345678",
         Nature.INNOCENT),
    ],
)  # fmt: skip
def test_values_that_are_no_secrets(name: str, value: str, nature: Nature) -> None:
    assert judge_value(name, value, "docker-compose.yml").nature is nature


def test_a_service_role_key_is_critical_and_tells_its_end() -> None:
    key = VALUES.jwt(role="service_role", iss="supabase", exp=2_000_000_000)
    judgement = judge_value("ANY", key)
    assert judgement.kind is not None
    assert judgement.kind.severity is Severity.CRITICAL
    assert judgement.evidence["expires"] == "2033-05-18T03:33:20Z"


def test_a_fixture_that_says_so_is_invented() -> None:
    key = VALUES.of(BASE62, 32)
    assert not judge_value("API_KEY", key, "tests/fixtures/fake.env").is_secret
    assert not judge_value("API_KEY", key, "tests/a.py", line="API_KEY = ... # dummy").is_secret
    assert judge_value("API_KEY", key, "tests/test_api.py").is_secret
    assert judge_value("API_KEY", key, "app/fake.py").is_secret
    assert judge_value("API_KEY", key, "app/main.py", line="API_KEY = ... # not fake").is_secret


@pytest.mark.parametrize("path", ["package-lock.json", "dist/app.js.map", "static/app.min.js"])
def test_generated_files_hold_digests(path: str) -> None:
    assert not judge_value("token", VALUES.of(HEX, 40), path).is_secret
    assert judge_value("token", "ghp_" + VALUES.of(BASE62, 36), path).is_secret
