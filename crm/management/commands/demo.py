"""The demo organisation: made once, its sign-ins printed every time."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from crm.demo import sign_ins
from crm.demo.building import build, is_built

WITHOUT = (
    "\nFor trying, a password alone signs in (REQUIRE_SECOND_FACTOR is off). An installation asks managers,"
    "\nauditors and administrators for a second factor: REQUIRE_SECOND_FACTOR=on make run shows it."
    "\n试用时只需密码即可登录；正式安装会要求经理、审计员和管理员使用第二因素。"
)


class Command(BaseCommand):
    help = "Create the demo organisation unless it is there, and print its sign-ins."

    def handle(self, *args, **options):
        with transaction.atomic():
            self.one_at_a_time()
            passwords = self.prepared(sign_ins.kept())
        self.stdout.write(sign_ins.table(passwords))
        if not settings.REQUIRE_SECOND_FACTOR:
            self.stdout.write(WITHOUT)

    def one_at_a_time(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('candor demo'))")

    def prepared(self, passwords):
        """Passwords outlive a database that was made anew; a lost file means new ones."""
        fresh = passwords or sign_ins.drawn()
        there = is_built()
        if not there:
            build()
        if not (there and passwords):
            sign_ins.give(fresh)
            sign_ins.keep(fresh)
        return fresh
