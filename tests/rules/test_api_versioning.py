"""The rules about the API's versions, on small applications and real histories."""

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import api_versioning as rules
from autodevops.rules._api import Rule
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations

TREE = [rules.unversioned_route, rules.header_versioning, rules.deprecation_header]
every_rule = pytest.mark.parametrize("rule", TREE, ids=lambda rule: rule.id)

GOOD = {
    "app/__init__.py": "",
    "app/config.py": 'class Settings(BaseSettings):\n    API_V1: str = "/api/v1"\n\n'
    "settings = Settings()\n",
    "app/main.py": "from fastapi import FastAPI\nfrom app.config import settings\n"
    "from app.routers import api\n\napp = FastAPI()\n"
    "app.include_router(api.router, prefix=settings.API_V1)\n\n"
    '@app.get("/healthz")\ndef health(): ...\n\n@app.get("/")\ndef root(): ...\n',
    "app/routers/__init__.py": "",
    "app/routers/api.py": "from fastapi import APIRouter\nfrom . import orders\n\n"
    "router = APIRouter()\nrouter.include_router(orders.router)\n",
    "app/routers/orders.py": "from fastapi import APIRouter\n\n"
    'router = APIRouter(prefix="/orders")\n\n@router.get("/{id}")\ndef show(): ...\n\n'
    '@router.post("/webhooks/stripe")\ndef hook(): ...\n',
}


def app(body: str, **files: str) -> dict[str, str]:
    """Return an API whose main module has this body behind its imports and `app`."""
    head = "from fastapi import APIRouter, FastAPI, Header, Query, Request\napp = FastAPI()\n"
    more = {f"app/{name}.py": text for name, text in files.items()}
    return {"app/__init__.py": "", "app/main.py": head + body, **more}


@every_rule
def test_a_versioned_api_is_fine(rule: Rule) -> None:
    assert all(not isinstance(said, Unknown) for said in outcomes(rule, GOOD))
    assert subjects(rule, GOOD) == []


@every_rule
@pytest.mark.parametrize(
    "files",
    [
        {
            "src/lib.py": "from flask import Flask\napp = Flask(__name__)\n@app.get('/a')\ndef "
            "a(): ..."
        },
        {"app/main.py": "import fastapi\n"},
        {
            "lib/routers.py": "from fastapi import APIRouter\nr = APIRouter()\n@r.get('/a')\ndef "
            "a(): ..."
        },
        {
            "tests/test_a.py": "from fastapi import FastAPI\nx = FastAPI()\n@x.get('/a')\ndef "
            "a(): ..."
        },
        {"docs/a.py": "from fastapi import FastAPI\nx = FastAPI()\n@x.get('/a')\ndef a(): ..."},
        {"app/main.py": '"""app = FastAPI()"""\n'},
    ],
)
def test_without_an_application_there_is_nothing_to_judge(
    rule: Rule, files: dict[str, str]
) -> None:
    assert is_not_applicable(rule, files)


