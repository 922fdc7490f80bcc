"""
Settings of every process, from environment variables (README, «Settings»).

Nothing here is secret; secrets come from the environment. Without any variable the project runs on SQLite under var/
for a look round; production sets DATABASE_URL, REDIS_URL, KKT_SECRET_KEY and KKT_ALLOWED_HOSTS.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env("KKT_VAR_DIR", default=str(BASE_DIR / "var")))

DEBUG = env.bool("KKT_DEBUG", default=False)
# Without a key each process makes its own: fine for tests and tools, useless for logins over two processes.
SECRET_KEY = env("KKT_SECRET_KEY", default="") or secrets.token_urlsafe(50)
SECRET_KEY_IS_SET = bool(env("KKT_SECRET_KEY", default=""))
ALLOWED_HOSTS = env.list("KKT_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("KKT_CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "devices",
    "receipts",
    "kktoffice",
]

MIDDLEWARE = [
    "kktoffice.health.health",
    "kktoffice.addresses.whose_request",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kktoffice.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "kktoffice.middleware.language_of_pages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "kktoffice.urls"
WSGI_APPLICATION = "kktoffice.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

if env("DATABASE_URL", default=""):
    DATABASES = {"default": env.db("DATABASE_URL")}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR_DIR / "kktoffice.sqlite3")}}
    with contextlib.suppress(OSError):  # the first use of the database says it better
        VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # IMMEDIATE and a time-out: two writers, no SQLITE_BUSY. FULL: a power cut never takes back a committed fiscal row.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "kktoffice" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("KKT_TIME_ZONE", default="Europe/Moscow")

AUTHENTICATION_BACKENDS = ["kktoffice.signing_in.PatientBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "login"

STATIC_URL = "static/"
STATIC_ROOT = Path(env("KKT_STATIC_ROOT", default=str(VAR_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

# Cookies and headers. TLS ends at the proxy in front; KKT_TLS says that there is one.
KKT_TLS = env.bool("KKT_TLS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = KKT_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if KKT_TLS else None
SECURE_HSTS_SECONDS = 31536000 if KKT_TLS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]  # of the domain: the proxy's business
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Addresses or networks of proxies whose X-Forwarded-For is believed; without any, the address is the connection's own.
KKT_TRUSTED_PROXIES = env.list("KKT_TRUSTED_PROXIES", default=[])
# A command is a few kilobytes; over a megabyte is refused with 413 before it is parsed.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["receipts.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "receipts.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "kktoffice API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # the schema is of our own making; tests validate it
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": ["receipts.api.schema.finish"],
}

# Celery: the message is a doorbell, the row is the truth (reference stack.md, section 5, for each line).
# Where the shop has installed the vendor's driver: the path of libfptr10, for devices of the driver "fptr10".
KKT_FPTR10_LIBRARY = env("KKT_FPTR10_LIBRARY", default="")
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # the heartbeat is a row; each worker saves two connections
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 3,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "priority_steps": [0],
    "global_keyprefix": "kkt:",
    "max_retries": 0,  # a sale never waits for a broker that is away
}

# Requests that wait for the device's answer, per web process; past it the answer is an immediate 202.
KKT_MAX_WAITERS = env.int("KKT_MAX_WAITERS", default=8)
# How long a program of the pipe protocol waits for its command, seconds; past it nothing is printed any more.
KKT_PIPE_SECONDS = env.float("KKT_PIPE_SECONDS", default=60.0)
# Requests of one API key per web process: so many at once, and so many a second for long.
KKT_API_BURST = env.int("KKT_API_BURST", default=300)
KKT_API_RATE = env.float("KKT_API_RATE", default=50.0)
# New receipts are refused while less than this is left on the disk (failure-modes.md Q13).
KKT_DISK_RESERVE_MB = env.int("KKT_DISK_RESERVE_MB", default=200)
# Keys that sign the rows of the journal: the first one new rows, the others older ones (docs/journal.md).
KKT_JOURNAL_KEYS = env.list("KKT_JOURNAL_KEY", default=[])
# The face of driver 10 (docs/driver10-programs.md): seconds that a task may wait in line, less than its programs have
# patience for; networks that need no key, each as the client it names («192.168.1.0/24=Tills»); origins of pages that
# may ask.
KKT_DRIVER10_DEADLINE = env.float("KKT_DRIVER10_DEADLINE", default=25.0)
KKT_DRIVER10_NETWORKS = env.list("KKT_DRIVER10_NETWORKS", default=[])
KKT_DRIVER10_ORIGINS = env.list("KKT_DRIVER10_ORIGINS", default=[])
# callback_url: https to public addresses only, unless a developer says otherwise.
KKT_CALLBACKS_ALLOW_PRIVATE = env.bool("KKT_CALLBACKS_ALLOW_PRIVATE", default=False)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("KKT_LOG_LEVEL", default="INFO")},
    "loggers": {
        "celery": {"level": "WARNING"},  # two lines per ring say nothing that the job's moves do not
        # Answers of 4xx are the client's business: whoever asks wrongly is told so, and scanners fill no log.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
