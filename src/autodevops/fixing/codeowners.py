"""CODEOWNERS & Ownership Boundaries: one file, and every line of it does something."""

from autodevops.facts.codeowners import (
    Codeowners,
    CodeownersPlaces,
    OwnerLine,
    parse_codeowners,
)
from autodevops.facts.documents import Documents
from autodevops.facts.services import Services
from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Edit, Edits, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.fixing._owners import (
    asked_places,
    codeowners_now,
    default_owners,
    maintainers,
    names,
)
from autodevops.fixing._paragraphs import without_line
from autodevops.fixing._people import introduced
from autodevops.guide.model import OwnershipPolicy

_NOBODY = Refusal(
    "nobody is named as an owner yet, neither in CODEOWNERS nor, by @handle, in MAINTAINERS.md"
)
_GONE = Refusal("the line is not there any more")
_IN_CASE = "differs in case only"


@fixer("OW001", title="keep one CODEOWNERS where GitHub reads it", safety=Safety.SAFE)
def give_owners(finding: Finding, site: Site) -> Answer:
    """Move the file to its place, make it from MAINTAINERS.md, or take the unread one away."""
    places = site.fact(CodeownersPlaces)
    home = site.guide(OwnershipPolicy).places[0]
    if places is None:
        return Refusal("where CODEOWNERS lies can't be told")
    if places.counts is not None:
        return _one_of(finding, places, site)
    if len(places.elsewhere) > 1:
        return Refusal(f"which of {', '.join(places.elsewhere)} is meant is yours to say")
    if places.elsewhere:
        return _moved(places.elsewhere[0], home, site)
    return _made(home, site)


@fixer("OW002", title="name a default owner", safety=Safety.UNSAFE)
def add_default_owner(_finding: Finding, site: Site) -> Answer:
    """Begin the lines with `*` and who owns everything else already."""
    return with_default(site)


@fixer(
    "OW004",
    title="write the pattern as the path is written",
    safety=Safety.UNSAFE,
    when=lambda finding: _IN_CASE in finding.message,
)
def correct_case(finding: Finding, site: Site) -> Answer:
    """Correct upper and lower case; its owners are asked for reviews from then on."""
    codeowners = codeowners_now(site)
    line = _line(finding, site)
    near = finding.message.rpartition("; ")[2].removesuffix(f" {_IN_CASE}").rstrip("/")
    if codeowners is None or line is None or near.lower() not in line.pattern.lower():
        return _GONE
    at = line.pattern.lower().index(near.lower())
    pattern = line.pattern[:at] + near + line.pattern[at + len(near) :]
    text = site.text(codeowners.path) or ""
    row = text.split("\n")[line.line - 1].replace(line.pattern, pattern, 1)
    return site.write(codeowners.path, _lines.replaced(text, line.line, line.line, row))


@fixer("OW004", title="remove the line that matches nothing", safety=Safety.SAFE)
def drop_dead_line(finding: Finding, site: Site) -> Answer:
    """Remove the line, with the comment that was only its own."""
    return _dropped(finding, site)


@fixer("OW007", title="remove the line that has no effect", safety=Safety.SAFE)
def drop_shadowed_line(finding: Finding, site: Site) -> Answer:
    """Remove the line; GitHub asks the same people as before."""
    line = _line(finding, site)
    codeowners = codeowners_now(site)
    if line is None or codeowners is None:
        return _GONE
    services = site.fact(Services)
    folders = [f"{one.folder}/" for one in (services.present if services else ()) if one.folder]
    others = [one for one in codeowners.lines if one.line != line.line]
    for folder in folders:
        if line.is_about(folder) and not any(one.is_about(folder) for one in others):
            return Refusal(
                f"{folder} needs a line of its own: move it below what overrides it, if its owners "
                "are to be asked"
            )
    return _dropped(finding, site)


@fixer("OW008", title="remove the line that repeats another", safety=Safety.SAFE)
def drop_redundant_line(finding: Finding, site: Site) -> Answer:
    """Remove the line; GitHub asks the same people as before."""
    return _dropped(finding, site)


@fixer("OW009", title="introduce the owners in MAINTAINERS.md", safety=Safety.UNSAFE)
def introduce_owners(finding: Finding, site: Site) -> Answer:
    """Add who is missing, with what they own, the way the others are listed."""
    codeowners = codeowners_now(site)
    documents = site.fact(Documents)
    found = None if documents is None else documents.find("maintainers")
    if codeowners is None:
        return _GONE
    path = site.guide(OwnershipPolicy).maintainers if found is None else found.path
    missing = listed(finding, "owners") or (finding.subject,)
    return site.write(path, introduced(site.text(path), codeowners, missing))


