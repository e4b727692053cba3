"""Opens an organisation from the shell, where self-service sign-up is switched off."""

from getpass import getpass

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from accounts.forms import AddressForm, SignUpForm
from accounts.founding import found
from accounts.signboard import password, table


class Command(BaseCommand):
    help = "Create an organisation with its first administrator and print how to sign in."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the organisation's name")
        parser.add_argument("--administrator", required=True, help="the name of its first administrator")
        parser.add_argument("--email", required=True, help="the address the administrator signs in with")
        parser.add_argument("--language", choices=[code for code, _ in settings.LANGUAGES], default="zh-hans")
        parser.add_argument(
            "--ask", action="store_true", help="ask for the password; without it, one is made and printed"
        )

    def handle(self, *, name, administrator, email, language, ask, **options):
        secret = getpass("Password: ") if ask else password()
        given = {"name": name, "administrator": administrator, "language": language, "password": secret}
        founder = self.founded(AddressForm({"email": email}), SignUpForm(given, email=email))
        shown = "(the one you typed)" if ask else secret
        address = f"{settings.BASE_URL}/account/login/"
        self.stdout.write(table([("address", address), ("e-mail", founder.email), ("password", shown)]))

    def founded(self, address, form):
        wrong = address.errors | form.errors
        if wrong:
            raise CommandError(" ".join(f"{name}: {' '.join(errors)}" for name, errors in wrong.items()))
        try:
            return found(**form.cleaned_data, **address.cleaned_data)
        except IntegrityError as error:
            raise CommandError("This address signs in to an organisation already; use another one.") from error
