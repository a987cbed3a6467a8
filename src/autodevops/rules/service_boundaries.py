"""Service Boundaries: what a service may import, hold and listen on."""

from collections.abc import Iterator

from autodevops.facts.ai_uses import AiUses
from autodevops.facts.deployables import Deployables
from autodevops.facts.frontend import QueueClients
from autodevops.facts.ports import Ports, PortSetting
from autodevops.facts.privileged_keys import PrivilegedKeys
from autodevops.facts.public_variables import PublicVariables
from autodevops.facts.service_imports import CrossImport, CrossImports
from autodevops.guide.model import AiPolicy, ServicePolicy
from autodevops.model.finding import Confidence, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Service Boundaries"


@rule("SB001", "cross-service-import", section=_SECTION, severity=Severity.HIGH)
def cross_service_import(imports: CrossImports) -> Iterator[Violation]:
    """No service imports another service's code.

    A service that reaches into another can't be built, tested or deployed without it, and breaks
    when the other changes what it takes for its own business. Folders that belong to no service
    may be shared; importing types only is a lesser form.

    Remedy: Call the other service over its API or queue, or move what both need into a shared
    package.

    Example:
        # app/routers/jobs.py
        from workers.queue import enqueue      # SB001
        from packages.jobs import enqueue      # fine
    """
    files: dict[tuple[str, str], list[CrossImport]] = {}
    for one in imports.found:
        files.setdefault((one.path, one.other), []).append(one)
    for (path, other), found in files.items():
        types_only = all(one.types_only for one in found)
        first = found[0]
        yield Violation(
            subject=f"{path} -> {other}/",
            message=f"{path} of {first.service}/ imports {'types' if types_only else 'code'} of "
            f"{other}/ ({listed([one.written for one in found])}); go through its API or a shared "
            "package",
            at=tuple(in_file(one.path, one.line) for one in found),
            evidence={
                "imports": [f"{one.line}: {one.written} -> {one.target}" for one in found],
                "types_only": types_only,
            },
            severity=Severity.LOW if types_only else None,
        )


@rule("SB002", "service-port", section=_SECTION, severity=Severity.LOW)
def service_port(ports: Ports) -> Iterator[Violation]:
    """The frontend listens on 3000 and the API on 8000 wherever a port is set.

    Health checks, proxies and colleagues expect a service where the guide puts it. What counts is
    the port inside the container; the one on the host, or one that the platform sets, is free.

    Remedy: Set the port to the guide's in the image, compose file or start command.

    Example:
        # Dockerfile.api
        before: CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "5000"]
        after:  CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
    """
    wrong: dict[tuple[str, str], list[PortSetting]] = {}
    for one in ports.settings:
        if one.service.port is not None and one.service.port not in one.ports:
            wrong.setdefault((one.subject, one.service.name), []).append(one)
    for (subject, name), found in wrong.items():
        first, expected = found[0], found[0].service.port
        puts = listed([str(port) for port in first.ports])
        yield Violation(
            subject=subject,
            message=f"{first.what} in {subject} puts {name} on {puts}; "
            f"the guide has it on {expected}",
            at=tuple(in_file(one.path, one.line) for one in found),
            evidence={
                "service": name,
                "expected": expected,
                "found": [f"{one.what}: {', '.join(map(str, one.ports))}" for one in found],
            },
        )


@rule("SB003", "frontend-reaches-queue", section=_SECTION, severity=Severity.HIGH)
def frontend_reaches_queue(clients: QueueClients) -> Iterator[Violation]:
    """The frontend depends on no client of Redis or BullMQ.

    The queue belongs to the API and the workers. A frontend that writes to it needs the queue's
    credentials and skips the API's checks.

    Remedy: Let the frontend call an endpoint of the API that enqueues the job, and remove the
    package from the frontend.

    Example:
        # frontend/package.json
        "dependencies": { "bullmq": "5.34.0", "next": "15.1.0" }
        becomes
        "dependencies": { "next": "15.1.0" }
        # and the code asks the API to enqueue
        await fetch("/api/v1/jobs", { method: "POST", body });
    """
    for package, places in clients.found:
        yield Violation(
            subject=package,
            message=f"the frontend uses {package} ({places[0][0]}), a client of the queue; "
            "enqueue through the API",
            at=tuple(in_file(path, line) for path, line in places),
            evidence={"package": package, "places": [_place(path, line) for path, line in places]},
        )


