// The unit page's side of the frame: grows the frame to its content, follows what the frame asks for.
const frame = document.getElementById('unit-frame');

window.addEventListener('message', (event) => {
  if (event.origin !== window.location.origin || event.source !== frame.contentWindow) return;
  const { type, payload } = event.data || {};
  if (type === 'plugin.resize' && Number.isFinite(payload?.height)) frame.style.height = `${Math.ceil(payload.height)}px`;
  if (type === 'plugin.completion') markComplete(payload);
});

// The tick of the unit on the page turns when everything in the frame is done.
function markComplete({ unitDone }) {
  if (!unitDone) return;
  const tick = document.querySelector('.siblings a[aria-current="page"] .tick');
  if (tick) tick.className = 'tick done';
}
