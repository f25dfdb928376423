"""The exams of the browser tests: one bank of every kind in two languages, with rules that differ; each stands in a unit of its own."""

from __future__ import annotations

from pathlib import Path

from tests.browser.shop import write_course

RUN = "exam"
# The same exams in a run of its own, for the looks at every page: whoever takes them there begins at attempt 1, as everywhere.
REACH_RUN = "examreach"
RUNS = (RUN, REACH_RUN)
FOLDER = Path(__file__).parent / "exam"
ENERGY = '<domain id="D1" title="Energy control" items="3" pilot="1"><title xml:lang="es">Control de energía</title></domain>'
TOOLS = (
    '<domain id="D2" title="Tools and measuring" items="6"><title xml:lang="es">Herramienta y medición</title></domain>'
)
NO_TOOLS = '<domain id="D2" title="Tools and measuring" items="0"/>'
MINIMUM = '<minimum domains="D1" at_least="90%"/>'
INSTRUCTIONS = """<instructions><p>Answer by yourself, without notes.</p></instructions>
<instructions xml:lang="es"><p>Responda sin ayuda y sin apuntes.</p></instructions>"""


def _exam(name: str, title: str, spanish: str, rules: str, *blueprint: str) -> str:
    return (
        f'<westmec_assessment url_name="{name}" display_name="{title}" code="WM.T1.{name.upper()}" weight="10" cut="70%" credit="passed" '
        f'{rules}><title xml:lang="es">{spanish}</title>{INSTRUCTIONS}<blueprint>{"".join(blueprint)}</blueprint>'
        f"{(FOLDER / 'bank.xml').read_text(encoding='utf-8')}</westmec_assessment>"
    )


EXAMS = {
    "every": _exam(
        "every", "Energy exam", "Examen de energía", 'time_limit="30 min" attempts="9"', ENERGY, TOOLS, MINIMUM
    ),
    "quick": _exam("quick", "Quick exam", "Examen rápido", 'time_limit="20 s" attempts="9"', ENERGY, NO_TOOLS),
    "whole": _exam(
        "whole", "Practice exam", "Examen de práctica", 'attempts="9" layout="all" feedback="submitted" keys="shown"',
        ENERGY, TOOLS,
    ),
    "once": _exam(
        "once", "Entry exam", "Examen de ingreso", 'time_limit="30 min" attempts="2" wait="24 h" lock="minimum"',
        ENERGY, NO_TOOLS, MINIMUM,
    ),
}  # fmt: skip


def write_exams(folder: Path, run: str = RUN) -> Path:
    """The course directory of this run: one unit for each exam, and the drawn panel that one item asks about."""
    write_course(folder, run, EXAMS, "Exam")
    (folder / "static").mkdir()
    (folder / "static" / "panel.svg").write_text((FOLDER / "panel.svg").read_text(encoding="utf-8"), encoding="utf-8")
    return folder
