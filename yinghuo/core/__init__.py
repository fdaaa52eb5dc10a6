"""What every desk stands on; each part knows only those below it."""
