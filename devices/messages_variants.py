"""
The same code in another turn of events: devices/messages_context.py says which. As in devices/messages_table.py.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as plazy

from devices.errors import ErrorCode as E
from devices.messages_words import SELLING, WAITS, Words

VARIANTS: dict[tuple[E, str], Words] = {
    (E.DEVICE_OFFLINE, "network"): Words(
        (_("The network register at %(addr)s does not answer."), _("The register does not answer.")),
        (WAITS, _("Waiting jobs: %(n)d.")),
        _("Check the cable and the router."),
    ),  # L10
    (E.LINK_LOST, "back"): Words(
        (_("The link dropped and came back at %(time)s."), _("The link dropped and came back.")),
        _("Checking the last receipt."),
        "",
    ),  # L04
    (E.OUTCOME_UNKNOWN, "receipt"): Words(
        _("The link dropped while registering a receipt for %(sum)s."),
        plazy("receipt", "It is not known yet whether it was registered."),
        _("Do not repeat the sale: it will be checked as soon as the register answers."),
    ),  # R01
    (E.OUTCOME_UNKNOWN, "ahead"): Words(
        _("The link dropped at an earlier job, which is being checked."),
        WAITS,
        _("Do not repeat it: its turn comes after that."),
    ),  # R01, of those behind it
    (E.OUTCOME_UNKNOWN, "once"): Words(
        _("The link dropped while the register was being reset."),
        _("Whether it was done is not known yet: the register keeps no trace of it."),
        _("Do not repeat it: look at its settings and counters, then say how it ended."),
    ),
    (E.OUTCOME_UNKNOWN, "registered"): Words(
        (_("Checked: the receipt for %(sum)s was registered (FD %(fd)s)."), _("Checked: it was registered.")),
        _("Nothing to repeat."),
        "",
    ),  # R01
    (E.OUTCOME_UNKNOWN, "absent"): Words(
        (_("Checked: the receipt for %(sum)s was not registered."), _("Checked: it was not registered.")),
        _("Registering it now."),
        "",
    ),  # R01
    (E.OUTCOME_UNKNOWN, "person"): Words(
        (_("Could not tell whether the receipt for %(sum)s exists."), _("Could not tell whether it was registered.")),
        _("Until then this register prints nothing."),
        _("Find it on the tape or at the OFD and choose “Receipt exists” or “No receipt”."),
    ),  # R01
    (E.OUTCOME_UNKNOWN, "restarted"): Words(
        (
            _("The program restarted during a receipt for %(sum)s."),
            _("The program restarted while the register was at work."),
        ),
        _("Checking whether it was registered."),
        _("Do not repeat it."),
    ),  # Q02
    (E.OUTCOME_UNKNOWN, "power"): Words(
        _("Power was lost."), _("Checking how the last receipt ended."), _("Please wait.")
    ),  # R18
    (E.SHIFT_OPEN, "in the way"): Words(
        _("The register does this only while the shift is closed."),
        _("Nothing has been changed."),
        _("Close the shift and send it again."),
    ),  # S03
    (E.NOT_ENOUGH_CASH, "cash out"): Words(
        (
            _("The register holds %(cash)s but %(need)s is needed."),
            _("The register holds less cash than it has to pay out."),
        ),
        _("Nothing has been paid out."),
        ((_("Deposit %(diff)s first."), _("Deposit cash first.")),),
    ),  # R13
    (E.CLOCK_DRIFT, "slow"): Words(
        (plazy("slow", "The register clock is off by %(min)d min."), _("The register clock is wrong.")),
        SELLING,
        _("It will be corrected after the shift is closed."),
    ),  # C01
    (E.CLOCK_DRIFT, "fast"): Words(
        (plazy("fast", "The register clock is off by %(min)d min."), _("The register clock is wrong.")),
        SELLING,
        _("It will be corrected after the shift is closed."),
    ),  # C01
    (E.CLOCK_DRIFT, "stays"): Words(
        _("The register clock is off by %(min)d min."),
        SELLING,
        _("Check the time zone of the place and the clock of this computer, then set the time."),
    ),  # C01
    (E.DUPLICATE_REQUEST, "alike"): Words(
        (
            _("A receipt with the same lines and sum was accepted at %(time)s."),
            _("A receipt with the same lines and sum was accepted a moment ago."),
        ),
        _("This one is accepted too."),
        _("If it is the same sale, cancel one of them."),
    ),  # R12
    (E.FN_EXPIRING, "almost full"): Words(
        _("The fiscal storage is almost full."), SELLING, _("Order a new one: a full one stops all receipts.")
    ),  # N01
    (E.DEADLINE_PASSED, "many"): Words(
        (
            _("While the register was down %(n)d jobs piled up, the oldest from %(time)s."),
            _("While the register was down jobs piled up."),
        ),
        _("Nothing has been registered."),
        _("Choose what to register and what to cancel."),
    ),  # Q01
}
