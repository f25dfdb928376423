"""What every block of ours shares: its definition, who looks at it, and how a request becomes an answer."""

from __future__ import annotations

import logging
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext_noop
from lxml import etree
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Float, Scope, String

from westmec_xblocks.blocks.viewer import Viewer

if TYPE_CHECKING:
    from opaque_keys.edx.keys import CourseKey, UsageKey

log = logging.getLogger(__name__)

# Before the name of an attribute whose value its field could not read, while the definition keeps it.
UNREADABLE = "unreadable-"
_OPTION = "{http://code.edx.org/xblock/option}"


@XBlock.needs("i18n")
@XBlock.wants("user", "replace_urls")
class WestmecBlock(XBlock):
    """A block that keeps its canonical OLX in one field and everything that happened in the records.

    Subclasses name their codec in ``own_attributes``, ``canonical_definition`` and ``apply_definition``.
    """

    has_score = True
    icon_class = "problem"
    template_folder = ""
    # Staff who view the course as one learner see the block as well; every act checks for itself that nobody is masked.
    show_in_read_only_mode = True
    own_attributes: frozenset[str] = frozenset()

    display_name = String(display_name=gettext_noop("Title"), scope=Scope.settings, default="")
    weight = Float(
        display_name=gettext_noop("Weight"),
        help=gettext_noop("Points that the block is worth in its assignment"),
        scope=Scope.settings,
        default=1.0,
        values={"min": 0, "step": 0.1},
    )
    definition = String(scope=Scope.content, default="", multiline_editor=True)

    # What the platform asks of a graded block.

    def max_score(self) -> float:
        """The points that can be earned; the platform collects it at publish, without a user."""
        return float(self.weight) if self.weight and self.weight > 0 else 0.0

    # OLX.

    @classmethod
    def canonical_definition(cls, node: etree._Element) -> str:
        """The definition that the element holds; never raises."""
        raise NotImplementedError

    @classmethod
    def apply_definition(cls, definition: str, node: etree._Element) -> None:
        """Put the definition's attributes and children on the element."""
        raise NotImplementedError

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *rest: Any) -> Any:
        """The block that the element describes. Own content goes into ``definition``; platform fields take the platform's own way.

        Nothing is raised for bad content: an exception here makes Studio drop the block while it reports success. A field whose value
        cannot be read keeps its default, and the attribute stays in the definition, where validation finds it.
        """
        shell = deepcopy(node)
        shell.text = None
        for child in list(shell):
            if not (isinstance(child.tag, str) and child.tag.startswith(_OPTION)):
                shell.remove(child)
        rejected = [name for name, value in shell.attrib.items() if not _is_readable(cls, name, value)]
        for name in [*cls.own_attributes, *rejected]:
            shell.attrib.pop(name, None)
        block = super().parse_xml(shell, runtime, keys, *rest)
        block.definition = cls.canonical_definition(_without_readable_fields(node, rejected))
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Write the block: platform fields by the default loop, then the definition's own attributes and children."""
        super().add_xml_to_node(node)
        node.attrib.pop("definition", None)
        for child in node.findall(f"{_OPTION}definition"):
            node.remove(child)
        self.apply_definition(self.definition, node)
        for name in [name for name in node.attrib if name.startswith(UNREADABLE)]:
            node.set(name.removeprefix(UNREADABLE), node.attrib.pop(name))

    # The request under way.

    @property
    def usage_key(self) -> UsageKey:
        """The key by which records name this block."""
        return self.scope_ids.usage_id

    @property
    def course_key(self) -> CourseKey | None:
        """The course run that the block stands in; None in a library."""
        key = getattr(self.usage_key, "context_key", None) or getattr(self.usage_key, "course_key", None)
        return key if key is not None and getattr(key, "is_course", False) else None

    def viewer(self) -> Viewer:
        """Who looks at the block in this request."""
        return Viewer.of(self)

    @property
    def language(self) -> str:
        """The reader's language."""
        return translation.get_language() or settings.LANGUAGE_CODE

    # Pages.

    def render_template(self, name: str, context: dict[str, Any]) -> str:
        """The HTML of one of the block's templates, or of one that blocks share; what the context holds is escaped."""
        names = [f"westmec/{folder}/{name}" for folder in (self.template_folder, "shared")]
        return render_to_string(names, context, using="django")

    def fragment(
        self, html: str, *, styles: list[str], scripts: list[str], init: str = "", args: dict[str, Any] | None = None
    ) -> Fragment:
        """A fragment of this HTML with static files of ours; ``init`` is the script function that the page calls."""
        fragment = Fragment(html)
        for name in styles:
            fragment.add_css_url(static(f"westmec/{name}"))
        for name in scripts:
            fragment.add_javascript_url(static(f"westmec/{name}"))
        if init:
            fragment.initialize_js(init, args or {})
        return fragment


def _is_readable(cls: type[XBlock], name: str, value: str) -> bool:
    field = cls.fields.get(name)
    if field is None:
        return True
    try:
        field.enforce_type(field.from_string(value))
    except Exception:  # noqa: BLE001 - any field type may raise anything on bad text; the value is kept and reported instead
        return False
    return True


def _without_readable_fields(node: etree._Element, rejected: list[str]) -> etree._Element:
    """A copy of the element in which unreadable field values stand under a name that the codec keeps as unknown."""
    if not rejected:
        return node
    copy = deepcopy(node)
    for name in rejected:
        copy.set(f"{UNREADABLE}{name}", copy.attrib.pop(name))
    return copy
