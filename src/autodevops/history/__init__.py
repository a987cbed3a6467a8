"""Remembers every audit on this machine, in one SQLite file that several processes share."""
