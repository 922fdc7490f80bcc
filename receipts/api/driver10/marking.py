"""What the tasks of a check of a marking code answer. Source: atol-driver10-json.md 2.10."""

from __future__ import annotations

from devices.commands import Result
from devices.models import Job
from devices.states import JobStatus
from receipts.api.driver10.goods import check_answer
from receipts.api.driver10.told import Block, Told


def begun(told: Told) -> Block:
    check = told.result.check
    checked = bool(check and check.checked)
    return {
        "offlineValidation": {
            "fmCheck": checked,
            "fmCheckResult": bool(check and check.valid),
            "fmCheckErrorReason": "checked" if checked else "other",
        }
    }


def answer_of(name: str, job: Job) -> Block | None:
    """What a task after a check answers: *job* is the check."""
    check = Result.load(job.result or {}).check
    if name == "getMarkingCodeValidationStatus":
        if check is None:
            return {"ready": JobStatus(job.status) is not JobStatus.QUEUED and job.is_settled, "sentImcRequest": False}
        return {
            "ready": True,
            "sentImcRequest": not check.offline,
            "driverError": {"code": 0, "description": "Ошибок нет"},
            "onlineValidation": {
                "itemInfoCheckResult": check_answer(check),
                "markOperatorItemStatus": _item_status(check.status_fits),
                "markOperatorResponse": {"responseStatus": check.status_told, "itemStatusCheck": check.status_fits},
                "markOperatorResponseResult": "correct" if check.valid else "incorrect",
                "imcType": "imcUnrecognized",
                "imcBarcode": "",
                "imcModeProcessing": 0,
            },
        }
    if name == "acceptMarkingCode" and check is not None:
        return {"itemInfoCheckResult": check_answer(check)}
    return None


def _item_status(fits: bool) -> str:
    return "itemEstimatedStatusCorrect" if fits else "itemEstimatedStatusIncorrect"
