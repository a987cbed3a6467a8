"""Runs the command in forks of a process that has imported it, which takes a third of the time.

Each fork is what `python -m autodevops` is: a process of its own, with its folder, variables,
streams and exit code. What all of them begin with is what any run loads: modules, and the compiled
rules for secrets. A test of how a process starts, ends or is signalled starts one itself.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

SECONDS = 120
"""So long may a command run."""
_ITS_OWN = ("PYTHON", "LC_", "LANG", "COVERAGE_")
"""Variables that Python reads when it starts."""


def can_run(variables: Mapping[str, str]) -> bool:
    """Tell whether a fork is like a process that starts with these variables."""
    return hasattr(os, "fork") and _started(variables) == _started(os.environ)


def _started(variables: Mapping[str, str]) -> dict[str, str]:
    kept = (name for name in variables if name.startswith(_ITS_OWN))
    return {name: variables[name] for name in kept if name != "PYTHON_KEYRING_BACKEND"}


def run(
    arguments: Sequence[str], folder: Path, variables: Mapping[str, str], streams: Sequence[int]
) -> int:
    """Run the command with these standard streams.

    Returns its exit code, or the negative number of the signal that ended it.
    """
    read, write = os.pipe()
    request = {"arguments": arguments, "folder": str(folder), "variables": dict(variables)}
    try:
        socket.send_fds(_warm().requests, [json.dumps(request).encode()], [*streams, write])
    finally:
        os.close(write)
    with os.fdopen(read, "rb") as told:
        return int(told.read())


class _Warm(NamedTuple):
    """The process that forks."""

    process: subprocess.Popen[bytes]
    """It ends when the requests do."""
    requests: socket.socket
    """Where it listens."""


@cache
def _warm() -> _Warm:
    """Return this process's own, started when it is first needed."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(its.fileno())],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # no terminal, and buffered as such
            pass_fds=[its.fileno()],
        )
    return _Warm(process, ours)


def end() -> None:
    """End the process, if there is one."""
    if _warm.cache_info().currsize:
        process, requests = _warm()
        requests.close()
        process.communicate()
        _warm.cache_clear()


def _load() -> None:
    """Import what a run imports, but for what reads variables while it is imported."""
    import autodevops
    from autodevops.folders import cache_folder
    from autodevops.scanners.kingfisher import KingfisherEngine

    for module in pkgutil.walk_packages(autodevops.__path__, "autodevops."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    KingfisherEngine(cache_folder()).prepare()
    read_variables = {"keyring", "typer.rich_utils"} & sys.modules.keys()
    assert not read_variables, f"{read_variables} would keep the variables of this process"


def _serve(requests: socket.socket) -> dict[str, object] | None:
    """Fork for each request; return it in the fork that is to run it, and None at the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has told an exit code leaves nothing
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, 1 << 20, 4)
        if not message:
            return None
        if os.fork() == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            *streams, told = descriptors
            child = os.fork()
            if child == 0:
                os.close(told)
                for number, stream in enumerate(streams):
                    os.dup2(stream, number)
                    os.close(stream)
                found: dict[str, object] = json.loads(message)
                return found
            _await(child, told, streams)
        for one in descriptors:
            os.close(one)


def _await(child: int, told: int, streams: Sequence[int]) -> None:
    """Tell a child's exit code, and end."""
    for stream in streams:
        os.close(stream)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(SECONDS)
    _, status = os.waitpid(child, 0)
    os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(arguments: list[str], folder: str, variables: dict[str, str]) -> None:
    """Run the command as `python -m` does."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    time.tzset()
    sys.argv = ["", *arguments]
    sys.path[0] = folder
    for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
        del sys.modules[name]
    try:
        runpy.run_module("autodevops", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        # All that was imported is left as it is: to take it apart costs more than most commands.
        os._exit(end.code if isinstance(end.code, int) else 1)


if __name__ == "__main__":
    _load()
    gc.freeze()  # the collector's marks would copy every page that a fork shares
    _request = _serve(socket.socket(fileno=int(sys.argv[1])))
    if _request is not None:
        _become(**_request)  # type: ignore[arg-type]
