"""Every write of the metering desk, one file a part."""
