"""Everything in a git folder that lets git run a program: each way names the canary."""

from pathlib import Path

HOOKS = (
    *("applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-applypatch", "post-checkout"),
    *("post-commit", "post-index-change", "post-merge", "post-receive", "post-rewrite"),
    *("post-update", "pre-applypatch", "pre-auto-gc", "pre-commit", "pre-merge-commit"),
    *("pre-push", "pre-rebase", "pre-receive", "prepare-commit-msg", "proc-receive"),
    *("push-to-checkout", "query-watchman", "reference-transaction", "sendemail-validate"),
    *("update", "p4-changelist", "p4-pre-submit"),
)
"""Names of all hooks."""

_SETTINGS = {
    "advice": {"detachedHead": "true"},
    "alias": dict.fromkeys(
        ("st", "status", "log", "ls-files", "ls-tree", "for-each-ref", "cat-file", "rev-parse"),
        "!CANARY alias",
    ),
    "commit": {"gpgSign": "true", "template": "OUTSIDE/secret"},
    "core": {
        "alternateRefsCommand": "CANARY alternateRefsCommand",
        "askPass": "CANARY",
        "attributesFile": "OUTSIDE/secret",
        "editor": "CANARY editor",
        "excludesFile": "OUTSIDE/secret",
        "fsmonitor": "CANARY fsmonitor",
        "gitProxy": "CANARY",
        "notesRef": "refs/heads/main",
        "packedGitLimit": "1",
        "pager": "CANARY pager",
        "sshCommand": "CANARY ssh",
        "splitIndex": "true",
        "untrackedCache": "true",
    },
    "credential": {"helper": "!CANARY credential"},
    'credential "https://example.com"': {"helper": "!CANARY credential"},
    "diff": {"external": "CANARY diff", "orderFile": "OUTSIDE/secret", "submodule": "log"},
    'diff "tripped"': {
        "command": "CANARY diff",
        "textconv": "CANARY textconv",
        "cachetextconv": "true",
    },
    "difftool": {"prompt": "false"},
    'difftool "tripped"': {"cmd": "CANARY difftool"},
    "fetch": {"recurseSubmodules": "true", "writeCommitGraph": "true", "bundleURI": "ext::CANARY"},
    "filter": {},
    'filter "piped"': {"process": "CANARY process", "required": "true"},
    'filter "tripped"': {
        "clean": "CANARY clean",
        "smudge": "CANARY smudge",
        "required": "true",
    },
    "gpg": {"program": "CANARY"},
    'gpg "ssh"': {
        "program": "CANARY",
        "defaultKeyCommand": "CANARY key",
        "allowedSignersFile": "OUTSIDE/secret",
    },
    'gpg "x509"': {"program": "CANARY"},
    "guitool": {},
    'guitool "x"': {"cmd": "CANARY"},
    "http": {"cookieFile": "OUTSIDE/secret", "sslCAInfo": "OUTSIDE/secret"},
    "imap": {"tunnel": "CANARY"},
    "interactive": {"diffFilter": "CANARY interactive"},
    "index": {"recordEndOfIndexEntries": "true"},
    'lfs "customtransfer.x"': {"path": "CANARY"},
    "log": {"showSignature": "true", "mailmap": "true"},
    "mailmap": {"file": "OUTSIDE/secret", "blob": "HEAD:README.md"},
    'man "x"': {"cmd": "CANARY"},
    "merge": {"tool": "tripped", "verifySignatures": "true"},
    'merge "tripped"': {"driver": "CANARY merge", "name": "x"},
    'mergetool "tripped"': {"cmd": "CANARY mergetool"},
    "pager": dict.fromkeys(("log", "status", "config", "branch", "diff"), "CANARY pager"),
    "protocol": {"allow": "always"},
    'protocol "ext"': {"allow": "always"},
    "push": {"gpgSign": "if-asked"},
    "receive": {"procReceiveRefs": "refs"},
    'remote "origin"': {
        "url": "ext::CANARY ext",
        "uploadpack": "CANARY uploadpack",
        "receivepack": "CANARY receivepack",
        "proxy": "ext::CANARY",
    },
    'remote "vcs"': {"url": "x", "vcs": "ext"},
    'remote "ssh"': {"url": "ssh://example.com/x"},
    "remotes": {"default": "origin"},
    "sendemail": {"smtpServer": "CANARY", "toCmd": "CANARY", "sendmailCmd": "CANARY"},
    "sequence": {"editor": "CANARY sequence"},
    "status": {"submoduleSummary": "true"},
    "submodule": {"recurse": "true", "active": "."},
    'submodule "a"': {"update": "!CANARY submodule", "url": "ext::CANARY", "active": "true"},
    'tar "tar.x"': {"command": "CANARY tar"},
    'trailer "sign"': {"command": "CANARY trailer", "cmd": "CANARY trailer", "ifmissing": "add"},
    "uploadpack": {"packObjectsHook": "CANARY packObjectsHook"},
    'url "ext::CANARY instead"': {"insteadOf": "https://"},
    'web.browser "x"': {"cmd": "CANARY"},
}
"""Settings by section that make git run a program, or read a file outside."""

ATTRIBUTES = """\
*.md diff=tripped filter=tripped merge=tripped ident
*.py filter=piped working-tree-encoding=UTF-16
* diff=tripped merge=tripped
"""


def arm(git_folder: Path, canary: Path) -> None:
    """Let everything in a git folder that git runs programs for name the canary."""
    outside = canary.parent / "outside"
    lines = []
    for section, settings in _SETTINGS.items():
        lines.append(f"[{section}]")
        lines += [f'\t{name} = "{value}"' for name, value in settings.items()]
    text = "\n".join(lines).replace("CANARY", str(canary)).replace("OUTSIDE", str(outside))
    config = git_folder / "config"
    if config.is_file() and not config.is_symlink():
        with config.open("a") as file:
            file.write(f"\n{text}\n")
    if not git_folder.is_dir() or git_folder.is_symlink():
        return
    info = git_folder / "info"
    info.mkdir(exist_ok=True)
    (info / "attributes").write_text(ATTRIBUTES)
    hooks = git_folder / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in HOOKS:
        (hooks / name).write_text(f"#!/bin/sh\nexec {canary} hook {name}\n")
        (hooks / name).chmod(0o755)
