"""The sample people of the host: enough learners for a lab group of 25, the course team, and one who is enrolled nowhere."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from waffle.models import Switch

from westmec_xblocks.preview.models import Person, Role

# The platform's own switch.
COMPLETION_SWITCH = "completion.enable_completion_tracking"
LEARNERS = (
    "Alice Romero",
    "Ben Okafor",
    "Carla Nguyen",
    "David Begay",
    "Elena Ruiz",
    "Farid Haddad",
    "Grace Kim",
    "Hector Salinas",
    "Imani Brooks",
    "Jonas Weber",
    "Keisha Turner",
    "Luis Ortega",
    "Mei Chen",
    "Nadia Petrova",
    "Omar Farouk",
    "Priya Sharma",
    "Quinn Murphy",
    "Rosa Delgado",
    "Samuel Yazzie",
    "Tamika Reed",
    "Umar Aziz",
    "Vera Kowalski",
    "Walter Hughes",
    "Ximena Flores",
    "Yusuf Demir",
    "Zoe Martin",
)
TEAM = (
    ("Erik Lindqvist", Role.EVALUATOR),
    ("Fatima Noor", Role.EVALUATOR),
    ("Irene Castillo", Role.INSTRUCTOR),
    ("Arthur Bell", Role.AUTHOR),
    ("Oscar Vance", Role.OUTSIDER),
)
SPANISH = {"Elena Ruiz"}


def seed_people() -> None:
    """Make the sample people that do not exist yet, and turn the tracking of completion on. Repeating it changes nothing."""
    Switch.objects.get_or_create(name=COMPLETION_SWITCH, defaults={"active": True})
    cast = [(name, Role.LEARNER) for name in LEARNERS] + list(TEAM)
    users = get_user_model().objects
    with transaction.atomic():
        known = set(users.values_list("username", flat=True))
        for position, (name, role) in enumerate(cast):
            first, last = name.split(" ", 1)
            username = first.lower()
            if username in known:
                continue
            user = users.create(
                username=username,
                first_name=first,
                last_name=last,
                email=f"{username}@example.com",
                is_staff=role == Role.INSTRUCTOR,
                is_superuser=role == Role.INSTRUCTOR,
            )
            user.set_unusable_password()
            user.save(update_fields=["password"])
            Person.objects.create(user=user, role=role, position=position, language="es" if name in SPANISH else "en")


def everybody() -> list[Person]:
    """All sample people in the order of the cast."""
    return list(Person.objects.select_related("user"))


def find(user_id: Any) -> Person | None:
    """The sample person behind a user id, or None."""
    return Person.objects.select_related("user").filter(user_id=user_id, user__is_active=True).first()
