"""Every read over more than one table."""
