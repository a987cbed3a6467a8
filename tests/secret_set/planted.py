"""Files that hold a secret each."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from tests.secret_set.values import BASE32, BASE62, HEX, LETTERS, UPPER, URL, Values


@dataclass(frozen=True)
class Planted:
    """One file with one secret (or one pair that belongs together)."""

    kind: str
    """What it is, for the table."""
    path: str
    """Where it stands."""
    content: bytes
    """The file."""
    value: str
    """The secret: what must be found and never be shown."""


def planted(seed: int = 7) -> list[Planted]:
    """Return the files, each with a path of its own."""
    values = Values(seed)
    found = [
        *_tokens(values),
        *_named(values),
        *_urls(values),
        *_keys(values),
        *_wrapped(values),
        *_encoded(values),
    ]
    paths = [one.path for one in found]
    assert len(paths) == len(set(paths))
    return found


def _text(kind: str, path: str, text: str, value: str) -> Planted:
    assert value in text
    return Planted(kind, path, text.encode(), value)


def _tokens(v: Values) -> Iterator[Planted]:
    """Tokens that their form gives away, in many kinds of file."""
    forms = (
        ("github token", "ghp_" + v.of(BASE62, 36), "app/github.py", 'client = Github("{}")\n'),
        ("github token", "gho_" + v.of(BASE62, 36), ".github/workflows/x.yml", "      T: {}\n"),
        (
            "github fine-grained token",
            f"github_pat_{v.of(BASE62, 22)}_{v.of(BASE62, 59)}",
            "scripts/release.sh",
            "export GH_TOKEN={}\n",
        ),
        ("gitlab token", "glpat-" + v.of(BASE62, 20), "ci/mirror.sh", "curl -H 'X: {}' $U\n"),
        ("stripe live key", "sk_live_" + v.of(BASE62, 24), "app/pay.py", "stripe.api_key = '{}'\n"),
        ("stripe live key", "rk_live_" + v.of(BASE62, 40), "src/pay.ts", "const k = `{}`;\n"),
        ("stripe webhook", "whsec_" + v.of(BASE62, 32), "app/hooks.py", 'SECRET = "{}"\n'),
        (
            "slack token",
            f"xoxb-{v.of('123456789', 12)}-{v.of('123456789', 12)}-{v.of(BASE62, 24)}",
            "bot/config.yml",
            "slack: {}\n",
        ),
        (
            "slack webhook",
            f"https://hooks.slack.com/services/T{v.of(UPPER, 8)}/B{v.of(UPPER, 8)}/"
            + v.of(BASE62, 24),
            "ops/alert.sh",
            "curl -d @- {}\n",
        ),
        (
            "discord webhook",
            f"https://discord.com/api/webhooks/{v.of('123456789', 18)}/" + v.of(URL, 68),
            "ops/notify.js",
            "fetch('{}')\n",
        ),
        ("openai key", "sk-proj-" + v.of(BASE62, 48), "app/ai/llm.py", 'OpenAI(api_key="{}")\n'),
        ("anthropic key", "sk-ant-api03-" + v.of(URL, 93) + "AA", "app/ai/claude.py", "K = '{}'\n"),
        (
            "google api key",
            "AIza" + v.of(BASE62, 35),
            "app/ai/gemini.py",
            "GEMINI_API_KEY = '{}'\n",
        ),
        (
            "google oauth secret",
            "GOCSPX-" + v.of(BASE62, 28),
            "config/oauth.json",
            '{{"s":"{}"}}\n',
        ),
        (
            "sendgrid key",
            f"SG.{v.of(BASE62, 22)}.{v.of(BASE62, 43)}",
            "app/mail.rb",
            "key = '{}'\n",
        ),
        ("npm token", "npm_" + v.of(BASE62, 36), ".npmrc", "//registry.npmjs.org/:_authToken={}\n"),
        ("pypi token", "pypi-AgEIcHlwaS5vcmc" + v.of(BASE62, 70), ".pypirc", "password = {}\n"),
        ("hugging face token", "hf_" + v.of(BASE62, 34), "notebooks/train.py", "login('{}')\n"),
        ("digitalocean token", "dop_v1_" + v.of(HEX, 64), "infra/do.tf", 'token = "{}"\n'),
        ("telegram token", f"{v.of('123456789', 9)}:AA{v.of(BASE62, 33)}", "bot.go", 't := "{}"\n'),
        ("vault token", "hvs." + v.of(BASE62, 90), "deploy/vault.hcl", 'token = "{}"\n'),
        (
            "docker hub token",
            "dckr_pat_" + v.of(BASE62, 27),
            "ci/push.sh",
            "echo {} | docker login\n",
        ),
        ("shopify token", "shpat_" + v.of(HEX, 32), "shop/api.php", "$t = '{}';\n"),
        ("supabase secret key", "sb_secret_" + v.of(URL, 31), "app/db.py", 'create("u", "{}")\n'),
        ("supabase secret key", "sb_secret_" + v.of(BASE62, 30), "docs/setup.md", "    K={}\n"),
        (
            "supabase access token",
            "sbp_" + v.of(HEX, 40),
            "ci/db.sh",
            "supabase login --token {}\n",
        ),
        ("linear key", "lin_api_" + v.of(BASE62, 40), "tools/linear.mjs", "auth('{}')\n"),
        ("databricks token", "dapi" + v.of(HEX, 32), "etl/job.scala", 'val t = "{}"\n'),
        ("new relic key", "NRAK-" + v.of(UPPER, 27), "ops/nr.yaml", "key: {}\n"),
        (
            "groq key",
            "gsk_" + v.of(BASE62, 52),
            "workers/src/ai.ts",
            "new Groq({{ apiKey: '{}' }})\n",
        ),
        ("age identity", "AGE-SECRET-KEY-1" + v.of(UPPER, 58), "keys.txt", "# age\n{}\n"),
        (
            "service_role key",
            v.jwt(role="service_role", iss="supabase", ref="qx", exp=2_000_000_000),
            "frontend/src/lib/admin.ts",
            "createClient(url, '{}')\n",
        ),
        (
            "json web token",
            v.jwt(sub="u_81723", iss="auth.acme.io", exp=1_900_000_000),
            "scripts/call.sh",
            "curl -H 'Authorization: Bearer {}'\n",
        ),
    )
    for kind, value, path, line in forms:
        yield _text(kind, path, f"# generated\n{line.format(value)}", value)


def _named(v: Values) -> Iterator[Planted]:
    """Values that only their names give away."""
    key_id, secret = "AKIA" + v.of(BASE32, 16), v.of(BASE62 + "/+", 40)
    yield _text(
        "aws key pair",
        "deploy/.env.production",
        f"AWS_ACCESS_KEY_ID={key_id}\nAWS_SECRET_ACCESS_KEY={secret}\n",
        secret,
    )
    alone = v.of(BASE62 + "/+", 40)
    yield _text("aws secret", "infra/backup.tf", f'  aws_secret_access_key = "{alone}"\n', alone)
    forms = (
        ("password, quoted", v.password(), "app/settings.py", 'DB_PASSWORD = "{}"\n'),
        ("password, quoted", v.password(), "src/db.ts", "  password: '{}',\n"),
        ("password, env", v.password(), ".env", "SMTP_PASSWORD={}\n"),
        ("password, yaml", v.password(), "config/prod.yml", "db:\n  password: {}\n"),
        (
            "password, properties",
            v.plain_password(),
            "src/main/resources/application.properties",
            "spring.datasource.password={}\n",
        ),
        ("password, ini", v.plain_password(16), "etc/app.ini", "[db]\npassword = {}\n"),
        ("password, java", v.password(), "src/Main.java", 'private String password = "{}";\n'),
        (
            "password, xml",
            v.plain_password(16),
            "pom-settings.xml",
            "<server><password>{}</password></server>\n",
        ),
        (
            "password, name and value",
            v.password(),
            "k8s/base/deployment.yaml",
            '        - name: DB_PASSWORD\n          value: "{}"\n',
        ),
        (
            "password, terraform",
            v.password(),
            "infra/variables.tf",
            'variable "db_password" {{\n  type = string\n  default = "{}"\n}}\n',
        ),
        ("password, command line", v.password(), "scripts/dump.sh", "pg --password '{}' -h db\n"),
        ("password, netrc", v.plain_password(12), ".netrc", "machine x login bob password {}\n"),
        ("password, pgpass", v.plain_password(14), ".pgpass", "db.acme.io:5432:app:app:{}\n"),
        ("api key, env", v.of(HEX, 32), ".env.local", "DATADOG_API_KEY={}\n"),
        ("api key, json", v.of(BASE62, 32), "config/keys.json", '{{"apiKey": "{}"}}\n'),
        ("api key, toml", v.of(BASE62, 40), "config/app.toml", 'api_key = "{}"\n'),
        ("client secret", v.of(HEX, 40), "app/oauth.py", 'GITHUB_CLIENT_SECRET = "{}"\n'),
        ("encryption key", v.key(32), "app/crypto.py", 'ENCRYPTION_KEY = b"{}"\n'),
        ("encryption key", v.of(HEX, 64), "docker-compose.prod.yml", "      ENCRYPTION_KEY: {}\n"),
        ("session secret", v.of(BASE62, 48), "server.js", "session({{ secret: '{}' }})\n"),
        ("railway token", v.uuid(), ".github/deploy.env", "RAILWAY_TOKEN={}\n"),
        ("heroku key", v.uuid(), "scripts/heroku.sh", "export HEROKU_API_KEY={}\n"),
        ("twilio token", v.of(HEX, 32), "app/sms.py", 'TWILIO_AUTH_TOKEN = "{}"\n'),
        ("dockerfile", v.of(BASE62, 32), "Dockerfile.api", "FROM x:1\nENV API_TOKEN={}\n"),
        ("value in .env.example", v.of(HEX, 64), ".env.example", "ENCRYPTION_KEY={}\n"),
        ("npm token, uuid", v.uuid(), "web/.npmrc", "//registry.npmjs.org/:_authToken={}\n"),
        ("wordpress salt", v.salt(), "wp-config.php", "define('AUTH_KEY',   '{}');\n"),
        (
            "password, xml attribute",
            v.plain_password(20),
            "filezilla.xml",
            '<Pass encoding="plain">{}</Pass>\n',
        ),
        ("api key, letters only", v.letters(24), "app/geo.py", 'GEO_API_KEY = "{}"\n'),
        ("default in code", v.of(BASE62, 36), "app/config.py", 'os.getenv("API_KEY", "{}")\n'),
    )
    for kind, value, path, line in forms:
        yield _text(kind, path, line.format(value), value)


def _urls(v: Values) -> Iterator[Planted]:
    """Passwords inside URLs."""
    forms = (
        ("database url", "app/db_url.py", 'URL = "postgresql://app:{}@db.acme.io:5432/app"\n'),
        ("database url", "config/database.env", "DATABASE_URL=postgres://app:{}@10.0.0.5/app\n"),
        (
            "redis url",
            "workers/.env.staging",
            "REDIS_URL=rediss://default:{}@eu1.upstash.io:6379\n",
        ),
        (
            "mongodb url",
            "src/mongo.js",
            "mongoose.connect('mongodb+srv://u:{}@c0.x1.mongodb.net')\n",
        ),
        ("amqp url", "config/queue.yaml", "broker: amqp://svc:{}@mq.acme.io/prod\n"),
        ("https url", "scripts/clone.sh", "git clone https://bot:{}@git.acme.io/x.git\n"),
    )
    for kind, path, line in forms:
        value = v.plain_password(16)
        yield _text(kind, path, line.format(value), value)


def _keys(v: Values) -> Iterator[Planted]:
    """Private keys of every frame."""
    frames = ("RSA ", "EC ", "OPENSSH ", "")
    for frame in frames:
        pem = v.pem(frame)
        name = frame.strip().lower() or "pkcs8"
        yield _text(f"private key, {name}", f"deploy/{name}.pem", pem, pem.splitlines()[2])
    pem = v.pem("")
    account = {"type": "service_account", "private_key_id": v.of(HEX, 40), "private_key": pem}
    yield Planted(
        "service account",
        "config/gcp.json",
        json.dumps(account, indent=2).encode(),
        pem.splitlines()[2],
    )
    pem = v.pem("RSA ")
    inline = pem.replace("\n", "\\n")
    yield _text("private key, one line", ".env.ci", f'KEY="{inline}"\n', pem.splitlines()[2])
    pem = v.pem("PGP ").replace("PRIVATE KEY", "PRIVATE KEY BLOCK")
    yield _text("private key, pgp", "keys/release.asc", pem, pem.splitlines()[2])


def _wrapped(v: Values) -> Iterator[Planted]:
    """Secrets inside Base64, notebooks and other files."""
    token = "ghp_" + v.of(BASE62, 36)
    wrapped = b64encode(f"token={token}\n".encode()).decode()
    yield Planted("token in base64", "k8s/secret.yaml", f"data:\n  x: {wrapped}\n".encode(), token)
    pem = v.pem("")
    wrapped = b64encode(pem.encode()).decode()
    yield Planted(
        "key in base64", "ci/key.env", f"KEY_B64={wrapped}\n".encode(), pem.splitlines()[2]
    )
    token = "sk_live_" + v.of(BASE62, 24)
    cell = {"cell_type": "code", "source": [f'stripe.api_key = "{token}"\n'], "outputs": []}
    notebook = json.dumps({"cells": [cell], "nbformat": 4}, indent=1)
    yield _text("notebook", "notebooks/pay.ipynb", notebook, token)
    password = v.plain_password(18) + "!7x"
    cell = {"cell_type": "code", "source": [f'password = "{password}"\n'], "outputs": []}
    notebook = json.dumps({"cells": [cell], "nbformat": 4}, indent=1)
    yield _text("notebook, password", "notebooks/db.ipynb", notebook, password)


def _encoded(v: Values) -> Iterator[Planted]:
    """The same in other encodings and with other line ends."""
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"):
        token = "glpat-" + v.of(BASE62, 20)
        text = f"# h\u00e9\nGITLAB_TOKEN={token}\n"
        yield Planted(encoding, f"win/{encoding}.ps1", text.encode(encoding), token)
    password = v.password()
    text = f'A=1\r\nDB_PASSWORD="{password}"\r\nB=2\r\n'
    yield _text("crlf", "win/app.env", text, password)
    password = v.of(LETTERS, 3) + v.password()
    yield Planted(
        "utf-16, password", "win/web.config", f'password="{password}"'.encode("utf-16"), password
    )
