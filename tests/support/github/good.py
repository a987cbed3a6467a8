"""A shop whose settings on GitHub are as the guide wants them."""

from pathlib import Path

from tests.support.github import (
    Environment,
    Repository,
    Rule,
    Ruleset,
    Run,
    Secret,
)

CHECKS = (
    "security-scan",
    "backend-test",
    "frontend-test",
    "workers-test",
    "infra-lint",
    "integration-test",
)
SECRETS = (
    "SUPABASE_SERVICE_ROLE_KEY",
    "SUPABASE_URL",
    "GEMINI_API_KEY",
    "ENCRYPTION_KEY",
    "RAILWAY_TOKEN",
    "RAILWAY_PREVIEW_TOKEN",
    "VERCEL_TOKEN",
)
REVIEW = {
    "required_approving_review_count": 1,
    "dismiss_stale_reviews_on_push": True,
    "require_code_owner_review": True,
    "required_review_thread_resolution": True,
}
TRUNK = Ruleset(
    "trunk",
    rules=[
        Rule("pull_request", REVIEW),
        Rule("deletion"),
        Rule("non_fast_forward"),
        Rule(
            "required_status_checks",
            {
                "required_status_checks": [
                    {"context": name, "integration_id": 15368} for name in CHECKS
                ],
                "strict_required_status_checks_policy": True,
            },
        ),
    ],
)
TAGS = Ruleset(
    "releases", target="tag", include=["refs/tags/v*"], rules=[Rule("update"), Rule("deletion")]
)


def good(clone: tuple[Path, str]) -> Repository:
    """Return the shop; `clone` is its repository and the commit of its pull request."""
    path, second = clone
    return Repository(
        "acme/shop",
        path=path,
        merged={second: [7]},
        rulesets=[TRUNK, TAGS],
        environments=[
            Environment("Preview"),
            Environment("Production", reviewers=1, policies=["main", "v*"]),
        ],
        secrets=[Secret(name) for name in SECRETS],
        runs=[Run(minutes=10)],
        secret_scanning="enabled",
        push_protection="enabled",
        delete_branch_on_merge=True,
    )
