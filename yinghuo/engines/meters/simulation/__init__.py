"""Simulated meters and terminals, pure: moments and requests in, register values and replies out.

A meter is a function of time: `meter` (registers), `instruments` (U, I, P, angles), `device` (what writes do to it),
`answers645` and the others (what it says). Faults are conditions (`faults`) and manners of the line (`manners`).
Words: condition, book (a day in the registers), mark, manners. Sockets are in `yinghuo.demo.meters`.
"""
