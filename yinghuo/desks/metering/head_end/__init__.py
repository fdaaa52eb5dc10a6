"""The head-end: one asyncio process that holds the sockets of terminals and meters; the only place of asyncio.

Words: session, line, exchange, job, sweep, gap, catch-up, on-demand read, held.
Flow: 1 a terminal logs in (`door`) or a serial server is dialled (`dialling`): a session with one line
      2 what is wanted by now and not on disk yet (`wanting`, `coverage`) becomes jobs in the session's queue
      3 one exchange at a time: a driver (`drivers/`) turns a job into requests and answers into values
      4 values are on disk in the spool (`keeping`) before anybody is told; then their slots are noted as covered
      5 how it goes stands in memory, in PostgreSQL every few seconds (`book`), and at the metrics door (`gauges`)
Nothing here waits for PostgreSQL or the disk in the event loop: that happens in threads of their own.
"""