class TestRoutes:
    @pytest.mark.parametrize(
        ("body", "route"),
        [
            ('@app.get("/users")\ndef a(): ...\n', "GET /users"),
            ('@app.api_route("/users")\ndef a(): ...\n', "/users"),
            ('@app.websocket("/ws")\ndef a(): ...\n', "WEBSOCKET /ws"),
            ('app.add_api_route("/users", f)\n', "/users"),
            (('r = APIRouter(prefix="/api")\n@r.get("/x")\ndef a(): ...\n'
             "app.include_router(r)\n"), "GET /api/x"),
            (('r = APIRouter()\n@r.get("/x")\ndef a(): ...\n'
             'app.include_router(r, prefix="/v1")\n'), "GET /v1/x"),
            (('PREFIX = "/a" + "pi"\nr = APIRouter()\n@r.get("/x")\ndef a(): ...\n'
             'app.include_router(r, prefix=f"{PREFIX}/old")\n'), "GET /api/old/x"),
            (('sub = FastAPI()\n@sub.get("/x")\ndef a(): ...\n'
             'app.mount("/sub", sub)\n'), "GET /sub/x"),
            (('r = APIRouter()\n@r.get("/x")\ndef a(): ...\nfor one in [r]:\n'
             '    app.include_router(one, prefix="/loop")\n'), "GET /loop/x"),
            ('app.include_router(users.get_router(), prefix="/auth")\n', "/auth/*"),
            (('def make(app: FastAPI):\n    app.include_router(r, prefix="/m")\n'
             'r = APIRouter()\n@r.get("/x")\ndef a(): ...\n'), "GET /m/x"),
            (('def make(application):\n    application.include_router(r, prefix="/n")\n'
             'r = APIRouter()\n@r.get("/x")\ndef a(): ...\n'), "GET /n/x"),
            ('@app.get("/api/v1x/y")\ndef a(): ...\n', "GET /api/v1x/y"),
        ],
    )  # fmt: skip
    def test_outside_a_version(self, body: str, route: str) -> None:
        (found,) = violations(rules.unversioned_route, app(body))
        assert found.subject == "app/main.py"
        assert found.evidence["routes"] == [route]

    @pytest.mark.parametrize(
        "body",
        [
            '@app.get("/api/v1/users")\ndef a(): ...\n',
            '@app.get("/api/v12")\ndef a(): ...\n',
            '@app.get("/health")\ndef a(): ...\n@app.get("/metrics")\ndef b(): ...\n',
            (
                '@app.post("/webhooks/stripe")\ndef a(): ...\n@app.get("/auth/callback")\n'
                "def b(): ...\n"
            ),
            '@app.get("/internal", include_in_schema=False)\ndef a(): ...\n',
            '@app.get("/page", response_class=HTMLResponse)\ndef a(): ...\n',
            'app.mount("/static", StaticFiles(directory="x"))\n@app.get("/")\ndef a(): ...\n',
            (
                'r = APIRouter()\n@r.get("/x")\ndef a(): ...\n'
                'app.include_router(r, prefix="/api/v1")\n'
            ),
            'r = APIRouter()\n@r.get("/dead")\ndef a(): ...\n@app.get("/")\ndef b(): ...\n',
            'sub = FastAPI()\n@sub.get("/x")\ndef a(): ...\napp.mount("/api/v2", sub)\n',
            (
                'API = os.getenv("P", "/api/v1")\nr = APIRouter()\n@r.get("/x")\ndef a(): ...\n'
                "app.include_router(r, prefix=API)\n"
            ),
            'app.include_router(users.get_router(), prefix="/api/v1/auth")\n',
            '# @app.get("/users")\n@app.get("/")\ndef a():\n    """@app.get("/x")"""\n',
            'cache = {}\n@cache.get("/x")\ndef a(): ...\n@app.get("/")\ndef b(): ...\n',
        ],
    )
    def test_innocent(self, body: str) -> None:
        assert subjects(rules.unversioned_route, app(body)) == []

    def test_a_module_may_take_the_application_from_another(self) -> None:
        route = 'from app.main import app\n\n\n@app.get("/x")\ndef a(): ...\n'
        assert subjects(rules.unversioned_route, app("", more=route)) == ["app/more.py"]

    def test_routers_are_followed_across_files(self) -> None:
        files = GOOD | {
            "app/config.py": 'class Settings:\n    API_V1 = "/api"\nsettings = Settings()\n'
        }
        assert lines(rules.unversioned_route, files) == [("app/routers/orders.py", 5)]

    @pytest.mark.parametrize(
        "config",
        [
            (
                'class Base:\n    API_V1: str = Field("/api/v1")\nclass Settings(Base): ...\n'
                "def get():\n    return Settings()\nsettings = get()\n"
            ),
            (
                'class Api:\n    prefix = "/api/v1"\nclass Settings:\n    api = Api()\n'
                "    API_V1 = Api.prefix\nsettings = Settings()\n"
            ),
            'V = 1\nclass Settings:\n    API_V1 = f"/api/v{V}"\nsettings: Settings = Settings()\n',
        ],
    )
    def test_settings_are_followed_too(self, config: str) -> None:
        assert subjects(rules.unversioned_route, GOOD | {"app/config.py": config}) == []

    @pytest.mark.parametrize(
        "prefix", ["compute()", "settings.unknown", "os.environ['P']", 'f"{x}/y"']
    )
    def test_a_prefix_that_nobody_can_tell_is_open(self, prefix: str) -> None:
        body = (
            f'r = APIRouter()\n@r.get("/x")\ndef a(): ...\napp.include_router(r, prefix={prefix})\n'
        )
        said = outcomes(rules.unversioned_route, app(body))
        assert [isinstance(one, Unknown) for one in said] == [True]

    def test_what_is_left_out_of_the_description_may_hold_foreign_routers(self) -> None:
        body = (
            "from elsewhere import foreign\nr = APIRouter()\nr.include_router(foreign)\n"
            'app.include_router(r, prefix="/internal", include_in_schema=False)\n'
        )
        assert subjects(rules.unversioned_route, app(body)) == []

    def test_routers_that_include_each_other_end(self) -> None:
        body = (
            'r = APIRouter()\nr.include_router(r)\n@r.get("/x")\ndef a(): ...\n'
            'app.include_router(r, prefix="/api/v1")\n'
        )
        assert subjects(rules.unversioned_route, app(body)) == []

    def test_a_chain_of_routers_without_end_is_open(self) -> None:
        made = "".join(f"r{at} = APIRouter()\n" for at in range(2_000))
        joined = "".join(f"r{at}.include_router(r{at + 1})\n" for at in range(1_999))
        body = f"{made}{joined}app.include_router(r0)\n@r1999.get('/x')\ndef a(): ...\n"
        said = outcomes(rules.unversioned_route, app(body))
        assert [isinstance(one, Unknown) for one in said] == [True]

    def test_a_factory_makes_the_application(self) -> None:
        text = (
            "from fastapi import FastAPI\ndef create():\n    app = FastAPI()\n"
            '    @app.get("/users")\n    def a(): ...\n    return app\n'
        )
        assert subjects(rules.unversioned_route, {"app/main.py": text}) == ["app/main.py"]

    def test_a_broken_module_is_open(self) -> None:
        files = GOOD | {"app/routers/bad.py": "from fastapi import APIRouter\nr = APIRouter(\n"}
        assert any(isinstance(one, Unknown) for one in outcomes(rules.unversioned_route, files))


