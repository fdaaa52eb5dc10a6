"""Every write of the response desk."""
