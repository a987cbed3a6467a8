"""Says what came back for a REST request: data, or why there is none."""

import re

from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Answer
from autodevops.sources.github.budget import Limit
from autodevops.sources.github.exchange import Parsed
from autodevops.sources.github.permissions import TokenRights, missing, refusal
from autodevops.sources.github.transport import Trouble

ANSWER = "an answer of GitHub"
"""What is missing when GitHub failed."""
_NEXT = re.compile(r'<([^<>\s]{1,2000})>; *rel="next"')
_LONGEST_LINK = 8000


def harmless(data: object) -> object:
    """Return decoded data without what must not be kept: a clone's password, variables' values.

    Both come unasked for: `temp_clone_token` with a private repository, values with the names of
    Actions variables, where some people put what should be a secret.
    """
    match data:
        case list():
            return [harmless(item) for item in data]
        case dict():
            kept = {key: value for key, value in data.items() if key != "temp_clone_token"}
            variables = kept.get("variables")
            if isinstance(variables, list):
                kept["variables"] = [_unvalued(one) for one in variables]
            return kept
    return data


def _unvalued(variable: object) -> object:
    if isinstance(variable, dict):
        return {key: value for key, value in variable.items() if key != "value"}
    return variable


def reply(outcome: Parsed | Trouble | Limit, rights: TokenRights) -> Answer:
    """Return the answer that an exchange came to."""
    match outcome:
        case Limit():
            return Answer(status=0, unavailable=outcome.unavailable)
        case Trouble():
            return Answer(status=0, unavailable=Unavailable(outcome.reason, ANSWER))
        case Parsed(status=status) if 200 <= status < 300:  # noqa: PLR2004 - HTTP's successes
            found = _NEXT.search(outcome.headers.get("link", "")[:_LONGEST_LINK])
            following = None if found is None else found.group(1)
            return Answer(status=status, data=harmless(outcome.data), next_page=following)
    return Answer(
        status=outcome.status, unavailable=_why_not(outcome, rights), message=outcome.message
    )


def _why_not(outcome: Parsed, rights: TokenRights) -> Unavailable:
    match outcome.status:
        case 401:
            return Unavailable("GitHub wants to know who asks", "GitHub: a token")
        case 403:
            return refusal(outcome.headers, outcome.message, rights)
        case 404:
            return missing(outcome.headers, rights)
        case status:
            said = f": {outcome.message}" if outcome.message else ""
            return Unavailable(f"GitHub answered {status}{said}", ANSWER)
