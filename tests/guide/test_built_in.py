"""Every value of the written guide's tables, as the built-in guide holds it."""

from datetime import date, timedelta

import pytest

from autodevops.guide.check import check
from autodevops.guide.document import parse_document
from autodevops.guide.load import DEFAULT_GUIDE, built_in_guide, built_in_text
from autodevops.guide.model import BranchPolicy, Job, Service, SloPolicy
from autodevops.model.finding import Severity

GUIDE = built_in_guide()

HEADINGS = {
    "Mono-Repo vs Multi-Repo Trade-offs",
    "Repository Top-Level Folders",
    "Service Boundaries",
    "Infrastructure as Code (IaC) Placement",
    "Docker & Kubernetes Manifests",
    "Environment & Secret Management",
    "Release Branches Policy",
    "CODEOWNERS & Ownership Boundaries",
    "API Versioning & SDK Publishing",
    "CI Pipelines Per Service",
    "Staging vs Production Deploy Flow",
    "Tagging and Promotion",
    "SLOs/SLIs & On-Call Routing",
    "Runbooks & Incident Postmortems",
    "Quick Reference: File Locations",
    "Summary",
}


def test_it_has_no_mistake_that_a_team_s_file_could_not_have_either() -> None:
    check(parse_document(built_in_text(), "staff-engineer.toml"))


def test_it_says_which_guide_it_is() -> None:
    assert (GUIDE.name, GUIDE.version) == (DEFAULT_GUIDE, "2026-02-20")
    assert len(GUIDE.digest) == 64


def test_every_section_names_a_heading_and_every_heading_has_a_section() -> None:
    assert {section.section for section in GUIDE.sections()} == HEADINGS


def test_sections_are_found_by_type() -> None:
    assert GUIDE.section(BranchPolicy) is GUIDE.branches
    assert GUIDE.section(SloPolicy) is GUIDE.slos
    with pytest.raises(KeyError):
        GUIDE.section(type(GUIDE.branches).__mro__[1])


def test_folders_in_the_guide_s_order_with_purpose() -> None:
    folders = [(folder.name, folder.purpose) for folder in GUIDE.folders.folders]
    assert folders == [
        ("app", "Backend API"),
        ("frontend", "Web UI"),
        ("workers", "Async processing"),
        ("infra", "Infrastructure"),
        ("docs", "Documentation"),
        ("scripts", "Utilities"),
        ("tests", "Test suites"),
        ("deploy", "Deployment docs"),
        ("ops", "Operations"),
        ("security", "Security"),
        ("supabase", "Database"),
        ("grafana", "Monitoring"),
        ("ci", "CI outputs"),
        ("repo", "Governance"),
        (".github", "GitHub configuration"),
    ]


def test_severities_of_folders_that_the_catalogue_fixes() -> None:
    severity = {folder.name: folder.severity for folder in GUIDE.folders.folders}
    assert {severity[name] for name in ("ci", "repo", "grafana")} == {Severity.LOW}
    assert {severity[name] for name in ("app", "tests", ".github")} == {Severity.MEDIUM}


def test_folders_that_are_asked_of_any_repository() -> None:
    everyone = {folder.name for folder in GUIDE.folders.folders if folder.of_everyone}
    assert everyone == {"docs", "tests", ".github"}


def test_services_with_folder_port_platform_and_technology() -> None:
    def facts(service: Service) -> tuple[object, ...]:
        return service.folder, service.port, service.platform, service.technology, service.kind

    assert {service.name: facts(service) for service in GUIDE.services.services} == {
        "frontend": ("frontend", 3000, "Vercel", "Next.js", "code"),
        "api": ("app", 8000, "Railway", "FastAPI", "code"),
        "workers": ("workers", None, "Railway", "BullMQ", "code"),
        "database": ("supabase", None, "Supabase", "PostgreSQL", "database"),
        "queue": (None, None, None, "Redis", "queue"),
    }
    assert GUIDE.services.declared is None
    assert GUIDE.services.platform_from == 2


def test_required_secrets_with_purpose_and_rotation() -> None:
    secrets = [(one.name, one.purpose, one.rotation.value) for one in GUIDE.secrets.secrets]
    assert secrets == [
        ("SUPABASE_URL", "Database connection", "manual"),
        ("SUPABASE_SERVICE_ROLE_KEY", "Admin access", "quarterly"),
        ("GITHUB_CLIENT_ID", "OAuth", "manual"),
        ("GITHUB_CLIENT_SECRET", "OAuth", "quarterly"),
        ("GEMINI_API_KEY", "AI provider", "quarterly"),
        ("ENCRYPTION_KEY", "Token encryption", "annual"),
        ("RAILWAY_TOKEN", "Deployment", "manual"),
    ]


def test_rotation_periods_and_where_the_environment_is_described() -> None:
    policy = GUIDE.secrets
    periods = {secret.name: policy.period(secret) for secret in policy.secrets}
    assert periods["GEMINI_API_KEY"] == timedelta(days=92)
    assert periods["ENCRYPTION_KEY"] == timedelta(days=366)
    assert periods["RAILWAY_TOKEN"] is None
    assert (policy.env_example, policy.config_module) == (".env.example", "app/config.py")
    assert policy.rotation_scripts == "scripts/rotate_*.sh"
    assert policy.public_prefixes == ("NEXT_PUBLIC_", "VITE_", "REACT_APP_")


