"""Fiscal documents as a worker would leave them, for tests that need no device."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from devices.ffd import DocumentType
from devices.models import FiscalDocument, Job, Shift
from devices.states import JobStatus

FN = "9999078900004312"


def registered(job: Job, *, fd_number: int = 4711, shift_number: int = 118, **more: Any) -> FiscalDocument:
    """Make *job* done with a receipt document."""
    shift, _ = Shift.objects.get_or_create(
        fn_number=FN, number=shift_number, defaults={"device": job.device, "opened_at": timezone.now()}
    )
    values: dict[str, Any] = {
        "device": job.device,
        "shift": shift,
        "document_type": DocumentType.RECEIPT,
        "operation": 1,
        "fn_number": FN,
        "fd_number": fd_number,
        "fpd": 1203456789,
        "local_time": "2026-11-20T09:05:00",
        "at": timezone.now(),
        "shift_number": shift_number,
        "receipt_number": 1,
        "total": job.payload.get("total", 0),
        "rnm": "1234567890043947",
        "qr": f"t=20261120T0905&s=1.40&fn={FN}&i={fd_number}&fp=1203456789&n=1",
        "tlv": bytes.fromhex("0404"),
    }
    document = FiscalDocument.objects.create(job=job, **values | more)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.DONE, printed=True, finished_at=timezone.now())
    job.refresh_from_db()
    return document
