"""Runs `fix` from a target's name to its repairs: shown, written, committed on a branch, proposed.

Nothing is written before everything is known: the audit, the repairs, and that each passed the
gate. The exit code is that of the state which the run leaves behind.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from autodevops.auditing import Audited, Opened, opened, perform
from autodevops.errors import UsageError
from autodevops.facts.branches import Branches
from autodevops.fixing.deletions import Deletion, deletions, split_cautiously
from autodevops.fixing.plan import Choice
from autodevops.fixing.preview import Change, changes
from autodevops.fixing.repository import UserRepository
from autodevops.fixing.rulesets import Basis, SettingsChange, settings_changes
from autodevops.model.report import Report
from autodevops.policy import rule_names
from autodevops.proposals import Proposal, propose
from autodevops.publishing import github_writer, push_header, token_to_write
from autodevops.request import Request
from autodevops.worktree import require_clean, require_local, user_repository, write

if TYPE_CHECKING:
    from autodevops.fixing.pull_request import Opened as OpenedRequest

TRAILER = "Repaired-by: autodevops fix"
"""Ends the message of commits on branches of ours, so that a later run may replace them."""
PULL_REQUEST_BRANCH = "fix/structure-guide"
"""The branch of a pull request, if no other is named."""
_ELSEWHERE = (
    ", or let the repairs go to a branch, which leaves the working tree alone: --branch NAME"
)


class Wish(Struct, frozen=True, kw_only=True):
    """What a person wants done."""

    apply: bool = False
    """Write to the working tree."""
    unsafe: bool = False
    """Include what needs a person's look."""
    rules: tuple[str, ...] = ()
    """Selectors of rules to repair; empty for all."""
    branch: str | None = None
    """Commit on this new branch instead."""
    pull_request: bool = False
    """Push the branch and propose it."""
    settings: bool = False
    """Include GitHub's settings."""
    token: str | None = None
    """File with the token for GitHub, or `-`."""

    @property
    def writes(self) -> bool:
        """Tell whether anything is to be changed."""
        return self.apply or self.branch is not None or self.pull_request


class Mended(Struct, frozen=True, kw_only=True):
    """What became of a wish."""

    proposal: Proposal
    """The repairs."""
    audited: Audited
    """The state that the run leaves behind."""
    changes: tuple[Change, ...]
    """What the repairs change."""
    deletions: tuple[Deletion, ...]
    """Branches to delete."""
    settings: tuple[SettingsChange, ...]
    """GitHub's settings to change."""
    written: bool = False
    """Whether the repairs are in the working tree."""
    branch: str | None = None
    """The branch that holds them."""
    commit: str | None = None
    """Its commit."""
    pull_request: "OpenedRequest | None" = None
    """The pull request that proposes it."""
    sent: tuple[str, ...] = ()
    """Settings that were changed, by title."""


def mend(request: Request, wish: Wish, step: Callable[[str], None]) -> Mended:
    """Repair a target as far as a person wishes.

    Raises UsageError for what does not fit together and for a working tree with changes of its
    own, and what the audit raises.
    """
    wish = _settled(wish)
    choice = Choice(unsafe=wish.unsafe, rules=rule_names().named(wish.rules))
    if wish.writes:
        require_local(request, "fix")
    if wish.branch is not None:
        request = replace(request, rev="HEAD")
    with opened(request, step=step) as target:
        # The user's own git is let near a repository that can be opened, and no other.
        if wish.branch is not None and not wish.pull_request:
            user_repository(request).require_new_branch(wish.branch)
        before = target.audit()
        step("trying the repairs")
        proposal = propose(target, before.report, choice)
        mended = Mended(
            proposal=proposal,
            audited=before,
            changes=changes(proposal.edits, target.snapshot),
            deletions=_deletions(target, before.report, choice),
            settings=_settings(target, before.report, choice) if not request.offline else (),
        )
        if not wish.writes:
            return mended
        return _carried_out(mended, target, wish, step)


