"""The rules about Actions secrets and GitHub's own watch over secrets."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs
from msgspec.structs import replace

from autodevops.guide.load import built_in_guide
from autodevops.model.finding import NotApplicable, Unknown, Violation
from autodevops.model.settings import SecretScanning, StoredSecret, StoredSecrets
from autodevops.model.snapshot import Unavailable
from autodevops.rules import rotation
from autodevops.rules import stored_secrets as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, outcomes, subjects
from tests.support.memory import NOW

API = {"app/main.py": "from fastapi import FastAPI\n"}
REQUIRED = ["SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY", "GEMINI_API_KEY", "ENCRYPTION_KEY"]
LAST = "RAILWAY_TOKEN"
NO_ORGANISATION = Unavailable("the organisation's secrets are out of sight", "GitHub: admin:org")


def secret(name: str, *, days: float = 1, place: str = "repository") -> StoredSecret:
    return StoredSecret(name=name, place=place, updated_at=NOW - timedelta(days=days))


def stored(
    *names: str, variables: Iterable[str] = (), unseen: Unavailable | None = None
) -> StoredSecrets:
    return StoredSecrets(
        secrets=tuple(map(secret, names)),
        variables=tuple(map(secret, variables)),
        unseen=unseen,
    )


def given(value: StoredSecrets | Unavailable) -> dict[str, Any]:
    return {"given": {StoredSecrets: value}}


@pytest.mark.parametrize(
    "rule", [rules.secret_not_configured, rotation.rotation_overdue], ids=lambda rule: rule.id
)
def test_without_a_service_nothing_is_asked(rule: Rule) -> None:
    assert is_not_applicable(rule, {"x.py": ""}, **given(Unavailable("offline")))


@pytest.mark.parametrize(
    "rule",
    [rules.secret_not_configured, rotation.rotation_overdue, rules.undefined_secret],
    ids=lambda rule: rule.id,
)
def test_without_permission_the_answer_is_unknown(rule: Rule) -> None:
    said = outcomes(rule, API, **given(Unavailable("no token", "GitHub: secrets (read)")))
    assert said == [Unknown(reason="no token", needs="GitHub: secrets (read)")]


class TestSecretNotConfigured:
    def test_each_missing_secret_but_those_that_github_refuses(self) -> None:
        found = subjects(rules.secret_not_configured, API, **given(stored(*REQUIRED[:2])))
        assert found == ["GEMINI_API_KEY", "ENCRYPTION_KEY", LAST]

    def test_a_url_may_be_a_variable_but_a_key_may_not(self) -> None:
        names = stored(*REQUIRED[1:], variables=["SUPABASE_URL", LAST])
        assert subjects(rules.secret_not_configured, API, **given(names)) == [LAST]

    def test_what_may_be_set_out_of_sight_is_unknown(self) -> None:
        said = outcomes(rules.secret_not_configured, API, **given(stored(unseen=NO_ORGANISATION)))
        assert [(type(one), getattr(one, "needs", None)) for one in said] == [
            (Unknown, "GitHub: admin:org")
        ]

    def test_innocent(self) -> None:
        names = stored(*REQUIRED, LAST, "MORE", unseen=NO_ORGANISATION)
        assert not subjects(rules.secret_not_configured, API, **given(names))

    def test_what_may_be_a_variable_that_was_not_read_is_unknown(self) -> None:
        names = [name for name in (*REQUIRED, LAST) if name not in {"SUPABASE_URL", LAST}]
        some = replace(stored(*names), variables_unseen=NO_ORGANISATION)
        maybe, missing = outcomes(rules.secret_not_configured, API, **given(some))
        assert isinstance(missing, Violation)
        assert missing.subject == LAST
        assert isinstance(maybe, Unknown)
        assert maybe.reason.startswith("SUPABASE_URL may be set as variables: ")


class TestRotationOverdue:
    @staticmethod
    def ask(*secrets: StoredSecret) -> list[str]:
        value = StoredSecrets(secrets=secrets, variables=())
        return subjects(rotation.rotation_overdue, API, **given(value))

    def test_older_than_its_period(self) -> None:
        assert self.ask(secret("GEMINI_API_KEY", days=92.01)) == ["GEMINI_API_KEY"]
        assert self.ask(secret("ENCRYPTION_KEY", days=367)) == ["ENCRYPTION_KEY"]

    @pytest.mark.parametrize(
        ("name", "days"),
        [
            ("GEMINI_API_KEY", 92),
            ("ENCRYPTION_KEY", 366),
            ("SUPABASE_URL", 4000),
            ("RAILWAY_TOKEN", 4000),
            ("SOMETHING_ELSE", 4000),
        ],
    )
    def test_innocent(self, name: str, days: float) -> None:
        assert not self.ask(secret(name, days=days))

    def test_each_place_counts(self) -> None:
        fresh = secret("GEMINI_API_KEY")
        stale = secret("GEMINI_API_KEY", days=100, place="environment production")
        assert self.ask(fresh, stale) == ["GEMINI_API_KEY"]


class TestUndefinedSecret:
    @staticmethod
    def ask(
        text: str, *names: str, unseen: Unavailable | None = None
    ) -> list[Violation | Unknown | NotApplicable]:
        files = {".github/workflows/x.yml": text}
        return outcomes(rules.undefined_secret, files, **given(stored(*names, unseen=unseen)))

    def test_used_but_not_defined(self) -> None:
        (found,) = self.ask("a: ${{ secrets.token }}\nb: ${{ secrets.OTHER }}\n", "OTHER")
        assert isinstance(found, Violation)
        assert (found.subject, found.locations[0].line) == ("TOKEN", 1)

    def test_defined_but_not_used_is_information(self) -> None:
        (found,) = self.ask("a: 1\n", "OLD")
        assert isinstance(found, Violation)
        assert (found.subject, found.severity) == ("OLD", "info")

    def test_what_the_guide_requires_need_not_be_used(self) -> None:
        assert self.ask("a: ${{ secrets.A }}\n", "A", "ENCRYPTION_KEY", "SUPABASE_URL") == []

    def test_what_may_be_defined_out_of_sight_is_unknown(self) -> None:
        (said,) = self.ask("a: ${{ secrets.A }}\n", unseen=NO_ORGANISATION)
        assert isinstance(said, Unknown)

    @pytest.mark.parametrize(
        "text",
        [
            "a: ${{ secrets.A }} ${{ secrets.GITHUB_TOKEN }}\n",
            "a: ${{ secrets.A }} ${{ secrets.B || secrets.GITHUB_TOKEN }}\n",
            "# ${{ secrets.B }}\na: ${{ secrets.a }}\nrun: cat secrets.json\n",
            (
                "on:\n  workflow_call:\n    secrets:\n      B: {required: true}\n"
                "b: ${{ secrets.B }}\n"
                "a: ${{ secrets['A'] }}\n"
            ),
            "jobs:\n  x:\n    secrets: inherit\n",
            "a: ${{ toJSON(secrets) }}\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert self.ask(text, "A") == []

    def test_nothing_used_and_nothing_stored(self) -> None:
        (said,) = self.ask("a: 1\n")
        assert isinstance(said, NotApplicable)


class TestPushProtection:
    @staticmethod
    def ask(
        *, is_on: bool | Unavailable, push: bool | Unavailable
    ) -> list[Violation | Unknown | NotApplicable]:
        value = SecretScanning(is_on=is_on, push_protection=push)
        return outcomes(rules.push_protection, {}, given={SecretScanning: value})

    def test_each_setting_that_is_off(self) -> None:
        said = self.ask(is_on=False, push=False)
        assert [getattr(one, "subject", None) for one in said] == [
            "secret_scanning",
            "secret_scanning_push_protection",
        ]

    def test_a_setting_that_cannot_be_read(self) -> None:
        (said,) = self.ask(is_on=True, push=Unavailable("hidden", "GitHub: administration (read)"))
        assert said == Unknown(reason="hidden", needs="GitHub: administration (read)")

    def test_innocent(self) -> None:
        assert self.ask(is_on=True, push=True) == []

    def test_a_guide_that_does_not_ask_for_it(self) -> None:
        policy = structs.replace(built_in_guide().protection, push_protection=False)
        value = SecretScanning(is_on=True, push_protection=False)
        given = {SecretScanning: value, type(policy): policy}
        assert outcomes(rules.push_protection, {}, given=given) == []
