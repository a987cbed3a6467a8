"""Where a secret stands says how likely it is to be one: what is made for show weighs little."""

import pytest

from autodevops.model.finding import Severity
from autodevops.scanners.secrets import Secrets
from tests.scanners.conftest import found
from tests.secret_set.values import BASE32, BASE62, HEX, Values
from tests.support.memory import snapshot_of

VALUES = Values(77)
PEM = VALUES.pem("RSA ")
TOKEN = VALUES.of(BASE62, 36)
KEY = VALUES.of(HEX, 32)
HOOK = f"whsec_{VALUES.of(BASE62, 39)}"
KEY_ID = "AKIA" + VALUES.of(BASE32, 16)


def severities(scanner: Secrets, path: str, text: str) -> list[Severity]:
    return [one.severity for one in found(scanner, snapshot_of({path: text})).detections]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("node_modules/request/tests/ssl/test.key", PEM),
        (".venv/lib/python3.12/site-packages/gevent/tests/badcert.pem", PEM),
        ("vendor/github.com/go-acme/cloudflare.toml", f"CLOUDFLARE_API_KEY={KEY}\n"),
        ("pkg/tls/tlsmanager_test.go", f"var key = `{PEM}`\n"),
        ("integration/resources/tls/local.key", PEM),
        ("stable/app/ci/tls-values.yaml", PEM),
        ("examples/ha/tls/ca-key.pem", PEM),
        ("docs_src/security/tutorial.py", f'SECRET_KEY = "{VALUES.of(HEX, 64)}"\n'),
        ("api/openapi.yaml", f"refresh_token: {KEY}\n"),
        ("src/generated/hook-samples.json", f'{{"client_secret": "{TOKEN}"}}\n'),
        ("src/SideMenu.stories.tsx", f'apiKey: "{TOKEN}",\n'),
        ("tests/data/html/page.html", f'"renderKey":"AIza{VALUES.of(BASE62, 35)}"\n'),
        ("notify/chat_test.go", f'testToken = "ghp_{TOKEN}"\n'),
        ("tests/test_login.py", f'HEADERS = {{"Authorization": "{VALUES.jwt(sub="foo")}"}}\n'),
        ("app/google.py", f'token = "ya29.{VALUES.of(BASE62, 80)}"\n'),
        ("docs/aws.md", f"Access key: {KEY_ID}\n"),
        ("app/schemas.py", f'Secret = Annotated[str, Field(examples=["{HOOK}"])]\n'),
        ("web/v1.ts", f"/**\n * Secret\n * @example {HOOK}\n */\nsecret: string\n"),
        ("app/openapi.json", f'{{"secret": {{"type": "string", "example": "{HOOK}"}}}}\n'),
        ("lib/hosts.py", f'EXAMPLES = """\n- api_key: "{KEY}"\n"""\n'),
    ],
)
def test_what_is_made_for_show_is_low(scanner: Secrets, path: str, text: str) -> None:
    found_there = severities(scanner, path, text)
    assert found_there
    assert set(found_there) == {Severity.LOW}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy/id_rsa", PEM),
        ("tests/test_client.py", f'TOKEN = "ghp_{TOKEN}"\n'),
        ("examples/client.py", f'API_KEY = "{KEY}"\n'),
        ("examples/config.py", f'URL = "postgres://app:{TOKEN}@db.acme.io/app"\n'),
        ("docs/setup.md", f"export GITHUB_TOKEN=ghp_{TOKEN}\n"),
        ("integrations/chat.py", f'API_KEY = "{KEY}"\n'),
        ("app/config.py", f'"""Settings of the app."""\nAPI_KEY = "{KEY}"\n'),
        ("app/deploy.py", f'TEMPLATE = """\npassword: "{TOKEN}"\n"""\n'),
        ("config.example.yml", f"api_key: {KEY}\n"),
    ],
)
def test_what_opens_something_weighs_its_full_weight(
    scanner: Secrets, path: str, text: str
) -> None:
    assert max(severities(scanner, path, text), key=lambda one: one.rank).rank >= Severity.HIGH.rank


def test_two_names_of_keys_are_no_pair(scanner: Secrets) -> None:
    other = "AKIA" + VALUES.of(BASE32, 16)
    secret = VALUES.of(BASE62 + "/+", 40)
    names = f"a = '{KEY_ID}'\nb = '{other}'\n"
    assert set(severities(scanner, "app/a.py", names)) == {Severity.HIGH}
    pair = f"{names}AWS_SECRET_ACCESS_KEY = '{secret}'\n"
    assert set(severities(scanner, "app/b.py", pair)) == {Severity.CRITICAL}


def test_a_google_key_in_a_page_s_script_is_for_every_visitor(scanner: Secrets) -> None:
    text = f'var map = {{"key": "AIza{VALUES.of(BASE62, 35)}"}};'
    assert severities(scanner, "web/map.js", f"{text}\n")
    bundled = f"{'f(1);' * 100}{text}{'f(1);' * 100}\n"
    assert severities(scanner, "web/map.js", bundled) == []
    assert severities(scanner, "app/settings.yaml", bundled)
