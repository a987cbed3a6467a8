"""The rule about what tools leave behind."""

import pytest

from autodevops.rules import layout as rules
from tests.support.asking import subjects, violations

BUNDLE = "/******/ (() => { // webpackBootstrap\n"


class TestCommittedArtifact:
    def test_one_finding_a_folder(self) -> None:
        files: dict[str, str | bytes] = {
            "web/node_modules/a/index.js": "x",
            "web/node_modules/b/dist/index.js": "x",
            "app/__pycache__/x.pyc": b"\0",
            "app/a.py.bak": "x",
            "app/b~": "x",
            "app/c.orig": "x",
            "app/d.rej": "x",
            ".coverage": b"\0",
        }
        found = violations(rules.committed_artifact, files)
        assert [(one.subject, len(one.locations)) for one in found] == [
            (".", 1),
            ("app", 4),
            ("app/__pycache__", 1),
            ("web/node_modules", 2),
        ]
        assert found[1].message == "app/ holds tracked artifacts: a.py.bak, b~, c.orig, and 1 more"
        assert (
            found[3].message == "web/node_modules/ is made by a tool, yet git tracks 2 files of it"
        )

    @pytest.mark.parametrize(
        "files",
        [
            {"web/dist/app.js": BUNDLE, "web/dist/index.html": "<p>"},
            {"web/build/static/main.5f3a9c21.js": "x", "web/build/main.css.map": "x"},
            {"coverage/lcov.info": "x", "coverage/index.html": "x"},
            {"target/classes/A.class": b"\0"},
            {"out/app.js": "var a=1;" * 400},
        ],
    )
    def test_an_output_folder_that_a_build_wrote(self, files: dict[str, str | bytes]) -> None:
        (found,) = violations(rules.committed_artifact, files)
        assert found.evidence["files"] == len(files)

    @pytest.mark.parametrize(
        "files",
        [
            {"build/webpack.js": "module.exports = {}\n", "build/README.md": "x"},
            {"src/target/model.py": "x = 1\n", "app/coverage/rules.py": "x = 1\n"},
            {"action.yml": "runs:\n  main: dist/index.js\n", "dist/index.js": BUNDLE},
            {"tests/fixtures/node_modules/a/index.js": "x", "tests/fixtures/x.bak": "x"},
            {"playground/deps/node_modules/a/index.js": "x"},
            {"ci/coverage/lcov.info": "x", "ci/report.bak": "x"},
            {"docs/out/guide.md": "x", "build/gulp.js": "exports.x = 1\n"},
            {"lib/vendor/x.js": "x", "bundle.py": "x", "env/config.py": "x"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.committed_artifact, files)
