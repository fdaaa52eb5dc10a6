"""Number and date formats of the English pages."""
