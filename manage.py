#!/usr/bin/env python
"""Django's command line; `make manage CMD="..."` calls it with the local stack around it."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit('Django is not installed here. Run: make manage CMD="' + " ".join(sys.argv[1:]) + '"')
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
