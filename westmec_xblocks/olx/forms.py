"""The elements that we define: their attributes in the canonical order, what each holds, and which of them hold an author's text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
LANG = f"{{{XML_NAMESPACE}}}lang"
SPACE = f"{{{XML_NAMESPACE}}}space"
OPTION_NAMESPACE = "http://code.edx.org/xblock/option"


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set of names."""
    return frozenset(text.split())


# Fields that the platform or XBlock itself keeps on a block of any type. What is named here never belongs to a definition, on any host.
PLATFORM_FIELDS = words(
    """
    url_name display_name weight xblock-family parent children name slug filename org course
    graded format start due end relative_weeks_due visible_to_staff_only group_access user_partitions hide_from_toc hide_after_due
    self_paced in_entrance_exam chrome default_tab ispublic source_file giturl xqa_key course_edit_method days_early_for_beta
    static_asset_path use_latex_compiler license tags copied_from_block copied_from_version user_tags edxnotes edxnotes_visibility
    max_attempts showanswer show_correctness show_reset_button rerandomize attempts_before_showanswer_button graceperiod
    matlab_api_key video_auto_advance video_bumper video_upload_pipeline video_speed_optimizations
    is_entrance_exam exam_review_rules is_proctored_enabled is_practice_exam is_time_limited is_onboarding_exam
    default_time_limit_minutes is_prerequisite prereq prereq_min_score prereq_min_completion
    data definition xml_attributes index_in_children_list
    upstream upstream_version upstream_version_declined upstream_version_available upstream_display_name upstream_name
    upstream_data upstream_max_attempts upstream_weight downstream_customized top_level_downstream_parent_key
    annotation_storage_url annotation_token_secret wiki_slug login_required optional_completion discussion_enabled
    subtree_edited_on subtree_edited_by edited_on edited_by published_on published_by
    """
)


@dataclass(frozen=True, slots=True)
class Form:
    """One block type's elements.

    ``attributes`` names every element of it, with its attributes in the canonical order; ``text`` are those elements that hold an
    author's text in several languages, with inline markup; ``children`` says which of the elements stands in which. A definition
    is read up to ``max_bytes``.
    """

    root: str
    attributes: Mapping[str, tuple[str, ...]]
    text: frozenset[str]
    children: Mapping[str, tuple[str, ...]]
    max_bytes: int = 2 * 1024 * 1024


def make_form(
    root: str,
    attributes: Mapping[str, str],
    *,
    text: str,
    children: Mapping[str, str],
    max_bytes: int = 2 * 1024 * 1024,
) -> Form:
    """The form, told with names that have spaces between them. A text has its language, and its white space, besides what is told of it."""
    held = words(text)
    written = {tag: tuple(names.split()) for tag, names in attributes.items()}
    texts = {tag: (*written.get(tag, ()), LANG, SPACE) for tag in held}
    inside = {tag: tuple(children.get(tag, "").split()) for tag in (*written, *held)}
    return Form(root, {**written, **texts}, held, inside, max_bytes)


CHECKLIST = make_form(
    "westmec_lab_checklist",
    {
        "westmec_lab_checklist": (
            "url_name display_name code weight demonstrations days variants mean second_evaluator requires valid_for credit"
        ),
        "scale": "ref passing floor direction order",
        "level": "value observed passes label",
        "section": "title",
        "skill": "id flag evidence demonstrations days variants requires valid_for not_applicable align",
        "measure": "unit at_least at_most readings",
    },
    text="title instructions task criterion stop label description",
    children={
        "westmec_lab_checklist": "title instructions scale section validation",
        "scale": "level",
        "level": "label description",
        "section": "title skill",
        "skill": "task criterion stop measure",
    },
)
