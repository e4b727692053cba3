"""Settings. Everything that differs between two installations comes from the environment."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from crm import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / ".data")))

SECRET_KEY = environment.text("SECRET_KEY")
MASTER_KEY = environment.key("MASTER_KEY")
DEBUG = environment.flag("DEBUG")
BASE_URL = environment.text("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = environment.text("ALLOWED_HOSTS", f"{urlsplit(BASE_URL).hostname},localhost,127.0.0.1").split(",")
SIGN_UP = environment.flag("SIGN_UP", default=True)
CANARY_DOMAINS = environment.text("CANARY_DOMAINS", "").replace(",", " ").lower().split()
LEAVING_VIEWS = environment.number("LEAVING_VIEWS", 30)
INBOUND_DOMAIN = environment.text("INBOUND_DOMAIN", "").lower()
HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "crm",
    "django_cotton.apps.SimpleAppConfig",
    "lucide",
    "accounts",
    "audit",
    "approvals",
    "customers",
    "opportunities",
    "allauth",
    "allauth.account",
    "django_filters",
    "simple_history",
    "guardian",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "accounts.middleware.BodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.ScopeMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PersonMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.break_glass.BreakGlassMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.once.OnceMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.static",
                "crm.templatetags.unchanging",
                "django.templatetags.l10n",
                "accounts.templatetags.once",
            ],
            "libraries": {"i18n": "crm.templatetags.unchanging"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.context.frame",
            ],
        },
    }
]

DATABASES = {
    "default": environment.database(environment.text("DATABASE_URL"))
    | {"TEST": {"TEMPLATE": environment.text("TEST_TEMPLATE", "")}},
    "owner": environment.database(environment.text("DATABASE_OWNER_URL", environment.text("DATABASE_URL")))
    | {"TEST": {"MIRROR": "default"}},
}
CACHES = {"default": {"BACKEND": "crm.cache.PatientCache", "LOCATION": environment.text("REDIS_URL")}}

# Sign-in. The person's own backend knows how to look before an organisation is known.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sign_in.Backend"]

# django-guardian lends the shape of object permissions and finds what is shared. It answers no `has_perm`: the rules do.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # its backend is not installed, on purpose
    "templates.W003",  # `i18n` is ours, on purpose (crm/templatetags/unchanging.py)
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.StrengthValidator"},
]
REQUIRE_SECOND_FACTOR = environment.flag("REQUIRE_SECOND_FACTOR", default=True)
GEOIP_DATABASE = environment.text("GEOIP_DATABASE", "")
SIGN_IN_PATH = "/account/"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.sign_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no mail because somebody typed their address
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 4 * 3600
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key", "signup": "20/h/ip", "sign_up_letter": "3/h/key", "join": "60/h/ip",
}  # fmt: skip
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0  # the one that ends TLS; otherwise everybody would share its address
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.LoginForm",
    "reset_password": "accounts.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.sign_in_forms.ResetPasswordKeyForm",
    "change_password": "accounts.sign_in_forms.ChangePasswordForm",
    "reauthenticate": "accounts.sign_in_forms.ReauthenticateForm",
}

# Sessions, cookies, headers.
SESSION_ENGINE = "accounts.browser_sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "crm.errors.form_expired"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from within, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# What comes in. An uploaded list may be 20 MB; everything else is a form.
LARGEST_UPLOAD = 20 * 1024 * 1024
LARGEST_BODY = LARGEST_UPLOAD + 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# Languages, numbers, times.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["crm.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

# Static files: no build step, hashed names.
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Jobs: the outbox in PostgreSQL is the truth, Redis only wakes the workers.
CELERY_BROKER_URL = environment.text("REDIS_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 280
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 3,
    "socket_connect_timeout": 1,
    "max_retries": 0,  # of one publishing: a broker that is away may not hold up a request; the relay tries again
    "socket_keepalive": True,
    "health_check_interval": 5,
}

# History is written by triggers; django-simple-history reads it.
SIMPLE_HISTORY_ENABLED = False
SIMPLE_HISTORY_DATE_INDEX = False

globals().update(environment.mail(environment.text("EMAIL_URL", f"file://{DATA_DIR / 'mail'}")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("MAIL_FROM", "Candor <candor@localhost>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},
}
