"""What is a secret and what only looks like one: kinds, names, values and where they stand."""
