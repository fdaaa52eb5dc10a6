"""Forgetting the text of messages in time; their rows stay, without it."""

from datetime import date

from yinghuo.desks.sampling.models import Message


def forget_messages(*, today: date) -> int:
    """Empties the text of messages whose last day is before `today`; returns of how many."""
    return Message.objects.filter(keep_until__lt=today).exclude(raw="").update(raw="")
