"""
The audit: archives of the virtual devices against the database, the clients' answers and the journal.

The archives are the truth. Everything that is found is a Difference, in words; none means that every wish was
registered exactly once, or not at all and so told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from devices import documents
from devices.commands import RegisterReceipt
from devices.errors import ErrorCode
from devices.ffd import DocumentType
from devices.journal.verifying import Reading
from devices.models import FiscalDocument, Job, JournalEntry
from devices.states import FINAL, MOVES, JobStatus
from kktoffice.chaos import audit_shifts
from kktoffice.chaos.archives import Kept, drawer, read
from kktoffice.chaos.asks import Ask
from kktoffice.chaos.blows import FOREIGN
from kktoffice.chaos.clients import Answer, Book
from kktoffice.chaos.differences import Difference
from kktoffice.chaos.town import Till

# A command that may fail for good, and why: the drawer may hold less.
MAY_FAIL = {("cash_out", ErrorCode.NOT_ENOUGH_CASH)}


class Audit:
    """Reads everything once; `differences` goes through all of it."""

    def __init__(self, tills: list[Till], asks: Iterable[Ask], book: Book, source: str) -> None:
        self.tills = tills
        self.asks = {ask.tr_id: ask for ask in asks}
        self.book = book
        self.source = source
        self.kept = {till.number: read(till.folder) for till in tills}
        self.all = [kept for each in self.kept.values() for kept in each]
        self.by_mark: dict[str, list[Kept]] = defaultdict(list)
        for kept in self.all:
            if kept.is_receipt and kept.mark:
                self.by_mark[kept.mark].append(kept)
        self.jobs = list(Job.objects.select_related("device").prefetch_related("documents", "events").order_by("pk"))
        self.by_key = {job.key: job for job in self.jobs if job.source == source}
        self.rows = {(row.fn_number, row.fd_number): row for row in FiscalDocument.objects.all()}
        self.number_of = {till.pk: till.number for till in tills}

    def differences(self) -> list[Difference]:
        found: list[Difference] = []
        for job in self.jobs:
            found += self._job(job)
        found += self._nobodys()
        found += self._rows()
        for till in self.tills:
            found += self._order(till)
            found += self._drawer(till)
            found += audit_shifts.differences(till.number, self.kept[till.number], set(self.rows))
        for tr_id, ask in self.asks.items():
            found += self._answers(ask, self.book.answers.get(tr_id, []))
        found += self._journal()
        return found

    def _job(self, job: Job) -> Iterator[Difference]:
        def differs(kind: str, words: str) -> Difference:
            about = f"job {job.pk} {job.key} {job.kind} {job.status} {job.error_code}"
            return Difference(kind=kind, till=self.number_of.get(job.device_id), words=f"{about}: {words}")

        status = JobStatus(job.status)
        kept = self.by_mark.get(str(job.payload.get("mark", "")), []) if job.kind == RegisterReceipt.kind else []
        if status is JobStatus.UNKNOWN:
            yield differs("unknown", f"the archive has {len(kept)} such documents; {job.error_detail}")
        elif status not in FINAL:
            yield differs("stuck", f"it waits for {job.device.hold_code or 'nothing'}; {job.error_detail}")
        if len(kept) > 1:
            yield differs("doubled", "; ".join(map(str, kept)))
        if status in FINAL and status is not JobStatus.DONE:
            if kept:
                yield differs("wrong state", f"the archive has it: {kept[0]}")
            elif not self._may_end(job, status):
                yield differs("wrong state", f"nothing forbids it; {job.error_detail}")
        if status is JobStatus.DONE and job.kind == RegisterReceipt.kind:
            if not kept:
                yield differs("lost", "no document in any archive")
            yield from (differs(kind, words) for kind, words in self._receipt(job, kept))

    def _may_end(self, job: Job, status: JobStatus) -> bool:
        """Is there a reason to end like this, without a document?"""
        ask = self.asks.get(job.key) if job.source == self.source else None
        if status is JobStatus.FAILED:
            return (job.kind, job.error_code) in MAY_FAIL
        if status is JobStatus.CANCELLED:
            return ask is not None and ask.cancels
        return ask is not None and ask.ttl > 0 and job.finished_at is not None and job.finished_at >= job.deadline

    def _receipt(self, job: Job, kept: list[Kept]) -> Iterator[tuple[str, str]]:
        command = job.command
        assert isinstance(command, RegisterReceipt)
        own = [document for document in job.documents.all() if document.document_type in documents.RECEIPTS]
        if len(own) != 1:
            yield "wrong state", f"{len(own)} documents of its own"
        for each in kept:
            if (each.total, each.operation) != (command.total, command.type.operation):
                yield "wrong total", f"asked {command.type} {command.total}, the archive has {each}"
            if (each.type == DocumentType.CORRECTION) != command.type.is_correction:
                yield "wrong state", f"asked {command.type}, the archive has {each}"
            if each.is_other:
                yield "wrong state", f"another device registered it: {each}"
            if own and (own[0].fn_number, own[0].fd_number, own[0].fpd) != (each.fn, each.fd, each.fpd):
                yield "wrong state", f"the row says {own[0]}, the archive {each}"

    def _nobodys(self) -> Iterator[Difference]:
        """Receipts that no job asked for. What another program registered carries no mark and its own sum."""
        marks = {str(job.payload.get("mark", "")) for job in self.jobs}
        for number, each in self.kept.items():
            for kept in each:
                if kept.is_receipt and kept.mark not in marks and (kept.mark or kept.total != FOREIGN):
                    yield Difference(kind="doubled", till=number, words=f"nobody asked for {kept}")
                if kept.is_receipt and not kept.mark and kept.total != FOREIGN:
                    yield Difference(kind="wrong state", till=number, words=f"without a mark: {kept}")

    def _rows(self) -> Iterator[Difference]:
        """Kept documents and rows are the same, byte for byte; what others did need not be known."""
        archived = {(kept.fn, kept.fd): (number, kept) for number, each in self.kept.items() for kept in each}
        for place, row in self.rows.items():
            number, kept = archived.get(place, (None, None))
            if kept is None:
                yield Difference(kind="lost", till=None, words=f"row {row} is in no archive")
            elif (row.document_type, row.fpd, row.total) != (kept.type, kept.fpd, kept.total):
                yield Difference(kind="wrong total", till=number, words=f"row {row} total {row.total}; {kept}")
            elif bytes(row.tlv) != kept.tlv:
                yield Difference(kind="wrong state", till=number, words=f"row {row} has other bytes than {kept}")
        for place, (number, kept) in archived.items():
            is_ours = kept.type in (DocumentType.SHIFT_OPEN, DocumentType.SHIFT_CLOSE) or kept.mark
            if is_ours and not kept.is_other and place not in self.rows:
                yield Difference(kind="not kept", till=number, words=f"no row for {kept}")

    def _order(self, till: Till) -> Iterator[Difference]:
        """First in, first out: receipts of a device stand in its archive in the order in which they were accepted."""
        last: dict[str, tuple[int, Job]] = {}
        for job in self.jobs:
            if job.device_id != till.pk or job.kind != RegisterReceipt.kind or job.status != JobStatus.DONE:
                continue
            for kept in self.by_mark.get(str(job.payload["mark"]), []):
                if kept.fn in last and kept.fd < last[kept.fn][0]:
                    words = f"job {job.pk} is FD {kept.fd}, job {last[kept.fn][1].pk} before it FD {last[kept.fn][0]}"
                    yield Difference(kind="order", till=till.number, words=words)
                last[kept.fn] = (kept.fd, job)

    def _drawer(self, till: Till) -> Iterator[Difference]:
        """Cash in and out leave no document: the drawer proves that each was done once."""
        done = [job for job in self.jobs if job.device_id == till.pk and job.status == JobStatus.DONE]
        expected = sum(self.asks[job.key].cash for job in done if job.key in self.asks)
        expected += sum(kept.total for kept in self.kept[till.number] if kept.total == FOREIGN and not kept.is_other)
        if (actual := drawer(till.folder)) != expected:
            words = f"till {till.number}: {actual} kopecks in the drawer, {expected} by what was done"
            yield Difference(kind="cash", till=till.number, words=words)

    def _answers(self, ask: Ask, answers: list[Answer]) -> Iterator[Difference]:
        def differs(words: str, kind: str = "answer") -> Difference:
            return Difference(kind=kind, till=ask.till, words=f"{ask.tr_id}: {words}")

        job = self.by_key.get(ask.tr_id)
        good = [answer for answer in answers if answer.is_good]
        if job is None:
            if good:
                yield differs("a client was told 2xx, and there is no job", "lost")
            return
        for answer in answers:
            later = answer.status == 429 or answer.status >= 500 or (answer.method, answer.status) == ("DELETE", 409)
            if not answer.is_good and not later:
                yield differs(f"{answer.method} was answered {answer.status}: {answer.body}")
        final = ""
        for answer in good:
            told = answer.body
            if told["id"] != str(job.public_id):
                yield differs(f"two jobs for one key: {told['id']} and {job.public_id}", "doubled")
            if final and told["status"] != final:
                yield differs(f"a client was told {final}, later {told['status']}", "wrong state")
            if told["status"] in FINAL:
                final = told["status"]
            if told["status"] == JobStatus.DONE and ask.is_receipt:
                yield from map(differs, self._told(job, told["fiscal"] or {}))
        if final and final != job.status:
            yield differs(f"a client was told {final}, the row says {job.status}", "wrong state")

    def _told(self, job: Job, fiscal: dict[str, object]) -> Iterator[str]:
        kept = self.by_mark.get(str(job.payload["mark"]), [])
        told = (fiscal.get("fn_number"), fiscal.get("fd_number"), fiscal.get("fpd"))
        if kept and told != (kept[0].fn, kept[0].fd, str(kept[0].fpd)):
            yield f"a client was told {told}, the archive has {kept[0]}"

    def _journal(self) -> Iterator[Difference]:
        for fault in Reading(lambda seq: None):
            yield Difference(kind="journal", till=None, words=fault)
        told = set(JournalEntry.objects.filter(kind="job.done").values_list("subject", flat=True))
        for job in self.jobs:
            till = self.number_of.get(job.device_id)
            if job.status == JobStatus.DONE and f"job:{job.pk}" not in told:
                words = f"job {job.pk} is done and the journal does not say so"
                yield Difference(kind="journal", till=till, words=words)
            if gap := _gap(job):
                yield Difference(kind="journal", till=till, words=f"the course of job {job.pk}: {gap}")


def _gap(job: Job) -> str:
    """Where a job's course leaves MOVES, or its own last step; "" when it is whole."""
    now = ""
    for event in job.events.all():
        is_remark = event.from_status == event.to_status
        follows = MOVES.get(JobStatus(now), ()) if now else (JobStatus.QUEUED,)
        is_move = event.to_status in follows
        if event.from_status != now or not (is_remark or is_move):
            return f"{event} after {now or 'nothing'}"
        now = event.to_status
    return "" if now == job.status else f"it ends with {now}, the row says {job.status}"
