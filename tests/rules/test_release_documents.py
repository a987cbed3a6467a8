"""The rules about what changelog, manifests and tags say, on real repositories."""

import json
from pathlib import Path

import pytest

from autodevops.model.finding import Violation
from autodevops.rules import release_documents as rules
from tests.conftest import MakeRepo
from tests.support.history import at_fault, judged, messages, not_applicable, unknown
from tests.support.repositories import Repository, ago

CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-05-01\n\n- shop\n"


def pyproject(version: str) -> str:
    return f'[project]\nname = "shop"\nversion = "{version}"\n'


def package(version: str, *, private: bool = False) -> str:
    return json.dumps({"name": "shop", "version": version, "private": private}, indent=2)


def released(make_repo: MakeRepo, files: dict[str, str], *tags: str) -> Repository:
    repository = make_repo(files, at=ago(days=30))
    for tag in tags:
        repository.tag(tag, message=tag, at=ago(days=30))
    return repository


class TestChangelogEntry:
    def test_a_release_without_a_section(self, make_repo: MakeRepo) -> None:
        repository = released(make_repo, {"CHANGELOG.md": CHANGELOG}, "v1.2.0", "v1.3.0")
        assert messages(rules.changelog_entry, repository) == [
            "v1.3.0 has no section in CHANGELOG.md"
        ]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("CHANGELOG.md", "## v1.2.0\n\n- x\n"),
            ("CHANGELOG.md", "## [1.2.0](https://example.com/v1.1...v1.2) (2026-05-01)\n"),
            ("CHANGELOG.md", "# shop 1.2.0 / May 2026\n"),
            ("CHANGES.rst", "1.2.0 (2026-05-01)\n==================\n\n- x\n"),
            ("HISTORY.md", "Release 1.2 (2026-05-01)\n---\n"),
            ("NEWS", "Version 1.2.0 - 2026-05-01\n\n* x\n"),
            ("docs/changelog.md", "### 1.2.0 — first of May\n"),
        ],
    )
    def test_common_shapes(self, make_repo: MakeRepo, path: str, text: str) -> None:
        assert at_fault(rules.changelog_entry, released(make_repo, {path: text}, "v1.2.0")) == []

    def test_pre_releases_need_none(self, make_repo: MakeRepo) -> None:
        files = {"CHANGELOG.md": CHANGELOG}
        repository = released(make_repo, files, "v1.2.0", "v1.3.0-rc.1", "v1.2.0+build.2")
        assert at_fault(rules.changelog_entry, repository) == []

    def test_without_a_changelog_there_is_nothing_to_hold_it_against(
        self, make_repo: MakeRepo
    ) -> None:
        assert not_applicable(rules.changelog_entry, released(make_repo, {"a": ""}, "v1.0.0"))

    def test_without_releases_either(self, make_repo: MakeRepo) -> None:
        assert not_applicable(rules.changelog_entry, make_repo({"CHANGELOG.md": CHANGELOG}))


