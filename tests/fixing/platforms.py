"""What makes a repository a platform."""

API = {"app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
PLATFORM = {
    **API,
    "app/config.py": "import os\nURL = os.environ['REDIS_URL']\n",
    "frontend/package.json": '{"dependencies": {"next": "15"}}',
}