def test_branch_types_with_days_and_forbidden_branches() -> None:
    assert GUIDE.branches.default == "main"
    assert GUIDE.branches.types == {"feature": 3, "fix": 1, "hotfix": 1, "docs": 1, "chore": 1}
    assert GUIDE.branches.forbidden == ("develop", "staging", "release/*")
    assert GUIDE.branches.exempt == (
        "dependabot/*",
        "renovate/*",
        "gh-readonly-queue/*",
        "release-please--*",
        "revert-*",
        "pre-commit-ci-*",
        "gh-pages",
    )
    assert GUIDE.branches.behind_limit == 50


def test_required_workflows() -> None:
    assert [workflow.path for workflow in GUIDE.workflows.workflows] == [
        ".github/workflows/ci.yml",
        ".github/workflows/commitlint.yml",
        ".github/workflows/monitoring_checks.yml",
    ]


def test_the_eight_jobs() -> None:
    def facts(job: Job) -> tuple[object, ...]:
        return job.services, job.paths, job.trigger.value, job.kind.value

    assert {job.name: facts(job) for job in GUIDE.workflows.jobs} == {
        "security-scan": ((), (), "always", "scan"),
        "backend-test": (("api",), ("app/",), "always", "unit-test"),
        "frontend-test": (("frontend",), ("frontend/",), "always", "unit-test"),
        "workers-test": (("workers",), ("workers/",), "always", "unit-test"),
        "infra-lint": ((), ("infra/", "Dockerfile*"), "always", "lint"),
        "integration-test": ((), (), "after-unit-tests", "integration"),
        "build": ((), (), "main", "build"),
        "deploy": ((), (), "main+tag", "deploy"),
    }


def test_limits_of_the_mono_repo() -> None:
    assert (GUIDE.team.engineers, GUIDE.team.window_days) == (20, 90)
    assert (GUIDE.workflows.duration_limit_minutes, GUIDE.workflows.runs_window) == (30, 100)


def test_environments() -> None:
    found = {
        one.name: (one.trigger.value, one.branch, one.purpose, one.protected)
        for one in GUIDE.environments.environments
    }
    assert found == {
        "Preview": ("pull-request", "feature/*", "Testing changes", False),
        "Production": ("merge", "main", "Release", True),
    }


def test_objectives_as_the_guide_writes_them() -> None:
    objectives = [(one.service, one.text, one.sli) for one in GUIDE.slos.objectives]
    assert objectives == [
        ("api", "99.9% availability", "Success rate"),
        ("api", "p95 latency < 500ms", "Latency histogram"),
        ("workers", "p95 processing < 5min", "Job duration"),
        ("ai", "p95 response < 30s", "AI call duration"),
    ]
    assert [one.seconds for one in GUIDE.slos.objectives] == [None, 0.5, 300, 30]
    assert GUIDE.slos.alert_routes == ("PagerDuty", "Opsgenie")
    assert GUIDE.slos.oncall_playbook == "ops/oncall_playbook.md"


def test_runbooks_and_the_parts_of_a_postmortem() -> None:
    assert [runbook.path for runbook in GUIDE.runbooks.runbooks] == [
        "ops/runbook.md",
        "ops/oncall_playbook.md",
        "ops/verification.md",
        "ops/auto-scaler.md",
    ]
    assert [part.name for part in GUIDE.runbooks.postmortem_sections] == [
        "timeline",
        "root-cause",
        "impact",
        "action-items",
        "documentation",
    ]


def test_quick_reference() -> None:
    assert {row.what: row.where for row in GUIDE.references.rows} == {
        "API endpoints": "app/routers/",
        "Business logic": "app/services/",
        "AI integration": "app/ai/",
        "Frontend components": "frontend/src/",
        "Background jobs": "workers/src/processors/",
        "Database migrations": "supabase/migrations/",
        "Infrastructure config": "infra/",
        "CI/CD workflows": ".github/workflows/",
        "Documentation": "docs/",
        "Runbooks": "ops/",
        "Security policy": "SECURITY.md",
        "Contributing guide": "CONTRIBUTING.md",
    }


def test_images_and_manifests() -> None:
    assert [image.path for image in GUIDE.containers.dockerfiles] == [
        "Dockerfile",
        "Dockerfile.api",
        "Dockerfile.worker",
        "Dockerfile.cron",
    ]
    assert GUIDE.containers.compose_files[0] == "docker-compose.yml"
    assert GUIDE.containers.kubernetes_folder == "k8s"
    assert GUIDE.containers.kubernetes_overlays == ("staging", "production")


def test_infrastructure() -> None:
    assert GUIDE.infrastructure.folder == "infra"
    assert GUIDE.infrastructure.railway_config == "infra/railway/railway.toml"
    assert GUIDE.infrastructure.environments == ("staging", "production")


def test_releases_ownership_and_interfaces() -> None:
    assert (GUIDE.releases.tag_prefix, GUIDE.releases.candidate) == ("v", "rc")
    assert (GUIDE.releases.drift_commits, GUIDE.releases.drift_days) == (100, 90)
    assert GUIDE.ownership.places == (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
    assert GUIDE.ownership.maintainers == "MAINTAINERS.md"
    assert GUIDE.ownership.domains == ("app/ai/", "app/routers/", "frontend/", "workers/")
    assert GUIDE.ownership.active_days == 180
    assert (GUIDE.api.prefix, GUIDE.api.support_months) == ("/api/v", 6)
    assert GUIDE.review.approvals == 1


def test_documents_and_commits() -> None:
    assert [document.path for document in GUIDE.documents.documents] == [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "MAINTAINERS.md",
        "CHANGELOG.md",
    ]
    types = "feat fix docs style refactor test chore ci perf revert build"
    assert GUIDE.commits.types == tuple(types.split())
    assert (GUIDE.commits.header_limit, GUIDE.commits.since) == (72, date(2026, 2, 20))
