"""`.mailmap`: which names and addresses are the same person (gitmailmap(5))."""

from msgspec import Struct, field

from autodevops.facts._api import fact
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_LINE = regex(
    r"(?P<name>[^<>#]*)<(?P<email>[^<>]*)>(?:(?P<old_name>[^<>]*)<(?P<old_email>[^<>]*)>)?"
)


class Person(Struct, frozen=True):
    """Somebody by the name and address that count."""

    name: str
    """Proper name."""
    email: str
    """Proper address."""


class Mailmap(Struct, frozen=True, kw_only=True):
    """The repository's map of people; empty without a `.mailmap`."""

    by_email: dict[str, Person] = field(default_factory=dict)
    """Replacement by address in lower case; an empty name or address keeps what the commit says."""
    by_both: dict[tuple[str, str], Person] = field(default_factory=dict)
    """Replacement by name and address, both in lower case; wins over the address alone."""

    def resolve(self, name: str, email: str) -> Person:
        """Return who a commit's author is."""
        found = self.by_both.get((name.lower(), email.lower())) or self.by_email.get(email.lower())
        if found is None:
            return Person(name, email)
        return Person(found.name or name, found.email or email)


@fact
def mailmap(snapshot: Snapshot) -> Mailmap:
    """Return the map in the root."""
    return read_mailmap(snapshot.text(".mailmap", CONFIG_LIMIT) or "")


def read_mailmap(text: str) -> Mailmap:
    """Return what a `.mailmap` says; lines that don't parse are skipped, as git does."""
    by_email: dict[str, Person] = {}
    by_both: dict[tuple[str, str], Person] = {}
    for line in text.split("\n"):
        found = None if line.startswith("#") else _LINE.match(line)
        if found is None:
            continue
        name, email = found["name"].strip(), found["email"].strip()
        old_name, old_email = (found["old_name"] or "").strip(), found["old_email"]
        if old_email is None:
            _learn(by_email, email.lower(), Person(name, ""))
        elif old_name:
            by_both[old_name.lower(), old_email.strip().lower()] = Person(name, email)
        else:
            _learn(by_email, old_email.strip().lower(), Person(name, email))
    return Mailmap(by_email=by_email, by_both=by_both)


def _learn(people: dict[str, Person], email: str, person: Person) -> None:
    """Add a line's part; a later line may add the name to an earlier one's address."""
    known = people.get(email, Person("", ""))
    people[email] = Person(person.name or known.name, person.email or known.email)
