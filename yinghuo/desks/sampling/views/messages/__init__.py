"""Pages about messages of other systems: the list, one message, sending a file, senders and their codes."""

from django.urls import URLPattern, path

from yinghuo.desks.sampling.views.messages import lists, one, senders, sending

addresses: list[URLPattern] = [
    path("messages", lists.messages, name="messages"),
    path("messages/file", sending.send_file, name="message_file"),
    path("messages/senders", senders.senders, name="message_senders"),
    path("messages/senders/admit", senders.admit, name="admit_sender"),
    path("messages/senders/<uuid:sender_id>", senders.sender, name="message_sender"),
    path("messages/senders/<uuid:sender_id>/end", senders.end, name="end_sender"),
    path("messages/<uuid:message_id>", one.message, name="message"),
]
