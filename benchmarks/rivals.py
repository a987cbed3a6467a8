"""The tools that a person would run instead, and how; each contacts nobody."""

import os
import subprocess
from pathlib import Path

from benchmarks.measuring import Command

VERSIONS = {
    "gitleaks": ("gitleaks", "version"),
    "kingfisher": ("kingfisher", "--version"),
    "detect-secrets": ("detect-secrets", "--version"),
    "zizmor": ("zizmor", "--version"),
    "repo-review with sp-repo-review": ("repo-review", "--version"),
    "github-codeowners": ("github-codeowners",),
}
"""What prints the version of each; a program alone is an npm package that can't."""

_KINGFISHER = ("kingfisher", "scan", "--no-validate", "--no-update-check", "--redact")
_QUIET = ("--no-banner", "--redact", "--exit-code", "0")


def gitleaks(folder: Path) -> Command:
    """Return the search through the files."""
    return Command(name="gitleaks", arguments=["gitleaks", "dir", str(folder), *_QUIET])


def kingfisher(folder: Path) -> Command:
    """Return the search through the files."""
    arguments = [*_KINGFISHER, "--git-history", "none", "-f", "json", "-o", os.devnull]
    return Command(name="kingfisher", arguments=[*arguments, str(folder)])


def detect_secrets(folder: Path) -> Command:
    """Return the search through the tracked files."""
    arguments = ["detect-secrets", "-C", str(folder), "scan", "--no-verify"]
    return Command(name="detect-secrets", arguments=arguments)


def zizmor(folder: Path) -> Command:
    """Return the look at the workflows."""
    return Command(name="zizmor", arguments=["zizmor", "--offline", "--no-exit-codes", str(folder)])


def repo_review(folder: Path) -> Command:
    """Return the look at a Python project's files."""
    return Command(name="repo-review", arguments=["repo-review", str(folder)])


def codeowners(folder: Path, scratch: Path) -> Command:
    """Return the check of CODEOWNERS against the files; one is made up where there is none."""
    own = folder / ".github" / "CODEOWNERS"
    if not own.exists():
        own = scratch / "CODEOWNERS"
        own.write_text("* @acme/platform\n", "utf-8")
    return Command(
        name="github-codeowners",
        arguments=["github-codeowners", "validate", "-d", str(folder), "-c", str(own)],
    )


def staged(folder: Path) -> tuple[Command, ...]:
    """Return what people put into a hook."""
    return (
        Command(
            name="gitleaks",
            arguments=["gitleaks", "git", "--pre-commit", "--staged", *_QUIET],
            folder=folder,
        ),
        Command(
            name="kingfisher",
            arguments=[*_KINGFISHER, "--staged", "-f", "json", "-o", os.devnull, "."],
            folder=folder,
        ),
        Command(
            name="detect-secrets",
            arguments=["detect-secrets-hook", "--no-verify", *_staged_paths(folder)],
            folder=folder,
        ),
    )


def past(folder: Path) -> tuple[Command, ...]:
    """Return the searches through a whole history."""
    kingfisher_past = [*_KINGFISHER, "-f", "json", "-o", os.devnull, str(folder)]
    return (
        Command(name="gitleaks", arguments=["gitleaks", "git", str(folder), *_QUIET]),
        Command(name="kingfisher", arguments=kingfisher_past),
    )


def _staged_paths(folder: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "diff", "--cached", "--name-only", "-z"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for path in listed.stdout.split("\0") if path]