@rule("SB004", "privileged-key-in-frontend", section=_SECTION, severity=Severity.CRITICAL)
def privileged_key_in_frontend(keys: PrivilegedKeys) -> Iterator[Violation]:
    """No privileged key is within reach of the browser's code, by name or by value.

    A service-role key passes every policy of the database. Code for the browser is public, and so
    is what it holds. Server code (route handlers, server actions, `server-only` modules) may name
    such keys.

    Remedy: Revoke the key if it was ever built in or committed, and do what needs it in a route
    handler, a server action or the API; add `import "server-only"` to the module.

    Example:
        // frontend/components/Users.tsx
        "use client";
        const key = process.env.SUPABASE_SERVICE_ROLE_KEY;
        becomes
        // frontend/lib/admin.ts, imported by a route handler only
        import "server-only";
        const key = process.env.SUPABASE_SERVICE_ROLE_KEY;
    """
    for name, places, how, by_value in keys.found:
        held = "a service-role key stands" if by_value else f"{name} is read"
        yield Violation(
            subject=name,
            message=f"{held} in {places[0][0]}:{places[0][1]}, and {how}; keep it on the server",
            at=tuple(in_file(path, line) for path, line in places),
            evidence={
                "places": [_place(path, line) for path, line in places],
                "reach": how,
                "decoded_role": "service_role" if by_value else None,
            },
        )


@rule("SB005", "ai-outside-boundary", section=_SECTION, severity=Severity.MEDIUM)
def ai_outside_boundary(uses: AiUses, policy: AiPolicy) -> Iterator[Violation]:
    """AI providers are called from `app/ai` and the workers only.

    One place keeps prompts, costs, retries and the providers' keys together; calls take seconds
    and belong behind the queue.

    Remedy: Move the call into `app/ai` or a worker, and call that.

    Example:
        # app/routers/chat.py
        from openai import OpenAI         # SB005
        from app.ai.chat import answer    # fine
    """
    allowed = listed([f"{folder}/" for folder in policy.folders])
    for path, imported in uses.found:
        packages = list(dict.fromkeys(package for _, package in imported))
        yield Violation(
            subject=path,
            message=f"{path} imports {listed(packages)}; AI providers are called from {allowed} "
            "only",
            at=tuple(in_file(path, line) for line, _ in imported),
            evidence={"packages": packages, "allowed": list(policy.folders)},
        )


@rule("SB006", "public-env-secret", section=_SECTION, severity=Severity.HIGH)
def public_env_secret(variables: PublicVariables) -> Iterator[Violation]:
    """No variable with a public prefix is named like a secret.

    Bundlers copy `NEXT_PUBLIC_`, `VITE_` and `REACT_APP_` variables into the code that every
    visitor downloads. Keys that vendors make for the browser (maps, analytics, captchas, `ANON`,
    `PUBLISHABLE`) are public by design. Service-role keys are SB004's.

    Remedy: Drop the prefix and use the variable on the server only; renew the secret if it was
    ever built in.

    Example:
        before: NEXT_PUBLIC_STRIPE_SECRET_KEY=
        after:  STRIPE_SECRET_KEY=
    """
    for name, places, privileged, certain in variables.secret:
        if not privileged:
            yield Violation(
                subject=name,
                message=f"{name} ({_place(*places[0])}) is named like a secret, and its prefix "
                "puts it into the browser's code; use it on the server without the prefix",
                at=tuple(in_file(path, line) for path, line in places),
                evidence={"places": [_place(path, line) for path, line in places]},
                confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
            )


@rule("SB007", "undeclared-service", section=_SECTION, severity=Severity.INFO)
def undeclared_service(units: Deployables, policy: ServicePolicy) -> Iterator[Violation]:
    """Each unit that is deployed on its own is in the guide's table of services.

    The table says who owns what and where it runs; what is missing there has no owner, no port and
    no objective. Data stores, tools and jobs that run once or on a timer are no services.

    Remedy: Add the service to `[services.known.NAME]` in the team's file, or make it part of one
    that is there.

    Example:
        # docker-compose.yml
        services:
          billing:
            build: ./billing
        # becomes known by autodevops.toml
        [services.known.billing]
        responsibility = "Invoices"
        folder = "billing"
    """
    known = listed([service.name for service in policy.services], most=10)
    for name, path, line, what in units.undeclared:
        yield Violation(
            subject=name,
            message=f"{name} is {what} ({_place(path, line)}) and none of the guide's services: "
            f"{known}",
            at=in_file(path, line),
            evidence={"unit": what, "services": [service.name for service in policy.services]},
        )


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}:{line}"
