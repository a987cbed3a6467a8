"""The rules about commit messages and their linter."""

import pytest

from autodevops.facts.commit_style import CommitFault, CommitStyle
from autodevops.model.finding import NotApplicable, Unknown, Violation
from autodevops.rules import commit_messages as rules
from tests.support.asking import is_not_applicable, outcomes, subjects, violations

PLATFORM = {"app/main.py": "import fastapi\n", "workers/package.json": "{}"}


def fault(number: int) -> CommitFault:
    return CommitFault(f"{number:040x}", "Fixed the login", "is not written as `type: description`")


class TestConventionalCommit:
    @staticmethod
    def ask(faults: int, judged: int) -> list[Violation | Unknown | NotApplicable]:
        style = CommitStyle(branch="main", judged=judged, faults=tuple(map(fault, range(faults))))
        return outcomes(rules.conventional_commit, {}, given={CommitStyle: style})

    def test_a_few_commits_are_one_finding_each(self) -> None:
        first, second = self.ask(2, 9)
        assert isinstance(first, Violation)
        assert isinstance(second, Violation)
        assert first.subject == "0" * 40
        assert first.message == ("00000000 (Fixed the login) is not written as `type: description`")
        assert second.locations[0].commit == f"{1:040x}"

    def test_many_are_a_practice(self) -> None:
        (found,) = self.ask(21, 30)
        assert isinstance(found, Violation)
        assert found.subject == "main"
        assert len(found.locations) == 21

    def test_nothing_to_judge(self) -> None:
        (said,) = self.ask(0, 0)
        assert isinstance(said, NotApplicable)

    def test_all_well(self) -> None:
        assert self.ask(0, 3) == []


CONVENTIONAL = "export default {extends: ['@commitlint/config-conventional']};\n"


class TestCommitlintConfig:
    def test_a_platform_without_one(self) -> None:
        assert subjects(rules.commitlint_config, PLATFORM) == ["commitlint.config.js"]

    def test_a_linter_without_one(self) -> None:
        files = {".github/workflows/c.yml": "uses: wagoid/commitlint-github-action@v6\n"}
        (found,) = violations(rules.commitlint_config, files)
        assert found.message.startswith(".github/workflows/c.yml runs a commit linter, but")

    def test_other_types_than_the_policys(self) -> None:
        text = '{\n "rules": {\n  "type-enum": [2, "always", ["feat", "fix", "wip"]]}}'
        (found,) = violations(rules.commitlint_config, {".commitlintrc.json": text})
        assert found.locations[0].line == 3
        assert found.evidence["unknown"] == ["wip"]

    def test_a_configuration_that_only_running_would_tell(self) -> None:
        files = {"commitlint.config.js": "module.exports = require('@acme/lint')\n"}
        (said,) = outcomes(rules.commitlint_config, files)
        assert isinstance(said, Unknown)

    @pytest.mark.parametrize(
        "files",
        [
            {"commitlint.config.js": CONVENTIONAL},
            {"commitlint.config.ts": CONVENTIONAL},
            {"package.json": '{"commitlint": {"extends": ["@commitlint/config-conventional"]}}'},
            {".commitlintrc.yaml": "extends: ['@commitlint/config-conventional']\n"},
            {"pyproject.toml": "[tool.commitizen]\nversion = '1.0'\n"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.commitlint_config, PLATFORM | files)

    def test_a_library_without_a_linter(self) -> None:
        assert is_not_applicable(rules.commitlint_config, {"x.py": ""})
