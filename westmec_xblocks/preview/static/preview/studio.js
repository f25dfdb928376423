// The editor page around a block: frames that grow, and what happens when the block says save, cancel or error.
const status = document.getElementById('studio-status');

window.addEventListener('message', (event) => {
  if (event.origin !== window.location.origin) return;
  const frame = [...document.querySelectorAll('iframe')].find((each) => each.contentWindow === event.source);
  if (!frame) return;
  const { type, payload } = event.data || {};
  if (type === 'plugin.resize' && Number.isFinite(payload?.height)) frame.style.height = `${Math.ceil(payload.height)}px`;
  if (!status) return;
  if (type === 'studio.cancel') leave();
  if (type === 'studio.error') say([payload.title, payload.message].filter(Boolean).join(': ') || status.dataset.failed, true);
  if (type === 'studio.save') payload.state === 'end' ? leave() : say(status.dataset.saving, false);
});

function leave() { window.location.assign(status.dataset.back); }

function say(text, bad) {
  status.textContent = text;
  status.classList.toggle('bad', bad);
  status.hidden = false;
}
