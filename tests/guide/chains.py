"""Small chains of guide files, held in memory or on disk."""

from collections.abc import Mapping

from autodevops.guide.files import RepositoryFiles, discover
from autodevops.guide.load import GuideInForce, load_guide
from autodevops.guide.names import RuleNames
from autodevops.model.finding import Severity

NAMES = RuleNames.of(
    (
        ("BR002", "forbidden-branch", Severity.HIGH),
        ("BR003", "branch-name", Severity.MEDIUM),
        ("BR004", "branch-age", Severity.MEDIUM),
        ("SE001", "secret-in-tree", Severity.HIGH),
        ("SE012", "rotation-overdue", Severity.HIGH),
    )
)


def repository(files: Mapping[str, str]) -> RepositoryFiles:
    """Return files as an audited repository holds them."""
    return RepositoryFiles(files.get)


def in_force(text: str, *, guide: str | None = None, **others: str) -> GuideInForce:
    """Return the guide in force for a team's file; other files by name, `org` for `org.toml`."""
    files = {"autodevops.toml": text}
    files |= {f"{name}.toml": content for name, content in others.items()}
    return load_guide(NAMES, guide=guide, config=discover(repository(files)))
