"""A platform that keeps its boundaries, and small changes of it."""

import json
from base64 import urlsafe_b64encode


def part(data: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def token(role: str) -> str:
    """Return a JWT that Supabase could have signed for that role."""
    claims: dict[str, object] = {"iss": "supabase", "ref": "abcdefghijkl", "role": role}
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.c2lnbmF0dXJlLW9mLXRlc3Rz"


NEXT = json.dumps({"name": "web", "dependencies": {"next": "16"}, "scripts": {"start": "next"}})
VITE = json.dumps({"name": "web", "dependencies": {"vite": "7", "react": "19"}})
GOOD: dict[str, str] = {
    "app/__init__.py": "",
    "app/main.py": "from app.services import orders\nfrom .routers import jobs\n",
    "app/services/orders.py": "",
    "app/routers/jobs.py": "import redis\n",
    "app/ai/gemini.py": "from google import genai\n",
    "frontend/package.json": NEXT,
    "frontend/tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
    "frontend/src/app/page.tsx": 'import { api } from "@/lib/api";\n',
    "frontend/src/lib/api.ts": "export const url = process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY;\n",
    "workers/package.json": json.dumps({"name": "jobs", "dependencies": {"bullmq": "5"}}),
    "workers/src/queue.ts": 'import { Queue } from "bullmq";\nimport OpenAI from "openai";\n',
    "Dockerfile.api": "FROM python:3.14\nEXPOSE 8000\n"
    'CMD ["uvicorn", "app.main:app", "--port", "8000"]\n',
    "docker-compose.yml": "services:\n  api:\n    build: {context: ., dockerfile: Dockerfile.api}\n"
    '    ports: ["9000:8000"]\n  redis:\n    image: redis:8\n    ports: ["6379:6379"]\n',
}


def plus(**files: str) -> dict[str, str]:
    """Return the good repository with further files; `__` reads `/`, `_DOT_` reads a dot."""
    return GOOD | {
        name.replace("__", "/").replace("_DOT_", "."): text for name, text in files.items()
    }
