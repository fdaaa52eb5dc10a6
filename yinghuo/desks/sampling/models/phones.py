"""What the doors for phones keep: enrolment codes, undone and moved swabs, voided tubes."""

__all__: list[str] = []
