"""Rosters: lists of people taken in by the million, duplicates found and merged, groups for the phones.

Words: roster, intake, policy, row, duplicate, merge, group.
"""
