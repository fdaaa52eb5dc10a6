"""Sentences for what is refused about phones and what they send again."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATUSES: dict[str, int] = {
    "batch.schema": 409,
    "device.revoked": 401,
    "phone_file.": 400,
    "phone_file.device": 404,
    "tries.": 429,
}
SENTENCES: dict[str, Promise] = {
    "batch.schema": _(
        "This server does not read items of form %(schema)s, so nothing of the batch was stored. "
        "Keep them and update the program; the newest form is %(newest)s."
    ),
    "batch.schema_over": _(
        "Items of form %(schema)s were read until %(last_day)s, so nothing of the batch was stored. "
        "Keep them and update the program; the newest form is %(newest)s."
    ),
    "device.revoked": _("This device was shut out on %(at)s. It may no longer send or read anything here."),
    "enrolment.over": _("This code was good until %(at)s. No phone was enrolled; have a new code made."),
    "enrolment.unknown": _(
        "There is no such code. No phone was enrolled; scan or type it again, or have a new one made."
    ),
    "enrolment.used": _("This code was used on %(at)s, and it works only once. Have a new code made for this phone."),
    "phone_file.device": _(
        "This file is of a phone that is not known in your area. "
        "Nothing was stored; keep the file and ask who enrolled the phone."
    ),
    "phone_file.item": _("There is no such item in this file, or nothing in it can be corrected."),
    "phone_file.key": _(
        "The file does not open under the key of %(name)s: "
        "it was changed, cut short, or sealed under another enrolment. "
        "Nothing was stored; export it again from the phone."
    ),
    "phone_file.revoked": _(
        "The file is of %(name)s, which was shut out on %(at)s. Nothing was stored. "
        "Keep the file; whoever shut the phone out decides about it."
    ),
    "phone_file.schema": _(
        "The file is of form %(schema)s, this server reads form %(newest)s. Nothing was stored; keep the file."
    ),
    "phone_file.unreadable": _(
        "This is no file that a phone exported (%(detail)s). Nothing was stored; choose “yinghuo-….json”."
    ),
    "site.unknown": _("Site %(site)s is not open to this device. Choose a site from the list."),
    "tries.too_many": _("There were too many wrong tries. Nothing was done; try again in %(minutes)s minutes."),
}
