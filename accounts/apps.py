from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from accounts import checks, digests, permissions, reauthentication, sign_in, sweeping  # noqa: F401
