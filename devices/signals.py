"""The only signal that we send."""

from __future__ import annotations

from django.dispatch import Signal

# A job reached a final state and the transaction is committed; *job* is the row. Receivers run in the process that
# settled it, usually the site worker: write a row and return, never wait for a network there.
job_finished = Signal()
