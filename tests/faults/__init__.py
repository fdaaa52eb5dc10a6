"""Tests that kill, starve and cut off real processes."""
