"""The documents of folders that hold little else at first: each says what goes there."""

from autodevops.guide.model import Guide
from autodevops.scaffolding.places import rotates
from autodevops.scaffolding.rendering import filled
from autodevops.scaffolding.wishes import API, FRONTEND, WORKERS, Wish


def folder_documents(wish: Wish, guide: Guide) -> dict[str, str]:
    """Return the text of each such document by its path; none for a library or a tool."""
    if not wish.services:
        return {}
    texts = {
        "security/README.md": ("Security", _security(wish, guide)),
        "ci/README.md": (
            "CI outputs",
            "Pipelines write their reports here and upload them as artifacts; none is committed.",
        ),
        "repo/README.md": ("Governance", _governance(guide)),
        "infra/README.md": ("Infrastructure", _infrastructure(wish, guide)),
    }
    return {
        path: filled("common/folder.md.j2", {"heading": heading, "text": text})
        for path, (heading, text) in texts.items()
    }


def _security(wish: Wish, guide: Guide) -> str:
    sentences = ["Weaknesses are reported as `SECURITY.md` says; reports on them are kept here."]
    if API in wish.services:
        sentences.append("Row level security guards every table.")
    if rotates(guide):
        sentences.append(f"Keys are renewed by the scripts `{guide.secrets.rotation_scripts}`.")
    return "\n".join(sentences)


def _governance(guide: Guide) -> str:
    branch = guide.branches.default
    return (
        f"Branches live for days and end in `{branch}`. Releases are tags. Owners review what "
        "they own.\nAudits of branches and of how work flows are kept here."
    )


def _infrastructure(wish: Wish, guide: Guide) -> str:
    lines = []
    if {API, WORKERS} & set(wish.services):
        names = " and ".join(name for name in (API, WORKERS) if name in wish.services)
        lines.append(f"Railway runs {names}, as `{guide.infrastructure.railway_config}` says.")
    if FRONTEND in wish.services:
        lines.append("Vercel runs the frontend and needs no file for that.")
    return "\n".join([*lines, "Whatever else the services need is described here, as code."])
