"""What explanations of codes are made of, and the sentences that several of them say."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = Promise | tuple[Promise, ...]  # a tuple: the first one that names nothing unknown is said


@dataclass(frozen=True, slots=True)
class Words:
    """
    *title* is one sentence, *truth* and *action* are one or several ("" for none). A sentence that names what nobody
    knows is left out, or stands in a plainer form where it has one.
    """

    title: Sentence
    truth: Promise | tuple[Sentence, ...] | str
    action: Promise | tuple[Sentence, ...] | str


# What is true, said the same way everywhere.
WAITS = _("Nothing has been registered; the job keeps its place in line.")
NOT_REGISTERED = _("Not registered. No money was taken by the register.")
NO_RECEIPTS = _("No receipts until then. Waiting jobs keep their place in line.")
CHECKING = _("It is not known yet whether it was registered.")
SELLING = _("You can go on selling.")
CALL_ADMIN = _("Call the administrator.")
CALL_SERVICE = _("Call the service centre.")

# Of a job that was taken back while something made it wait: the words of that would say that it still does.
TAKEN_BACK = _("Nothing has been registered, and it has been taken out of the line.")
SEND_AGAIN = _("If it is still needed, send it again when this is over.")
