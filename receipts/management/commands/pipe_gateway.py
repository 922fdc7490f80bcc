"""The doors of the old pipe service, with kktoffice behind them: for programs on this very machine."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from receipts.api.pipe import gateway, serving
from receipts.models import ApiClient


class Command(BaseCommand):
    help = (
        "Listens as the old pipe service did and hands messages over, in the name of an API client; with --url it only "
        "forwards them, as the file receipts/api/pipe/gateway.py does by itself."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--client", help="name of the API client whose rights and sites these programs have")
        parser.add_argument("--site", default="", help="code of the site whose numbers are meant")
        parser.add_argument("--url", help="forward to this address instead, with the key of --key-file or KKT_API_KEY")
        parser.add_argument("--key-file", help="file with the API key")
        parser.add_argument("--sample-slip", type=int, metavar="NUMBER", help="print a sample on this device at start")
        gateway.add_doors(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = self._forward(options) if options["url"] else self._here(options)
            doors = gateway.open_doors(options, answer)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        if options["sample_slip"] is not None:
            device = f'{{"atol_device_number": {options["sample_slip"]}}}'
            said = answer(f'{{"atol_device_data": {device}, "comand": "PRINT_TEXT_CHEQUE", "data": ""}}'.encode())
            self.stdout.write(said.decode())
        self.stdout.write(f"listening on {', '.join(door.name for door in doors)}")
        self.stdout.flush()
        gateway.stay(doors, options)

    def _forward(self, options: dict[str, Any]) -> gateway.Answer:
        key = gateway.read_key(options["key_file"])
        if not key:
            raise CommandError("no API key: give --key-file, or set KKT_API_KEY")
        return gateway.Forward(options["url"], key)

    def _here(self, options: dict[str, Any]) -> gateway.Answer:
        name = options["client"]
        if not ApiClient.objects.filter(name=name or "", is_active=True).exists():
            raise CommandError(f"no API client {name!r}: give --client, or make one with create_api_key")

        def answer(message: bytes) -> bytes:
            # Asked anew each time: rights may be taken away while this runs.
            try:
                client = ApiClient.objects.filter(name=name, is_active=True).first()
                if client is None:
                    return gateway.refusal(f"Программа «{name}» отключена в настройках.")
                return serving.serve(client, message, site=options["site"])
            except serving.Unavailable as error:
                return error.answer
            finally:
                connection.close()  # each message has a thread of its own

        return answer
