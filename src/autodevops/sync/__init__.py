"""Shares audits with a team: takes them from an outbox on this machine to a hosted backend."""
