"""The backend's schema: numbered migrations in the manner of `supabase/migrations`."""

from collections.abc import Iterator
from importlib.resources import files

from msgspec import Struct


class Migration(Struct, frozen=True, kw_only=True):
    """One step of the schema."""

    number: int
    """The version of the schema after it, from 1."""
    name: str
    """Its file's name, which Supabase orders by."""
    sql: str
    """What it does."""


def migrations() -> tuple[Migration, ...]:
    """Return every migration, in order."""
    return tuple(_read())


def _read() -> Iterator[Migration]:
    folder = files("autodevops.sync").joinpath("migrations")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))
    for number, name in enumerate(names, 1):
        text = folder.joinpath(name).read_text(encoding="utf-8")
        yield Migration(number=number, name=name, sql=text)


VERSION = 3
"""The schema that this version of autodevops speaks."""
