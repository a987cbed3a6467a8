"""The guide's sections as types: one struct a concern, so that a rule can ask for it by type."""
