"""Environment & Secret Management: scripts that rotate keys."""

import re

from autodevops.facts.platform_files import PlatformFiles
from autodevops.facts.services import Services
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing.rendering import rendered
from autodevops.guide.model import SecretPolicy

_OWN = re.compile(
    r"(?:ENCRYPTION|SIGNING|SESSION|COOKIE|JWT|HMAC)(?:_SECRET)?(?:_KEY)?$|^SECRET_KEY$"
)
"""Names of secrets that nobody issues: a random value is a new one."""
_RAILWAY = "railway"


@fixer(
    "SE010",
    title="write the rotation script",
    safety=Safety.UNSAFE,
    when=lambda finding: "only prints" not in finding.message,
)
def write_rotation_script(finding: Finding, site: Site) -> Answer:
    """Write a script that takes or makes a new value and stores it, or make one executable."""
    policy = site.guide(SecretPolicy)
    secret = policy.find(finding.subject)
    if secret is None:
        return _executable(finding, site)
    services = site.fact(Services)
    platforms = site.fact(PlatformFiles)
    on_railway = any(
        (one.platform or "").lower() == _RAILWAY for one in (services.present if services else ())
    ) or bool(platforms and platforms.railway)
    settable = policy.is_settable(secret.name)
    if not on_railway and not settable:
        return Refusal("where its value is stored can't be told")
    path = policy.rotation_scripts.replace("*", secret.name.lower())
    if site.has(path) or "*" not in policy.rotation_scripts:
        return Refusal(f"{path} is there and does something else")
    text = rendered(
        "rotate.sh.j2",
        name=secret.name,
        purpose=secret.purpose,
        is_random=bool(_OWN.search(secret.name)),
        on_railway=on_railway,
        on_github=settable,
    )
    return site.write(path, text, executable=True)


def _executable(finding: Finding, site: Site) -> Answer:
    text = site.text(finding.subject)
    if text is None:
        return Refusal("the script is not there any more")
    return site.write(finding.subject, text, executable=True)
