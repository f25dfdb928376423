"""Which class stands for which tag: the core blocks from xblocks-contrib, ours and others by entry point, a box for what is not installed.

The real classes of xblocks-contrib are imported one at a time, when the first block of their type is opened: the package itself imports
all of them, and the problem block alone brings calculators that take seconds.
"""

from __future__ import annotations

import functools
import importlib
import logging
import sys
import threading
import types
from importlib.util import find_spec

from django.utils.html import format_html
from django.utils.translation import gettext
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Scope, String
from xblock.plugin import PluginMissingError

# Not here, although xblocks-contrib has them: lti and discussion, which lean on services of a whole platform.
CONTRIB = {
    "annotatable": ("xblocks_contrib.annotatable.annotatable", "AnnotatableBlock"),
    "html": ("xblocks_contrib.html.html", "HtmlBlock"),
    "poll_question": ("xblocks_contrib.poll.poll", "PollBlock"),
    "problem": ("xblocks_contrib.problem.capa_block", "ProblemBlock"),
    "video": ("westmec_xblocks.preview.videoblock", "LightVideoBlock"),
    "word_cloud": ("xblocks_contrib.word_cloud.word_cloud", "WordCloudBlock"),
}
# What completes when it has been seen, and what has a score, without importing the class.
COMPLETES_ON_VIEW = {"html"}
SCORED = {"problem"}
CONTAINERS = {
    "course",
    "chapter",
    "sequential",
    "vertical",
    "conditional",
    "library_content",
    "itembank",
    "problem-builder",
    "randomize",
    "split_test",
    "wrapper",
}
_lock = threading.Lock()
log = logging.getLogger(__name__)


class ContainerBlock(XBlock):
    """Holds other blocks and shows them one after another: the structure of a course, and containers whose own rules only the LMS knows."""

    display_name = String(display_name="Title", default="", scope=Scope.settings)
    completion_mode = XBlockCompletionMode.AGGREGATOR
    has_children = True
    child_role = ("course", "chapter", "sequential", "vertical")

    def student_view(self, context: dict[str, object] | None = None) -> Fragment:
        """Every child, each in its own safe frame."""
        fragment = Fragment()
        kind = self.scope_ids.block_type
        if kind not in self.child_role:
            fragment.add_content(
                format_html(
                    '<p class="host-note">{}</p>',
                    gettext(
                        "“%(kind)s” chooses what each learner sees only on the real platform. Everything it holds is shown here."
                    )
                    % {"kind": kind},
                )
            )
        for key in self.children:
            child = self.runtime.render_safely(key, "student_view", context)
            fragment.add_content(child.content)
            fragment.add_fragment_resources(child)
        return fragment

    author_view = student_view


class MissingBlock(XBlock):
    """The visible, harmless box in place of a block whose type is not installed here. Its element stays as it is on disk."""

    display_name = String(default="", scope=Scope.settings)
    completion_mode = XBlockCompletionMode.EXCLUDED
    is_missing = True

    @classmethod
    def parse_xml(cls, node, runtime, keys):  # type: ignore[no-untyped-def]
        block = runtime.construct_xblock_from_class(cls, keys)
        block.display_name = node.get("display_name") or ""
        return block

    def student_view(self, context: dict[str, object] | None = None) -> Fragment:
        """A box with the type's name."""
        return Fragment(
            format_html(
                '<div class="host-box" data-host-missing="{}"><p class="host-box-title">{}</p><p>{}</p></div>',
                self.scope_ids.block_type,
                self.display_name or self.scope_ids.block_type,
                gettext(
                    "The block type “%(kind)s” is not installed here. On a platform that has it, it appears in this place."
                )
                % {"kind": self.scope_ids.block_type},
            )
        )

    author_view = student_view


class UnloadableBlock(MissingBlock):
    """Stands for a block type whose own code cannot be loaded: its views fail, and the page shows why in their place."""

    reason: Exception

    def student_view(self, context: dict[str, object] | None = None) -> Fragment:
        """Fails with what the import said."""
        raise RuntimeError(
            f"the class of <{self.scope_ids.block_type}> cannot be loaded: {self.reason}"
        ) from self.reason

    author_view = student_view


@functools.cache
def class_for(tag: str) -> type[XBlock]:
    """The class of a tag; ``MissingBlock`` where none is installed."""
    if tag in CONTAINERS:
        return ContainerBlock
    try:
        if tag in CONTRIB and find_spec("xblocks_contrib"):
            return _contrib_class(tag)
        return XBlock.load_class(tag)
    except PluginMissingError:
        return MissingBlock
    except Exception as error:
        log.exception("The class of <%s> cannot be loaded", tag)
        return type("UnloadableBlock", (UnloadableBlock,), {"reason": error})


def is_installed(tag: str) -> bool:
    """Whether the tag has a class of its own here."""
    return class_for(tag) is not MissingBlock


def completion_mode(tag: str) -> str:
    """How the block type counts towards completion, without importing the heavy classes."""
    if tag in ("html", "problem", "video"):
        return XBlockCompletionMode.COMPLETABLE
    if tag in CONTAINERS:
        return XBlockCompletionMode.AGGREGATOR
    return XBlockCompletionMode.get_mode(class_for(tag))


def completes_on_view(tag: str) -> bool:
    """Whether seeing the block completes it, as the platform decides: completable, not scored, no completion of its own."""
    if tag in CONTRIB:
        return tag in COMPLETES_ON_VIEW
    cls = class_for(tag)
    return (
        completion_mode(tag) == XBlockCompletionMode.COMPLETABLE
        and not getattr(cls, "has_custom_completion", False)
        and not getattr(cls, "has_score", False)
    )


def has_score(tag: str) -> bool:
    """Whether blocks of this type are graded."""
    return tag in SCORED or (
        tag not in CONTRIB and tag not in CONTAINERS and bool(getattr(class_for(tag), "has_score", False))
    )


def _contrib_class(tag: str) -> type[XBlock]:
    module, name = CONTRIB[tag]
    with _lock:
        _open_contrib_package()
    return getattr(importlib.import_module(module), name)


def _open_contrib_package() -> None:
    """Make ``xblocks_contrib`` importable without running its ``__init__``, which imports every block at once."""
    if "xblocks_contrib" in sys.modules:
        return
    spec = find_spec("xblocks_contrib")
    package = types.ModuleType("xblocks_contrib")
    package.__path__ = list(spec.submodule_search_locations or []) if spec else []
    package.__spec__ = spec
    by_name = {name: module for module, name in CONTRIB.values() if module.startswith("xblocks_contrib.")}
    by_name["VideoBlock"] = "xblocks_contrib.video.video"

    def find(name: str) -> object:
        if name in by_name:
            return getattr(importlib.import_module(by_name[name]), name)
        raise AttributeError(name)

    package.__getattr__ = find  # type: ignore[method-assign]
    sys.modules["xblocks_contrib"] = package
