"""Runbooks & Incident Postmortems: what people read at night is written before."""

from autodevops.facts.platform_files import PlatformFiles
from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.fixing.profile import profile_of
from autodevops.fixing.rendering import rendered
from autodevops.guide.model import PostmortemSection, Runbook, RunbookPolicy, SecretPolicy
from autodevops.guide.sections.base import matches

TEMPLATES = {
    "runbook": "runbook.md.j2",
    "oncall-playbook": "oncall_playbook.md.j2",
    "verification": "verification.md.j2",
    "auto-scaler": "auto-scaler.md.j2",
}
"""The guide's runbooks that there are templates for, by name."""


@fixer("OP001", title="write the runbook from what is known", safety=Safety.UNSAFE)
def write_runbook(finding: Finding, site: Site) -> Answer:
    """Write what the guide, CODEOWNERS, platform files and routes tell; people add the rest."""
    elsewhere = finding.evidence.get("elsewhere")
    if elsewhere:
        return Refusal(f"{elsewhere} may be it: move it, and what names it")
    policy = site.guide(RunbookPolicy)
    runbook = next((one for one in policy.runbooks if one.path == finding.subject), None)
    template = TEMPLATES.get(runbook.name) if runbook else None
    if runbook is None or template is None:
        return Refusal("what belongs into it is not known")
    if site.has(runbook.path):
        return ()
    return site.write(runbook.path, runbook_text(runbook, template, site))


def runbook_text(runbook: Runbook, template: str, site: Site) -> str:
    """Return a runbook's text."""
    policy = site.guide(RunbookPolicy)
    secrets = site.guide(SecretPolicy)
    scripts = any(matches(secrets.rotation_scripts, path) for path in site.paths)
    platforms = site.fact(PlatformFiles)
    railway = platforms.railway if platforms else ()
    return tidied(
        rendered(
            template,
            profile=profile_of(site),
            purpose=runbook.purpose,
            parts=[one.name.replace("-", " ") for one in policy.postmortem_sections],
            rotation=secrets.rotation_scripts if scripts else None,
            railway=railway[0].path if railway else None,
        )
    )


def tidied(text: str) -> str:
    """Return Markdown with single blank lines, none at its end, and lists numbered anew."""
    rows: list[str] = []
    number = 0
    for row in text.split("\n"):
        if row[:1].isdigit() and row[1:3] == ". ":
            number += 1
            rows.append(f"{number}{row[1:]}")
            continue
        if not row and rows[-1:] == [""]:
            continue
        number = number if row.startswith(" ") else 0
        rows.append(row)
    return "\n".join(rows).rstrip() + "\n"


@fixer(
    "OP003",
    title="complete the template of postmortems",
    safety=Safety.UNSAFE,
    when=lambda finding: "template" in finding.subject.lower(),
)
def complete_postmortem(finding: Finding, site: Site) -> Answer:
    """Add the missing parts to the template; what happened in an incident only people know."""
    path = finding.subject
    text = site.text(path)
    policy = site.guide(RunbookPolicy)
    names = listed(finding, "missing")
    if text is None:
        return Refusal("the document is not there any more")
    wanted = [one for one in policy.postmortem_sections if one.name in names]
    level = next((row.split(" ")[0] for row in text.split("\n") if row.startswith("##")), "##")
    for section in wanted:
        text = _with_section(text, section, level, policy.postmortem_sections)
    return site.write(path, text)


def _with_section(
    text: str, section: PostmortemSection, level: str, order: tuple[PostmortemSection, ...]
) -> str:
    """Return the text with a part before the first of those that come after it."""
    own = section.name.replace("-", " ").capitalize()
    rows = (f"{level} {own}", "", f"{section.purpose.rstrip('.')}.")
    later = order[order.index(section) + 1 :]
    for number, row in enumerate(text.split("\n"), start=1):
        heading = row.lstrip("#").strip().lower()
        if (
            row.startswith("#")
            and number > 1
            and any(word in heading for one in later for word in one.headings)
        ):
            return _lines.inserted(text, number - 1, *rows, "")
    gap = [] if text.endswith("\n\n") else [""]
    return _lines.appended(text, *gap, *rows)
