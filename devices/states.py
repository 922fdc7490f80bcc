"""The job's states and the moves between them; nothing else decides what may follow what (design, section 3)."""

from __future__ import annotations

from enum import StrEnum


class JobStatus(StrEnum):
    QUEUED = "queued"  # nothing fiscal was sent
    RUNNING = "running"  # a worker has it; the baseline is committed before the first fiscal byte
    DONE = "done"  # the device did it; a fiscal command has its document
    FAILED = "failed"  # proved that nothing was registered, and waiting would not help
    UNKNOWN = "unknown"  # not proved either way: the device is on hold, nothing is sent again
    CANCELLED = "cancelled"  # a person or the client took it back while queued
    EXPIRED = "expired"  # its deadline passed while queued


FINAL = frozenset({JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.EXPIRED})
OCCUPYING = frozenset(
    {JobStatus.RUNNING, JobStatus.UNKNOWN}
)  # at most one such job per device, the database sees to it

MOVES: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.CANCELLED, JobStatus.EXPIRED}),
    JobStatus.RUNNING: frozenset({JobStatus.QUEUED, JobStatus.DONE, JobStatus.FAILED, JobStatus.UNKNOWN}),
    JobStatus.UNKNOWN: frozenset({JobStatus.DONE, JobStatus.QUEUED, JobStatus.FAILED}),
    JobStatus.EXPIRED: frozenset({JobStatus.QUEUED, JobStatus.CANCELLED}),  # a person decides, nothing else does
}
