"""Addresses of the metering desk."""

from yinghuo.desks.metering.views import head_end, readings, register, validation

urlpatterns = [*register.addresses, *head_end.addresses, *readings.addresses, *validation.addresses]
