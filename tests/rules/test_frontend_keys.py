"""What a front end may hold: no privileged key, no secret in a public variable."""

import pytest

from autodevops.rules import service_boundaries as rules
from tests.rules.platform import GOOD, VITE, plus, token
from tests.support.asking import is_not_applicable, subjects, violations

READ = "export const key = process.env.SUPABASE_SERVICE_ROLE_KEY;\n"


class TestPrivilegedKey:
    @pytest.mark.parametrize(
        "files",
        [
            {"frontend/src/a.tsx": f'"use client";\n{READ}'},
            {"frontend/src/lib/admin.ts": READ, "frontend/src/a.tsx": '"use client"\n'
             'import { key } from "@/lib/admin";\n'},
            {
                "frontend/src/lib/admin.ts": READ,
                "frontend/src/lib/index.ts": 'export * from "./admin";\n',
                "frontend/src/a.tsx": "'use client'\nimport { key } from '../src/lib';\n",
            },
            {"frontend/pages/index.tsx": READ},
            {"frontend/package.json": VITE, "frontend/src/a.ts": READ},
            {"frontend/package.json": VITE,
             "frontend/src/a.ts": "const { SUPABASE_SERVICE_ROLE_KEY } = import.meta.env;\n"},
        ],
    )  # fmt: skip
    def test_the_browser_s_code_names_it(self, files: dict[str, str]) -> None:
        found = subjects(rules.privileged_key_in_frontend, GOOD | files)
        assert found == ["SUPABASE_SERVICE_ROLE_KEY"]

    @pytest.mark.parametrize(
        "files",
        [
            {"frontend/src/app/api/x/route.ts": READ},
            {"frontend/src/lib/admin.ts": f'import "server-only";\n{READ}'},
            {"frontend/src/lib/actions.ts": f'"use server";\n{READ}',
             "frontend/src/a.tsx": '"use client"\nimport { key } from "@/lib/actions";\n'},
            {"frontend/src/app/page.tsx": READ},
            {"frontend/src/lib/admin.ts": READ,
             "frontend/src/app/x/page.tsx": 'import { key } from "@/lib/admin";\n'},
            {"frontend/pages/api/x.ts": READ, "frontend/middleware.ts": READ},
            {"frontend/src/a.tsx": f'"use client";\n// {READ}throw Error("set '
             'SUPABASE_SERVICE_ROLE_KEY");\n'},
            {"frontend/src/a.test.tsx": f'"use client";\n{READ}'},
            {"frontend/scripts/seed.ts": READ, "app/config.py": "SUPABASE_SERVICE_ROLE_KEY = 1\n"},
            {"frontend/pages/index.tsx": f"{READ}export function getServerSideProps() {{}}\n"},
            {"frontend/src/a.tsx": f'"use client";\nconst anon = "{token("anon")}";\n'},
            {"frontend/src/env.mjs": f'import {{ createEnv }} from "@t3-oss/env-nextjs";\n{READ}',
             "frontend/src/a.tsx": '"use client"\nimport { env } from "@/env.mjs";\n'},
            {"frontend/package.json": VITE, "frontend/vite.config.ts": READ,
             "frontend/server/index.ts": READ},
        ],
    )  # fmt: skip
    def test_innocent(self, files: dict[str, str]) -> None:
        assert subjects(rules.privileged_key_in_frontend, GOOD | files) == []

    @pytest.mark.parametrize(
        ("path", "text", "subject"),
        [
            (
                "frontend/src/a.tsx",
                f'"use client";\nconst key = "{token("service_role")}";\n',
                "frontend/src/a.tsx",
            ),
            (
                "frontend/public/config.json",
                f'{{"key": "{token("service_role")}"}}',
                "frontend/public/config.json",
            ),
            (
                "frontend/.env.production",
                f"NEXT_PUBLIC_SUPABASE_ANON_KEY={token('service_role')}\n",
                "NEXT_PUBLIC_SUPABASE_ANON_KEY",
            ),
            (
                "frontend/src/a.tsx",
                '"use client";\nconst key = "sb_secret_' + "Ab3dEf6hIj9kLm2nOp" + '";\n',
                "frontend/src/a.tsx",
            ),
        ],
    )
    def test_a_value_tells_its_role(self, path: str, text: str, subject: str) -> None:
        (found,) = violations(rules.privileged_key_in_frontend, GOOD | {path: text})
        assert found.subject == subject
        assert "eyJ" not in str(found)
        assert "sb_secret_Ab" not in str(found)

    def test_a_public_name_is_reported_once(self) -> None:
        files = GOOD | {".env.example": "NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY=\n"}
        wanted = ["NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY"]
        assert subjects(rules.privileged_key_in_frontend, files) == wanted
        assert subjects(rules.public_env_secret, files) == []

    def test_without_a_frontend_there_is_nothing_to_judge(self) -> None:
        files = {"app/main.py": "import os\nos.environ['SUPABASE_SERVICE_ROLE_KEY']\n"}
        assert is_not_applicable(rules.privileged_key_in_frontend, files)
        assert is_not_applicable(rules.frontend_reaches_queue, files)


