"""
`manage.py chaos`: real processes, real faults, and an audit of every virtual device's archive afterwards.

    asks.py      what clients want, drawn from the seed
    blows.py     what goes wrong, drawn from the seed
    town.py      the processes: web, Redis, workers, virtual devices with their control sockets
    clients.py   threads that speak HTTP, insist, and keep every answer
    directors.py threads that strike and heal
    staff.py     people who open and close shifts where they are asked to
    archives.py  what the fiscal storages hold, read from their files
    audit.py     archives against database, answers and journal; audit_shifts.py closed shifts
    run.py       the course of a run, and its table

A seed draws the same asks and the same blows in the same order; when each of them meets the other is up to the clock.
"""
