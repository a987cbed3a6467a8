"""Coverage-guided fuzzing of what reads repository text: `python -m tests.fuzz TARGET`."""
