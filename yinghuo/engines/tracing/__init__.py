"""Contacts out of visits: who was where a case was, long enough, over columns of integers."""
