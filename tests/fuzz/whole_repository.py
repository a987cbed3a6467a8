"""Audits and repairs small repositories that inputs describe: everything that reads tracked files.

An input is parts. The first byte of each says where its content stands: a path of `PATHS`, a branch
name, a commit. Below lies a small repository in which all is well: there is something to judge.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from autodevops.engine.judge import Bench
from autodevops.engine.plan import Planned
from autodevops.engine.run import Outcomes, run
from autodevops.facts.catalog import FACTS
from autodevops.fixing._api import Answer, Finding, Fixer, Refusal
from autodevops.fixing.catalog import fixer_for
from autodevops.fixing.parsing import parse_objection
from autodevops.fixing.preview import changes
from autodevops.fixing.site import Site
from autodevops.guide.load import built_in_guide
from autodevops.guide.waivers import WaiverUse
from autodevops.model.snapshot import Snapshot
from autodevops.model.verdict import Status
from autodevops.rules.catalog import RULES
from autodevops.scanners.secrets import Secrets
from tests.fuzz.altered import joined, text
from tests.fuzz.small_engines import PatternEngine, StepAnalyser
from tests.fuzz.small_history import SmallHistory
from tests.support.memory import snapshot_of
from tests.support.pipelines import CI, GOOD, SERVICES

_ODD_PATHS = (
    CI,
    ".github/workflows/deploy.yml",
    ".github/actions/build/action.yml",
    ".github/dependabot.yml",
    ".github/CODEOWNERS",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".mailmap",
    ".dockerignore",
    ".env.example",
    ".env",
    ".npmrc",
    ".secrets.baseline",
    ".gitleaksignore",
    ".gitleaks.toml",
    ".pre-commit-config.yaml",
    ".commitlintrc.json",
    "commitlint.config.js",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "MAINTAINERS.md",
    "README.md",
    "Dockerfile",
    "Dockerfile.worker",
    "docker-compose.yml",
    "Makefile",
    "Taskfile.yml",
    "package.json",
    "package-lock.json",
    "pyproject.toml",
    "requirements.txt",
    "renovate.json",
    "tsconfig.json",
    "vercel.json",
    "railway.toml",
    "Procfile",
    "app/main.py",
    "app/settings.py",
    "app/VERSION",
    "app/__init__.py",
    "scripts/release.sh",
    "scripts/deploy.ps1",
    "frontend/package.json",
    "frontend/src/api.ts",
    "frontend/next.config.js",
    "workers/src/index.ts",
    "workers/wrangler.toml",
    "deploy/k8s/api.yaml",
    "deploy/kustomization.yaml",
    "deploy/chart/values.yaml",
    "deploy/chart/templates/api.yaml",
    "infra/terraform/main.tf",
    "infra/terraform/terraform.tfvars",
    "infra/terraform/.terraform.lock.hcl",
    "ops/slo.yaml",
    "ops/prometheus/alerts.yml",
    "grafana/dashboards/api.json",
    "docs/runbooks/api.md",
    "docs/postmortems/2026-01-01-x.md",
    "docs/oncall.md",
    "supabase/config.toml",
    "supabase/migrations/20260101000000_x.sql",
    "supabase/migrations/20260102000000_y.sql",
    "app/alembic/versions/1_x.py",
    "docs/adr/1.md",
    "go.mod",
    "Cargo.toml",
)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_EXAMPLES = (
    place.relative_to(EXAMPLES / name).as_posix()
    for name in ("bad-repo", "good-repo")
    for place in sorted((EXAMPLES / name).rglob("*"))
    if place.is_file()
)
PATHS: Sequence[str] = tuple(dict.fromkeys((*_ODD_PATHS, *_EXAMPLES)))
"""Where contents stand: every kind of file that a fact reads, and all of the examples."""
_NAMES, _MESSAGES = 254, 255


def bundled(files: Mapping[str, bytes]) -> bytes:
    """Return the input that puts these files into a repository."""
    return joined(*(bytes([PATHS.index(path)]) + content for path, content in files.items()))


def named(*names: bytes) -> bytes:
    """Return the input that gives a repository branches and tags of these names."""
    return joined(*(bytes([_NAMES]) + name for name in names))


def committed(*messages: bytes) -> bytes:
    """Return the input that gives a repository commits with these messages."""
    return joined(*(bytes([_MESSAGES]) + message for message in messages))


def audit_files(pieces: Iterable[bytes]) -> Outcomes:
    """Return what all rules say of a repository with these files; none of them crashes."""
    return _audited(_snapshot(pieces))


def fix_files(pieces: Iterable[bytes]) -> None:
    """Repair what rules find in files: what comes out still is what its name says."""
    snapshot = _snapshot(pieces)
    found = _audited(snapshot)
    site = Site(snapshot, found.lookup)
    for finding in found.findings:
        fixer = fixer_for(finding)
        answer = None if fixer is None else _answer(fixer, finding, site)
        if answer is None or isinstance(answer, Refusal):
            continue
        for edit in answer:
            before = site.data(edit.path)
            if edit.content is not None:
                broken = parse_objection(edit.path, before, edit.content)
                assert broken is None, (finding.rule, edit.path, broken)
        site.take(answer)
    for change in changes(site.edits, snapshot):
        assert change.text


def _answer(fixer: Fixer, finding: Finding, site: Site) -> Answer | None:
    try:
        return fixer.repair(finding, site)
    except ValueError:
        return None  # "holds bytes that are no text": a refusal, too


def _audited(snapshot: Snapshot) -> Outcomes:
    nothing = WaiverUse(today=snapshot.now.date(), count=0)
    found = run(
        snapshot,
        built_in_guide(),
        _planned(),
        bench=Bench(),
        providers=FACTS,
        late={WaiverUse: lambda _: nothing},
    )
    crashed = [(one.id, one.reason) for one in found.verdicts if one.status is Status.ERROR]
    assert not crashed, crashed
    return found


@cache
def _planned() -> tuple[Planned, ...]:
    return tuple(Planned(rule=rule, disabled=None) for rule in RULES)


def _snapshot(pieces: Iterable[bytes]) -> Snapshot:
    files: dict[str, str | bytes] = {**SERVICES, CI: GOOD}
    names: list[str] = []
    messages: list[bytes] = []
    for piece in pieces:
        where, content = piece[:1], piece[1:]
        if where == bytes([_NAMES]):
            names.append(text(content).replace("\0", ""))
        elif where == bytes([_MESSAGES]):
            messages.append(content)
        elif where:
            files[PATHS[where[0] % len(PATHS)]] = content
    found = snapshot_of(files, history=SmallHistory(messages, names, files))
    return replace(
        found, secrets=Secrets(engine=PatternEngine(), cache=None), analyser=StepAnalyser()
    )
