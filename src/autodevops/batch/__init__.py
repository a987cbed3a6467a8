"""Audits many repositories: side by side, on one machine or several, and again where it stopped."""
