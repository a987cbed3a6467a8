"""The structure guide as data, and what a team changes about it."""
