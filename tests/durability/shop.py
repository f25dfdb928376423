"""The course on which people work while its server is killed: a checklist that takes every kind of act, and an exam of every kind."""

from __future__ import annotations

from pathlib import Path

from tests.blocks.conftest import write_course
from tests.blocks.exams import exam

COURSE = "course-v1:Shop+T1+2026"
BLOCK = "block-v1:Shop+T1+2026+type@westmec_lab_checklist+block@list"
HANDLERS = f"/courses/{COURSE}/xblock/{BLOCK}/handler"
EXAM_BLOCK = "block-v1:Shop+T1+2026+type@westmec_assessment+block@exam"
EXAM_HANDLERS = f"/courses/{COURSE}/xblock/{EXAM_BLOCK}/handler"
LINES = ("01", "02", "03", "04")
WEIGHT = 10.0
# By line and by half of the learners, so that grades change often and every way of recording is used.
CHECKLIST = f"""<westmec_lab_checklist url_name="list" display_name="Isolate a machine" code="WM.T1.A" weight="{WEIGHT}" demonstrations="2"
    days="2" second_evaluator="50%" credit="lines">
  <scale ref="entry-level"/>
  <section title="Isolate">
    <skill id="01" flag="safety"><task>Open the disconnect</task><criterion>Stands aside</criterion><stop>Reaches in</stop></skill>
    <skill id="02" flag="safety" evidence="measured"><task>Test phase to ground</task><criterion>Proves the tester</criterion>
      <measure unit="V" at_most="1.0" readings="2"/></skill>
    <skill id="03" flag="quality"><task>Write the log</task><criterion>Legible, dated</criterion></skill>
    <skill id="04" not_applicable="equipment"><task>Bleed the air</task><criterion>Gauge at zero</criterion></skill>
  </section>
</westmec_lab_checklist>"""


# By points, and any number of attempts without a pause, so that grades change often.
EXAM = exam('cut="70%" time_limit="30 min" attempts="unlimited" credit="score"')


def write_shop(folder: Path) -> Path:
    """The course's directory."""
    return write_course(folder, CHECKLIST, EXAM)
