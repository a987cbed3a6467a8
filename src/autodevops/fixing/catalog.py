"""Every fixer, in the order of the guide: the explicit list; a test holds it against the rules."""

from collections.abc import Mapping
from functools import lru_cache

from autodevops.fixing import (
    branch_workflows,
    ci_hygiene,
    ci_jobs,
    ci_strength,
    ci_workflows,
    codeowners,
    commit_lint,
    containers,
    database,
    dependency_updates,
    deploy_flow,
    encodings,
    environment,
    governance,
    ignores,
    image_builds,
    infrastructure,
    layout,
    objectives,
    oncall,
    ownership,
    permissions,
    release_documents,
    rotation,
    runbooks,
    secrets_found,
    workflow_security,
)
from autodevops.fixing._api import Fixer
from autodevops.model.finding import Finding

FIXERS: tuple[Fixer, ...] = (
    layout.create_folder,
    layout.untrack_artifacts,
    ignores.uncover_source,
    database.enable_row_security,
    database.pin_search_path,
    infrastructure.untrack_state,
    infrastructure.introduce_provider,
    containers.drop_root,
    image_builds.leave_out_of_images,
    environment.untrack_env_file,
    environment.ignore_env_files,
    environment.write_env_example,
    environment.name_secret,
    environment.agree_on_variable,
    rotation.write_rotation_script,
    secrets_found.blank_value,
    branch_workflows.leave_branches,
    release_documents.write_release_notes,
    codeowners.give_owners,
    codeowners.add_default_owner,
    codeowners.correct_case,
    codeowners.drop_dead_line,
    codeowners.drop_shadowed_line,
    codeowners.drop_redundant_line,
    codeowners.introduce_owners,
    ownership.own_all_files,
    ownership.own_service,
    ownership.guard_governance,
    ci_workflows.write_workflow,
    ci_jobs.wait_for_units,
    ci_jobs.wait_for_gates,
    ci_strength.let_fail,
    ci_hygiene.fetch_history,
    ci_hygiene.limit_jobs,
    ci_hygiene.take_turns,
    workflow_security.hand_over_value,
    workflow_security.pin_actions,
    workflow_security.hand_over_secret,
    workflow_security.forget_credentials,
    permissions.limit_permissions,
    deploy_flow.name_environment,
    objectives.document_objective,
    oncall.write_playbook,
    runbooks.write_runbook,
    runbooks.complete_postmortem,
    governance.write_document,
    commit_lint.configure_commit_lint,
    dependency_updates.keep_dependencies_fresh,
    encodings.save_as_utf8,
)


def fixer_for(finding: Finding) -> Fixer | None:
    """Return the fixer that would try to repair a finding; None without one."""
    return next((one for one in _by_rule().get(finding.rule, ()) if one.when(finding)), None)


@lru_cache(maxsize=1)
def _by_rule() -> Mapping[str, tuple[Fixer, ...]]:
    rules: dict[str, tuple[Fixer, ...]] = {}
    for one in FIXERS:
        rules[one.rule] = (*rules.get(one.rule, ()), one)
    return rules
