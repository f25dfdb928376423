"""Whether a page holds formulas in TeX, so that MathJax is loaded where it is needed and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from opaque_keys.edx.keys import UsageKey
from web_fragments.fragment import Fragment

if TYPE_CHECKING:
    from westmec_xblocks.preview.definitions import Definitions

# The platform's delimiters; a problem's <math> becomes one of them when it is shown.
_TEX = re.compile(r"\\\(|\\\[|\[mathjax(?:inline)?\]|\\begin\{")
_MATH = re.compile(r"<math\b")
_PROBLEM = re.compile(r'data-usage-id="([^"]+\+type@problem\+[^"]+)"')


def hold_formulas(definitions: Definitions, fragments: Iterable[tuple[UsageKey, Fragment]]) -> bool:
    """Whether the blocks show TeX now or, as a problem's hints and solutions do, when a learner asks for them."""
    return any(_TEX.search(part.content) or _waits_in_a_problem(definitions, part.content) for _, part in fragments)


def _waits_in_a_problem(definitions: Definitions, content: str) -> bool:
    sources = (definitions.values(UsageKey.from_string(key)).get("data", "") for key in _PROBLEM.findall(content))
    return any(_TEX.search(text) or _MATH.search(text) for text in sources)
