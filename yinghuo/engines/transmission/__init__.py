"""The epidemic curve: reproduction number, reporting delays, forecasts, scores."""
