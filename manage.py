#!/usr/bin/env python
"""Django's command line, and `up`; `make manage CMD="..."` calls it with the local stack around it."""

import os
import sys


def main(arguments: list[str]) -> None:
    """Run one management command; `up` alone needs no settings, for it makes them."""
    if arguments == ["up"]:
        from crm.stack.__main__ import main as stack

        sys.exit(stack(arguments))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main(sys.argv[1:])
