"""The docs, held against the program."""
