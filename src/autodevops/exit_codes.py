"""What a command ends with; there are no other codes (docs/reference/exit-codes.md)."""

DONE = 0
"""Audited, and nothing is at or above the threshold; or done, where nothing is judged."""
FINDINGS = 1
"""Audited, and something is at or above the threshold."""
MISUSED = 2
"""The command line, the configuration, the guide or the baseline makes no sense."""
NOT_DONE = 3
"""There is no verdict: the target could not be audited, or the report not be written."""
IN_PART = 4
"""Some of it was done; with `--strict` also: something stayed unknown."""
BUG = 70
"""A bug of ours."""
INTERRUPTED = 130
"""The user, or whoever stops us, had enough."""
