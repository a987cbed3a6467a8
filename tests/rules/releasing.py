"""Releases of a small repository."""

from tests.support.repositories import Repository, ago


def release(shop: Repository, *names: str, days: float = 10) -> None:
    """Commit something and tag it with annotated tags."""
    shop.commit("chore: release", {"version": names[0]}, at=ago(days=days))
    for name in names:
        shop.tag(name, message=f"Release {name}", at=ago(days=days))
