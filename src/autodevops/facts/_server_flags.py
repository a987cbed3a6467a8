"""The options that widely used servers accept, from their own command lines."""

from collections.abc import Iterator

from autodevops.facts._words import words

_UVICORN = words(
    "--host --port --uds --fd --reload --no-reload --reload-dir --reload-include --reload-exclude "
    "--reload-delay --workers --loop --http --ws --ws-max-size --ws-max-queue --ws-ping-interval "
    "--ws-ping-timeout --ws-per-message-deflate --lifespan --interface --env-file --log-config "
    "--log-level --access-log --no-access-log --use-colors --no-use-colors --proxy-headers "
    "--no-proxy-headers --server-header --no-server-header --date-header --no-date-header "
    "--forwarded-allow-ips --root-path --limit-concurrency --backlog --limit-max-requests "
    "--limit-max-requests-jitter --timeout-keep-alive --timeout-graceful-shutdown "
    "--timeout-worker-healthcheck --ssl-keyfile --ssl-certfile --ssl-keyfile-password "
    "--ssl-version --ssl-cert-reqs --ssl-ca-certs --ssl-ciphers --header --version --app-dir "
    "--h11-max-incomplete-event-size --factory --help --reset-contextvars --no-reset-contextvars "
    "--context-vars"
)
_GUNICORN = words(
    "--config --bind --backlog --workers --worker-class --threads --worker-connections "
    "--max-requests --max-requests-jitter --timeout --graceful-timeout --keep-alive "
    "--limit-request-line --limit-request-fields --limit-request-field_size --reload "
    "--reload-engine --reload-extra-file --spew --check-config --print-config --preload "
    "--no-sendfile --reuse-port --chdir --daemon --env --pid --worker-tmp-dir --user --group "
    "--umask --initgroups "
    "--forwarded-allow-ips --access-logfile --disable-redirect-access-to-syslog "
    "--access-logformat --error-logfile --log-file --log-level --capture-output --logger-class "
    "--log-config --log-config-json --log-syslog-to --log-syslog --log-syslog-prefix "
    "--log-syslog-facility --enable-stdio-inheritance --statsd-host --dogstatsd-tags "
    "--statsd-prefix --name --pythonpath --paste --proxy-protocol --proxy-allow-from --keyfile "
    "--certfile --ssl-version --cert-reqs --ca-certs --suppress-ragged-eofs "
    "--do-handshake-on-connect --ciphers --paste-global --permit-obsolete-folding "
    "--strip-header-spaces --permit-unconventional-http-method "
    "--permit-unconventional-http-version --casefold-http-method --forwarder-headers "
    "--header-map --no-control-socket --control-socket "
    "--control-socket-mode --protocol --uwsgi-allow-from --root-path --asgi-loop --asgi-lifespan "
    "--http-protocols --version --help --dirty-app --dirty-workers --dirty-timeout "
    "-c -b -w -k -t -e -p -u -g -m -n -R -D -h -v"
)  # fmt: skip
_NEXT_START = words(
    "-p --port -H --hostname --keepAliveTimeout -h --help --inspect --experimental-https "
    "--experimental-next-config-strip-types"
)
_FASTAPI_RUN = words(
    "--host --port --reload --no-reload --reload-dir --workers --root-path --proxy-headers "
    "--no-proxy-headers --app --entrypoint -e --forwarded-allow-ips --help"
)
_ABBREVIATED = frozenset({"gunicorn"})  # argparse takes any unambiguous beginning
_KNOWN = {
    "uvicorn": _UVICORN,
    "gunicorn": _GUNICORN,
    "next start": _NEXT_START,
    "fastapi run": _FASTAPI_RUN,
}


def unknown_flags(program: str, arguments: tuple[str, ...]) -> Iterator[str]:
    """Yield the options that a known server does not accept; nothing for other programs."""
    if program in {"next", "fastapi"} and arguments:
        program, arguments = f"{program} {arguments[0]}", arguments[1:]
    known = _KNOWN.get(program)
    if known is None:
        return
    for word in arguments:
        if word == "--" or "$" in word:
            return
        if not word.startswith("-") or word == "-" or word.lstrip("-").isdecimal():
            continue
        flag = word.partition("=")[0]
        if flag in known or (not flag.startswith("--") and flag[:2] in known):
            continue
        if program in _ABBREVIATED and any(one.startswith(flag) for one in known):
            continue
        yield flag