class TestNoReleaseTag:
    def test_a_changelog_that_claims_a_release(self, make_repo: MakeRepo) -> None:
        (found,) = judged(rules.no_release_tag, make_repo({"CHANGELOG.md": CHANGELOG}))
        assert isinstance(found, Violation)
        assert found.subject == "v1.2.0"
        assert found.message == (
            "CHANGELOG.md claims version 1.2.0, which has no tag; "
            "the repository has no release tag at all"
        )
        assert [(place.path, place.line) for place in found.locations] == [("CHANGELOG.md", 5)]

    def test_all_places_that_claim_it_are_one_finding(self, make_repo: MakeRepo) -> None:
        files = {
            "CHANGELOG.md": CHANGELOG,
            "pyproject.toml": pyproject("1.2.0"),
            "package.json": package("1.2.0"),
        }
        (found,) = judged(rules.no_release_tag, make_repo(files))
        assert isinstance(found, Violation)
        assert {(place.path, place.line) for place in found.locations} == {
            ("CHANGELOG.md", 5),
            ("pyproject.toml", 3),
            ("package.json", 3),
        }

    def test_a_newer_section_than_the_newest_tag(self, make_repo: MakeRepo) -> None:
        repository = released(make_repo, {"CHANGELOG.md": CHANGELOG}, "v1.1.0")
        assert messages(rules.no_release_tag, repository) == [
            "CHANGELOG.md claims version 1.2.0, which has no tag"
        ]

    @pytest.mark.parametrize(
        "files",
        [
            {"setup.cfg": "[metadata]\nname = shop\nversion = 2.0.0\n"},
            {"Cargo.toml": '[package]\nname = "shop"\nversion = "2.0.0"\n'},
            {"package.json": package("2.0.0")},
            {"pyproject.toml": '[tool.poetry]\nname = "shop"\nversion = "2.0.0"\n'},
            {"workers/package.json": package("2.0.0"), "workers/src/a.ts": "x"},
        ],
    )
    def test_manifests_claim_it_too(self, make_repo: MakeRepo, files: dict[str, str]) -> None:
        assert at_fault(rules.no_release_tag, make_repo(files)) == ["v2.0.0"]

    @pytest.mark.parametrize(
        "files",
        [
            {"package.json": package("1.2.0", private=True)},
            {"package.json": package("0.0.0")},
            {"pyproject.toml": pyproject("0.1.0")},
            {"pyproject.toml": pyproject("1.3.0.dev0")},
            {"pyproject.toml": pyproject("1.3.0-beta.1")},
            {"pyproject.toml": '[project]\nname = "shop"\ndynamic = ["version"]\n'},
            {"setup.cfg": "[metadata]\nversion = attr: shop.__version__\n"},
            {"Cargo.toml": "[package]\nversion.workspace = true\n"},
            {"Cargo.toml": '[package]\nversion = "1.0.0"\npublish = false\n'},
            {"CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n"},
            {"CHANGELOG.md": "## 1.2.0 (unreleased)\n"},
            {"CHANGELOG.md": "# Changes\n\n## Python 3.12 support\n\n```\n## 1.2.0\n```\n"},
            {"packages/ui/package.json": package("4.0.0")},
            {"tests/data/pyproject.toml": pyproject("4.0.0")},
            {"pyproject.toml": "[project\nversion = "},
            {"package.json": "[" * 100_000},
        ],
    )
    def test_what_claims_no_release(self, make_repo: MakeRepo, files: dict[str, str]) -> None:
        assert not_applicable(rules.no_release_tag, make_repo(files))

    @pytest.mark.parametrize("tag", ["v1.2.0", "1.2.0", "shop-v1.2.0", "shop@1.2.0", "v1.2.0+3"])
    def test_the_tag_counts_however_it_is_named(self, make_repo: MakeRepo, tag: str) -> None:
        repository = released(make_repo, {"CHANGELOG.md": CHANGELOG}, tag)
        assert at_fault(rules.no_release_tag, repository) == []

    def test_another_version_that_ends_alike_does_not(self, make_repo: MakeRepo) -> None:
        repository = released(make_repo, {"CHANGELOG.md": CHANGELOG}, "shop-v11.2.0")
        assert at_fault(rules.no_release_tag, repository) == ["v1.2.0"]

    def test_a_manifest_ahead_of_the_newest_tag_is_the_next_release(
        self, make_repo: MakeRepo
    ) -> None:
        repository = released(make_repo, {"pyproject.toml": pyproject("1.3.0")}, "v1.2.0")
        assert at_fault(rules.no_release_tag, repository) == []

    def test_a_shallow_clone_may_lack_the_tag(self, make_repo: MakeRepo, tmp_path: Path) -> None:
        repository = released(make_repo, {"CHANGELOG.md": CHANGELOG}, "v1.2.0")
        repository.commit("chore: more", {"a": "1"}, at=ago(days=1))
        clone = repository.clone(tmp_path / "clone", "--depth=1", "--no-tags")
        assert unknown(rules.no_release_tag, clone) == ["the clone is shallow and has no tags"]


