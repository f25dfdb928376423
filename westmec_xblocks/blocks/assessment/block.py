"""The XBlock ``westmec_assessment``: views and handlers. What they do stands in the modules beside this one."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from lxml import etree
from web_fragments.fragment import Fragment
from webob import Response
from xblock.completable import CompletableXBlockMixin
from xblock.core import XBlock
from xblock.validation import ValidationMessage

from westmec_xblocks import edxapp
from westmec_xblocks.blocks import actions
from westmec_xblocks.blocks.assessment import author, catalogue, editing, pages
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.base import WestmecBlock
from westmec_xblocks.domain.refusals import NotFound
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import api

log = logging.getLogger(__name__)


class AssessmentBlock(CompletableXBlockMixin, WestmecBlock):
    """An exam: forms drawn from a bank by a blueprint, with a cut, safety minimums and pilot items."""

    template_folder = "assessment"
    own_attributes = frozenset(codec.OWN_ATTRIBUTES)

    @classmethod
    def canonical_definition(cls, node: etree._Element) -> str:
        """The element's canonical content."""
        return codec.definition_of(node, tuple(cls.fields))

    @classmethod
    def apply_definition(cls, definition: str, node: etree._Element) -> None:
        """Write the definition's attributes and children on the element."""
        codec.apply_to_element(definition, node)

    def desk(self) -> Desk:
        """What the request under way works on."""
        return Desk.of(self)

    # Views. One exception in a view turns the whole unit into an error page: it is caught here and shown in the block's place.

    @XBlock.supports("multi_device")
    def student_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """The learner's page, or the staff's panels."""
        return self._safely(lambda: pages.student(self.desk()))

    def public_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """What somebody sees who is not signed in: the name, and that signing in is needed."""
        return self._safely(lambda: pages.message(self, _("Please sign in to take this assessment.")))

    def author_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """What the author sees in Studio: the rules, the blueprint with what the bank holds, every finding."""
        return self._safely(lambda: author.view(self))

    def studio_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """The form in which the author writes settings, blueprint and bank."""
        return self._safely(lambda: editing.form(self))

    def _safely(self, make: Any) -> Fragment:
        try:
            return make()
        except Exception:
            log.exception("The view of %s failed", self.usage_key)
            return pages.message(self, _("This assessment cannot be shown right now. Nothing was lost."))

    # Handlers.

    @XBlock.handler
    def page(self, request: Any, suffix: str = "") -> Response:
        """GET a panel as HTML in JSON, a page to print, or a download, by its name in the suffix."""
        return actions.answer(self.desk(), catalogue.PAGES, suffix, request, writes=False)

    @XBlock.handler
    def act(self, request: Any, suffix: str = "") -> Response:
        """POST one act as JSON, by its name in the suffix. Each carries a client-made id and is safe to repeat."""
        return actions.answer(self.desk(), catalogue.ACTS, suffix, request, writes=True)

    @XBlock.handler
    def upload(self, request: Any, suffix: str = "") -> Response:
        """POST a CSV file of accommodations as a form."""
        return actions.answer(self.desk(), catalogue.UPLOADS, suffix, request, writes=True, form=True)

    @XBlock.handler
    def studio(self, request: Any, suffix: str = "") -> Response:
        """POST the author's edits."""
        return editing.answer(self, suffix, request)

    # What Studio and the platform ask.

    def validate(self) -> Any:
        """Studio's validation messages, from the same checks as the course-file tools."""
        validation = super().validate()
        for finding in author.findings(self):
            kind = ValidationMessage.ERROR if finding.severity == "error" else ValidationMessage.WARNING
            validation.add(ValidationMessage(kind, finding.text))
        return validation

    def index_dictionary(self) -> dict[str, Any]:
        """What search may find: the name alone. No item, no key."""
        index = super().index_dictionary() if hasattr(super(), "index_dictionary") else {}
        return {**index, "content": {"display_name": self.display_name}, "content_type": "Assessment"}

    def student_view_data(self, context: Any = None) -> dict[str, Any]:
        """What a course listing may hold: collected without a user, so nothing personal and no item."""
        return {"display_name": self.display_name, "weight": self.weight}

    def clear_student_state(
        self, user_id: int | str, course_id: Any, item_id: Any, requesting_user_id: int | str
    ) -> None:
        """Staff reset the learner: every attempt is voided by an act, and nothing before it counts any more.

        The platform names both people by their anonymous ids.
        """
        learner_id, actor_id = edxapp.user_id_of(user_id), edxapp.user_id_of(requesting_user_id)
        by = api.By(actor_id, uuid.uuid4(), timezone.now())
        try:
            api.reset_attempts(self.desk().paper, learner_id=learner_id, by=by)
        except NotFound:
            log.warning("Reset of user %s on %s: the assessment cannot be read", user_id, item_id)
