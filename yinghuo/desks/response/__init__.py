"""The response desk: from one call to the right team, and to tracing, transfer, isolation, disinfection side by side.

Words: report, event, case, contact, contact of contact, exposure, venue, visit, team, track, stay, need, area level.
Flow: 1 a report is a fact, whoever makes it; it opens a draft case at once, likely duplicates are proposed
      2 an event opens the four tracks as orders with clocks; teams are proposed, a person confirms
      3 visits give contacts by the rule in force on the date, each with its because; a contact may contest
      4 places and areas are judged by dated rules; nothing above what the rule allows passes without a flag
      5 afterwards the ledger tells whether it was fast, and whether it stayed within the rules
"""
