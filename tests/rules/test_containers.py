"""The rules about images: Dockerfiles of services, base images, users, health checks."""

import pytest

from autodevops.model.finding import Severity, Unknown
from autodevops.rules import containers as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations

PLATFORM = {
    "app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    "workers/package.json": "{}",
    "workers/src/index.ts": "x",
}
DIGEST = "@sha256:" + "0" * 64


@pytest.mark.parametrize(
    "rule",
    [
        rules.service_dockerfile,
        rules.base_image_pin,
        rules.root_user,
        rules.no_healthcheck,
    ],
    ids=lambda rule: rule.id,
)
def test_a_repository_without_docker_is_not_asked(rule: Rule) -> None:
    assert is_not_applicable(rule, {"src/lib.py": "x = 1\n", "README.md": "FROM node\n"})


class TestServiceDockerfile:
    def test_each_that_is_missing(self) -> None:
        assert subjects(rules.service_dockerfile, PLATFORM) == [
            "Dockerfile",
            "Dockerfile.api",
            "Dockerfile.worker",
            "Dockerfile.cron",
            "docker-compose.yml",
        ]

    def test_a_platform_without_workers_needs_no_worker(self) -> None:
        files = {"app/main.py": "x", "frontend/package.json": "{}"}
        assert "Dockerfile.worker" not in subjects(rules.service_dockerfile, files)

    def test_all_there(self) -> None:
        names = ("Dockerfile", "Dockerfile.api", "Dockerfile.worker", "Dockerfile.cron")
        files = PLATFORM | dict.fromkeys(names, "FROM a:1\n") | {"compose.yaml": "services: {}\n"}
        assert not subjects(rules.service_dockerfile, files)

    def test_one_service_is_no_platform(self) -> None:
        files = {"app/main.py": "x", "Dockerfile.api": "FROM a:1\n"}
        assert is_not_applicable(rules.service_dockerfile, files)


def pins(text: str, path: str = "Dockerfile") -> list[str]:
    found = violations(rules.base_image_pin, {path: text})
    return [one.subject for one in found if one.severity is not Severity.INFO]


