"""Which commands and actions deploy a service, and which only publish something."""

import re

from autodevops.facts._commands import Run
from autodevops.facts._package_scripts import package_runs
from autodevops.facts._tools import program_of, words_of
from autodevops.facts._words import words
from autodevops.facts._work_parts import Work
from autodevops.model.patterns import regex

# Words that follow the program, as many as it takes; an empty entry is the program alone.
_DEPLOYS: dict[str, tuple[str, ...]] = {
    "argocd": ("app sync", "app set"),
    "aws": (
        "amplify start-job", "amplify start-deployment", "apprunner start-deployment",
        "cloudformation deploy", "cloudformation update-stack", "cloudfront create-invalidation",
        "deploy create-deployment", "ecs deploy", "ecs update-service",
        "elasticbeanstalk update-environment", "lambda update-function-code",
    ),
    "az": (
        "containerapp up", "containerapp update", "functionapp deploy", "functionapp deployment",
        "webapp config", "webapp deploy", "webapp deployment", "webapp up",
    ),
    "cap": ("deploy", "production deploy", "staging deploy"),
    "cdk": ("deploy",),
    "convex": ("deploy",),
    "copilot": ("deploy", "svc deploy", "pipeline deploy"),
    "deployctl": ("deploy",),
    "docker": ("service update", "stack deploy"),
    "doctl": ("apps create-deployment", "apps update", "serverless deploy"),
    "eb": ("deploy",),
    "fastapi": ("deploy",),
    "firebase": ("deploy", "hosting:channel:deploy"),
    "fly": ("deploy",),
    "flyctl": ("deploy",),
    "gcloud": (
        "app deploy", "compute instances", "deploy releases", "functions deploy", "run deploy",
        "run services",
    ),
    "helm": ("install", "upgrade"),
    "helmfile": ("apply", "sync"),
    "heroku": ("container:release",),
    "kamal": ("deploy", "redeploy"),
    "kubectl": ("apply", "patch", "replace", "rollout restart", "set image"),
    "modal": ("deploy",),
    "netlify": ("deploy",),
    "nomad": ("job run", "run"),
    "oc": ("apply", "rollout", "set image", "start-build"),
    "pulumi": ("up",),
    "railway": ("deploy", "redeploy", "up"),
    "render": ("deploys create",),
    "sam": ("deploy",),
    "serverless": ("deploy",),
    "skaffold": ("deploy", "run"),
    "sls": ("deploy",),
    "sst": ("deploy",),
    "supabase": ("db push", "functions deploy"),
    "terraform": ("apply",),
    "terragrunt": ("apply", "run-all apply"),
    "tofu": ("apply",),
    "trigger.dev": ("deploy",),
    "vercel": ("", "deploy", "promote"),
    "wrangler": ("deploy", "pages deploy", "pages publish", "publish"),
}  # fmt: skip
_INFRASTRUCTURE = words("terraform tofu terragrunt pulumi")
_ACTIONS = words(
    """
    akhileshns/heroku-deploy amondnet/vercel-action aws-actions/amazon-ecs-deploy-task-definition
    aws-actions/aws-cloudformation-github-deploy aws-actions/aws-lambda-deploy
    azure/container-apps-deploy-action azure/functions-action azure/k8s-deploy
    azure/static-web-apps-deploy azure/webapps-deploy bervprojects/railway-deploy
    cloudflare/pages-action digitalocean/app_action digitalocean/app_action/deploy
    dokku/github-action einaregilsson/beanstalk-deploy firebaseextended/action-hosting-deploy
    google-github-actions/deploy-appengine google-github-actions/deploy-cloud-functions
    google-github-actions/deploy-cloudrun johnbeynon/render-deploy-action nwtgck/actions-netlify
    render-deploy/action supabase/cli-deploy w9jds/firebase-action
    """
)
# Actions that run a command line of their tool: the input with it, and what it has to begin with.
_TOOL_ACTIONS = {
    "cloudflare/wrangler-action": ("command", ("deploy", "publish", "pages deploy"), "deploy"),
    "netlify/actions/cli": ("args", ("deploy",), ""),
    "pulumi/actions": ("command", ("up",), ""),
    "serverless/github-action": ("args", ("deploy",), ""),
    "superfly/flyctl-actions": ("args", ("deploy",), ""),
}
_PUBLISHING = words(
    """
    actions/deploy-pages actions/upload-pages-artifact bobheadxi/deployments changesets/action
    chrnorm/deployment-action chrnorm/deployment-status getsentry/action-release
    newrelic/deployment-marker-action
    cycjimmy/semantic-release-action docker/build-push-action googleapis/release-please-action
    goreleaser/goreleaser-action jamesives/github-pages-deploy-action js-devtools/npm-publish
    ncipollo/release-action peaceiris/actions-gh-pages peter-evans/create-pull-request
    pypa/gh-action-pypi-publish softprops/action-gh-release
    """
)
_PUBLISHERS = regex(
    r"(?:npm|pnpm|yarn|bun|cargo|poetry|uv|hatch|flit|pdm) (?:npm )?publish\b|twine\b|gh release\b"
    r"|mkdocs gh-deploy\b|mike deploy\b|gh-pages\b|semantic-release\b|docker push\b|goreleaser\b"
    r"|git push\b|vsce publish\b|ovsx publish\b|helm push\b|gem push\b|mvn deploy\b|gradle publish"
    r"|changeset publish\b|chart-releaser\b|cr upload\b|aws s3 cp\b"
)
# What deploys in a job of that name, and elsewhere may do anything.
_AMBIGUOUS = regex(
    r"(?:ssh|scp|sftp|lftp|rsync|ansible-playbook|aws s3 sync|gsutil|docker run)\b"
    r"|docker[ -]compose\b.{0,200} up\b|docker[ -]compose up\b"
)
_AMBIGUOUS_ACTIONS = words(
    "appleboy/ssh-action appleboy/scp-action burnett01/rsync-deployments easingthemes/ssh-deploy "
    "jakejarvis/s3-sync-action samkirkland/ftp-deploy-action"
)
_DRY = ("--dry-run", "--dryrun", "--help", "-h", "--no-deploy", "--noDeploy", "--build-only")
_LOCAL = words("kind k3d minikube microk8s k3s localstack tflocal awslocal samlocal ct act")
_LOCAL_ACTIONS = regex(r"kind-action|setup-kind|minikube|k3d|k3s|microk8s|localstack")
_LOCAL_TARGET = regex(r"--local\b|localhost|127\.0\.0\.1|kind-kind|minikube")
_HOOK = regex(r"deploy[_-]?hook|api\.render\.com/deploy/|integrations/deploy/", re.IGNORECASE)
_SCRIPT = regex(r"deploy(?:[:_-](?:prod|production|live|api|app|web|workers?|frontend))?")
_WEB = words("vercel netlify firebase amondnet/vercel-action nwtgck/actions-netlify "
             "netlify/actions/cli cloudflare/pages-action firebaseextended/action-hosting-deploy "
             "azure/static-web-apps-deploy")  # fmt: skip
