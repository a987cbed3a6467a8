"""Runs one target until it fails or time is up; CONTRIBUTING.md tells how.

`python -m tests.fuzz yaml -max_total_time=60 [CORPUS]`: the options are libFuzzer's.
"""

import sys
from importlib import import_module

from tests.fuzz.targets import TARGETS


def main() -> None:
    if sys.argv[1:2] == [] or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python -m tests.fuzz {{{','.join(TARGETS)}}} [-max_total_time=60]")
    name = sys.argv.pop(1)
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["autodevops"]):
        TARGETS[name](b"warm")
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