class TestBaseImagePin:
    @pytest.mark.parametrize(
        "text",
        [
            "FROM node\n",
            "FROM node:latest\n",
            "ARG TAG=latest\nFROM node:${TAG}\n",
            "FROM --platform=linux/amd64 node AS x\n",
            "FROM a:1 AS node2\nFROM docker.io/library/node\n",
            "FROM a:1\nCOPY --from=node /x /y\n",
        ],
    )
    def test_without_a_version(self, text: str) -> None:
        assert pins(text) == ["Dockerfile#node"]

    @pytest.mark.parametrize(
        "text",
        [
            "FROM node:22\n",
            f"FROM node{DIGEST}\n",
            "FROM scratch\n",
            "FROM node:22 AS base\nFROM base\nCOPY --from=base /x /y\n",
            "FROM node:22 AS base\nCOPY --from=0 /x /y\n",
            "ARG BASE\nFROM $BASE\n",
            "# FROM node\nFROM node:22\nRUN <<EOF\nFROM node\nEOF\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert pins(text) == []

    @pytest.mark.parametrize(
        "path",
        [
            "tests/Dockerfile",
            "docs/Dockerfile",
            "vendor/x/Dockerfile",
            "Dockerfile.j2",
            ".devcontainer/Dockerfile",
            "templates/Dockerfile",
            "Dockerfile.test",
        ],
    )
    def test_files_that_are_not_judged(self, path: str) -> None:
        assert is_not_applicable(rules.base_image_pin, {path: "FROM node\n"})

    def test_an_image_that_compose_builds_here(self) -> None:
        files = {
            "Dockerfile": "FROM acme/base\n",
            "docker-compose.yml": "services:\n  b:\n    image: acme/base\n    build: base\n",
            "base/Dockerfile": f"FROM node:1{DIGEST}\n",
        }
        assert not violations(rules.base_image_pin, files)

    def test_a_missing_digest_is_information_once_a_file(self) -> None:
        (found,) = violations(rules.base_image_pin, {"Dockerfile": "FROM a:1\nFROM b:2\n"})
        assert found.severity is Severity.INFO
        assert found.subject == "Dockerfile"
        assert [place.line for place in found.locations] == [1, 2]


class TestRootUser:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("FROM python:3.13-slim\nCMD x\n", 1),
            ("FROM python:3.13\nUSER app\nUSER root\n", 3),
            ("FROM python:3.13\nUSER 0\n", 2),
            ("FROM python:3.13\nUSER 0:0\n", 2),
            ("FROM python:3.13\nARG U=root\nUSER $U\n", 3),
            ("FROM a:1 AS b\nUSER app\nFROM node:22\nCOPY --from=b /x /x\n", 3),
            ("FROM node:22\nRUN <<EOF\nUSER app\nEOF\n", 1),
            ('FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n', 1),
            ("FROM gcr.io/distroless/static-debian12\nCOPY a /a\n", 1),
        ],
    )
    def test_starts_as_root(self, text: str, line: int) -> None:
        assert lines(rules.root_user, {"Dockerfile": text}) == [("Dockerfile", line)]

    @pytest.mark.parametrize(
        "text",
        [
            "FROM python:3.13\nUSER app\n",
            "FROM python:3.13\nUSER root\nRUN x\nUSER 1000:1000\n",
            "FROM node:22 AS base\nUSER node\nFROM base\nCMD x\n",
            "FROM gcr.io/distroless/static-debian12:nonroot\n",
            "FROM cgr.dev/chainguard/node:latest\n",
            "FROM nginxinc/nginx-unprivileged:1\n",
            "FROM postgres:17\nCOPY init.sql /docker-entrypoint-initdb.d/\n",
            'FROM node:22\nENTRYPOINT ["gosu", "app", "node", "x.js"]\n',
            "FROM golang:1 AS build\nFROM scratch AS out\nCOPY --from=build /x /\n",
            "FROM python:3.13\nARG UID=1000\nUSER ${UID}\n",
        ],
    )
    def test_innocent(self, text: str) -> None:
        assert not subjects(rules.root_user, {"Dockerfile": text})

    def test_an_entry_point_that_steps_down(self) -> None:
        files = {
            "Dockerfile": 'FROM node:22\nCOPY docker/ /docker/\nENTRYPOINT ["/docker/start.sh"]\n',
            "docker/start.sh": '#!/bin/sh\nchown -R app /data\nexec su-exec app "$@"\n',
        }
        assert not subjects(rules.root_user, files)

    def test_development_images_and_actions_are_not_asked(self) -> None:
        files = {
            "Dockerfile.dev": "FROM node:22\n",
            "tool/Dockerfile": "FROM node:22\n",
            "tool/action.yml": "runs:\n  using: docker\n  image: Dockerfile\n",
        }
        assert not subjects(rules.root_user, files)

    def test_the_target_of_compose_counts(self) -> None:
        text = "FROM node:22 AS run\nUSER node\nFROM run AS debug\nUSER root\n"
        compose = "services:\n  a:\n    build:\n      context: .\n      target: run\n"
        assert subjects(rules.root_user, {"Dockerfile": text}) == ["Dockerfile"]
        assert not subjects(rules.root_user, {"Dockerfile": text, "compose.yml": compose})

    def test_a_base_that_nobody_knows_stays_open(self) -> None:
        (said,) = outcomes(rules.root_user, {"Dockerfile": "FROM ghcr.io/acme/base:1\n"})
        assert isinstance(said, Unknown)
        assert "ghcr.io/acme/base:1" in said.reason


SERVER = 'EXPOSE 8000\nCMD ["uvicorn", "app.main:app"]\n'
COMPOSE = "services:\n  api:\n    build: .\n    healthcheck:\n      test: {test}\n"


