"""The metering desk: meters and terminals are read remotely, their readings kept exactly once, checked, corrected.

Words: meter, terminal, transformer, reading, quantity, quality, session, sweep, gap, catch-up, estimate.
Flow: 1 the head-end (`head_end/`) holds the sockets: terminals log in, meters behind serial servers are dialled
      2 what is read is on disk in the spool before anybody is told so, then in the lake (`lake/`), exactly once
      3 the rules of validation and estimation (`jobs/`) mark readings; what they write are new rows beside the raw ones
      4 PostgreSQL keeps the register of meters, terminals and transformers, and the last value of each quantity
"""
