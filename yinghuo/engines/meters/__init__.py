"""Bytes of meters and terminals to values and back; no sockets, no clock, no database.

Words: frame, item, identifier, quantity, wake-up bytes, follow-up frame.
Every protocol module (`dlt645`, `dlt698`, `gdw376`, `cosem`) offers the same three: `decode(data)` takes what it can
out of any bytes, `Decoder().feed(data)` reads a stream and keeps incomplete tails, `encode(frame)` is the way back.
"""
