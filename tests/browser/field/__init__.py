"""Stories of the phone app: a real Chromium, the real doors, and a line between them that can break."""
