"""What is wrong, or doubtful, with one item, whatever its kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from westmec_xblocks.domain.assessment.answers import Option
from westmec_xblocks.domain.assessment.definition import Assessment, Item
from westmec_xblocks.domain.problems import Problem, doubtful, wrong
from westmec_xblocks.domain.text import Text, plain_words

# A language that so large a part of the bank's items has is missed in the others.
_PART_OF_ITEMS = 4
# In a longer one nobody looks for the word that turns it round.
_LONGEST_PROMPT = 3000

_ABOVE = re.compile(
    r"\b(?:all|none|both|neither|any|some) of (?:the|these) (?:above|below|answers|options|other)"
    r"|\b(?:all|none) (?:are|is) (?:right|correct|true|wrong|false)\b"
    r"|\b(?:todas?|todos?|ningun[oa]s?|ambas?|ambos?|cualquiera) (?:de )?(?:las|los) (?:anteriores|opciones|respuestas|demás)"
    r"|\bninguna es correcta\b|\btodas son correctas\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])")
_NEGATIVE = re.compile(
    r"\b(?:which|what)\b(?:(?!\b(?:if|when|that|because|who|while|so)\b)[^?])*?\b(not|except|never|least)\b"
    r"|\b(?:cuál|cuáles|qué)\b(?:(?!\b(?:si|cuando|que|porque|quien|mientras|para)\b)[^?])*?\b(no|excepto|salvo|nunca)\b",
    re.IGNORECASE,
)
_STRESSED = re.compile(r"<(strong|em)\b[^>]*>.*?</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class View:
    """What the rules for every kind look at in one item: its kind's texts by name, its options, and what its kind finds."""

    texts: tuple[tuple[str, Text], ...] = ()
    options: tuple[Option, ...] = ()
    problems: tuple[Problem, ...] = ()


def check(assessment: Assessment, views: Sequence[View]) -> Iterator[Problem]:
    """Every finding about single items, in the order of the bank. Of a retired item only what its kind calls an error is told."""
    languages = languages_of(assessment.used_items)
    domains = {domain.id for domain in assessment.domains}
    for item, view in zip(assessment.items, views, strict=True):
        if not item.is_used:
            yield from (problem for problem in view.problems if problem.is_error)
            continue
        yield from view.problems
        yield from _check_place(assessment, item, domains)
        yield from _check_words(item, view)
        yield from _check_translations(item, view, languages)


def languages_of(items: Sequence[Item]) -> frozenset[str]:
    """The languages that a good part of the items has, besides the course's own."""
    counts = Counter(language for item in items for language, markup in item.prompt.others.items() if markup)
    return frozenset(language for language, count in counts.items() if count * _PART_OF_ITEMS >= len(items))


def _check_place(assessment: Assessment, item: Item, domains: set[str]) -> Iterator[Problem]:
    """Whether what the item names exists."""
    values = {"item": item.id}
    if not item.domain:
        yield wrong("item_without_domain", "Item {item} names no domain.", item.id, **values)
    elif domains and item.domain not in domains:
        sentence = "Item {item} names the domain “{name}”, which the blueprint does not have."
        yield wrong("unknown_domain", sentence, item.id, name=item.domain, **values)
    if item.stimulus and item.stimulus not in assessment.stimuli:
        sentence = "Item {item} shares the stimulus “{name}”, which does not exist."
        yield wrong("unknown_stimulus", sentence, item.id, name=item.stimulus, **values)
    for enemy in item.enemies:
        other = assessment.by_id.get(enemy)
        if enemy == item.id:
            yield doubtful("enemy_of_itself", "Item {item} is its own enemy.", item.id, **values)
        elif other is None:
            sentence = "Item {item} has the enemy “{name}”, which does not exist."
            yield doubtful("unknown_enemy", sentence, item.id, name=enemy, **values)
        elif item.stimulus and other.stimulus == item.stimulus:
            sentence = "Item {item} and its enemy “{name}” share a stimulus: they can neither meet nor part, and are never used."
            yield doubtful("enemies_share_stimulus", sentence, item.id, name=enemy, **values)


