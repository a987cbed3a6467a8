"""Prefixes of the metrics that well-known exporters and libraries bring along."""

from autodevops.facts._words import listed

WELL_KNOWN = listed(
    "up scrape_ process_ python_ go_ nodejs_ node_ redis_ pg_ postgres_ postgresql_ mysql_ mongodb_"
    " kube_ kubelet_ container_ machine_ nginx_ nginx: probe_ ALERTS alertmanager_ prometheus_"
    " grafana_ loki_ tempo_ promhttp_ net_conntrack_ traefik_ envoy_ istio_ haproxy_ apiserver_"
    " etcd_ coredns_ cadvisor_ rabbitmq_ kafka_ jvm_ tomcat_ hikaricp_ otelcol_ cortex_ thanos_"
    " windows_ blackbox_ pushgateway_ push_ statsd_ celery_ flower_ gunicorn_ uvicorn_ uwsgi_ aws_"
    " cloudwatch_ stackdriver_ azure_ ssl_ snmp_ consul_ vault_ elasticsearch_ minio_ argocd_"
    " certmanager_ keda_ fluentbit_ fluentd_ promtail_ vector_ supabase_ pgbouncer_ supavisor_"
    " pg_stat_ db_sql_ http_server_ http_client_ traces_ target_info rest_client_ workqueue_"
    " controller_runtime_ storage_operation_ volume_manager_ dapr_ temporal_ bull_ rq_ vercel_"
    " railway_ cpu_ memory_ caddy_ cloudflare_ github_ openai_api_ tempo_ unicorn_ puma_ sidekiq_"
    " eventloop_ gc_ v8_ deno_ bun_ dotnet_ aspnetcore_ system_ hubble_ cilium_ linkerd_ knative_"
)
"""A metric that begins with one of these needs no code of the repository."""
HTTP = listed("http_ fastapi_ starlette_ flask_ django_ express_ asgi_ nextjs_")
"""What libraries that measure every HTTP request export."""


def is_well_known(name: str) -> bool:
    """Tell whether a metric comes from a well-known exporter."""
    return name.startswith(WELL_KNOWN)