class TestNoHealthcheck:
    def test_none_at_all(self) -> None:
        files = {"Dockerfile": f"FROM python:3.13-slim\n{SERVER}"}
        (found,) = violations(rules.no_healthcheck, files)
        assert found.subject == "Dockerfile"
        assert found.evidence["long_running"] == "EXPOSE 8000"

    @pytest.mark.parametrize(
        ("check", "why"),
        [
            ("NONE", None),
            ("CMD curl -f http://localhost || true", "`|| true` hides every failure"),
            ("CMD curl -f http://localhost; exit 0", None),
            ("CMD exit 0", "nothing in it can fail"),
            ('CMD ["true"]', "true never fails"),
            (
                "CMD curl -f http://localhost || exit 1",
                "curl is not in python:3.13-slim and nothing installs it",
            ),
            ('CMD ["wget", "-q", "http://localhost"]', None),
        ],
    )
    def test_one_that_can_t_tell(self, check: str, why: str | None) -> None:
        files = {"Dockerfile": f"FROM python:3.13-slim\nHEALTHCHECK {check}\n{SERVER}"}
        (found,) = violations(rules.no_healthcheck, files)
        assert found.locations[0].line == 2
        if why is not None:
            assert found.evidence["flaw"] == why

    @pytest.mark.parametrize(
        "head",
        [
            "FROM python:3.13\nHEALTHCHECK CMD curl -f http://localhost || exit 1\n",
            "FROM python:3.13-slim\nRUN apt-get install curl\nHEALTHCHECK CMD curl -f http://x\n",
            "FROM python:3.13-slim\nHEALTHCHECK CMD python -c 'import urllib.request'\n",
            "FROM node:22-alpine\nHEALTHCHECK CMD wget -qO- http://localhost || exit 1\n",
            "FROM python:3.13-slim AS base\nHEALTHCHECK CMD python x.py\nFROM base\n",
            "FROM ghcr.io/acme/base:1\nHEALTHCHECK CMD curl -f http://localhost\n",
        ],
    )
    def test_innocent(self, head: str) -> None:
        assert not subjects(rules.no_healthcheck, {"Dockerfile": head + SERVER})

    def test_compose_railway_and_kubernetes_count(self) -> None:
        image = {"Dockerfile": f"FROM python:3.13\n{SERVER}"}
        good = COMPOSE.format(test='["CMD", "curl", "-f", "http://localhost"]')
        probe = (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n"
            "    spec:\n      containers:\n      - {name: a, image: 'a:1', readinessProbe: {}}\n"
        )
        railway = '[deploy]\nhealthcheckPath = "/health"\n'
        for more in ({"compose.yml": good}, {"railway.toml": railway}, {"k8s/a.yaml": probe}):
            assert not subjects(rules.no_healthcheck, image | more)

    def test_a_check_in_compose_that_can_t_tell(self) -> None:
        files = {
            "Dockerfile": f"FROM python:3.13-slim\n{SERVER}",
            "compose.yml": COMPOSE.format(test='["CMD", "curl", "-f", "http://localhost"]'),
        }
        (found,) = violations(rules.no_healthcheck, files)
        assert found.subject == "compose.yml#api"
        assert found.locations[0].line == 4

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("Dockerfile", 'FROM python:3.13\nENTRYPOINT ["mytool"]\n'),
            ("Dockerfile.cron", f"FROM python:3.13\n{SERVER}"),
            ("Dockerfile.dev", f"FROM python:3.13\n{SERVER}"),
            ("Dockerfile", "FROM python:3.13\nRUN pip install x\n"),
            ("Dockerfile", "FROM postgres:17\nEXPOSE 5432\n"),
        ],
    )
    def test_what_is_no_service_of_the_team(self, path: str, text: str) -> None:
        assert is_not_applicable(rules.no_healthcheck, {path: text})