def _check_words(item: Item, view: View) -> Iterator[Problem]:
    """What a reader would stumble over."""
    values = {"item": item.id}
    if not item.prompt.default:
        yield wrong("prompt_missing", "Item {item} asks nothing.", item.id, **values)
    if item.level is None:
        yield doubtful("level_missing", "Item {item} has no level (recall, apply or analyze).", item.id, **values)
    if not item.rationale.default:
        yield doubtful("rationale_missing", "Item {item} has no rationale.", item.id, **values)
    for option in view.options:
        texts = (option.text.default, *option.text.others.values())
        found = next((match for match in map(_above, texts) if match), "")
        if found:
            sentence = "Item {item}, option {option}: “{words}” measures how one reads a test, not the job."
            yield doubtful("all_of_the_above", sentence, item.id, option=option.id, words=found, **values)
    for markup in (item.prompt.default, *item.prompt.others.values()):
        word = negative_word(markup)
        if word:
            sentence = "Item {item} asks for what is {word}: ask for what is right, or make the word <strong>."
            yield doubtful("negative_stem", sentence, item.id, word=word, **values)
            break


def _above(markup: str) -> str:
    match = _ABOVE.search(plain_words(markup))
    return match[0] if match else ""


def negative_word(markup: str) -> str:
    """The word that turns the question round without being stressed; empty where there is none.

    Capitals, <strong> and <em> stress it. Looked at are questions with which or what, up to a word that begins a clause of its own.
    """
    if "?" not in markup or len(markup) > _LONGEST_PROMPT:
        return ""
    unstressed = plain_words(_STRESSED.sub(" ", markup))
    for sentence in _SENTENCE_END.split(unstressed):
        match = _NEGATIVE.search(sentence) if sentence.endswith("?") else None
        word = (match[1] or match[2]) if match else ""
        if word and word != word.upper():
            return str(word)
    return ""


def _check_translations(item: Item, view: View, languages: frozenset[str]) -> Iterator[Problem]:
    """Texts of the item that are missing in a language that the bank, or the item itself, has."""
    texts = [("prompt", item.prompt), ("rationale", item.rationale), *view.texts]
    written = [(name, text) for name, text in texts if needs_translation(text.default)]
    own = {language for language, markup in item.prompt.others.items() if markup}
    for language in sorted(languages | own):
        missing = [name for name, text in written if not text.others.get(language)]
        if missing:
            sentence = "Item {item}: not in “{language}” yet: {parts}."
            values = {"item": item.id, "language": language, "parts": ", ".join(missing)}
            yield doubtful("translation_missing", sentence, item.id, **values)


def check_shared(assessment: Assessment) -> Iterator[Problem]:
    """Texts of the whole that are missing in a language that the bank has. The title's original is kept by the platform."""
    texts = [
        *((f"domain {domain.id}", domain.title) for domain in assessment.domains),
        *((f"stimulus {name}", text) for name, text in assessment.stimuli.items()),
        ("instructions", assessment.instructions),
    ]
    written = [(name, text) for name, text in texts if needs_translation(text.default)]
    for language in sorted(languages_of(assessment.used_items)):
        missing = [name for name, text in (("title", assessment.title), *written) if not text.others.get(language)]
        if missing:
            sentence = "Not in “{language}” yet: {parts}."
            yield doubtful("translation_missing", sentence, language=language, parts=", ".join(missing))


def needs_translation(markup: str) -> bool:
    """Whether the text holds words; a number with its unit is the same in every language."""
    if not markup:
        return False
    words = re.findall(r"[^\W\d_]+", plain_words(markup))
    longest = max(map(len, words), default=0)
    return longest >= 4 or (longest >= 2 and not re.search(r"\d", markup))
