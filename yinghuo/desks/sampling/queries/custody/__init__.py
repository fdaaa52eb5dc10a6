"""Reads of custody: the reconciliation, the tubes behind a number, boxes, codes of sites, labels, carriage."""