def with_default(site: Site) -> Answer:
    """Return the edit that puts a default owner before all other lines."""
    codeowners = codeowners_now(site)
    if codeowners is None:
        return _GONE
    if any(line.is_default and line.owners for line in codeowners.lines):
        return ()
    owners = default_owners(site)
    if not owners:
        return _NOBODY
    text = site.text(codeowners.path) or ""
    row = f"* {' '.join(owners)}"
    if not codeowners.lines:
        return site.write(codeowners.path, _lines.appended(text, row))
    rows = text.split("\n")
    first = codeowners.lines[0].line
    if codeowners.lines[0].pattern == "/*" and set(owners) == set(names(codeowners.lines[0])):
        # The root's files alone were meant to be everything; below, the other lines win anyway.
        return site.write(
            codeowners.path,
            _lines.replaced(text, first, first, rows[first - 1].replace("/*", "*", 1)),
        )
    top = first - 1
    while top and rows[top - 1].startswith("#"):
        top -= 1
    # A comment at the very top speaks of the file; one below a blank line of the line after it.
    at = top or first - 1
    return site.write(codeowners.path, _lines.inserted(text, at, row, *([""] if top else [])))


def _one_of(finding: Finding, places: CodeownersPlaces, site: Site) -> Answer:
    unread = listed(finding, "unread")
    counts = places.counts or ""
    kept = {_meaning(line) for line in parse_codeowners(counts, site.text(counts) or "").lines}
    if not unread:
        return Refusal("which lines can go from a file of that size is yours to say")
    edits: list[Edit] = []
    for path in unread:
        lines = parse_codeowners(path, site.text(path) or "").lines
        if any(_meaning(line) not in kept for line in lines):
            return Refusal(f"{path} says what {counts} does not: merge the two first")
        edits += site.remove(path)
    return tuple(edits)


def _moved(near: str, home: str, site: Site) -> Answer:
    """Return the edits that bring a file to its place.

    What the guide asks of a file that is read comes along: lines that give services and guarded
    paths the owners that the default gives them anyway, and a word about each owner.
    """
    text = site.text(near)
    parsed = parse_codeowners(home, text or "")
    if text is None or parsed.faults:
        return Refusal(f"{near} has lines that GitHub would refuse")
    default = next((line for line in reversed(parsed.lines) if line.is_default), None)
    patterns = [line.pattern.lstrip("/") for line in parsed.lines if not line.is_default]
    loose = [
        place
        for place in asked_places(site)
        if not any(place.startswith(one) or one.startswith(place) for one in patterns)
    ]
    rows = [f"/{place} {' '.join(names(default))}" for place in loose] if default else []
    content = _lines.appended(text, *rows)
    written = _lines.rewritten(site.data(near) or b"", content)
    if written is None:
        return Refusal(f"{near} holds bytes that are no text")
    return (
        *site.write_data(home, written),
        *site.remove(near),
        *_introduced(parse_codeowners(home, content), site),
    )


def _introduced(codeowners: Codeowners, site: Site) -> Edits:
    documents = site.fact(Documents)
    found = documents.find("maintainers") if documents else None
    missing = [
        owner.name for owner, _ in codeowners.owners if found is None or not found.names(owner)
    ]
    path = site.guide(OwnershipPolicy).maintainers if found is None else found.path
    return site.write(path, introduced(site.text(path), codeowners, missing)) if missing else ()


def _made(home: str, site: Site) -> Answer:
    """Return a new CODEOWNERS from what MAINTAINERS says, with the lines that the guide wants."""
    owners = default_owners(site)
    if not owners:
        return _NOBODY
    by_place: dict[str, tuple[str, ...]] = {}
    for one in maintainers(site):
        for place in one.places:
            by_place[place] = tuple(dict.fromkeys((*by_place.get(place, ()), *one.owners)))
    for place in asked_places(site):
        if not any(place.startswith(known) for known in by_place):
            by_place.setdefault(place, owners)
    rows = ["# The last matching line wins.", f"* {' '.join(owners)}"]
    rows += [""] if by_place else []
    # Wide paths first: those below them win.
    rows += [f"/{place} {' '.join(by_place[place])}" for place in sorted(by_place)]
    return site.write(home, "".join(f"{row}\n" for row in rows))


def _dropped(finding: Finding, site: Site) -> Answer:
    line = _line(finding, site)
    codeowners = codeowners_now(site)
    if codeowners is None or line is None:
        return _GONE
    text = site.text(codeowners.path) or ""
    return site.write(codeowners.path, without_line(text, line.line))


def _line(finding: Finding, site: Site) -> OwnerLine | None:
    """Return the line that a finding is about, as it stands now."""
    codeowners = codeowners_now(site)
    place = finding.locations[0]
    at = None if place.line is None else site.line_now(place.path or "", place.line)
    lines = () if codeowners is None else codeowners.lines
    return next((one for one in lines if one.line == at and one.pattern == finding.subject), None)


def _meaning(line: OwnerLine) -> tuple[str, frozenset[str]]:
    return line.pattern, line.owner_keys
