"""The parts of GitHub's GraphQL answers that are read; names follow the published schema."""

from datetime import datetime

import msgspec


class _Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An object of the answer; what is not named here is ignored."""


class Page(_Shape, frozen=True, kw_only=True):
    """How a list goes on."""

    has_next_page: bool = False
    """Whether there is more than was asked for."""
    end_cursor: str | None = None
    """Where the next page begins."""


class Actor(_Shape, frozen=True, kw_only=True):
    """A team or an app."""

    slug: str | None = None
    """Its name."""
    login: str | None = None
    """Its name, of a user."""


class BypassActor(_Shape, frozen=True, kw_only=True):
    """Who may bypass a ruleset."""

    bypass_mode: str | None = None
    """`ALWAYS`, `PULL_REQUEST` or `EXEMPT`."""
    deploy_key: bool = False
    """Whether deploy keys are meant."""
    organization_admin: bool = False
    """Whether the organisation's owners are meant."""
    repository_role_name: str | None = None
    """A role in the repository."""
    actor: Actor | None = None
    """A team or an app."""


class BypassActors(_Shape, frozen=True, kw_only=True):
    """Who may bypass a ruleset; entries that the token may not see are null."""

    nodes: tuple[BypassActor | None, ...] | None = None
    """The actors."""
    page_info: Page = Page()
    """Whether there are more."""


class StatusCheck(_Shape, frozen=True, kw_only=True):
    """A required status check of a ruleset."""

    context: str
    """Its name."""
    integration_id: int | None = None
    """The app that must report it."""


class RuleParameters(_Shape, frozen=True, kw_only=True):
    """What a rule demands in detail; each kind of rule fills its own part."""

    dismiss_stale_reviews_on_push: bool = False
    """Of pull requests."""
    require_code_owner_review: bool = False
    """Of pull requests."""
    required_approving_review_count: int = 0
    """Of pull requests."""
    required_review_thread_resolution: bool = False
    """Of pull requests."""
    required_status_checks: tuple[StatusCheck, ...] = ()
    """Of status checks."""
    strict_required_status_checks_policy: bool = False
    """Of status checks."""


class RulesetRule(_Shape, frozen=True, kw_only=True):
    """One rule of a ruleset."""

    type: str
    """GitHub's name for it, such as `NON_FAST_FORWARD`."""
    parameters: RuleParameters | None = None
    """Its details."""


class RulesetRules(_Shape, frozen=True, kw_only=True):
    """The rules of a ruleset."""

    nodes: tuple[RulesetRule | None, ...] | None = None
    """The rules."""
    page_info: Page = Page()
    """Whether there are more."""


class RefNames(_Shape, frozen=True, kw_only=True):
    """The refs that a ruleset is for."""

    include: tuple[str, ...] = ()
    """Patterns."""
    exclude: tuple[str, ...] = ()
    """Patterns of refs that it leaves out."""


class Conditions(_Shape, frozen=True, kw_only=True):
    """When a ruleset applies; what concerns the repository was decided by GitHub."""

    ref_name: RefNames | None = None
    """The refs it is for."""


class Ruleset(_Shape, frozen=True, kw_only=True):
    """A ruleset of the repository, or one inherited."""

    name: str
    """Its name."""
    target: str | None = None
    """`BRANCH`, `TAG` or something else."""
    enforcement: str
    """`ACTIVE`, `EVALUATE` or `DISABLED`."""
    updated_at: datetime | None = None
    """When it was last changed."""
    conditions: Conditions = Conditions()
    """What it is for."""
    bypass_actors: BypassActors | None = None
    """Who may bypass it; null when the token may not see them."""
    rules: RulesetRules | None = None
    """What it demands."""


class Rulesets(_Shape, frozen=True, kw_only=True):
    """Every ruleset that applies to the repository, whatever it is for."""

    nodes: tuple[Ruleset | None, ...] | None = None
    """The rulesets."""
    page_info: Page = Page()
    """Whether there are more."""


class ClassicCheck(_Shape, frozen=True, kw_only=True):
    """A required status check of classic protection."""

    context: str
    """Its name."""
    app: Actor | None = None
    """The only app that may report it."""


class Allowance(_Shape, frozen=True, kw_only=True):
    """Somebody who may do what others may not."""

    actor: Actor | None = None
    """A user, a team or an app."""


class Allowances(_Shape, frozen=True, kw_only=True):
    """Those who may do what others may not."""

    nodes: tuple[Allowance | None, ...] | None = None
    """The actors."""


class ClassicRule(_Shape, frozen=True, kw_only=True):
    """Classic branch protection, as administrators see it."""

    allows_force_pushes: bool
    """Whether it may be rewritten."""
    allows_deletions: bool
    """Whether it may be deleted."""
    is_admin_enforced: bool
    """Whether it binds administrators, too."""
    lock_branch: bool = False
    """Whether nobody may push at all."""
    requires_approving_reviews: bool
    """Whether changes need a pull request."""
    required_approving_review_count: int | None = None
    """Approvals that one needs."""
    dismisses_stale_reviews: bool
    """Whether new commits dismiss them."""
    requires_code_owner_reviews: bool
    """Whether owners must approve."""
    requires_conversation_resolution: bool
    """Whether conversations must be resolved."""
    requires_commit_signatures: bool
    """Whether commits must be signed."""
    requires_linear_history: bool
    """Whether merge commits are refused."""
    requires_status_checks: bool
    """Whether checks must pass."""
    requires_strict_status_checks: bool
    """Whether branches must be up to date."""
    required_status_checks: tuple[ClassicCheck, ...] | None = None
    """The checks."""
    bypass_force_push_allowances: Allowances | None = None
    """Who may rewrite it nevertheless."""


class UpdateRule(_Shape, frozen=True, kw_only=True):
    """Classic protection as far as readers may see it."""

    allows_force_pushes: bool
    """Whether it may be rewritten."""
    allows_deletions: bool
    """Whether it may be deleted."""
    required_approving_review_count: int | None = None
    """Approvals that a pull request needs; null without such a demand."""
    required_status_check_contexts: tuple[str | None, ...] | None = None
    """Names of required checks."""
    requires_code_owner_reviews: bool
    """Whether owners must approve."""
    requires_conversation_resolution: bool
    """Whether conversations must be resolved."""
    requires_linear_history: bool
    """Whether merge commits are refused."""
    requires_signatures: bool
    """Whether commits must be signed."""
