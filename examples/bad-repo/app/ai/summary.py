"""Summaries of orders by Gemini."""

from google import genai

from app.config import GEMINI_API_KEY
from app.metrics import AI_SECONDS


def summarize(text: str) -> str | None:
    """Return a summary of a text."""
    with AI_SECONDS.time():
        client = genai.Client(api_key=GEMINI_API_KEY)
        return client.models.generate_content(model="gemini-3.8-flash", contents=text).text
