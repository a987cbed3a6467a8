"""What Prometheus sees of the API."""

from fastapi import FastAPI
from prometheus_client import Counter, Histogram
from prometheus_fastapi_instrumentator import Instrumentator

ORDERS = Counter("shop_orders_total", "Orders placed")
AI_SECONDS = Histogram("shop_ai_call_duration_seconds", "Duration of calls to the model")


def instrument(app: FastAPI) -> None:
    """Export requests, their status and their latency."""
    Instrumentator().instrument(app).expose(app)
