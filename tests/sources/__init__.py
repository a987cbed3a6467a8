"""Tests of the sources: real repositories, read without trusting them."""
