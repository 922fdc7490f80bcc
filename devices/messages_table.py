"""
One row per public code: title, truth, action. English here, Russian in devices/locale/ru. Source: reference
failure-modes.md, sections 1 to 7, whose sentences these are; the rows' ids are in the comments.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as plazy

from devices.errors import ErrorCode as E
from devices.messages_words import (
    CALL_ADMIN,
    CALL_SERVICE,
    CHECKING,
    NO_RECEIPTS,
    NOT_REGISTERED,
    SELLING,
    WAITS,
    Words,
)

OTHER = Words(_("The register refused the command."), NOT_REGISTERED, _("Call the administrator and tell the code."))

EXPLANATIONS: dict[E, Words] = {
    # 1. Link and port
    E.DEVICE_OFFLINE: Words(
        (
            _("Register “%(device)s” has not answered since %(since)s."),
            _("Register “%(device)s” does not answer."),
            _("The register does not answer."),
        ),
        (WAITS, _("Waiting jobs: %(n)d.")),
        (_("Check power and both ends of the cable."), _("Do not enter anything again.")),
    ),  # L01, L10
    E.PORT_MISSING: Words(
        (_("The computer cannot see “%(device)s”."), _("The computer cannot see the register.")),
        WAITS,
        (_("Unplug and replug the USB cable."), _("If that does not help, call the administrator.")),
    ),  # L02
    E.PORT_BUSY: Words(
        (
            _("Another program%(who)s is using “%(device)s”."),
            _("Another program is using “%(device)s”."),
            _("Another program is using the register."),
        ),
        _("Jobs are waiting."),
        _("Close it: two programs cannot share one register."),
    ),  # L03
    E.LINK_LOST: Words(
        (_("The link with register “%(device)s” dropped."), _("The link with the register dropped.")),
        WAITS,
        (_("Check the cable."), _("Do not enter anything again.")),
    ),  # L04
    E.LINK_SLEPT: Words(_("The register was asleep."), WAITS, _("Waking it up takes a few seconds.")),  # L05
    E.PORT_PROBED: Words(
        _("The register has just been plugged in."), WAITS, ((_("Ready in %(s)d s."), _("Ready in some seconds.")),)
    ),  # L06
    E.WRONG_DEVICE: Words(
        (
            _("Wrong register: expected %(expected)s, found %(actual)s."),
            _("Wrong register or fiscal storage on this port."),
        ),
        _("Printing is stopped."),
        CALL_ADMIN,
    ),  # L07
    E.DEVICE_SLOW: Words(
        _("The register is slow (waiting for the internet)."),
        CHECKING,
        _("Do not switch it off and do not repeat the sale."),
    ),  # L08
    E.DEVICE_REBOOTING: Words(
        _("The register is restarting."), WAITS, _("Wait up to 3 minutes and keep the power on.")
    ),  # L11
    E.DEVICE_BUSY: Words(_("The register is busy printing."), WAITS, _("Waiting.")),  # R16
    # 2. Receipts
    E.OUTCOME_UNKNOWN: Words(
        _("The link dropped while the register was at work."),
        CHECKING,
        _("Do not repeat it: it will be checked as soon as the register answers."),
    ),  # R01
    E.PAPER_OUT: Words(
        _("Out of paper."), _("The receipt is not registered yet."), _("Insert a roll and printing starts by itself.")
    ),  # R02
    E.PAPER_OUT_MID_RECEIPT: Words(
        _("Paper ran out half-way."),
        ((_("The receipt for %(sum)s is already registered."), _("The receipt is already registered.")),),
        (_("Insert a roll and the same receipt will be finished."), _("Do not register a new one.")),
    ),  # R03
    E.COVER_OPEN: Words(_("The cover is open."), WAITS, _("Close it until it clicks.")),  # R04
    E.PRINTER_FAULT: Words(
        (_("The register cannot print: %(part)s."), _("The register cannot print.")),
        ((_("The receipt is %(state)s."), WAITS),),
        (_("Switch it off for a minute and check the paper."), _("If that fails, call service.")),
    ),  # R17
    E.LOW_POWER: Words(
        _("The register is low on power."), ((_("The receipt is %(state)s."), WAITS),), _("Connect its power supply.")
    ),  # R19
    E.DOCUMENT_OPEN: Words(
        _("An unfinished receipt was left in the register."), WAITS, _("Cancelling it and going on.")
    ),  # R05
    E.DOCUMENT_CLOSED: Words(
        _("The register lost the open receipt (probably a power cut)."),
        (_("Checking whether it was registered."), CHECKING),
        _("Do not repeat it."),
    ),  # R06
    E.CLOSE_INTERRUPTED: Words(
        _("The register did not confirm the receipt."), (_("Checking."), CHECKING), _("Do not repeat it.")
    ),  # R07
    E.Z_INTERRUPTED: Words(
        _("The closing report was cut off."),
        _("No receipts until then."),
        _("Insert paper and press “Finish the report”."),
    ),  # R08
    E.REPORT_INTERRUPTED: Words(
        _("A register report was cut off."),
        plazy("report", "No receipts until then."),
        _("Insert paper and press “Finish printing”."),
    ),  # R09
    E.PAYMENTS_MISMATCH: Words(
        (_("Payments (%(paid)s) do not equal the total (%(total)s)."), _("Payments do not equal the total.")),
        _("Not registered."),
        _("Correct the payments."),
    ),  # R10
    E.TOTAL_DIFFERS: Words(
        (
            _("Receipt FD %(fd)s shows %(actual)s, the order says %(expected)s."),
            _("The registered total differs from the order."),
        ),
        _("The receipt is registered, with another total."),
        (_("A correction is needed."), _("Call the manager.")),
    ),  # R11
    E.DUPLICATE_REQUEST: Words(
        (_("This receipt was registered at %(time)s (FD %(fd)s)."), _("This receipt was registered already.")),
        _("No second one was made."),
        "",
    ),  # R12
    E.NOT_ENOUGH_CASH: Words(
        (
            _("The register holds %(cash)s but %(need)s is needed."),
            _("The register holds less cash than it has to pay out."),
        ),
        _("Not registered."),
        ((_("Deposit %(diff)s first."), _("Deposit cash first.")),),
    ),  # R13
    E.BAD_REQUISITE: Words(
        (
            _("The register refused the field “%(field)s”: “%(masked)s”."),
            _("The register refused the field “%(field)s”."),
            _("The register refused a field of the receipt."),
        ),
        _("Not registered."),
        _("Correct or remove it."),
    ),  # R14
    E.TAX_MISMATCH: Words(
        _("The VAT rate or tax system does not fit this register."),
        _("Not registered."),
        _("The administrator can fix it."),
    ),  # R15
    E.PAID_WITHOUT_RECEIPT: Words(
        (
            _("Order %(order)s (%(sum)s) is paid but has had no receipt for %(min)d min."),
            _("An order is paid and has no receipt."),
        ),
        _("Not registered."),
        _("Open the order."),
    ),  # R20
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
    E.SHIFT_ENDS_SOON: Words(
        (_("The shift has been open for %(h)d h."), _("The shift will soon be 24 hours old.")),
        SELLING,
        (
            (
                _("Close it before %(time)s: after 24 hours the register refuses receipts."),
                _("Close it: after 24 hours the register refuses receipts."),
            ),
        ),
    ),  # S01 (22 h)
    E.SHIFT_EXPIRED: Words(
        _("The shift is over 24 hours old and receipts are refused."),
        ((_("The receipt for %(sum)s is waiting."), _("Waiting receipts are not registered yet.")),),
        _("Close the shift: it will be registered in the new one."),
    ),  # S01
    E.SHIFT_CLOSED: Words(
        _("The shift is closed."), _("Not registered."), _("Open it to register the receipt.")
    ),  # S02
    E.SHIFT_OPEN: Words(_("The shift is open already."), _("Nothing has been changed."), ""),  # S03
    E.SHIFT_TOTALS_DIFFER: Words(
        (
            _("Shift %(n)s: register and program differ by %(diff)s."),
            _("Shift %(n)s: register and program differ."),
            _("The sums of the register and of the program differ."),
        ),
        _("The shift is closed, its documents are safe."),
        _("Open the reconciliation."),
    ),  # S06
    E.OPERATOR_ERROR: Words(
        _("The register refused the cashier's password."), _("Not registered."), _("The administrator can change it.")
    ),  # S07
    E.SERVICE_NEEDED: Words(
        _("The register needs service: shift numbers differ."), _("No receipts."), CALL_SERVICE
    ),  # S04
    E.TERMINAL_NOT_RECONCILED: Words(
        _("The card terminal has not been reconciled."),
        _("The shift can be closed all the same."),
        _("You may close the shift and reconcile later."),
    ),  # S08
    E.WRONG_MODE: Words(_("The register is in a mode that does not allow this command."), NOT_REGISTERED, CALL_ADMIN),
    # 4. Clock
    E.CLOCK_DRIFT: Words(
        (_("The register clock is off by %(min)d min."), _("The register clock is wrong.")),
        SELLING,
        _("It will be corrected after the shift is closed."),
    ),  # C01
    E.CLOCK_BEHIND: Words(
        _("The register time is earlier than the last receipt."), NO_RECEIPTS, _("Check both dates.")
    ),  # C02
    E.CLOCK_FN: Words(
        _("The clocks of the register and its storage differ by over 5 minutes."),
        NO_RECEIPTS,
        _("Close the shift and set the time."),
    ),  # C03
    E.CLOCK_RESET: Words(
        _("The register clock was reset."), NO_RECEIPTS, _("Enter the exact date and time (twice, to confirm).")
    ),  # C04
    # 5. Fiscal storage and OFD
    E.FN_EXPIRING: Words(
        (
            _("The fiscal storage works until %(date)s (%(d)d days left)."),
            _("The fiscal storage works until %(date)s."),
            _("The fiscal storage expires soon."),
        ),
        SELLING,
        _("Order a new one: an expired one stops all receipts."),
    ),  # N01
    E.FN_FULL: Words(
        _("The fiscal storage is full."), _("No more receipts."), _("Close the shift and call service to replace it.")
    ),  # N02
    E.FN_EXPIRED: Words(
        (_("The fiscal storage expired on %(date)s."), _("The fiscal storage has expired.")),
        _("No receipts."),
        _("Close the shift and replace it."),
    ),  # N03
    E.FN_CRYPTO: Words(
        _("The storage has used up its resource early."), _("No receipts."), _("Close the shift and replace it.")
    ),  # N04
    E.FN_FAULT: Words(
        _("Fiscal storage fault."), _("No receipts."), _("Do not switch anything off; call service.")
    ),  # N05
    E.OFD_DELAY: Words(
        (
            _("For %(d)d days the register has not sent receipts to the OFD: %(n)d waiting."),
            _("The register has not sent receipts to the OFD for days."),
        ),
        _("You can sell."),
        (
            _("Check the internet."),
            (_("If not fixed by %(deadline)s the register will stop."), _("After 30 days the register stops.")),
        ),
    ),  # N06
    E.OFD_BLOCKED: Words(
        _("The register is stopped: receipts have not reached the OFD for over 30 days."),
        NO_RECEIPTS,
        _("Fix the internet: it restarts by itself once they are sent."),
    ),  # N07
    E.OFD_REJECTED: Words(
        _("The OFD refuses this register's receipts."),
        _("You can sell."),
        _("Check the OFD contract and the registration."),
    ),  # N08
    E.FN_UNSENT: Words(
        (
            _("The storage cannot be closed: %(n)d receipts unsent."),
            _("The storage cannot be closed: some receipts have not been sent to the OFD."),
        ),
        _("Nothing has been changed."),
        _("Restore the OFD link first."),
    ),  # N09
    E.NOT_REGISTERED: Words(
        _("The register is not registered, or its storage belongs to another one."),
        plazy("not registered", "No receipts."),
        CALL_ADMIN,
    ),  # N10
    E.LICENCE: Words(
        (_("A licence is missing%(what)s."), _("A licence is missing.")), _("No receipts."), CALL_ADMIN
    ),  # N11
    E.BUYER_MAIL_UNSENT: Words(
        _("The receipt is registered but the e-mail was not sent."),
        _("It is in the fiscal storage."),
        (_("Send the link or show the QR."), _("Do not register again.")),
    ),  # N12
    E.TEST_DEVICE: Words(
        (
            _("This is a training register: receipts are not real and stay out of reports%(limit)s."),
            _("This is a training register: receipts are not real and stay out of reports."),
        ),
        _("Nothing of it goes to the tax office."),
        "",
    ),  # R21
    # 6. Marking
    E.MARK_TIMEOUT: Words(
        (_("The marking service did not answer in %(s)d s."), _("The marking service did not answer.")),
        _("Not registered."),
        _("Check again?"),
    ),  # M01
    E.MARK_BUSY: Words(
        _("The register is still checking the previous code."), WAITS, ((_("Wait %(s)d s."), _("Wait a little.")),)
    ),  # M02
    E.MARK_NOT_CHECKED: Words(
        (_("The code of “%(item)s” was not checked."), _("The code of an item was not checked.")),
        _("Not registered."),
        _("Scan it again."),
    ),  # M03
    E.MARK_INVALID: Words(
        _("This is not a marking code."), _("Not registered."), _("Scan the square code, not the barcode.")
    ),  # M04
    E.MARK_BLOCKED: Words(_("Marked goods cannot be sold right now."), _("Other goods can."), ""),  # M05
    E.MARK_OFFLINE: Words(
        (
            _("Codes have been checked offline since %(time)s: status and expiry date are not visible."),
            _("Codes are checked offline: status and expiry date are not visible."),
        ),
        _("You can sell."),
        CALL_ADMIN,
    ),  # M06
    E.MARK_REFUSED: Words(
        (_("“%(item)s” must not be sold: %(reason)s."), _("An item must not be sold: its marking code was refused.")),
        _("No money was taken."),
        _("Remove it."),
    ),  # M07
    # 7. Our side
    E.NOT_SUPPORTED: Words(
        _("This register cannot do that."), _("Nothing has been sent to the register."), _("Choose another register.")
    ),
    E.DEADLINE_PASSED: Words(
        _("The job waited longer than it was allowed to."),
        _("Nothing has been registered."),
        _("Decide whether it is still needed and send it again."),
    ),  # Q01
    E.CANCELLED_BY_PERSON: Words(_("The job was cancelled in line."), _("Nothing has been registered."), ""),
    E.EARLIER_FAILED: Words(
        _("An earlier command of the same request failed."),
        _("This one was not carried out: nothing has been registered."),
        _("Put the first one right and send a new request."),
    ),
    E.WORKER_DOWN: Words(
        (
            _("The register service on “%(host)s” has been down since %(time)s."),
            _("The register service has been down since %(time)s."),
            _("The register service is not running."),
        ),
        _("Receipts are accepted and wait."),
        _("Switch the computer on or call the administrator."),
    ),  # Q05
    E.KEY_CONFLICT: Words(
        (
            _("Order %(external_id)s was already sent with other data: “%(field)s” differs."),
            _("This order was already sent with other data."),
        ),
        _("No receipt was created."),
        "",
    ),  # Q09
    E.DISK_FULL: Words(
        _("The server is out of disk space."), _("New receipts are refused, registered ones are safe."), CALL_ADMIN
    ),  # Q13
    E.DECIDED_BY_PERSON: Words(
        _("A person said how it ended."), _("The fiscal storage could not be asked, or could not tell."), ""
    ),  # R01
    E.INTERNAL: Words(
        _("The program made a mistake."), NOT_REGISTERED, _("Call the administrator and tell the number of the job.")
    ),
    E.OTHER: OTHER,
}
