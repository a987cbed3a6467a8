"""REST: pull requests and their comments, which autodevops writes, too."""

from typing import Any

from tests.support.github.parts import Comment, PullRequest
from tests.support.github.published import example
from tests.support.github.rest import Asked, RefusedError, Shown, route

_REPO = "/repos/{owner}/{repo}"
_PULL = f"{_REPO}/pulls/{{pull_number}}"
_COMMENTS = f"{_REPO}/issues/{{issue_number}}/comments"
_COMMENT = f"{_REPO}/issues/comments/{{comment_id}}"


@route(f"{_REPO}/pulls", needs="pull_requests")
def pulls(asked: Asked) -> Shown:
    state = asked.query.get("state", "open")
    head = asked.query.get("head", "").rpartition(":")[2]
    wanted = [
        one
        for one in asked.repository.pull_requests
        if state in {"all", _state(one)}
        and asked.query.get("base") in {None, one.base}
        and head in {"", one.head}
    ]
    return Shown(items=[_listed(asked, one) for one in wanted])


@route(f"{_REPO}/pulls", needs="pull_requests", method="POST", level="write")
def open_pull(asked: Asked) -> Shown:
    numbers = [one.number for one in asked.repository.pull_requests]
    head = asked.body["head"].rpartition(":")[2]
    for one in asked.repository.pull_requests:
        if (one.state, one.head, one.base) == ("OPEN", head, asked.body["base"]):
            raise RefusedError(422, "Validation Failed")
    made = PullRequest(
        number=max(numbers, default=0) + 1,
        title=asked.body["title"],
        body=asked.body.get("body") or "",
        state="OPEN",
        base=asked.body["base"],
        head=head,
    )
    asked.repository.pull_requests.append(made)
    return Shown(body=_whole(asked, made), status=201)


@route(_PULL, needs="pull_requests")
def pull(asked: Asked) -> Shown:
    return Shown(body=_whole(asked, _numbered(asked, asked.parameters["pull_number"])))


@route(_PULL, needs="pull_requests", method="PATCH", level="write")
def change_pull(asked: Asked) -> Shown:
    one = _numbered(asked, asked.parameters["pull_number"])
    one.title = asked.body.get("title", one.title)
    one.body = asked.body.get("body", one.body)
    one.state = asked.body.get("state", one.state).upper()
    return Shown(body=_whole(asked, one))


@route(_COMMENTS, needs="issues")
def comments(asked: Asked) -> Shown:
    one = _numbered(asked, asked.parameters["issue_number"])
    return Shown(items=[_comment(asked, each) for each in one.comments])


@route(_COMMENTS, needs="issues", method="POST", level="write")
def add_comment(asked: Asked) -> Shown:
    author = asked.token.login if asked.token else "nobody"
    made = Comment(body=asked.body["body"], author=author)
    _numbered(asked, asked.parameters["issue_number"]).comments.append(made)
    return Shown(body=_comment(asked, made), status=201)


@route(_COMMENT, needs="issues", method="PATCH", level="write")
def change_comment(asked: Asked) -> Shown:
    for one in asked.repository.pull_requests:
        for each in one.comments:
            if str(each.id) == asked.parameters["comment_id"]:
                each.body = asked.body["body"]
                return Shown(body=_comment(asked, each))
    raise RefusedError(404, "Not Found")


def _numbered(asked: Asked, number: str) -> PullRequest:
    for one in asked.repository.pull_requests:
        if str(one.number) == number:
            return one
    raise RefusedError(404, "Not Found")


def _state(one: PullRequest) -> str:
    return "open" if one.state == "OPEN" else "closed"


def _about(asked: Asked, one: PullRequest) -> dict[str, Any]:
    here = f"{asked.repository.full_name}/pulls/{one.number}"
    body = {"number": one.number, "title": one.title, "body": one.body, "state": _state(one)}
    return {**body, "url": f"{asked.root}/repos/{here}", "html_url": f"https://github.com/{here}"}


def _listed(asked: Asked, one: PullRequest) -> dict[str, Any]:
    return _refs({**example("listed pull request")[0], **_about(asked, one)}, one)


def _whole(asked: Asked, one: PullRequest) -> dict[str, Any]:
    body = {**example("pull request"), **_about(asked, one), "merged": one.state == "MERGED"}
    here = f"{asked.root}/repos/{asked.repository.full_name}"
    body["comments_url"] = f"{here}/issues/{one.number}/comments"
    body["issue_url"] = f"{here}/issues/{one.number}"
    return _refs(body, one)


def _refs(body: dict[str, Any], one: PullRequest) -> dict[str, Any]:
    body["requested_teams"] = []
    body["head"]["ref"], body["base"]["ref"] = one.head, one.base
    return body


def _comment(asked: Asked, one: Comment) -> dict[str, Any]:
    body = {**example("issue comment"), "id": one.id, "body": one.body}
    body["user"]["login"] = one.author
    body["url"] = f"{asked.root}/repos/{asked.repository.full_name}/issues/comments/{one.id}"
    return body
