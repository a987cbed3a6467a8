"""Staging vs Production Deploy Flow: what is deployed, from where, and with whose consent."""

from collections.abc import Iterator

from autodevops.facts.deployments import Deployment, Deployments
from autodevops.facts.platform_files import PlatformFiles
from autodevops.facts.preview_jobs import PreviewJobs, TakenSecret
from autodevops.facts.production_gates import OpenGate, ProductionGates
from autodevops.facts.services import Services
from autodevops.guide.model import EnvironmentPolicy
from autodevops.model.finding import (
    Confidence,
    NotApplicable,
    Safety,
    Severity,
    Unknown,
    Violation,
    in_file,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Staging vs Production Deploy Flow"


@rule(
    "DF001",
    "deploy-environment",
    section=_SECTION,
    severity=Severity.MEDIUM,
    fix=Safety.UNSAFE,
)
def deploy_environment(
    deployments: Deployments, policy: EnvironmentPolicy
) -> Iterator[Violation | NotApplicable]:
    """Deploy jobs name the environment that they deploy to.

    The environment is what holds the reviewers, the branch policy and the secrets: a job without
    one deploys with secrets that every workflow can read, asks nobody, and leaves no record of
    what runs where. A job deploys when it runs a command or action that does, or has the guide's
    name for it. Publishing packages, images or documentation is no deployment of a service, nor is
    a cluster that ends with the job. A reusable workflow is judged where its job runs.

    Remedy: Give the job `environment:` with the guide's name of where it deploys to, and move its
    secrets there.

    Example:
        deploy:
          environment: Production
          steps:
            - run: railway up --service api
    """
    if not deployments.jobs:
        yield NotApplicable(reason="deployments are made by workflows of another repository")
    names = [one.name for one in policy.environments]
    for one in deployments.jobs:
        if one.job.environment is None:
            yield Violation(
                subject=one.job.subject,
                message=f"{one.job.id} in {one.job.path} deploys{_with(one)} and names no "
                f"environment; the guide has {listed(names)}",
                at=(
                    in_file(one.job.path, one.job.line),
                    *(in_file(work.path, work.line) for work in one.works[:5]),
                ),
                evidence={
                    "expected": [f"environment: {name}" for name in names],
                    "actual": None,
                    "deploys_by": [work.text for work in one.works[:5]],
                },
            )


def _with(deployment: Deployment) -> str:
    tools = list(dict.fromkeys(work.tool for work in deployment.works))
    return f" with {listed(tools)}" if tools else ""


@rule("DF002", "production-gate", section=_SECTION, severity=Severity.HIGH)
def production_gate(gates: ProductionGates) -> Iterator[Violation]:
    """Production is deployed only from the default branch or a version tag.

    What was not merged was not reviewed, and its checks may never have run. Triggers and the
    conditions of jobs, of what they wait for, of their callers and of the deploying steps count. A
    start by hand lets a person pick any branch: with an environment, its branch policy answers
    for that (DF005); without one it is reported with low confidence.

    Remedy: Limit the trigger to the default branch and version tags, or give the job a condition
    on `github.ref`.

    Example:
        deploy:
          if: github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v')
    """
    by_job: dict[str, list[OpenGate]] = {}
    for gate in gates.open:
        by_job.setdefault(gate.deployment.job.subject, []).append(gate)
    for subject, found in by_job.items():
        job = found[0].deployment.job
        grave = [gate for gate in found if not gate.by_hand]
        shown = grave or found
        whats = list(dict.fromkeys(gate.what for gate in shown))
        yield Violation(
            subject=subject,
            message=f"{job.id} in {job.path} deploys to production on {listed(whats)}",
            at=(
                in_file(job.path, job.line),
                *dict.fromkeys(in_file(gate.route.root.path, gate.trigger.line) for gate in shown),
            ),
            evidence={
                "expected": "the default branch or a version tag",
                "actual": whats,
                "condition": job.condition.text if job.condition is not None else None,
                "environment": job.environment.text if job.environment is not None else None,
            },
            severity=None if grave else Severity.LOW,
            confidence=Confidence.HIGH if grave else Confidence.LOW,
        )


@rule("DF003", "preview-missing", section=_SECTION, severity=Severity.LOW)
def preview_missing(
    services: Services,
    deployments: Deployments | NotApplicable,
    previews: PreviewJobs,
    platforms: PlatformFiles,
) -> Iterator[Violation | Unknown | NotApplicable]:
    """Pull requests get a preview environment.

    A reviewer who can try a change finds what nobody reads out of a diff. Asked where services are
    deployed. Previews that a platform makes of its own accord (Vercel, Netlify, Railway, Render)
    are not to be seen from here, so that the answer is then unknown.

    Remedy: Add a job for pull requests that deploys to the environment Preview, or switch the
    platform's previews on and say so in `deploy/`.

    Example:
        preview:
          if: github.event_name == 'pull_request'
          environment: Preview
    """
    if not services.of_code:
        yield NotApplicable(reason=services.why_not_platform)
        return
    if previews.jobs:
        return
    makers = [*previews.by_platform, *(file.path for file in platforms.files)]
    known = deployments if isinstance(deployments, Deployments) else None
    if makers:
        yield Unknown(reason=f"{makers[0]} may make previews by the platform's own integration")
    elif known is None or not (known.jobs or known.elsewhere):
        yield NotApplicable(reason="no workflow deploys a service")
    elif not known.jobs:
        yield Unknown(reason=f"{known.elsewhere[0].subject} deploys from another repository")
    else:
        first = known.jobs[0].job
        yield Violation(
            subject="preview",
            message="no workflow deploys a preview of a pull request, while "
            f"{listed([one.job.subject for one in known.jobs])} "
            f"{'deploys' if len(known.jobs) == 1 else 'deploy'} what is merged",
            at=in_file(first.path, first.line),
            evidence={
                "expected": "a job for pull requests with a preview environment",
                "actual": [one.job.subject for one in known.jobs[:20]],
            },
        )


@rule("DF006", "preview-secrets", section=_SECTION, severity=Severity.HIGH)
def preview_secrets(
    deployments: Deployments | NotApplicable, previews: PreviewJobs
) -> Iterator[Violation | NotApplicable]:
    """Preview jobs take no production secrets.

    A preview runs code that nobody has reviewed. With production's key it can read and write
    production's data, and whoever opens the pull request can take the key away. A production
    secret is one of a production environment or one named so; what an expression leaves out for
    pull requests is not taken.

    Remedy: Give the preview a system and secrets of its own, in the environment Preview.

    Example:
        environment: Preview
        env:
          DATABASE_URL: ${{ secrets.PROD_DATABASE_URL }}   # before
          DATABASE_URL: ${{ secrets.DATABASE_URL }}        # after: Preview's own
    """
    if not previews.jobs:
        named = isinstance(deployments, NotApplicable)
        reason = "no workflow deploys a service" if named else "no job makes previews"
        yield NotApplicable(reason=reason)
    by_job: dict[str, list[TakenSecret]] = {}
    for one in previews.taken:
        by_job.setdefault(one.job.subject, []).append(one)
    for subject, taken in by_job.items():
        names = [one.secret for one in taken]
        environment = next((one.environment for one in taken if one.environment), None)
        yield Violation(
            subject=subject,
            message=f"{subject} makes previews with production's {listed(names)}"
            + (f", given by the environment {environment}" if environment else ""),
            at=tuple(in_file(one.path, one.line) for one in taken),
            evidence={
                "expected": "secrets of a preview system",
                "actual": names,
                "environment": environment,
            },
        )
