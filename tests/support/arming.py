"""Repositories in which everything that git runs commands for names a program of ours."""

from pathlib import Path

from tests.support.repositories import Repository

HOOKS = (
    *("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"),
    *("fsmonitor-watchman", "query-watchman", "post-rewrite", "proc-receive"),
)


COMMANDS = (
    *("core.fsmonitor", "core.pager", "core.editor", "core.askPass", "core.sshCommand"),
    *("core.gitProxy", "core.alternateRefsCommand", "diff.external", "diff.tripped.command"),
    *("diff.tripped.textconv", "filter.tripped.clean", "filter.tripped.smudge"),
    *("filter.tripped.process", "gpg.program", "gpg.ssh.program", "interactive.diffFilter"),
    *("merge.tripped.driver", "uploadpack.packObjectsHook", "remote.origin.uploadpack"),
    *("remote.origin.vcs", "pager.log", "trailer.sign.command", "sendemail.smtpServer"),
)
"""Settings whose value git runs."""
SWITCHES = (
    *("filter.tripped.required", "log.showSignature", "remote.origin.promisor"),
    *("status.submoduleSummary", "submodule.recurse", "index.recordEndOfIndexEntries"),
)
"""Settings that make git run more of them."""


def armed(repo: Repository, canary: Path) -> Repository:
    """Let everything in a repository that git runs commands for name the canary."""
    for name, value in _settings(canary).items():
        repo.git("config", name, value)
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.partialClone", "origin")
    hooks = canary.parent / "hooks"
    hooks.mkdir(exist_ok=True)
    own = repo.path / ".git" / "hooks"
    own.mkdir(exist_ok=True)
    for name in HOOKS:
        for folder in (hooks, own):
            (folder / name).symlink_to(canary)
    rules = "* diff=tripped filter=tripped merge=tripped ident\n"
    (repo.path / ".gitattributes").write_text(rules)
    (canary.parent / "attributes").write_text(rules)
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "attributes").write_text(rules)
    return repo


def _settings(canary: Path) -> dict[str, str]:
    return {
        **dict.fromkeys(COMMANDS, str(canary)),
        **dict.fromkeys(SWITCHES, "true"),
        **dict.fromkeys(("alias.status", "alias.for-each-ref", "credential.helper"), f"!{canary}"),
        "core.hooksPath": str(canary.parent / "hooks"),
        "core.attributesFile": str(canary.parent / "attributes"),
        "remote.origin.url": f"ext::{canary}",
        "remote.origin.partialCloneFilter": "blob:none",
    }
