"""
One row per public code: title, truth, action. English here, Russian in devices/locale/ru. Source: reference
failure-modes.md, sections 1 to 7; the rows' ids are in the comments.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from devices.errors import ErrorCode as E


@dataclass(frozen=True, slots=True)
class Words:
    """*plain* is the title for those who do not know what it names; only titles name something."""

    title: Promise
    truth: Promise | str
    action: Promise | str
    plain: Promise | str = ""


# What is true, said the same way everywhere.
WAITS = _("Nothing has been registered; the job keeps its place in line.")
NOT_REGISTERED = _("Not registered. No money was taken by the register.")
NO_RECEIPTS = _("No receipts until then. Waiting jobs keep their place in line.")
CHECKING = _("It is not known yet whether it was registered.")
SELLING = _("You can go on selling.")
CALL_ADMIN = _("Call the administrator.")
CALL_SERVICE = _("Call the service centre.")

OTHER = Words(_("The register refused the command."), NOT_REGISTERED, _("Call the administrator and tell the code."))

EXPLANATIONS: dict[E, Words] = {
    # 1. Link and port
    E.DEVICE_OFFLINE: Words(  # L01, L10
        _("Register “%(device)s” does not answer."),
        WAITS,
        _("Check its power and both ends of the cable. Do not enter anything again."),
        _("The register does not answer."),
    ),
    E.PORT_MISSING: Words(  # L02
        _("The computer cannot see register “%(device)s”."),
        WAITS,
        _("Unplug and replug the USB cable. If that does not help, call the administrator."),
        _("The computer cannot see the register."),
    ),
    E.PORT_BUSY: Words(  # L03
        _("Another program is using register “%(device)s”."),
        WAITS,
        _("Close it: two programs cannot share one register."),
        _("Another program is using the register."),
    ),
    E.LINK_LOST: Words(  # L04
        _("The link with register “%(device)s” dropped."),
        WAITS,
        _("Check the cable. Do not enter anything again."),
        _("The link with the register dropped."),
    ),
    E.WRONG_DEVICE: Words(  # L07
        _("Wrong register: expected %(expected)s, found %(actual)s."),
        _("Printing is stopped, nothing has been registered."),
        CALL_ADMIN,
        _("Wrong register or fiscal storage on this port."),
    ),
    E.DEVICE_SLOW: Words(  # L08
        _("The register is slow (it waits for the internet)."),
        CHECKING,
        _("Do not switch it off and do not repeat the sale."),
    ),
    E.DEVICE_REBOOTING: Words(  # L11
        _("The register is restarting."), WAITS, _("Wait up to 3 minutes and keep the power on.")
    ),
    E.DEVICE_BUSY: Words(_("The register is busy printing."), WAITS, _("Wait a little: it goes on by itself.")),  # R16
    # 2. Receipts
    E.OUTCOME_UNKNOWN: Words(  # R01, R18, Q02
        _("The link dropped while the register was at work."),
        CHECKING,
        _("Do not repeat it: it is checked by itself as soon as the register answers."),
    ),
    E.PAPER_OUT: Words(  # R02
        _("Out of paper."), _("The receipt is not registered yet."), _("Insert a roll and printing starts by itself.")
    ),
    E.PAPER_OUT_MID_RECEIPT: Words(  # R03
        _("Paper ran out half-way."),
        _("The receipt is already registered and kept in the fiscal storage."),
        _("Insert a roll: the same receipt will be finished. Do not register a new one."),
    ),
    E.COVER_OPEN: Words(_("The cover is open."), WAITS, _("Close it until it clicks.")),  # R04
    E.PRINTER_FAULT: Words(  # R17
        _("The register cannot print."),
        WAITS,
        _("Switch it off for a minute and check the paper. If that fails, call service."),
    ),
    E.LOW_POWER: Words(_("The register is low on power."), WAITS, _("Connect its power supply.")),  # R19
    E.DOCUMENT_OPEN: Words(  # R05
        _("An unfinished receipt was left in the register."), WAITS, _("It is being cancelled, then the line goes on.")
    ),
    E.DOCUMENT_CLOSED: Words(  # R06
        _("The register lost the open receipt (probably a power cut)."),
        CHECKING,
        _("Do not repeat it: it is being checked."),
    ),
    E.CLOSE_INTERRUPTED: Words(  # R07
        _("The register did not confirm the receipt."), CHECKING, _("Do not repeat it: it is being checked.")
    ),
    E.Z_INTERRUPTED: Words(  # R08
        _("The closing report was cut off."), NO_RECEIPTS, _("Insert paper and press “Finish the report”.")
    ),
    E.REPORT_INTERRUPTED: Words(  # R09
        _("A report of the register was cut off."), NO_RECEIPTS, _("Insert paper and press “Finish printing”.")
    ),
    E.PAYMENTS_MISMATCH: Words(  # R10
        _("Payments (%(paid)s) do not equal the total (%(total)s)."),
        NOT_REGISTERED,
        _("Correct the payments."),
        _("Payments do not equal the total."),
    ),
    E.TOTAL_DIFFERS: Words(  # R11
        _("Receipt FD %(fd)s shows %(actual)s, the order says %(expected)s."),
        _("The receipt is registered, with another total."),
        _("A correction is needed. Call the manager."),
        _("The registered total differs from the order."),
    ),
    E.NOT_ENOUGH_CASH: Words(  # R13
        _("The register holds less cash than it has to pay out."), NOT_REGISTERED, _("Deposit cash first.")
    ),
    E.BAD_REQUISITE: Words(  # R14
        _("The register refused a field of the receipt: %(field)s."),
        NOT_REGISTERED,
        _("Correct or remove it."),
        _("The register refused a field of the receipt."),
    ),
    E.TAX_MISMATCH: Words(  # R15
        _("The VAT rate or tax system does not fit this register."), NOT_REGISTERED, _("The administrator can fix it.")
    ),
    E.BAD_AMOUNT: Words(
        _("The register refused a price, a quantity or a sum."), NOT_REGISTERED, _("Correct the receipt.")
    ),
    E.RECEIPT_TOO_LARGE: Words(
        _("The receipt is too long for the register."), NOT_REGISTERED, _("Divide it into several receipts.")
    ),
    E.NO_DOCUMENT: Words(
        _("The fiscal storage has no such document."), _("Nothing has been changed."), _("Check the number.")
    ),
    # 3. Shift, cash, operator
    E.SHIFT_EXPIRED: Words(  # S01
        _("The shift is over 24 hours old and receipts are refused."),
        _("Waiting receipts are not registered yet."),
        _("Close the shift: they will be registered in the new one."),
    ),
    E.SHIFT_CLOSED: Words(  # S02
        _("The shift is closed."), NOT_REGISTERED, _("Open the shift and register the receipt again.")
    ),
    E.SHIFT_OPEN: Words(_("The shift is open already."), _("Nothing has been changed."), ""),  # S03
    E.SHIFT_TOTALS_DIFFER: Words(  # S06
        _("Shift %(n)s: register and program differ by %(diff)s."),
        _("The shift is closed, its documents are safe."),
        _("Open the reconciliation."),
        _("The sums of the register and of the program differ."),
    ),
    E.OPERATOR_ERROR: Words(  # S07
        _("The register refused the cashier's password."), NOT_REGISTERED, _("The administrator can change it.")
    ),
    E.SERVICE_NEEDED: Words(_("The register needs service."), NO_RECEIPTS, CALL_SERVICE),  # S04
    E.WRONG_MODE: Words(_("The register is in a mode that does not allow this command."), NOT_REGISTERED, CALL_ADMIN),
    # 4. Clock
    E.CLOCK_DRIFT: Words(  # C01
        _("The register clock is off by %(min)s min."),
        SELLING,
        _("It will be corrected after the shift is closed."),
        _("The register clock is wrong."),
    ),
    E.CLOCK_BEHIND: Words(  # C02
        _("The register time is earlier than the last receipt."),
        NO_RECEIPTS,
        _("Check the date of the register and of the computer."),
    ),
    E.CLOCK_FN: Words(  # C03
        _("The clocks of the register and its storage differ by over 5 minutes."),
        NO_RECEIPTS,
        _("Close the shift and set the time."),
    ),
    E.CLOCK_RESET: Words(  # C04
        _("The register clock was reset."), NO_RECEIPTS, _("Enter the exact date and time (twice, to confirm).")
    ),
    # 5. Fiscal storage and OFD
    E.FN_EXPIRING: Words(  # N01
        _("The fiscal storage works until %(date)s."),
        SELLING,
        _("Order a new one now: an expired one stops all receipts."),
        _("The fiscal storage expires soon."),
    ),
    E.FN_FULL: Words(  # N02
        _("The fiscal storage is full."), NO_RECEIPTS, _("Close the shift and call service to replace the storage.")
    ),
    E.FN_EXPIRED: Words(  # N03
        _("The fiscal storage has expired."), NO_RECEIPTS, _("Close the shift and replace the storage.")
    ),
    E.FN_CRYPTO: Words(  # N04
        _("The fiscal storage has used up its resource early."),
        NO_RECEIPTS,
        _("Close the shift and replace the storage."),
    ),
    E.FN_FAULT: Words(  # N05
        _("Fiscal storage fault."), NO_RECEIPTS, _("Do not switch anything off; call the service centre.")
    ),
    E.FN_UNSENT: Words(  # N09
        _("The storage cannot be closed: some receipts have not been sent to the OFD."),
        _("Nothing has been changed."),
        _("Restore the link with the OFD first."),
    ),
    E.OFD_DELAY: Words(  # N06
        _("The register has not sent receipts to the OFD for %(d)s days; waiting: %(n)s."),
        SELLING,
        _("Check the internet: after 30 days the register stops."),
        _("The register has not sent receipts to the OFD for days."),
    ),
    E.OFD_BLOCKED: Words(  # N07
        _("The register is stopped: receipts have not reached the OFD for over 30 days."),
        NO_RECEIPTS,
        _("Fix the internet: it starts by itself once they are sent."),
    ),
    E.NOT_REGISTERED: Words(  # N10
        _("The register is not registered with the tax office, or its storage belongs to another one."),
        NO_RECEIPTS,
        CALL_ADMIN,
    ),
    E.LICENCE: Words(_("A licence is missing in the register."), NO_RECEIPTS, CALL_ADMIN),  # N11
    E.TEST_DEVICE: Words(  # R21
        _("This is a training register."), _("Its receipts are not real and stay out of reports."), ""
    ),
    # 6. Marking
    E.MARK_REFUSED: Words(  # M07
        _("An item must not be sold: its marking code was refused."),
        NOT_REGISTERED,
        _("Remove the item from the receipt."),
    ),
    # 7. Our side
    E.NOT_SUPPORTED: Words(
        _("This register cannot do that."), _("Nothing has been sent to the register."), _("Choose another register.")
    ),
    E.DEADLINE_PASSED: Words(  # Q01
        _("The job waited longer than it was allowed to."),
        _("Nothing has been registered."),
        _("Decide whether it is still needed and send it again."),
    ),
    E.DECIDED_BY_PERSON: Words(  # R01, a person
        _("A person said how it ended."), _("The fiscal storage could not be asked, or could not tell."), ""
    ),
    E.CANCELLED_BY_PERSON: Words(_("The job was cancelled in line."), _("Nothing has been registered."), ""),
    E.INTERNAL: Words(
        _("The program made a mistake."), NOT_REGISTERED, _("Call the administrator and tell the number of the job.")
    ),
    E.OTHER: OTHER,
}