class TestPublicVariables:
    @pytest.mark.parametrize(
        "name",
        [
            "NEXT_PUBLIC_OPENAI_API_KEY",
            "NEXT_PUBLIC_JWT_SECRET",
            "VITE_STRIPE_SECRET_KEY",
            "REACT_APP_DB_PASSWORD",
            "NEXT_PUBLIC_FIREBASE_PRIVATE_KEY",
            "VITE_RECAPTCHA_SECRET",
            "NEXT_PUBLIC_DATABASE_URL",
            "VITE_API_TOKEN",
            "NEXT_PUBLIC_ALGOLIA_ADMIN_KEY",
        ],
    )
    def test_a_secret_s_name(self, name: str) -> None:
        files = plus(frontend__src__a_DOT_ts=f"const x = process.env.{name};\n")
        assert subjects(rules.public_env_secret, files) == [name]
        assert subjects(rules.public_env_secret, GOOD | {".env.example": f"{name}=\n"}) == [name]
        image = f"FROM node:24\nARG {name}\n"
        assert subjects(rules.public_env_secret, plus(frontend__Dockerfile=image)) == [name]

    @pytest.mark.parametrize(
        "name",
        [
            "NEXT_PUBLIC_SUPABASE_ANON_KEY",
            "NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY",
            "NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY",
            "VITE_GOOGLE_MAPS_API_KEY",
            "NEXT_PUBLIC_FIREBASE_API_KEY",
            "NEXT_PUBLIC_POSTHOG_KEY",
            "VITE_MAPBOX_ACCESS_TOKEN",
            "NEXT_PUBLIC_RECAPTCHA_SITE_KEY",
            "NEXT_PUBLIC_ENABLE_PASSWORD_LOGIN",
            "VITE_TOKEN_URL",
            "NEXT_PUBLIC_TOKEN_ADDRESS",
            "VITE_API_URL",
            "OPENAI_API_KEY",
            "NEXT_PUBLIC_SENTRY_DSN",
            "NEXT_PUBLIC_ADMIN_BASE_URL",
            "NEXT_PUBLIC_ALGOLIA_SEARCH_KEY",
            "VITE_PASSWORD_MIN_LENGTH",
            "REACT_APP_SECRET_NAME",
        ],
    )
    def test_innocent(self, name: str) -> None:
        files = plus(frontend__src__a_DOT_ts=f"const x = process.env.{name};\n")
        assert subjects(rules.public_env_secret, files) == []

    def test_a_comment_is_no_variable(self) -> None:
        files = GOOD | {".env.example": "# NEXT_PUBLIC_JWT_SECRET= must not exist\nA=1\n"}
        assert subjects(rules.public_env_secret, files) == []
