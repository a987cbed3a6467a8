"""Turns a report into text for people and programs."""
