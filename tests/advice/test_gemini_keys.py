"""The key goes to its service and nowhere else, whatever answers and the environment say."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from autodevops.advice.interface import NoAdviceError, Obstacle
from tests.advice.asking import GOOD, REQUEST, Waits, asker, failure
from tests.support.gemini import KEY, Gemini, Reply


def test_a_wrong_key_is_quoted_nowhere(gemini: Gemini, waits: Waits) -> None:
    gemini.says(GOOD)
    wrong = "AIza" + "SyAnotherInventedKeyThatIsWrong0123"
    with pytest.raises(NoAdviceError) as caught:
        asker(waits, key=wrong).ask(REQUEST, lambda _: None)
    assert "does not accept the key" in caught.value.reason
    assert wrong not in caught.value.reason


@pytest.mark.parametrize(
    "address",
    [
        "http://gemini.example",
        "https://user@gemini.example",
        "ftp://a",
        "nonsense",
        "https://a?b=c",
    ],
)
def test_the_key_goes_to_no_odd_address(
    monkeypatch: pytest.MonkeyPatch, waits: Waits, address: str
) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", address)
    with pytest.raises(NoAdviceError, match="no address that a key may be sent to"):
        asker(waits).ask(REQUEST, lambda _: None)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str | None]]]:
    seen: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.headers.get("x-goog-api-key"))
            self.send_response(200)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the name that the server looks for

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", seen
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed_with_the_key(
    gemini: Gemini, waits: Waits, elsewhere: tuple[str, list[str | None]], status: int
) -> None:
    address, seen = elsewhere
    error = failure(gemini, waits, Reply(status=status, body=b"", headers={"location": address}))
    assert error.obstacle is Obstacle.REFUSED
    assert not seen


def test_variables_of_other_services_change_nothing(
    gemini: Gemini, waits: Waits, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "GOOGLE_API_KEY": "another",
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_GENAI_USE_ENTERPRISE": "true",
        "GOOGLE_CLOUD_PROJECT": "another",
    }.items():
        monkeypatch.setenv(name, value)
    gemini.says(GOOD)
    assert asker(waits).ask(REQUEST, lambda _: None).text == GOOD
    assert gemini.asked[0].key == KEY
    assert capfd.readouterr() == ("", "")
