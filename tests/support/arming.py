"""Repositories in which everything that git runs commands for names a program of ours."""

from pathlib import Path

from tests.support.repositories import Repository

HOOKS = (
    *("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"),
    *("fsmonitor-watchman", "query-watchman", "post-rewrite", "proc-receive"),
)


def armed(repo: Repository, canary: Path) -> Repository:
    """Let everything in a repository that git runs commands for name the canary."""
    run = str(canary)
    settings = {
        "core.fsmonitor": run,
        "core.hooksPath": str(canary.parent / "hooks"),
        "core.pager": run,
        "core.editor": run,
        "core.askPass": run,
        "core.sshCommand": run,
        "core.gitProxy": run,
        "core.alternateRefsCommand": run,
        "core.attributesFile": str(canary.parent / "attributes"),
        "credential.helper": f"!{run}",
        "diff.external": run,
        "diff.tripped.command": run,
        "diff.tripped.textconv": run,
        "filter.tripped.clean": run,
        "filter.tripped.smudge": run,
        "filter.tripped.process": run,
        "filter.tripped.required": "true",
        "gpg.program": run,
        "gpg.ssh.program": run,
        "log.showSignature": "true",
        "interactive.diffFilter": run,
        "merge.tripped.driver": run,
        "uploadpack.packObjectsHook": run,
        "remote.origin.url": f"ext::{run}",
        "remote.origin.promisor": "true",
        "remote.origin.partialCloneFilter": "blob:none",
        "remote.origin.uploadpack": run,
        "remote.origin.vcs": run,
        "alias.status": f"!{run}",
        "alias.for-each-ref": f"!{run}",
        "pager.log": run,
        "trailer.sign.command": run,
        "sendemail.smtpServer": run,
        "status.submoduleSummary": "true",
        "submodule.recurse": "true",
        "index.recordEndOfIndexEntries": "true",
    }
    for name, value in settings.items():
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
