"""The kinds of order that the response desk opens, with their clocks; each part of the desk adds its own."""

from yinghuo.core.work.rules import Kind

ALL: list[Kind] = []
