"""A trunk, and branches with work of so many days."""

from tests.support.repositories import Repository, ago


def work(shop: Repository, branch: str, *, days: float, files: int = 1) -> None:
    """Make a branch off the trunk with work that began so many days ago; return to the trunk."""
    shop.checkout(branch, create=True)
    for number in range(files):
        name = f"{branch.replace('/', '-')}-{number}.txt"
        shop.commit(f"feat: part {number}", {name: f"{branch}\n"}, at=ago(days=days, hours=-number))
    shop.checkout("main")
