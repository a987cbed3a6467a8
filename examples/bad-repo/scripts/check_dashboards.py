"""Fails when a dashboard is not JSON."""

import json
import sys
from pathlib import Path

for path in Path(sys.argv[1]).rglob("*.json"):
    json.loads(path.read_text())
