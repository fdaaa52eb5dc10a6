"""Writes of custody: clocks, ranges of sites, prints of labels, reception, carriage."""
