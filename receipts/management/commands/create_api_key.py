"""A new API client, or a new key for one that is there."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from devices.models import Site
from receipts.keys import USUAL_SCOPES, Scope, note_new_key, renew
from receipts.models import ApiClient


class Command(BaseCommand):
    help = "Creates an API client and shows its key once; --renew gives a known client a new key."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", help="what people call the client")
        parser.add_argument(
            "--scope", action="append", choices=[scope.value for scope in Scope], help="may be repeated; the usual ones"
        )
        parser.add_argument(
            "--site", action="append", default=[], help="code of a site; may be repeated; all by default"
        )
        parser.add_argument("--renew", action="store_true", help="a new key for this client; the old one stops working")
        parser.add_argument("--key-only", action="store_true", help="print the key and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        client = ApiClient.objects.filter(name=options["name"]).first()
        if (client is not None) != options["renew"]:
            raise CommandError(
                _("There is no client “%(name)s”.") % options
                if client is None
                else _("Client “%(name)s” is there already; --renew gives it a new key.") % options
            )
        sites = list(Site.objects.filter(code__in=options["site"]))
        if missing := set(options["site"]) - {site.code for site in sites}:
            raise CommandError(_("There is no site “%(code)s”.") % {"code": ", ".join(sorted(missing))})
        client = client or ApiClient(name=options["name"], scopes=[scope.value for scope in USUAL_SCOPES])
        if options["scope"]:
            client.scopes = options["scope"]
        key = renew(client)
        client.save()
        if sites:
            client.sites.set(sites)
        note_new_key(client, actor="console: create_api_key")
        if options["key_only"]:
            self.stdout.write(key)
            return
        self.stdout.write(_("API key (it is not shown again): %(key)s") % {"key": key})
        self.stdout.write(_("Secret of the callbacks' signature: %(secret)s") % {"secret": client.callback_secret})
