"""What all pages of custody read from a request."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from yinghuo.core.people.access import scope, signed_in
from yinghuo.desks.sampling.models import Campaign


def campaign_of(request: HttpRequest, campaign_id: UUID) -> Campaign:
    """A campaign of the user's area; Http404 for another."""
    return get_object_or_404(scope(signed_in(request), Campaign.objects.all()), id=campaign_id)
