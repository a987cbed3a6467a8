"""Runs one target until it fails or time is up; CONTRIBUTING.md tells how.

`python -m tests.fuzz yaml -max_total_time=60 [CORPUS]`: the options are libFuzzer's. Without a
corpus of one's own, what is found lasts as long as the run.
"""

import sys
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp

_GUIDING = ("autodevops", "markdown_it", "tomlkit", "tomllib", "yaml")
"""Packages whose branches guide the fuzzer: ours, and parsers in Python behind ours."""


def main() -> None:
    atheris = import_module("atheris")
    # What the fuzzer is guided by has to be imported here, and nothing of it earlier.
    with atheris.instrument_imports(include=list(_GUIDING)):
        targets = import_module("tests.fuzz.targets").TARGETS
        if sys.argv[1:2] == [] or sys.argv[1] not in targets:
            sys.exit(f"usage: python -m tests.fuzz {{{','.join(targets)}}} [-max_total_time=60]")
        name = sys.argv.pop(1)
        begun = _begun(name)
        for seed in sorted(begun.iterdir())[:3]:
            targets[name](seed.read_bytes())
    atheris.Setup([*sys.argv, str(begun)], targets[name])
    atheris.Fuzz()


def _begun(name: str) -> Path:
    """Return a folder with the inputs that a target begins with."""
    folder = Path(mkdtemp(prefix=f"fuzz-{name}-"))
    for number, seed in enumerate(import_module("tests.fuzz.seeds").seeds(name)):
        (folder / f"{number:04}").write_bytes(seed)
    return folder


if __name__ == "__main__":
    main()
