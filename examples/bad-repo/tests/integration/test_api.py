"""The API as a client sees it."""

from fastapi.testclient import TestClient

from app.main import app


def test_an_order_can_be_placed() -> None:
    assert TestClient(app).post("/api/v1/orders", params={"article": "tea"}).status_code == 200
