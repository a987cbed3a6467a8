"""Data stores that compose files publish on all interfaces, and whether they ask for a password."""

import re

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._image_names import image_name
from autodevops.facts._words import words
from autodevops.facts.compose import Compose, ComposeService, Port
from autodevops.guide.model import ContainerPolicy
from autodevops.model.patterns import regex

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
_PASSWORD_NAME = regex(
    r"PASS|AUTH|SASL|(?:^|_)(?:API_?)?KEYS?(?:$|_)|SECRET|TOKEN|ACL|USERS", re.IGNORECASE
)
_OPEN = regex(r"^(?:none|no|false|trust|off|disabled|0|)$", re.IGNORECASE)
_OPEN_NAMES = {
    "POSTGRES_HOST_AUTH_METHOD": "trust",
    "ALLOW_EMPTY_PASSWORD": "yes",
    "MYSQL_ALLOW_EMPTY_PASSWORD": "",
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": "",
    "NEO4J_AUTH": "none",
    "xpack.security.enabled": "false",
    "plugins.security.disabled": "true",
    "DISABLE_SECURITY_PLUGIN": "true",
    "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "true",
}
_GUARDED_COMMAND = regex(
    r"requirepass|--auth|--user|--pass|--acl|--api-key|--master-key|--token|\.conf|\.cfg|\.ya?ml"
)
# Images that let anybody in unless something is set. The others refuse to start without a
# password, make one up, or only listen to their own host.
_OPEN_IMAGES = words(
    "redis redis-stack redis-stack-server valkey keydb dragonfly memcached mongo mongodb kafka "
    "cp-kafka zookeeper nats etcd cassandra scylla qdrant weaviate milvus chroma meilisearch "
    "influxdb"
)


class ExposedStore(Struct, frozen=True, kw_only=True):
    """One data store that anybody who reaches the host can use."""

    path: str
    """The compose file."""
    service: str
    """Name of the service."""
    image: str
    """Image as written."""
    port: str
    """The port as published."""
    line: int
    """1-based line of the port."""


class ExposedStores(Struct, frozen=True):
    """Data stores without a password on all interfaces."""

    stores: tuple[ExposedStore, ...]
    """By file and service."""
    judged: int
    """How many services run data stores."""


@fact
def exposed_stores(compose: Compose, policy: ContainerPolicy) -> ExposedStores:
    """Find the data stores that are published without a password."""
    found: list[ExposedStore] = []
    judged = 0
    for file, service in compose.services():
        parts = compose.together(file.folder, service.name)
        image = next((part.image for part in (service, *parts) if part.image), None)
        if image is None or file.for_tests:
            continue
        name = image_name(image).name
        if name not in policy.data_store_images:
            continue
        judged += 1
        port = next((port for port in service.ports if _on_all_interfaces(port)), None)
        if port is not None and _is_open(name, parts):
            published = f"{port.published}:{port.target}" if port.published else port.target
            found.append(
                ExposedStore(
                    path=file.path,
                    service=service.name,
                    image=image,
                    port=published,
                    line=port.line,
                )
            )
    return ExposedStores(tuple(found), judged)


def _on_all_interfaces(port: Port) -> bool:
    return port.host not in _LOCAL and not port.host.startswith(("127.", "$"))


def _is_open(name: str, parts: tuple[ComposeService, ...]) -> bool:
    """Tell whether a store asks for no password, by all that its compose files say."""
    for variable in (one for part in parts for one in part.environment):
        opening = _OPEN_NAMES.get(variable.name)
        value = (variable.value or "").lower()
        if opening is not None and (opening == value or (not opening and not _OPEN.match(value))):
            return True
    if name not in _OPEN_IMAGES:
        return False
    return not any(_is_guarded(part) for part in parts)


def _is_guarded(part: ComposeService) -> bool:
    """Tell whether anything may set a password: variables, files of them, flags, configuration."""
    if part.has_env_file or part.extends or part.build is not None:
        return True
    if any(
        _PASSWORD_NAME.search(one.name) and not _OPEN.match(one.value or "${}")
        for one in part.environment
    ):
        return True
    command = " ".join((*part.command, *part.entrypoint))
    if _GUARDED_COMMAND.search(command):
        return True
    mounted = (volume.partition(":")[2].partition(":")[0] for volume in part.volumes)
    return any(re.search(r"\.(?:conf|cfg|ya?ml|xml|acl)$|/etc/|/conf", path) for path in mounted)
