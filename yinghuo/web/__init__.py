"""The site: settings, addresses, doors, base templates, theme and languages."""
