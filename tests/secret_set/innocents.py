"""Files without a secret that look as if they held one."""

import json
from base64 import b64encode
from collections.abc import Iterator

from tests.secret_set.values import BASE32, BASE62, HEX, UPPER, URL, Values


def innocents(seed: int = 11) -> dict[str, bytes]:
    """Return files by path."""
    values = Values(seed)
    found: dict[str, bytes] = {}
    for path, text in (
        *_public(values),
        *_published(values),
        *_placeholders(),
        *_references(),
        *_hashes(values),
        *_code(values),
        *_defaults(),
        *_marked(values),
        *_shown(values),
        *_spoken(values),
        *_placed(values),
    ):
        assert path not in found, path
        found[path] = text.encode()
    return found


def _public(v: Values) -> Iterator[tuple[str, str]]:
    """Public by design."""
    anon = v.jwt(role="anon", iss="supabase", ref="abcdefghijkl", exp=2_000_000_000)
    yield "frontend/.env.production", f"NEXT_PUBLIC_SUPABASE_ANON_KEY={anon}\n"
    yield "frontend/src/supabase.ts", f"export const anonKey = '{anon}';\n"
    yield "frontend/src/pub.ts", f"createClient(url, 'sb_publishable_{v.of(URL, 31)}')\n"
    yield "frontend/src/stripe.ts", f"loadStripe('pk_live_{v.of(BASE62, 24)}')\n"
    yield "frontend/src/sentry.ts", f"dsn: 'https://{v.of(HEX, 32)}@o4.ingest.sentry.io/45'\n"
    firebase = f'const firebaseConfig = {{ apiKey: "AIza{v.of(BASE62, 35)}", authDomain: "x" }};\n'
    yield "frontend/src/firebase.js", firebase
    yield (
        "frontend/index.html",
        (f'<script src="https://maps.googleapis.com/maps/api/js?key=AIza{v.of(BASE62, 35)}">\n'),
    )
    certificate = "\n".join(v.key(48) for _ in range(9))
    yield (
        "certs/ca.pem",
        (f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n"),
    )
    yield "keys/public.pem", f"-----BEGIN PUBLIC KEY-----\n{v.key(48)}\n-----END PUBLIC KEY-----\n"
    yield "keys/authorized_keys", f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{v.of(BASE62, 43)} bob@x\n"
    yield "app/google.py", f'CLIENT_ID = "{v.of("123456789", 12)}-{v.of(HEX, 32)}.apps.example"\n'
    yield "app/analytics.ts", f"posthog.init('phc_{v.of(BASE62, 43)}')\n"


def _placed(_: Values) -> Iterator[tuple[str, str]]:
    """Names of places in schemas."""
    yield "app/token.yaml", "refresh_token: '#/paths/~1v1~1oauth2~1token/post/requestBody'\n"
    yield (
        "app/api.pb.gw.go",
        'Annotate(ctx, "/a.v1.Users/CreateToken", Pattern("/api/v1/{parent=users/*}/tokens"))\n',
    )


def _shown(v: Values) -> Iterator[tuple[str, str]]:
    """Shown to every visitor, or no more than the name of a key."""
    posthog = f"phc_{v.of(BASE62, 43)}"
    yield "src/telemetry.ts", f"private POSTHOG_API_KEY = '{posthog}';\n"
    yield "docs/mint.json", f'{{"posthog": {{"apiKey": "{posthog}"}}}}\n'
    search = f"algolia: {{\n  appId: 'X', apiKey: '{v.of(HEX, 32)}', indexName: 'docs'\n}}\n"
    yield "docs/.vitepress/config.ts", search
    yield "src/Search.tsx", f'<DocSearch apiKey="{v.of(HEX, 32)}" indexName="astro" />\n'
    yield "src/twitch.py", f'TWITCH_CLIENT_ID = "{v.of(HEX, 30)}"\n'
    legacy = f"https://{v.of(HEX, 32)}:{v.of(HEX, 32)}@o45.ingest.sentry.io/450"
    yield "src/entry.client.tsx", f'Sentry.init({{ dsn: "{legacy}" }});\n'
    badge = f"https://codecov.io/gh/x/y/branch/main/graph/badge.svg?token={v.of(BASE62, 10)}"
    yield "METADATA", f"[![codecov]({badge})](https://codecov.io)\n"
    signed = f"X-Amz-Credential=AKIA{v.of(BASE32, 16)}%2F20240216%2Fus-east-1%2Fs3"
    yield "content/post.mdx", f"![](https://b.s3.amazonaws.com/v.mp4?{signed}&X-Amz-Expires=300)\n"
    picture = f"http://127.0.0.1:9199/v0/b/x/o/a.jpg?alt=media&token={v.uuid()}"
    yield "seed/export.json", f'{{"photo": "{picture}"}}\n'
    yield (
        "Jenkinsfile",
        f"DOCKER_CREDENTIALS = '{v.uuid()}'\nsshagent(credentials: '{v.uuid()}') {{\n",
    )
    yield "src/mapbox.js", f"mapboxgl.accessToken = 'pk.eyJ{v.of(BASE62, 50)}.{v.of(BASE62, 22)}'\n"


def _spoken(v: Values) -> Iterator[tuple[str, str]]:
    """Words, code and forms of other things where a secret could stand."""
    login = "docker login --username AWS --password-stdin 111122223333.dkr.ecr.us-east-1.x.com\n"
    yield "scripts/ecr.sh", f"aws ecr get-login-password | {login}"
    yield "src/Key.vue", '<input placeholder="sk_live_abc123xyz789" default="sk_live_demo123" />\n'
    yield "docs/cut.mdx", f"- Example: `STRIPE_SECRET_KEY=sk_test_{v.of(BASE62, 24)}...`\n"
    unsigned = v.jwt(sub="1").rpartition(".")[0] + ".signature"
    yield "src/curl.js", f"const command = `curl -F 'payload={unsigned}' x.com`;\n"
    yield "config/worn.yml", "db:\n  password: P@ssw0rd!\n  admin_password: s3cur3-p4ss\n"
    yield "cache/.fixer", json.dumps({"src/CanResetPassword.php": v.of(HEX, 32)})
    yield "src/Request.php", "'password' => 'required|confirmed|min:8',\n"
    yield "src/plugin.py", "_token_re = re.compile(r'.*data\\-token=([A-Za-z0-9%]+).*')\n"
    yield "src/mail.go", 'url := "token="+user.ConfirmationToken+"&type=signup"\n'
    yield (
        "src/Store.cs",
        ('connectionString = "server=10.0.0.4;port=3306;uid=root;pwd=my-secret-pw;database=x";\n'),
    )
    yield "templates/secret.yaml", "swa.db.password = TPL_K8S_DB_PASSWORD\n"
    yield "src/spec.py", "required = ['snmpv3_auth_password', 'snmpv3_priv_password']\n"
    yield "src/hook.ts", 'export const STORAGE_KEY = "v2b-deployments-variant";\n'
    yield "src/webapp.ts", 'WORKER_SECRET: "test-worker-secret-for-e2e-tests",\n'
    yield "plugins.txt", "token-macro:400.v35420b_922dcb_\nsecret-store:1.2.v0a1b2c3d4e5f\n"
    yield "run.yml", "run: docker run -e AUTH_TOKEN=$AUTH_TOKEN,BUCKET=x1 $IMAGE\n"
    words = b64encode(b"i like this project very much").decode().rstrip("=")
    yield "hooks_test.go", f'secret := "v1,whsec_{words}"\n'
    yield "totp.ts", 'const secretKey = "JBSWY3DPEHPK3PXP";\n'


def _published(v: Values) -> Iterator[tuple[str, str]]:
    """Values from documentation."""
    yield "docs/aws.md", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7" + "EXAMPLE\n"
    yield (
        "scripts/aws.sh",
        ("export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY\n"),
    )
    yield "docs/stripe.md", "stripe.api_key = 'sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc'\n"
    demo = v.jwt(iss="supabase-demo", role="service_role", exp=1_983_812_996)
    yield "supabase/.env.local", f"SERVICE_ROLE_KEY={demo}\n"
    yield "docs/jwt.md", v.jwt(sub="1234567890", name="John Doe", iat=1_516_239_022) + "\n"
    azurite = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq" + "/K1SZFPTOtr/"
    yield "docker/azurite.env", f"CONN=AccountKey={azurite}KBHBeksoGMGw==;\n"


def _placeholders() -> Iterator[tuple[str, str]]:
    yield (
        ".env.example",
        (
            "SUPABASE_URL=https://your-project.supabase.co\nGEMINI_API_KEY=your-api-key-here\n"
            "ENCRYPTION_KEY=change-me-to-32-random-characters\nGITHUB_CLIENT_SECRET=<your-secret>\n"
            "RAILWAY_TOKEN=xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\nSMTP_PASSWORD=\n"
            "DATABASE_URL=postgresql://user:password@localhost:5432/app\n"
        ),
    )
    yield "docs/github.md", "GITHUB_TOKEN=ghp_" + "x" * 36 + "\n"
    yield "docs/openai.md", "OPENAI_API_KEY=sk-..." + "\n"
    yield "docs/slack.md", "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24 + "\n"
    yield "README.md", "Set `API_KEY=your_api_key` and `PASSWORD=<password>` first.\n"
    yield "docs/key.md", "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n"
    yield "config/sample.yml", "password: CHANGEME\ntoken: REPLACE_ME_WITH_TOKEN\n"
    yield "config/redacted.json", '{"password": "********", "api_key": "[REDACTED]"}\n'
    yield "docs/sequence.md", "API_KEY=0123456789abcdef0123456789abcdef\n"
    yield "docs/zero.md", "HEROKU_API_KEY=00000000-0000-0000-0000-000000000000\n"


def _references() -> Iterator[tuple[str, str]]:
    yield (
        ".github/workflows/ci.yml",
        ("env:\n  TOKEN: ${{ secrets.GITHUB_TOKEN }}\n  PASSWORD: ${{ secrets.DB_PASSWORD }}\n"),
    )
    yield (
        "docker-compose.yml",
        (
            "services:\n  db:\n    environment:\n"
            "      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set}\n"
            "      API_KEY: ${API_KEY:-dev-key}\n"
        ),
    )
    yield (
        "app/config.py",
        (
            'API_KEY = os.environ["API_KEY"]\nSECRET_KEY = os.getenv("SECRET_KEY")\n'
            "password = settings.database_password\ntoken = get_token(request.headers)\n"
        ),
    )
    yield "src/config.ts", "const apiKey = process.env.API_KEY ?? '';\n"
    yield "infra/main.tf", 'password = var.db_password\ntoken = "${data.vault.secret.token}"\n'
    yield "supabase/config.toml", '[auth.external.github]\nsecret = "env(GITHUB_CLIENT_SECRET)"\n'
    yield "playbook.yml", 'db_password: "{{ vault_db_password }}"\n'
    yield "helm/templates/secret.yaml", "password: {{ .Values.dbPassword | b64enc | quote }}\n"
    yield "scripts/login.sh", 'PASSWORD="$(pass show db)"\nTOKEN=$(cat /run/secrets/token)\n'
    yield "config/op.env", "API_KEY=op://vault/item/field\n"
    yield (
        "config/arn.yml",
        "secret: arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-AbCdEf\n",
    )


def _hashes(v: Values) -> Iterator[tuple[str, str]]:
    """Digests and identifiers."""
    integrity = b64encode(v.random.randbytes(64)).decode()
    yield (
        "package-lock.json",
        json.dumps({"packages": {"node_modules/token": {"integrity": f"sha512-{integrity}"}}}),
    )
    yield (
        "yarn.lock",
        f'secret@1.0.0:\n  integrity sha512-{integrity}\n  checksum "{v.of(HEX, 64)}"\n',
    )
    yield "poetry.lock", f'token-package = [{{hash = "sha256:{v.of(HEX, 64)}"}}]\n'
    yield "go.sum", f"github.com/x/token v1.2.3 h1:{v.key(32)}\n"
    yield "dist/app.js.map", json.dumps({"mappings": v.of(BASE62, 400), "token": v.of(BASE62, 32)})
    yield ".github/workflows/pin.yml", f"      - uses: actions/checkout@{v.of(HEX, 40)} # v4\n"
    yield "app/version.py", f'COMMIT = "{v.of(HEX, 40)}"\nBUILD_ID = "{v.uuid()}"\n'
    yield "tests/ids.py", f'REQUEST_ID = "{v.uuid()}"\nTRACE = "{v.of(HEX, 32)}"\n'
    yield "db/seed.sql", f"INSERT INTO u (password_hash) VALUES ('$2b$12${v.of(BASE62, 53)}');\n"
    yield "index.html", f'<script integrity="sha384-{v.key(48)}"></script>\n'
    yield "Dockerfile", f"FROM python:3.12@sha256:{v.of(HEX, 64)}\n"
    yield (
        ".secrets.baseline",
        json.dumps(
            {"results": {"a.py": [{"type": "Secret Keyword", "hashed_secret": v.of(HEX, 40)}]}}
        ),
    )
    yield "config/etag.yml", f'etag: "{v.of(HEX, 32)}"\ncache_key: "{v.of(HEX, 40)}"\n'


def _code(v: Values) -> Iterator[tuple[str, str]]:
    """Code that speaks of secrets."""
    yield (
        "src/form.tsx",
        (
            '<input type="password" name="password" placeholder="Password" id="password-input" />\n'
            'const label = { password: "Forgot password?", token: "access_token" };\n'
        ),
    )
    yield (
        "src/errors.ts",
        (
            "export const errors = { token: 'auth/invalid-token' };\n"
            "errors.password = 'auth/weak-password';\n"
        ),
    )
    yield (
        "src/lexer.py",
        'TOKEN_TYPE = "IDENTIFIER"\ntoken = "STRING_LITERAL_V2"\nMAX_TOKENS = 4096\n',
    )
    yield "src/routes.py", 'RESET_PASSWORD_PATH = "/auth/reset-password/confirm"\n'
    yield "src/validate.ts", "const password = /^(?=.*[A-Z])(?=.*[0-9]).{8,}$/;\n"
    yield (
        "src/i18n.json",
        '{"password": "Passwort", "secret": "Geheimnis", "token": "Zugangsmarke"}',
    )
    yield "src/select.py", "password = page.locator(\"//input[@name='pwd']\")\n"
    yield "src/names.py", 'SECRET_NAME = "prod/db/password"\nAPI_KEY_HEADER = "X-Api-Key"\n'
    yield (
        "k8s/base/app.yaml",
        (
            "      env:\n        - name: DB_PASSWORD\n          valueFrom:\n"
            "            secretKeyRef:\n"
            "              name: db-credentials\n              key: password\n"
        ),
    )
    yield "src/urls.py", 'TOKEN_URL = "https://github.com/login/oauth/access_token"\n'
    yield "src/enum.java", 'String secret = "SECRET_MANAGER_PROVIDER";\nString apiKey = "apiKey";\n'
    yield "src/colors.css", f"a {{ background: url(data:image/png;base64,{v.key(90)}) }}\n"
    yield "src/hash.go", f'const passwordHash = "sha256:{v.of(HEX, 64)}"\n'
    yield "docs/policy.md", "Passwords: at least 12 characters. Secrets rotate quarterly.\n"
    yield "src/upper.py", f'KEY_NAME = "{v.of(UPPER, 8)}"\nkeyboard_layout = "{v.of(BASE62, 20)}"\n'


def _defaults() -> Iterator[tuple[str, str]]:
    """Local defaults that everybody knows: weak, not secret."""
    yield (
        "docker-compose.dev.yml",
        (
            "      POSTGRES_PASSWORD: postgres\n      MINIO_ROOT_PASSWORD: minioadmin\n"
            "      DATABASE_URL: postgresql://postgres:postgres@db:5432/postgres\n"
            "      RABBITMQ_DEFAULT_PASS: guest\n      REDIS_URL: redis://:redis@localhost:6379\n"
        ),
    )
    yield (
        "tests/conftest.py",
        ('DATABASE_URL = "postgres://test:test@localhost/test"\nPASSWORD = "test-password-123"\n'),
    )
    yield "tests/test_login.py", 'client.post("/login", json={"password": "wrong-password"})\n'
    yield (
        "config/dev.ini",
        "password = password123\nsecret_key = dev-secret-key-not-for-production\n",
    )


def _marked(v: Values) -> Iterator[tuple[str, str]]:
    """Test data that says so."""
    yield "tests/fixtures/fake_key.pem", v.pem("RSA ")
    yield "tests/fixtures/dummy.env", f"API_KEY={v.of(BASE62, 32)}\n"
    yield "tests/test_github.py", f'TOKEN = "ghp_{v.of(BASE62, 36)}"  # fake, for tests only\n'
    yield "tests/unit/test_auth.py", 'token = "test-token-abc"\npassword = "S3cret!pass"\n'
