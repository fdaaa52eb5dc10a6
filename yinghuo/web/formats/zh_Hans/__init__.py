"""Number and date formats of the Chinese pages."""
