"""Whose commits change what an owner owns."""

from autodevops.facts.codeowners import parse_codeowners
from autodevops.facts.owner_activity import OwnerActivities, owner_activities
from autodevops.facts.ownership import ownership
from autodevops.facts.path_index import path_index
from autodevops.facts.refs import NamedBranch, Refs
from autodevops.guide.load import built_in_guide
from autodevops.model.history import Change, CommitChanges
from autodevops.model.snapshot import Unavailable
from tests.support.memory import NOW, snapshot_of

TIP = "1" * 40
REFS = Refs(
    default=NamedBranch(name="main", refs=("refs/heads/main",), tips=(TIP,)),
    branches=(),
    tags=(),
    others=(),
)


class Past:
    """A history that only knows what changed."""

    def __init__(self, *commits: tuple[str, str], shallow: bool = False) -> None:
        self.shallow = shallow
        self.asked: list[int | None] = []
        self._commits = tuple(
            CommitChanges(TIP, 0, email, (Change("M", path, "0" * 40, TIP),))
            for email, path in commits
        )

    def changes(
        self, tips: object, *, since: int | None = None, first_parent: bool = True
    ) -> tuple[CommitChanges, ...]:
        assert tips == (TIP,)
        assert not first_parent
        self.asked.append(since)
        return self._commits


def activities(text: str, past: Past) -> OwnerActivities | Unavailable:
    snapshot = snapshot_of(dict.fromkeys(["app/x", "docs/y"], ""), history=past)  # type: ignore[arg-type]
    owned = ownership(parse_codeowners("CODEOWNERS", text), path_index(snapshot))
    return owner_activities(snapshot, REFS, owned, built_in_guide().ownership)


def told(text: str, past: Past) -> list[tuple[str, bool, int, int]]:
    found = activities(text, past)
    assert isinstance(found, OwnerActivities)
    return [(one.owner.name, one.known, one.changes, one.own_changes) for one in found.owners]


def test_only_changes_to_what_they_own_count() -> None:
    past = Past(("Ann@Example.com", "app/x"), ("bob@example.com", "app/x"), ("b@c.d", "docs/y"))
    text = "/app/ ann@example.com\n/docs/ eve@example.com\n"
    assert told(text, past) == [
        ("ann@example.com", True, 2, 1),
        ("eve@example.com", True, 1, 0),
    ]
    assert past.asked == [int(NOW.timestamp()) - 180 * 86_400]


def test_a_login_is_known_by_its_no_reply_address_only() -> None:
    past = Past(("12+ann@users.noreply.github.com", "docs/y"), ("ann@example.com", "app/x"))
    assert told("/docs/ @Ann\n/app/ @bob\n", past) == [("@Ann", True, 1, 1), ("@bob", False, 1, 0)]


def test_teams_alone_ask_nothing_of_history() -> None:
    past = Past(shallow=True)
    assert told("* @org/team\n", past) == [("@org/team", False, 0, 0)]
    assert not past.asked


def test_a_shallow_clone_does_not_tell() -> None:
    assert isinstance(activities("* a@example.com\n", Past(shallow=True)), Unavailable)
