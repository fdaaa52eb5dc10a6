"""Stock: what is where, and how it came there.

Words: item, unit, serial, place, outside, move, line, balance, stock-take.
Flow: `move` books lines that sum to zero -> PostgreSQL derives the balances from them, and lets none inside the books
fall below zero -> `take_stock` books what was counted otherwise to the outside place "difference", with the reason.
"""
