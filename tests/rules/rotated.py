"""An API and the secrets that it has to rotate."""

API = {"app/main.py": "from fastapi import FastAPI\n"}
ROTATED = ["SUPABASE_SERVICE_ROLE_KEY", "GITHUB_CLIENT_SECRET", "GEMINI_API_KEY", "ENCRYPTION_KEY"]
