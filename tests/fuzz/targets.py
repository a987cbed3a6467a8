"""Every fuzz target by its name; `test_targets.py` holds the list against the parsers."""

from collections.abc import Mapping

from tests.fuzz import (
    answers,
    changes,
    git_records,
    github_answers,
    own_files,
    repository_files,
    words,
)
from tests.fuzz.interface import Target

TARGETS: Mapping[str, Target] = {
    **repository_files.TARGETS,
    **changes.TARGETS,
    **own_files.TARGETS,
    **words.TARGETS,
    **git_records.TARGETS,
    **github_answers.TARGETS,
    **answers.TARGETS,
}
"""Each by what it reads: tracked files, their changes, our own files and options, git, services."""
