"""Infrastructure as Code (IaC) Placement: state leaves git, providers are introduced."""

from posixpath import basename

from autodevops.facts.iac import InfrastructureCode
from autodevops.facts.services import Services
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._ignoring import ignored, is_ignored
from autodevops.fixing.rendering import rendered
from autodevops.guide.model import InfrastructurePolicy, SecretPolicy

_PATTERNS = {
    "state": ("*.tfstate", "*.tfstate.*"),
    "plan": ("*.tfplan",),
    "working folder": (".terraform/",),
}
_NAMES = {"gcp": "Google Cloud", "aws": "AWS", "railway": "Railway", "github": "GitHub"}
_MOST_FILES = 30


@fixer("IN005", title="stop tracking Terraform's state, and ignore it", safety=Safety.SAFE)
def untrack_state(finding: Finding, site: Site) -> Answer:
    """Take the files out of git, leave them on disk, and ignore such files from now on."""
    code = site.fact(InfrastructureCode)
    state = (
        next((one for one in code.state if one.subject == finding.subject), None) if code else None
    )
    if state is None:
        return Refusal("what is tracked there can't be told")
    loose = any(not is_ignored(site, path) for path in state.paths)
    patterns = _PATTERNS.get(state.kind, ())
    gone = tuple(edit for path in state.paths for edit in site.untrack(path))
    covered = any(_covers(one, state.paths) for one in patterns)
    named = patterns if covered else (f"/{finding.subject}",)
    return (*gone, *(ignored(site, named) if loose else ()))


@fixer("IN006", title="introduce the provider in a README", safety=Safety.SAFE)
def introduce_provider(finding: Finding, site: Site) -> Answer:
    """Write what the folder holds and where its values come from."""
    document = f"{finding.subject}/{site.guide(InfrastructurePolicy).provider_document}"
    if site.has(document):
        return ()
    code = site.fact(InfrastructureCode)
    providers = code.providers if code else ()
    provider = next((one for one in providers if one.folder == finding.subject), None)
    if provider is None:
        return Refusal("what the folder holds can't be told")
    services = site.fact(Services)
    name = basename(provider.folder)
    title = _NAMES.get(name.lower(), name.replace("-", " ").replace("_", " ").capitalize())
    example = site.guide(SecretPolicy).env_example
    text = rendered(
        "provider.md.j2",
        title=title,
        folder=provider.folder,
        files=[one.removeprefix(f"{provider.folder}/") for one in provider.files[:_MOST_FILES]],
        more=max(len(provider.files) - _MOST_FILES, 0),
        services=[
            one
            for one in (services.present if services else ())
            if (one.platform or "").lower() == title.lower()
        ],
        example=example if site.has(example) else None,
    )
    return site.write(document, text)


def _covers(pattern: str, paths: tuple[str, ...]) -> bool:
    stem = pattern.strip("*/")
    return any(stem in path for path in paths)