class TestHeaders:
    ROUTE = '@app.get("/api/v1/x")\n'

    @pytest.mark.parametrize(
        "endpoint",
        [
            'def a(request: Request):\n    return request.headers.get("X-API-Version")\n',
            'def a(request: Request):\n    return request.headers["api-version"]\n',
            'def a(request: Request):\n    return request.query_params.get("api_version", "1")\n',
            'def a(v: str = Header(alias="X-API-Version")): ...\n',
            "def a(x_api_version: str = Header()): ...\n",
            'def a(v: Annotated[str, Query(alias="api-version")]): ...\n',
            "async def a(*, api_version: int = Query(1)): ...\n",
        ],
    )
    def test_a_version_from_elsewhere(self, endpoint: str) -> None:
        assert subjects(rules.header_versioning, app(self.ROUTE + endpoint)) == ["app/main.py"]

    @pytest.mark.parametrize(
        "endpoint",
        [
            'def a():\n    return get(url, headers={"X-API-Version": "2"})\n',
            'def a(response):\n    response.headers["X-API-Version"] = "1"\n',
            'def a(reply):\n    return reply.headers.get("api-version")\n',
            "def a(version: str = Query()): ...\n",
            'def a(user_agent: str = Header(alias="User-Agent")): ...\n',
            'def a():\n    """Reads request.headers["X-API-Version"] no more."""\n',
            "def a(api_version: str): ...\n",
        ],
    )
    def test_innocent(self, endpoint: str) -> None:
        assert subjects(rules.header_versioning, app(self.ROUTE + endpoint)) == []


class TestDeprecation:
    TWO = '@app.get("/api/v1/x")\ndef a(): ...\n@app.get("/api/v2/x")\ndef b(): ...\n'

    def test_an_old_version_without_a_word(self) -> None:
        (found,) = violations(rules.deprecation_header, app(self.TWO))
        assert found.subject == "v1"
        assert found.locations[0].line == 3

    def test_a_mark_in_the_description_is_none(self) -> None:
        body = self.TWO.replace('/v1/x"', '/v1/x", deprecated=True')
        assert subjects(rules.deprecation_header, app(body)) == ["v1"]
        body = self.TWO + '# response.headers["Deprecation"] = "true"\n'
        assert subjects(rules.deprecation_header, app(body)) == ["v1"]

    @pytest.mark.parametrize(
        "files",
        [
            app(TWO + 'def dep(response):\n    response.headers["Deprecation"] = "true"\n'),
            app(TWO, middleware='headers = [(b"sunset", b"x")]\n'),
            app(TWO) | {"infra/nginx.conf": "add_header Deprecation true;\n"},
            app('@app.get("/api/v2/x")\ndef a(): ...\n'),
            app('@app.get("/api/v1/x")\ndef a(): ...\n@app.get("/health/v2")\ndef b(): ...\n'),
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert subjects(rules.deprecation_header, files) == []
