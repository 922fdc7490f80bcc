"""getRegistrationInfo: what the device is registered with. Source: atol-driver10-json.md 2.9; modes: ffd.md 6.1."""

from __future__ import annotations

from typing import Any

from devices.commands import Identity, Registration
from devices.drivers.driver10.words import MODES
from devices.ffd import Agent, FfdVersion, Taxation
from receipts.api.driver10.words import AGENTS, TAXATIONS


def block(found: Registration, who: Identity) -> dict[str, Any]:
    """Three parts as the driver names them; what a device does not tell is empty."""
    taxations = found.taxations or who.taxations
    return {
        "organization": {
            "name": found.organisation or who.organisation,
            "vatin": (found.inn or who.inn).strip(),
            "email": found.sender_email,
            "address": found.address or who.address,
            "taxationTypes": [word for word, bit in TAXATIONS.items() if bit and bit & taxations],
            "agents": [word for word, bit in AGENTS.items() if Agent(bit) & found.agents],
        },
        "device": {
            "registrationNumber": (found.rnm or who.rnm).strip().zfill(16),
            "fnsUrl": found.fns_site,
            "machineNumber": found.machine_number,
            "paymentsAddress": found.settlement_place,
            "ffdVersion": FfdVersion(found.ffd).label if found.ffd in set(FfdVersion) else "",
            "defaultTaxationType": _only(taxations),
            "ofdChannel": "proto",
            **{theirs: ours in found.modes for theirs, ours in MODES.items()},
        },
        "ofd": {"name": found.ofd_name, "vatin": found.ofd_inn.strip(), "host": "", "port": 0, "dns": ""},
        "ism": {"host": "", "port": 0},
    }


def _only(taxations: int) -> str:
    single = taxations in {taxation.value for taxation in Taxation}
    return next((word for word, bit in TAXATIONS.items() if bit and single and bit == taxations), "")