class TestVersionAgreement:
    def test_places_that_differ_from_the_newest_tag(self, make_repo: MakeRepo) -> None:
        files = {
            "pyproject.toml": pyproject("1.2.0"),
            "package.json": package("1.1.0"),
            "app/main.py": 'from fastapi import FastAPI\n\napp = FastAPI(version="0.9.0")\n',
            "CHANGELOG.md": CHANGELOG,
        }
        repository = released(make_repo, files, "v1.1.0", "v1.2.0")
        assert messages(rules.version_agreement, repository) == [
            "app/main.py says 0.9.0; the newest tag says v1.2.0",
            "package.json says 1.1.0; the newest tag says v1.2.0",
        ]

    def test_without_tags_they_are_held_against_each_other(self, make_repo: MakeRepo) -> None:
        files = {
            "pyproject.toml": pyproject("1.2.0"),
            "shop/__init__.py": '__version__ = "1.1.0"\n',
        }
        assert messages(rules.version_agreement, make_repo(files)) == [
            "shop/__init__.py says 1.1.0; pyproject.toml says 1.2.0"
        ]

    def test_a_constant_may_name_the_api_version(self, make_repo: MakeRepo) -> None:
        module = 'VERSION = "1.1.0"\n\n\ndef make():\n    return FastAPI(version=VERSION)\n'
        files = {"pyproject.toml": pyproject("1.2.0"), "app/main.py": module}
        repository = released(make_repo, files, "v1.2.0")
        assert at_fault(rules.version_agreement, repository) == ["app/main.py"]

    @pytest.mark.parametrize(
        "files",
        [
            {"pyproject.toml": pyproject("1.2.0"), "CHANGELOG.md": CHANGELOG},
            {"pyproject.toml": pyproject("1.2"), "package.json": package("1.2.0")},
            {"pyproject.toml": pyproject("1.3.0-dev")},
            {"package.json": package("0.1.0", private=True), "setup.cfg": "[metadata]\n"},
            {"app/main.py": "app = FastAPI(version=settings.version)\n"},
            {"tests/__init__.py": '__version__ = "9.0.0"\n', "pyproject.toml": pyproject("1.2.0")},
            {"pyproject.toml": pyproject("1.2.0+local.1")},
        ],
    )
    def test_innocent(self, make_repo: MakeRepo, files: dict[str, str]) -> None:
        repository = released(make_repo, files, "v1.2.0")
        assert messages(rules.version_agreement, repository) == []

    def test_a_missing_section_is_left_to_the_changelog_rule(self, make_repo: MakeRepo) -> None:
        repository = released(make_repo, {"CHANGELOG.md": CHANGELOG}, "v1.2.0", "v1.3.0")
        assert at_fault(rules.version_agreement, repository) == []
        assert at_fault(rules.changelog_entry, repository) == ["v1.3.0"]

    def test_a_missing_tag_is_left_to_the_tag_rule(self, make_repo: MakeRepo) -> None:
        files = {"CHANGELOG.md": CHANGELOG, "pyproject.toml": pyproject("1.2.0")}
        repository = released(make_repo, files, "v1.1.0")
        assert at_fault(rules.version_agreement, repository) == []
        assert at_fault(rules.no_release_tag, repository) == ["v1.2.0"]

    def test_during_a_candidate_places_may_name_the_last_release(self, make_repo: MakeRepo) -> None:
        files = {"pyproject.toml": pyproject("1.2.0")}
        repository = released(make_repo, files, "v1.2.0", "v1.3.0-rc.1")
        assert at_fault(rules.version_agreement, repository) == []

    def test_one_place_alone_agrees_with_itself(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"pyproject.toml": pyproject("1.2.0")})
        assert not_applicable(rules.version_agreement, repository)
