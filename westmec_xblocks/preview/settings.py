"""Django settings of the light host. Everything that it writes is under one directory, ``var``.

Environment: ``WESTMEC_VAR`` the directory (default ``./var``), ``WESTMEC_COURSES`` the course directories, separated by the system's path
separator, ``WESTMEC_HOSTS`` further host names to answer to, ``WESTMEC_ALLOW_PYTHON=1`` to run the scripts of problems.
``westmec preview`` sets them from its options.
"""

import os
from importlib.util import find_spec
from pathlib import Path

from westmec_xblocks.preview.secret import secret_key

VAR = Path(os.environ.get("WESTMEC_VAR", "var")).resolve()
VAR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = secret_key(VAR / "secret_key")
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, os.environ.get("WESTMEC_HOSTS", "").split(","))]

WESTMEC_COURSES = [Path(part) for part in os.environ.get("WESTMEC_COURSES", "").split(os.pathsep) if part]
WESTMEC_ALLOW_PYTHON = os.environ.get("WESTMEC_ALLOW_PYTHON") == "1"
WESTMEC_PASSWORD = ""
WESTMEC_EVIDENCE_STORAGE = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(VAR / "evidence")},
}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin",
    "django.contrib.staticfiles",
    "waffle",
    "completion",
    "edxval",
    "westmec_xblocks.records.apps.RecordsConfig",
    "westmec_xblocks.blocks.apps.BlocksConfig",
    "westmec_xblocks.preview.apps.PreviewConfig",
]

MIDDLEWARE = [
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "westmec_xblocks.preview.middleware.HostMiddleware",
]

ROOT_URLCONF = "westmec_xblocks.preview.urls"
WSGI_APPLICATION = "westmec_xblocks.preview.wsgi.application"

# The problem block's own templates are found by path: importing its Django app would import all of its calculators.
_contrib = find_spec("xblocks_contrib")
_contrib_root = (
    Path(_contrib.submodule_search_locations[0]) if _contrib and _contrib.submodule_search_locations else None
)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_contrib_root / "problem" / "capa" / "templates"] if _contrib_root else [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "westmec_xblocks.preview.context.host",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(VAR / "preview.sqlite3"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = "westmec_session"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "csrftoken"
CSRF_FAILURE_VIEW = "westmec_xblocks.preview.views.errors.csrf_failure"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
LOGIN_URL = "/sign-in/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS: list[str] = []
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Phoenix"

STATIC_URL = "/host-static/"
STATICFILES_DIRS = [_contrib_root / "problem" / "capa" / "static"] if _contrib_root else []

# What the blocks of xblocks-contrib read from the platform's settings.
FEATURES: dict[str, bool] = {}
LMS_ROOT_URL = ""
LMS_BASE = "localhost"
COMPLETION_VIDEO_COMPLETE_PERCENTAGE = 0.95
COMPLETION_BY_VIEWING_DELAY_MS = 2000
AI_TRANSLATIONS_API_URL = ""
YOUTUBE_API_KEY = ""
YOUTUBE = {
    "API": "https://www.youtube.com/iframe_api",
    "TEST_TIMEOUT": 1500,
    "METADATA_URL": "https://www.googleapis.com/youtube/v3/videos",
    "TEXT_API": {
        "url": "video.google.com/timedtext",
        "params": {"lang": "en", "v": "set_youtube_id_of_11_symbols_here"},
    },
    "IMAGE_API": "https://img.youtube.com/vi/{youtube_id}/0.jpg",
}
ALL_LANGUAGES = [
    ("en", "English"),
    ("es", "Spanish"),
    ("fr", "French"),
    ("de", "German"),
    ("pt", "Portuguese"),
    ("zh", "Chinese"),
    ("ar", "Arabic"),
    ("vi", "Vietnamese"),
]
LANGUAGE_DICT = dict(ALL_LANGUAGES)
TRANSCRIPT_LANG_CACHE_TIMEOUT = 24 * 3600
VIDEO_TRANSCRIPTS_SETTINGS = {"DIRECTORY_PREFIX": "video-transcripts/", "VIDEO_TRANSCRIPTS_MAX_BYTES": 3 * 1024 * 1024}
VIDEO_IMAGE_SETTINGS = {"DIRECTORY_PREFIX": "video-images/"}
DJFS = {"type": "osfs", "directory_root": str(VAR / "blockfiles"), "url_root": "/host-files"}
MEDIA_ROOT = str(VAR / "media")
MEDIA_URL = "/host-media/"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": str(VAR / "preview.log"),
            "maxBytes": 2_000_000,
            "backupCount": 2,
            "formatter": "line",
            "delay": True,
        }
    },
    "root": {"handlers": ["file"], "level": "WARNING"},
}
