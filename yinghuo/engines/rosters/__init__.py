"""Rosters as values: what a head row means, what is wrong with rows, how alike two people are."""
