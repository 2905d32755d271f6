"""Programs that read or write rows through Django: importing this package sets it up."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
