"""Pull requests, comments and settings on GitHub, written by PyGithub.

What was written by an earlier run is found by a marker and updated, so that a second run adds
nothing. PyGithub takes a fifth of a second to import, so this module is imported when it is needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from github import Auth, Github, GithubException, GithubRetry
from github.Repository import Repository
from msgspec import Struct

from autodevops.errors import OutputError
from autodevops.fixing.rulesets import SettingsChange

_SECONDS = 30
_ATTEMPTS = 4
_PAGE = 100
_MOST_PAGES = 20
_LONGEST = 60_000
"""Characters of a comment or body; GitHub takes 65,536."""
_RIGHTS = {
    "pull requests": "Pull requests (write) and Contents (write)",
    "comments": "Issues (write) or Pull requests (write)",
    "settings": "Administration (write)",
}


class Opened(Struct, frozen=True, kw_only=True):
    """A pull request that holds repairs."""

    number: int
    """Its number."""
    url: str
    """Its page."""
    is_new: bool
    """Whether this run opened it; else it updated it."""


class PullRequests:
    """One repository on GitHub, to be written to."""

    def __init__(self, name: str, *, api: str, token: str, retry: int = _ATTEMPTS) -> None:
        """Take a repository `owner/name`; nobody is contacted yet."""
        self._name = name
        self._github = Github(
            base_url=api,
            auth=Auth.Token(token),
            per_page=_PAGE,
            retry=GithubRetry(total=retry),
            timeout=_SECONDS,
            lazy=True,
        )

    def open(self, *, branch: str, base: str | None, title: str, body: str) -> Opened:
        """Open the pull request of a branch, or update the open one."""
        owner = self._name.partition("/")[0]
        with _told("pull requests", self._name):
            repository = self._repository()
            found = repository.get_pulls(state="open", head=f"{owner}:{branch}")
            # An older server ignores the filter, so it is applied here again.
            ours = next((one for one in found if one.head.ref == branch), None)
            if ours is not None:
                ours.edit(title=title, body=_cut(body))
                return Opened(number=ours.number, url=ours.html_url, is_new=False)
            made = repository.create_pull(
                base=base or self._default(), head=branch, title=title, body=_cut(body)
            )
            return Opened(number=made.number, url=made.html_url, is_new=True)

    def comment(self, number: int, text: str, *, marker: str) -> str:
        """Write the comment that begins with a marker, or update it; return its address."""
        whole = _cut(f"{marker}\n{text}")
        root = f"/repos/{self._name}/issues"
        with _told("comments", self._name):
            there = self._marked(f"{root}/{number}/comments", marker)
            if there is None:
                made = self._send("POST", f"{root}/{number}/comments", {"body": whole})
                return str(made["html_url"])
            if there["body"] != whole:
                self._send("PATCH", f"{root}/comments/{there['id']}", {"body": whole})
            return str(there["html_url"])

    def _marked(self, path: str, marker: str) -> Any:  # noqa: ANN401 - JSON
        """Return the first comment that begins with a marker; None without one."""
        for page in range(1, _MOST_PAGES + 1):
            listed = self._send("GET", f"{path}?per_page={_PAGE}&page={page}", None)
            for one in listed:
                if (one.get("body") or "").startswith(marker):
                    return one
            if len(listed) < _PAGE:
                break
        return None

    def set(self, change: SettingsChange) -> str:
        """Send a change of settings; a ruleset of ours that is there is replaced."""
        root = f"/repos/{self._name}"
        with _told("settings", self._name):
            if change.ruleset is None:
                self._send("PATCH", root, change.payload)
            else:
                number = self._ruleset(root, change.ruleset)
                if number is None:
                    self._send("POST", f"{root}/rulesets", change.payload)
                else:
                    self._send("PUT", f"{root}/rulesets/{number}", change.payload)
        return change.title

    def _repository(self) -> Repository:
        return self._github.get_repo(self._name)

    def _default(self) -> str:
        return str(self._repository().default_branch)

    def _ruleset(self, root: str, name: str) -> int | None:
        listed = self._send("GET", f"{root}/rulesets?per_page={_PAGE}&includes_parents=false", None)
        for one in listed if isinstance(listed, list) else ():
            if one.get("name") == name:
                return int(one["id"])
        return None

    def _send(self, verb: str, path: str, payload: object) -> Any:  # noqa: ANN401 - JSON
        _, data = self._github.requester.requestJsonAndCheck(verb, path, input=payload)
        return data


@contextmanager
def _told(what: str, name: str) -> Iterator[None]:
    """Turn what PyGithub raises into an error that says what to do."""
    import requests

    try:
        yield
    except GithubException as error:
        said = error.data.get("message") if isinstance(error.data, dict) else None
        raise OutputError(
            f"GitHub refuses to write {what} of {name}: {said or error.status}",
            advice=f"the token needs {_RIGHTS[what]}",
        ) from None
    except requests.RequestException as error:
        raise OutputError(
            f"GitHub can't be reached: {type(error).__name__}",
            advice="check the network and GITHUB_API_URL, then run it again: nothing is doubled",
        ) from None


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST].rpartition("\n")[0] + "\n\n(cut: the rest is too long for GitHub)\n"
