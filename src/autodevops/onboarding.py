"""`init`: adds a configuration, a pre-commit entry and a workflow to a repository that exists.

What is there stays as it is, to the byte: files are added, and one entry is put behind those of an
existing `.pre-commit-config.yaml`.
"""

from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct

from autodevops import __version__
from autodevops.auditing import opened
from autodevops.errors import UsageError
from autodevops.facts.refs import Refs
from autodevops.facts.services import Services
from autodevops.fixing import _yaml
from autodevops.fixing._api import Refusal
from autodevops.fixing.apply import obstacles, write_edits
from autodevops.fixing.preview import Change, changes
from autodevops.fixing.rendering import rendered
from autodevops.fixing.site import Site
from autodevops.guide.document import PYPROJECT
from autodevops.guide.files import CONFIG_FILES
from autodevops.guide.model import BranchPolicy
from autodevops.model.edit import Edit
from autodevops.model.report import Report
from autodevops.request import Request
from autodevops.sources.locating import locate

CONFIG = "autodevops.toml"
PRE_COMMIT = ".pre-commit-config.yaml"
WORKFLOW = ".github/workflows/autodevops.yml"
_WAIVER_DAYS = 30
_WORKFLOWS = ".github/workflows/"
_TABLE = "[tool.autodevops"
_REPOSITORY = "https://github.com/autodevops/autodevops"
_HOOKS = (
    f"repo: {_REPOSITORY}",
    f"rev: v{__version__}",
    "hooks:",
    "  - id: autodevops",
    "  - id: autodevops-commit-message",
)
"""An item of `repos` in `.pre-commit-config.yaml`."""


Answer = tuple[Edit, ...] | str
"""What becomes of files, or why nothing does."""


class Start(Struct, frozen=True, kw_only=True):
    """What `init` adds."""

    changes: tuple[Change, ...]
    """What becomes of files."""
    kept: tuple[str, ...]
    """What was there already or can't be added, each as a sentence."""
    report: Report
    """What the first audit says, before anything is added."""


def start(
    target: str,
    *,
    pre_commit: bool = True,
    workflow: bool = True,
    write: bool = True,
    step: Callable[[str], None] = lambda _text: None,
) -> Start:
    """Add what is missing to a working tree, and return what that is.

    The audit on the way compiles the rules of secrets, so that the first hook need not wait.
    Raises UsageError without a working tree, and OutputError when a file can't be written.
    """
    place = locate(target)
    if place.bare:
        raise UsageError(f"{target} has no working tree", advice="name a clone with files")
    makers = [_config]
    makers += [_pre_commit] if pre_commit else []
    makers += [_workflow] if workflow else []
    with opened(Request(target=target, offline=True, history=False), step=step) as found:
        report = found.audit().report
        site = Site(found.snapshot, found.lookup)
        answers = [make(site) for make in makers]
        edits = [edit for answer in answers if not isinstance(answer, str) for edit in answer]
        blocked = tuple(obstacles(place.top, edits, found.snapshot.by_path))
        in_the_way = {reason.partition(" ")[0] for reason in blocked}
        edits = [edit for edit in edits if edit.path not in in_the_way]
        shown = changes(edits, found.snapshot)
    if write:
        write_edits(place.top, edits)
    kept = (*(answer for answer in answers if isinstance(answer, str)), *blocked)
    return Start(changes=shown, kept=kept, report=report)


def _config(site: Site) -> Answer:
    """Return the team's file, or where there is one."""
    for path in CONFIG_FILES:
        text = site.text(path)
        if text is not None and (path != PYPROJECT or _TABLE in text):
            return f"{path} configures autodevops already"
    services = site.fact(Services)
    there = None if services is None else [service.name for service in services.of_code]
    text = rendered(
        "autodevops.toml.j2",
        services=there if site.paths else None,
        expires=(site.today + timedelta(days=_WAIVER_DAYS)).date().isoformat(),
    )
    return site.write(CONFIG, text)


def _pre_commit(site: Site) -> Answer:
    """Return the hooks' entry behind those that are there."""
    text = site.text(PRE_COMMIT)
    if text is None:
        entry = "\n    ".join(_HOOKS)
        new = rendered("pre-commit-config.yaml.j2", entry=f"  - {entry}")
        return site.write(PRE_COMMIT, new)
    if "id: autodevops" in text:
        return f"{PRE_COMMIT} has our hook already"
    longer = _yaml.append_item(text, ("repos",), *_HOOKS)
    if isinstance(longer, Refusal):
        return f"{PRE_COMMIT} stays as it is: {longer.reason}; add `- {_HOOKS[0]}` by hand"
    return site.write(PRE_COMMIT, longer)


def _workflow(site: Site) -> Answer:
    """Return a workflow that audits each change."""
    for path in sorted(site.paths):
        if path.startswith(_WORKFLOWS) and "autodevops" in (site.text(path) or ""):
            return f"{path} names autodevops already"
    refs = site.fact(Refs)
    default = site.guide(BranchPolicy).default if refs is None else refs.default.name
    text = rendered("autodevops.yml.j2", default=default, version=__version__)
    return site.write(WORKFLOW, text)
