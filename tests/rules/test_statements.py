"""What documents demand, held against the guide."""

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import statements as rules
from tests.support.asking import outcomes, subjects, violations


def contradictions(text: str, path: str = "CONTRIBUTING.md") -> list[str]:
    return subjects(rules.guide_contradiction, {path: text})


class TestGuideContradiction:
    @pytest.mark.parametrize(
        ("text", "topic"),
        [
            ("Branch off `develop` and open a pull request against `develop`.\n", "branch-develop"),
            ("Merge into the staging branch first.\n", "branch-staging"),
            ("```bash\ngit checkout -b feature/x origin/develop\n```\n", "branch-develop"),
            ("Create a `release/1.2` branch.\n", "branch-release/*"),
            ("- `feature/*` - new features (< 14 days)\n", "age-feature"),
            ("A feature branch may live up to 2 weeks.\n", "age-feature"),
            ("fix branches live at most 3 days\n", "age-fix"),
            ("## Branches\n\n- `bugfix/*` for bugs\n", "type-bugfix"),
            ("The default branch is `master`.\n", "default-branch"),
            ("Our default branch is develop.\n", "default-branch"),
            ("The default branch is called blue.\n", "default-branch"),
            ("Pushing directly to main is fine for small changes.\n", "review"),
            ("| `GEMINI_API_KEY` | rotated annually |\n", "rotation-GEMINI_API_KEY"),
            ("| `ENCRYPTION_KEY` | every two years |\n", "rotation-ENCRYPTION_KEY"),
            ("Rotate ENCRYPTION_KEY every 2 years.\n", "rotation-ENCRYPTION_KEY"),
            ("Rotate `GEMINI_API_KEY` every six months.\n", "rotation-GEMINI_API_KEY"),
        ],
    )
    def test_a_document_that_demands_something_else(self, text: str, topic: str) -> None:
        assert contradictions(text) == [f"CONTRIBUTING.md#{topic}"]

    def test_the_line_is_shown_with_what_the_guide_says(self) -> None:
        text = "# How\n\nA feature branch lives for 5 days.\n"
        (found,) = violations(rules.guide_contradiction, {"docs/how.md": text})
        assert found.message == (
            "docs/how.md:3 lets feature branches live 5 days; by the guide they live 3 days"
        )
        assert found.locations[0].line == 3

    @pytest.mark.parametrize(
        "text",
        [
            "We have no `develop` branch and no staging branch.\n",
            "Forbidden:\n\n- `develop` branch\n- `staging` branch\n- `release/*` branches\n",
            "## Never\n\n- merge into `develop`\n",
            "The old `develop` branch was deleted in March.\n",
            "Deploy to staging, then develop the feature on a branch.\n",
            "- `feature/*` - new features (< 3 days)\n- `docs/*` (no longer than 1 day)\n",
            "See https://example.com/release/1.2 on branches and `src/release/notes.md`.\n",
            "## Branches\n\n- `feature/*`, `fix/login`, `docs/<topic>`\n",
            "Run `test/unit` and `feat/x.py`.\n",
            "The default branch is `main`.\n",
            "The default branch is protected.\n",
            "Default branch: *reviewed* by two people.\n",
            "Pushing directly to main is not allowed.\n",
            "Rotate GEMINI_API_KEY every 90 days; logs are kept for two years.\n",
            "Backups are made every year.\n",
            "```\ngit push origin feature/develop-docs\n```\n",
            "Instead of a release branch we tag.\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not contradictions(text)

    def test_a_name_ends_where_its_sentence_does(self) -> None:
        text = "Our default branch is develop.\n"
        (found,) = violations(rules.guide_contradiction, {"CONTRIBUTING.md": text})
        assert "calls develop the default branch" in found.message

    def test_more_documents_than_are_read_are_not_passed_over_in_silence(self) -> None:
        files = {f"docs/{at:04}.md": "x\n" for at in range(2_001)}
        (said,) = outcomes(rules.guide_contradiction, files)
        assert said == Unknown(reason="only 2000 of 2001 documents are read")

    @pytest.mark.parametrize(
        "path",
        ["CHANGELOG.md", "docs/adr/0001-x.md", "tests/x.md", "vendor/x/README.md", "src/a.md"],
    )
    def test_documents_of_another_time_or_place_are_not_read(self, path: str) -> None:
        assert not contradictions("Merge into the `develop` branch.\n", path)
