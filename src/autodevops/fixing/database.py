"""Service Boundaries: what a database lacks is added by a migration of its own."""

import re
from datetime import datetime, timedelta

from autodevops.facts.migrations import Migrations
from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Edits, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.guide.model import DatabasePolicy

_SIMPLE = re.compile(r"[a-z_][a-z0-9_]*")
_NUMBER = "%Y%m%d%H%M%S"
_DIGITS = re.compile(r"/(\d{14})_")


@fixer("DB001", title="switch row level security on", safety=Safety.UNSAFE)
def enable_row_security(finding: Finding, site: Site) -> Answer:
    """Add a migration; without policies only the service role reaches the rows from then on."""
    schema, _, table = finding.subject.partition(".")
    statement = f"ALTER TABLE {_quoted(schema)}.{_quoted(table)} ENABLE ROW LEVEL SECURITY;"
    return _added(finding, site, "enable_row_level_security", statement)


@fixer("DB007", title="pin the search path", safety=Safety.UNSAFE)
def pin_search_path(finding: Finding, site: Site) -> Answer:
    """Add a migration that pins the path to the schemas that the function sees today."""
    found = re.fullmatch(r"([^.(]+)\.([^(]+)\((.*)\)", finding.subject)
    if found is None:
        return Refusal("its name can't be read")
    schema, name, arguments = found.groups()
    path = dict.fromkeys((_quoted(schema), "public", "extensions", "pg_temp"))
    statement = (
        f"ALTER FUNCTION {_quoted(schema)}.{_quoted(name)}({arguments}) "
        f"SET search_path = {', '.join(path)};"
    )
    return _added(finding, site, "pin_search_paths", statement)


def _added(finding: Finding, site: Site, name: str, statement: str) -> Answer:
    """Return the edits that run a statement after all migrations, and in combined files."""
    migrations = site.fact(Migrations)
    if migrations is None:
        return Refusal("there is no folder of migrations")
    places = [one.path for one in finding.locations if one.path is not None]
    places += [one.rpartition(":")[0] for one in listed(finding, "created")]
    combined = [path for path in dict.fromkeys(places) if path in migrations.combined]
    edits: Edits = ()
    for path in combined:
        text = site.text(path)
        if text is None:
            return Refusal(f"{path} can't be read")
        if statement not in text:
            edits += site.write(path, _lines.appended(text, "", statement))
    if len(combined) == len(dict.fromkeys(places)):
        return edits
    folder = site.guide(DatabasePolicy).migrations
    own = next((one for one in sorted(site.paths) if _is_new(one, folder, name, site)), None)
    if own is not None:
        text = site.text(own) or ""
        return (*edits, *(site.write(own, _lines.appended(text, statement))))
    return (*edits, *site.write(f"{folder}{_number(site, folder)}_{name}.sql", f"{statement}\n"))


def _is_new(path: str, folder: str, name: str, site: Site) -> bool:
    """Tell whether a migration was written in this very run."""
    migrations = site.fact(Migrations)
    before = {one.path for one in migrations.files} if migrations else set()
    return path.startswith(folder) and path.endswith(f"_{name}.sql") and path not in before


def _number(site: Site, folder: str) -> str:
    """Return a number behind those of all migrations."""
    numbers = [
        found[1]
        for path in site.paths
        if path.startswith(folder)
        if (found := _DIGITS.search(path))
    ]
    now = site.today.strftime(_NUMBER)
    last = max(numbers, default="")
    if last < now:
        return now
    try:
        after = datetime.strptime(last, _NUMBER) + timedelta(seconds=1)  # noqa: DTZ007 - digits only
    except ValueError:
        return str(int(last) + 1)
    return after.strftime(_NUMBER)


def _quoted(name: str) -> str:
    """Return an identifier as SQL writes it."""
    bare = name.strip('"')
    return bare if _SIMPLE.fullmatch(bare) else '"' + bare.replace('"', '""') + '"'
