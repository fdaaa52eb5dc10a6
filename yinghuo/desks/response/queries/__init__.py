"""Every read of the response desk over more than one table."""
