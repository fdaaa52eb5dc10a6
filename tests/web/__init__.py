"""Tests of the console and the doors."""
