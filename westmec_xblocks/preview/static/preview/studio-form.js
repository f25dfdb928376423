// The host's own form: a preview that follows the typing, a word before unsaved work is left, and the faulty line of the markup.
const form = document.getElementById('editor-form');
const frame = document.querySelector('iframe[name="editor-preview"]');
const faults = document.getElementById('look-faults');
let changed = form.querySelector('[aria-invalid]') !== null;
let leaving = false;
let waiting;
let asked = 0;

form.addEventListener('input', () => {
  changed = true;
  clearTimeout(waiting);
  waiting = setTimeout(look, 700);
});

document.getElementById('editor-look').addEventListener('click', (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  look();
});

form.addEventListener('submit', () => { leaving = true; });
document.getElementById('editor-cancel').addEventListener('click', () => { leaving = true; });
window.addEventListener('beforeunload', (event) => { if (changed && !leaving) event.preventDefault(); });

async function look() {
  const number = ++asked;
  const answer = await fetch(form.dataset.draft, {
    method: 'POST', body: new FormData(form), headers: { 'X-Requested-With': 'fetch' }, credentials: 'same-origin',
  }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (number !== asked) return;
  tell(said?.url ? [] : said?.faults || [said?.error || faults.dataset.failed]);
  // Without an entry in the history: Back leaves the editor.
  if (said?.url) frame.contentWindow.location.replace(said.url);
}

function tell(sentences) {
  faults.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement('p'), { textContent: sentence })));
  faults.hidden = !sentences.length;
}

const faulty = form.querySelector('textarea[data-line]');
if (faulty && Number(faulty.dataset.line)) {
  const lines = faulty.value.split('\n');
  const line = Math.min(Number(faulty.dataset.line), lines.length) - 1;
  const start = lines.slice(0, line).join('\n').length + (line ? 1 : 0);
  faulty.setSelectionRange(start, start + lines[line].length);
}
document.getElementById('faults')?.focus();
