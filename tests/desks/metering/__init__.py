"""Tests of the metering desk."""
