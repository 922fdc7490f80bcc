#!/usr/bin/env python3
"""Django's command line; on a bare machine it first prepares .venv (bootstrap.py)."""

import os
import sys

# This file stays readable for older Pythons, so that they can say what is missing instead of a SyntaxError.
if sys.version_info < (3, 11):  # noqa: UP036 - the very check
    sys.exit("kktoffice needs Python 3.11 or newer, this is %d.%d: run it with a newer python3." % sys.version_info[:2])


def main() -> None:
    import bootstrap

    bootstrap.ensure(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kktoffice.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
