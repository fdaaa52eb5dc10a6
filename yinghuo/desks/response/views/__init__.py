"""Pages of the response desk."""
