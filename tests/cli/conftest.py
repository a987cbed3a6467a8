"""A repository with faults, on this machine and on a stand-in for GitHub."""

import pytest

from tests.conftest import MakeRepo
from tests.support.github import Classic, Organization, Server
from tests.support.github import Repository as Hosted
from tests.support.repositories import Repository, ago


@pytest.fixture
def shop(make_repo: MakeRepo) -> Repository:
    """Return a repository with faults in files, branches and history."""
    repo = make_repo(
        {
            "README.md": "# shop\n",
            "app/main.py": "print()\n",
            "app/main.py.bak": "print()\n",
            ".github/workflows/ci.yml": "on: push\njobs: {t: {runs-on: x, steps: [{run: y}]}}\n",
        },
        branch="develop",
        at=ago(days=40),
    )
    repo.checkout("feature/login", create=True)
    repo.commit("feat: login", {"app/login.py": "login\n"}, at=ago(days=30))
    repo.checkout("develop")
    repo.git("branch", "main")
    repo.commit("feat: newer", {"README.md": "# shop, newer\n"}, at=ago(days=2))
    return repo


@pytest.fixture
def hosted(github: Server, shop: Repository) -> Hosted:
    """Return it as the server has it."""
    github.world.organizations["acme"] = Organization("acme")
    return github.world.add(
        Hosted(
            "acme/shop",
            path=shop.path,
            default_branch="develop",
            protection=Classic(approvals=0),
        )
    )
