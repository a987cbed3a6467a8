"""Where a target is read from."""
