"""Asks a model how to remedy findings, sends no secret, and believes nothing that comes back."""
