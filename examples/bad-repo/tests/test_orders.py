"""Orders."""

from app.services.orders import place


def test_an_order_names_its_article() -> None:
    assert place("tea").startswith("tea-")