_OWN_PREVIEWS = regex(r"vercel|netlify|railway|render|pages|amplify|static-web-apps")


def deploys(work: Work) -> bool:
    """Tell whether a piece of work deploys a service somewhere that outlives the job."""
    run = work.run
    if run is None:
        return _action_deploys(work)
    if run.has(*_DRY) or _LOCAL_TARGET.search(work.text):
        return False
    if run.name in ("curl", "wget"):
        return _HOOK.search(" ".join(run.argv)) is not None
    if run.name == "git":
        return words_of(run)[:2] in (["push", "heroku"], ["push", "dokku"])
    if any(_SCRIPT.fullmatch(script.name) for script in package_runs(run)):
        return True
    return _command_deploys(run)


def _command_deploys(run: Run) -> bool:
    known = _DEPLOYS.get(program_of(run))
    if known is None:
        return False
    said = [word for word in words_of(run) if word not in ("alpha", "beta")][:2]
    if not said or any(letter in said[0] for letter in "$."):
        return "" in known
    return any(entry and said[: len(entry.split())] == entry.split() for entry in known)


def _action_deploys(work: Work) -> bool:
    if work.tool in _ACTIONS:
        return True
    name, starts, default = _TOOL_ACTIONS.get(work.tool, ("", (), ""))
    return bool(name) and (work.step.input(name) or default).strip().startswith(starts)


def publishes(work: Work) -> bool:
    """Tell whether a piece of work publishes a package, an image, a release, documents or news."""
    if work.run is None:
        return work.tool in _PUBLISHING
    return _PUBLISHERS.search(" ".join(work.run.argv[:4])) is not None


def sets_up(work: Work) -> bool:
    """Tell whether a piece of work changes infrastructure, not what runs on it."""
    return work.run is not None and program_of(work.run) in _INFRASTRUCTURE


def may_deploy(work: Work) -> bool:
    """Tell whether a piece of work deploys if it stands in a job that says so."""
    run = work.run
    if run is None:
        return work.tool in _AMBIGUOUS_ACTIONS
    return _AMBIGUOUS.match(" ".join(run.argv)) is not None


def is_local(work: Work) -> bool:
    """Tell whether a piece of work starts a cluster or cloud that ends with the job."""
    if work.run is None:
        return _LOCAL_ACTIONS.search(work.tool) is not None
    return work.run.name in _LOCAL or work.text.startswith("supabase start")


def is_web_only(work: Work) -> bool:
    """Tell whether what a piece of work deploys to is made for web frontends."""
    return (program_of(work.run) if work.run is not None else work.tool) in _WEB


def makes_previews(work: Work) -> bool:
    """Tell whether what a piece of work deploys to can make previews of its own accord."""
    return _OWN_PREVIEWS.search(work.text if work.run is not None else work.tool) is not None
