"""Plans which rules to run, resolves their facts, asks and judges."""
