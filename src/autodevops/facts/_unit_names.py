"""Which of the guide's services a deployable unit is, by its name and where it lies."""

from autodevops.facts._words import words
from autodevops.guide.model import Service, ServicePolicy
from autodevops.model.patterns import regex

_PARTS = regex(r"[^a-z0-9]+")
# What people call the guide's services.
_ALIASES = {
    "frontend": words("frontend web webapp ui client next nextjs site www spa portal"),
    "api": words("api app backend server fastapi rest http"),
    "workers": words(
        "worker workers queue processor processors job jobs consumer consumers celery bullmq rq"
    ),
}
_ONCE = words(
    """
    cron scheduler schedule beat flower migrate migration migrations migrator prestart seed init
    setup bootstrap backup test tests e2e playwright cypress lint dev devcontainer base builder
    build proxy nginx caddy traefik haproxy envoy ingress db database postgres postgresql redis
    mysql mongo minio rabbitmq kafka elasticsearch mailhog mailpit mailcatcher docs storybook
    prometheus grafana alertmanager loki tempo otel collector jaeger pgadmin adminer pgbouncer
    supabase localstack tools cli ci local production prod staging
    """
)


def is_no_service(name: str) -> bool:
    """Tell whether a unit is a data store, a tool, or work that runs once or on a timer."""
    return not _ONCE.isdisjoint(_PARTS.split(name.lower()))


def service_of(policy: ServicePolicy, name: str, *paths: str) -> Service | None:
    """Return the service that a unit of that name, built from these paths, is."""
    for path in paths:
        for service in policy.of_code:
            if service.folder and (path == service.folder or path.startswith(f"{service.folder}/")):
                return service
    parts = [part for part in _PARTS.split(name.lower()) if part]
    for service in policy.services:
        if name.lower() in {service.name, service.folder}:
            return service
    for service in policy.of_code:
        if not _ALIASES.get(service.name, frozenset({service.name})).isdisjoint(parts):
            return service
    return None
