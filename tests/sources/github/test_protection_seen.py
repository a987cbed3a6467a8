"""Protection as far as a token sees it: hidden is never called missing."""

from typing import Any

import pytest

from autodevops.model.settings import Block, RequiredCheck
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Answer, GraphError
from autodevops.sources.github.classic import HIDDEN, of_answer
from autodevops.sources.github.demands import Demands
from autodevops.sources.github.permissions import TokenKind, TokenRights
from autodevops.sources.github.protection import is_open, protection
from tests.sources.github.showing import (
    ADMIN,
    BOTH,
    FINE_GRAINED,
    NOBODY,
    merged,
    ruleset,
    shown,
    update_rule,
)


class TestWhatIsSeen:
    @pytest.mark.parametrize("role", ["READ", "TRIAGE", "WRITE", "MAINTAIN"])
    def test_without_administration_nothing_is_called_unprotected(self, role: str) -> None:
        reader = shown(viewerPermission=role)
        assert not is_open(reader, ADMIN)
        assert merged(reader).unseen == HIDDEN

    def test_a_classic_administrator_sees_that_there_is_none(self) -> None:
        assert not is_open(shown(), ADMIN)
        assert merged(shown()).unseen is None

    @pytest.mark.parametrize(
        ("rights", "changes"),
        [
            (FINE_GRAINED, {}),
            (FINE_GRAINED, {"viewerPermission": None}),
            (TokenRights(kind=TokenKind.UNKNOWN), {}),
            (TokenRights(kind=TokenKind.CLASSIC, scopes=frozenset()), {}),
            (
                TokenRights(kind=TokenKind.CLASSIC, scopes=frozenset({"public_repo"})),
                {"isPrivate": True},
            ),
        ],
        ids=["fine-grained", "app", "unknown", "no scope", "public scope only"],
    )
    def test_others_ask_again(self, rights: TokenRights, changes: dict[str, Any]) -> None:
        assert is_open(shown(**changes), rights)
        assert merged(shown(**changes), rights, asked=None).unseen is None
        assert merged(shown(**changes), rights, asked=HIDDEN).unseen == HIDDEN

    def test_what_was_asked_again_counts(self) -> None:
        found = merged(shown(), FINE_GRAINED, asked=Demands(pull_request=True, approvals=2))
        assert found.approvals == 2
        assert found.unseen is None

    def test_a_null_that_is_contradicted_is_asked_again(self) -> None:
        assert is_open(shown(update=update_rule()), ADMIN)

    def test_protection_that_failed_is_not_missing(self) -> None:
        path = ("r0", "defaultBranchRef", "branchProtectionRule")
        error = GraphError(path=path, kind="", message="something went wrong")
        assert is_open(shown(errors=(error,)), ADMIN)
        assert merged(shown(errors=(error,)), asked=HIDDEN).unseen == HIDDEN
        assert merged(shown(errors=(error,), viewerPermission="READ")).unseen == HIDDEN

    def test_a_reader_sees_part_of_classic_protection(self) -> None:
        update = update_rule(
            requiredApprovingReviewCount=2, requiredStatusCheckContexts=["test", None]
        )
        found = merged(shown(update=update, viewerPermission="READ"))
        assert found.pull_request
        assert found.approvals == 2
        assert [check.name for check in found.required_checks] == ["test"]
        assert isinstance(found.strict, Unavailable)
        assert found.deletion.is_on
        assert isinstance(found.deletion.bypassed_by, Unavailable)
        assert found.unseen == HIDDEN

    def test_rulesets_that_were_not_all_read(self) -> None:
        cut = {"pageInfo": {"hasNextPage": True}, "nodes": [ruleset("DELETION")]}
        assert merged(shown(rulesets=cut)).unseen is not None
        assert merged(shown(ruleset("DELETION"), None)).unseen is not None

    def test_forbidden_rulesets(self) -> None:
        error = GraphError(path=("r0", "rulesets"), kind="FORBIDDEN", message="not accessible")
        found = protection(shown(rulesets=None, errors=(error,)), ADMIN, None)
        assert isinstance(found, Unavailable)

    def test_an_empty_repository(self) -> None:
        found = protection(shown(ruleset(*BOTH), defaultBranchRef=None), ADMIN, None)
        assert found == Unavailable("the repository is empty", "a commit on the default branch")


class TestRest:
    def test_not_protected_in_so_many_words(self) -> None:
        told = Answer(status=404, unavailable=HIDDEN, message="Branch not protected")
        assert of_answer(told) is None

    def test_a_plan_without_protection(self) -> None:
        message = "Upgrade to GitHub Pro or make this repository public to enable this feature."
        assert of_answer(Answer(status=403, unavailable=HIDDEN, message=message)) is None

    @pytest.mark.parametrize(
        ("status", "message"), [(404, "Not Found"), (403, "Resource not accessible"), (404, None)]
    )
    def test_anything_else_may_be_a_permission(self, status: int, message: str | None) -> None:
        why = Unavailable("refused")
        assert of_answer(Answer(status=status, unavailable=why, message=message)) == HIDDEN

    def test_a_failure_stays_a_failure(self) -> None:
        why = Unavailable("GitHub answered 502", "an answer of GitHub")
        assert of_answer(Answer(status=502, unavailable=why)) == why

    def test_nonsense_is_not_read(self) -> None:
        assert isinstance(of_answer(Answer(status=200, data=["x"])), Unavailable)

    def test_all_of_it(self) -> None:
        data = {
            "enforce_admins": {"enabled": True},
            "required_pull_request_reviews": {
                "dismiss_stale_reviews": True,
                "require_code_owner_reviews": True,
                "required_approving_review_count": 2,
            },
            "required_status_checks": {
                "strict": True,
                "contexts": ["test", "lint"],
                "checks": [{"context": "test", "app_id": 15368}, {"context": "lint", "app_id": -1}],
            },
            "required_conversation_resolution": {"enabled": True},
            "required_signatures": {"enabled": True},
            "required_linear_history": {"enabled": True},
            "allow_force_pushes": {"enabled": False},
            "allow_deletions": {"enabled": True},
        }
        assert of_answer(Answer(status=200, data=data)) == Demands(
            pull_request=True,
            approvals=2,
            dismiss_stale=True,
            code_owners=True,
            resolved_conversations=True,
            force_pushes=NOBODY,
            deletion=Block(is_on=False),
            required_checks=(
                RequiredCheck(name="test", source="branch protection", app="github-actions"),
                RequiredCheck(name="lint", source="branch protection"),
            ),
            strict=True,
            signed_commits=True,
            linear_history=True,
        )
