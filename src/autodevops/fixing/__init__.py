"""Repairs without a model: deterministic edits for findings, shown first and applied on request."""
