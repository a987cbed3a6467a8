"""Where a deployment goes, as far as names, options and values tell."""

import re
from enum import StrEnum

from autodevops.facts._tools import program_of
from autodevops.facts._words import words
from autodevops.facts._work_parts import Work
from autodevops.model.patterns import regex


class Place(StrEnum):
    """Where a deployment goes, as far as its words tell."""

    PRODUCTION = "production"
    PREVIEW = "preview"
    OTHER = "another environment"
    UNSAID = "unsaid"
    OPEN = "decided by the run"


_PRODUCTION = words("production prod prd live")
_PREVIEW = words("preview previews review ephemeral pr")
_OTHER = words(
    "staging stage stg dev develop development test testing qa uat sandbox demo canary preprod "
    "nonprod integration edge nightly beta alpha"
)
_WORD = regex(r"[A-Za-z]{2,40}")
_PULL_REQUEST = regex(r"pull_request|github\.event\.number|\bPR_NUMBER\b", re.IGNORECASE)
_NO_PRODUCTION = regex(r"(?i)pre-?prod|non-?prod")
_BY_REF = regex(r"\$\{\{[^}]{0,500}\bgithub\.(?:ref|event_name|base_ref|head_ref)\b")
# `--stage ${{ inputs.stage }}`, `deploy $FLAGS`: what is behind them is known to a run only.
_DECIDED = regex(
    r"\$\{\{[^}]{0,500}\b(?:github\.(?:ref|ref_name|event_name|base_ref|head_ref)|inputs\.|vars\."
    r"|needs\.|matrix\.\w{0,40}(?:env|stage|target)|env\.\w{0,40}(?:ENV|STAGE))"
    r"|\$\{?\w{0,40}(?:ENV|STAGE|TARGET|NAMESPACE|BRANCH|REF|FLAGS|ARGS|OPTIONS|CLUSTER|CONTEXT)"
)
_VERCEL_LIVE = regex(r"--prod\b|--production\b|--target[= ]production|\bpromote\b")
_OTHER_TARGET = regex(r"--target[= ](?!production)")
_NETLIFY_LIVE = regex(r"--prod\b|--prod-if-unlocked\b|\s-p\b")


def place_of(work: Work) -> Place:
    """Return where a deploy command or action says that it deploys to."""
    if _is_open(work):
        return Place.OPEN
    said = _flagged(work)
    if said is not None:
        return said
    if work.run is not None:
        values = [word.partition("=")[2] or word for word in work.run.argv[1:]]
        texts = [value for value in values if not value.startswith(("-", "/dev/"))]
    else:
        texts = _inputs(work)
    return place_in(*texts, work.step.name or "")


def _is_open(work: Work) -> bool:
    """Tell whether an expression or variable decides where a command deploys to."""
    words_of_it = _inputs(work) if work.run is None else work.run.argv
    entries = work.step.env.entries() if work.step.env is not None else ()
    return any(_DECIDED.search(word) for word in words_of_it) or any(
        _BY_REF.search(value.as_text or "") for _, value in entries
    )


def _flagged(work: Work) -> Place | None:
    """Return what a platform's own option says; None where it has none."""
    if work.run is None:
        inputs = " ".join(_inputs(work))
        match work.tool:
            case "nwtgck/actions-netlify":
                keys = ("production-deploy", "production-branch")
                is_open = any(work.step.input(key) for key in keys)
                return Place.UNSAID if is_open else Place.PREVIEW
            case "firebaseextended/action-hosting-deploy":
                return _either(work.step.input("channelId") == "live")
        return _by_option(work.tool.partition("/")[0].replace("amondnet", "vercel"), inputs)
    return _by_option(program_of(work.run), " ".join(work.run.argv))


def _by_option(platform: str, text: str) -> Place | None:
    """Return the place by the options of platforms that deploy previews unless they are told."""
    match platform:
        case "vercel" if _OTHER_TARGET.search(text):
            return Place.OTHER
        case "vercel":
            return _either(_VERCEL_LIVE.search(text) is not None)
        case "netlify":
            return _either(_NETLIFY_LIVE.search(text) is not None)
    is_preview = "hosting:channel:deploy" in text or "--no-traffic" in text
    return Place.PREVIEW if is_preview else None


def _either(is_live: bool) -> Place:  # noqa: FBT001 - the one question
    return Place.PRODUCTION if is_live else Place.PREVIEW


def _inputs(work: Work) -> list[str]:
    entries = work.step.inputs.entries() if work.step.inputs is not None else ()
    return [value.as_text or "" for _, value in entries]


def place_in(*texts: str) -> Place:
    """Return the place that names or values speak of; unsaid when they speak of several."""
    found: set[Place] = set()
    for text in texts:
        if _PULL_REQUEST.search(text):
            found.add(Place.PREVIEW)
        if _NO_PRODUCTION.search(text):
            found.add(Place.OTHER)
            continue
        for word in _WORD.findall(text):
            for place, known in _WORDS:
                if word.lower() in known:
                    found.add(place)
    return found.pop() if len(found) == 1 else Place.UNSAID


_WORDS = ((Place.PRODUCTION, _PRODUCTION), (Place.PREVIEW, _PREVIEW), (Place.OTHER, _OTHER))
