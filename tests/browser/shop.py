"""The small courses of the browser tests: each holds the same lists in a run of its own, so that no test sees another's records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

FULL = """<westmec_lab_checklist url_name="full" display_name="Lock out the band saw" code="WM.T1.A" weight="10" credit="passed"
    demonstrations="2" days="2" variants="2" second_evaluator="once" valid_for="24 months">
  <title xml:lang="es">Bloquear la sierra cinta</title>
  <instructions><p>Use the machine's own procedure where it differs. <strong>Nothing is cut today.</strong></p></instructions>
  <instructions xml:lang="es">
    <p>Donde sea distinto, vale el procedimiento de la máquina. <strong>Hoy no se corta nada.</strong></p>
  </instructions>
  <scale ref="entry-level"/>
  <section title="Take the power away">
    <title xml:lang="es">Quitar la energía</title>
    <skill id="01" flag="safety" evidence="observed">
      <task>Tell everybody who works at the machine</task>
      <task xml:lang="es">Avisar a todos los que trabajan en la máquina</task>
      <criterion>Each of them answers; nobody is guessed to have heard</criterion>
      <criterion xml:lang="es">Cada persona responde; no se supone que alguien oyó</criterion>
    </skill>
    <skill id="02" flag="safety" evidence="observed">
      <task>Open the disconnect and lock it</task>
      <task xml:lang="es">Abrir el desconectador y ponerle candado</task>
      <criterion>Stands aside, face turned; own lock, own key, tag with name and date</criterion>
      <criterion xml:lang="es">De lado, cara vuelta; candado y llave propios, etiqueta con nombre y fecha</criterion>
      <stop>Reaches in before the disconnect is open</stop>
      <stop xml:lang="es">Mete la mano antes de abrir el desconectador</stop>
    </skill>
    <skill id="03" flag="safety" evidence="measured" requires="02">
      <task>Test that the voltage is gone</task>
      <task xml:lang="es">Comprobar que no hay tensión</task>
      <criterion>Tester proved on a known source before and after</criterion>
      <criterion xml:lang="es">Probador comprobado en una fuente conocida antes y después</criterion>
      <measure unit="V" at_most="1.0" readings="2"/>
    </skill>
  </section>
  <section title="Leave it so that the next person understands">
    <title xml:lang="es">Dejarlo de modo que la siguiente persona entienda</title>
    <skill id="04" flag="quality" evidence="document">
      <task>Write the log</task>
      <task xml:lang="es">Escribir el registro</task>
      <criterion>Machine, reason, time, name; a stranger can read it</criterion>
      <criterion xml:lang="es">Máquina, motivo, hora, nombre; una persona ajena puede leerlo</criterion>
    </skill>
    <skill id="05" not_applicable="equipment" evidence="observed">
      <task>Bleed the air line</task>
      <task xml:lang="es">Purgar la línea de aire</task>
      <criterion>Gauge at zero, valve left open</criterion>
      <criterion xml:lang="es">Manómetro en cero, válvula abierta</criterion>
    </skill>
    <skill id="06" evidence="product" demonstrations="1">
      <task>Clear the table and the floor</task>
      <task xml:lang="es">Despejar la mesa y el piso</task>
      <criterion>No chips, no tool, no cord across the path</criterion>
      <criterion xml:lang="es">Sin virutas, sin herramienta, sin cable en el paso</criterion>
    </skill>
  </section>
</westmec_lab_checklist>"""

PLAIN = """<westmec_lab_checklist url_name="plain" display_name="Put on the face shield" code="WM.T1.B" weight="5" credit="passed"
    demonstrations="1" days="1">
  <title xml:lang="es">Ponerse la careta</title>
  <scale ref="entry-level"/>
  <section title="Before the grinder runs">
    <title xml:lang="es">Antes de encender la amoladora</title>
    <skill id="01" flag="safety" evidence="observed">
      <task>Put the shield on over safety glasses</task>
      <task xml:lang="es">Ponerse la careta sobre los lentes</task>
      <stop>Starts the grinder with the shield up</stop>
      <stop xml:lang="es">Enciende la amoladora con la careta levantada</stop>
    </skill>
    <skill id="02" flag="quality" evidence="observed">
      <task>Check the shield for cracks</task>
      <task xml:lang="es">Revisar si la careta tiene grietas</task>
    </skill>
    <skill id="03" evidence="observed">
      <task>Hang it up clean</task>
      <task xml:lang="es">Colgarla limpia</task>
    </skill>
  </section>
</westmec_lab_checklist>"""

BROKEN = """<westmec_lab_checklist url_name="broken" display_name="Sharpen the chisel" code="WM.T1.C" demonstrations="many">
  <section title="At the stone">
    <skill id="01" flag="dangerous"><task>Set the angle</task></skill>
    <skill id="01"><task>Draw it back</task></skill>
  </section>
</westmec_lab_checklist>"""

LISTS = {"full": FULL, "plain": PLAIN, "broken": BROKEN}


def write_run(folder: Path, run: str) -> Path:
    """A course directory of this run: one unit for each list."""
    return write_course(folder, run, LISTS, "Lab skills")


def write_course(folder: Path, run: str, blocks: Mapping[str, str], assignment: str) -> Path:
    """A course directory of this run: one unit for each block, all of them graded as this kind of assignment."""
    units = "".join(f'<vertical url_name="unit-{name}"/>' for name in blocks)
    files = {
        "course.xml": f'<course url_name="{run}" org="Shop" course="T1"/>\n',
        f"course/{run}.xml": f'<course display_name="Shop {run}" start="2026-01-01T00:00:00Z"><chapter url_name="c"/></course>\n',
        "chapter/c.xml": '<chapter display_name="Lab"><sequential url_name="s"/></chapter>\n',
        "sequential/s.xml": f'<sequential display_name="Lab" graded="true" format="{assignment}">{units}</sequential>\n',
        f"policies/{run}/policy.json": "{}",
        f"policies/{run}/grading_policy.json": json.dumps(
            {
                "GRADER": [{"type": assignment, "min_count": 1, "drop_count": 0, "short_label": "Lab", "weight": 1.0}],
                "GRADE_CUTOFFS": {"Pass": 0.8},
            }
        ),
    }
    for name, element in blocks.items():
        text = f'<vertical display_name="{name.title()}">\n  <!-- {name} -->\n  {element}\n</vertical>\n'
        files[f"vertical/unit-{name}.xml"] = text
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
