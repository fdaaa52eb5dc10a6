"""Work orders and issues of all desks: whatever has to be done or settled by somebody, with clocks.

Words: order, kind, state, clock, escalation, inbox, issue, settlement.
Flow: a desk registers a kind (`rules.py`) and opens orders (`actions/`) -> they lie in the inbox of a role and area
(`queries.py`), what is due first at the top -> taken, arrived, done -> verified by somebody else, and so closed;
a fact that is odd becomes an issue, which a person settles.
"""
