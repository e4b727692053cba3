"""The WSGI door. It does not open for a database role that could walk around the wall."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
application = get_wsgi_application()


def refuse_a_role_that_could_bypass():
    from django.db import connection

    from accounts.checks import role_cannot_bypass_the_wall

    if problems := role_cannot_bypass_the_wall(None, None):
        sys.exit("\n".join(f"{problem.msg} {problem.hint}" for problem in problems))
    connection.close()


refuse_a_role_that_could_bypass()