def _carried_out(mended: Mended, target: Opened, wish: Wish, step: Callable[[str], None]) -> Mended:
    proposal = mended.proposal
    after = replace(mended.audited, report=proposal.after)
    if proposal.edits and wish.branch is not None:
        mended = replace(_on_branch(mended, target, wish, step), audited=after)
    elif proposal.edits and wish.apply:
        require_clean(target.request, _ELSEWHERE)
        step("writing")
        write(target, proposal.edits)
        mended = replace(mended, written=True, audited=after)
    if wish.apply and wish.unsafe:
        step("deleting branches")
        done = _delete(mended.deletions, target.request, named=bool(wish.rules))
        mended = replace(mended, deletions=done)
    if wish.apply and wish.settings and mended.settings:
        mended = replace(mended, sent=_send(mended, wish))
    if any(one.done for one in mended.deletions) or mended.sent:
        step("auditing again")
        mended = replace(mended, audited=perform(target.request))
    return mended


def _settled(wish: Wish) -> Wish:
    """Return the wish with what follows from it; raises UsageError when it makes no sense."""
    if wish.settings and not wish.apply and wish.writes:
        raise UsageError(
            "--settings goes with --apply only", advice="send settings in a run of their own"
        )
    if wish.pull_request and wish.branch is None:
        return replace(wish, branch=PULL_REQUEST_BRANCH)
    return wish


def _deletions(target: Opened, before: Report, choice: Choice) -> tuple[Deletion, ...]:
    branches = target.lookup(Branches)
    return tuple(
        deletions(
            before.findings,
            branches if isinstance(branches, Branches) else None,
            rules=choice.rules,
            current=before.target.branch,
        )
    )


def _settings(target: Opened, before: Report, choice: Choice) -> tuple[SettingsChange, ...]:
    return tuple(settings_changes(before.findings, Basis.of(target.lookup), rules=choice.rules))


def _on_branch(mended: Mended, target: Opened, wish: Wish, step: Callable[[str], None]) -> Mended:
    from autodevops.fixing import messages

    branch = wish.branch or PULL_REQUEST_BRANCH
    repository = user_repository(target.request)
    step(f"committing on {branch}")
    executable = frozenset(entry.path for entry in target.snapshot.entries if entry.executable)
    text = messages.commit_message(mended.proposal.repairs, TRAILER)
    commit = repository.commit(
        branch,
        mended.proposal.edits,
        executable,
        text,
        replacing=TRAILER if wish.pull_request else None,
    )
    mended = replace(mended, branch=branch, commit=commit)
    if not wish.pull_request:
        return mended
    step("opening the pull request")
    return replace(mended, pull_request=_propose(mended, target, wish, repository))


def _propose(
    mended: Mended, target: Opened, wish: Wish, repository: UserRepository
) -> "OpenedRequest":
    from autodevops.fixing import messages

    proposal, branch = mended.proposal, mended.branch or ""
    token = token_to_write(wish.token)
    requests = github_writer(_hosted(target), token)
    repository.send("origin", branch, push_header(token))
    branches = target.lookup(Branches)
    base = branches.default if isinstance(branches, Branches) else None
    return requests.open(
        branch=branch,
        base=base,
        title=messages.title(proposal.repairs),
        body=messages.body(proposal.before, proposal.after, proposal.repairs),
    )


def _hosted(target: Opened) -> str:
    said = target.snapshot.target
    if said.url is None:
        raise UsageError(
            "the repository has no remote on GitHub",
            advice="add one: git remote add origin https://github.com/OWNER/NAME",
        )
    return said.name


def _delete(wanted: tuple[Deletion, ...], request: Request, *, named: bool) -> tuple[Deletion, ...]:
    """Delete branches and return what was done and what is left.

    On remotes, and where work is lost, only for rules that were named: `--unsafe` alone may be
    meant for files.
    """
    repository = user_repository(request)
    carried: list[Deletion] = []
    for one in wanted:
        now, later = (one, None) if named else split_cautiously(one)
        if now is not None:
            for remote in now.remotes:
                repository.delete_remote(remote, now.branch, now.commit)
            if now.is_local:
                repository.delete(now.branch, now.commit)
            carried.append(replace(now, done=True))
        carried += [] if later is None else [later]
    return tuple(carried)


def _send(mended: Mended, wish: Wish) -> tuple[str, ...]:
    requests = github_writer(mended.proposal.before.target.name, token_to_write(wish.token))
    return tuple(requests.set(change) for change in mended.settings)
