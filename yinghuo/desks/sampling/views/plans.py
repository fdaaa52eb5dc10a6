"""Pages of the plan: planner, opening a campaign, plan against actual."""

from django.urls import URLPattern

addresses: list[URLPattern] = []
