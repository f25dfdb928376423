// The unit page's side of the frame: grows the frame to its content and keeps the ticks of the section up to date.
const frame = document.getElementById('unit-frame');
const siblings = document.querySelector('.siblings ul');
let waiting;

window.addEventListener('message', (event) => {
  if (event.origin !== window.location.origin || event.source !== frame.contentWindow) return;
  const { type, payload } = event.data || {};
  if (type === 'plugin.resize' && Number.isFinite(payload?.height)) frame.style.height = `${Math.ceil(payload.height)}px`;
  if (type === 'plugin.changed' && siblings) {
    clearTimeout(waiting);
    waiting = setTimeout(refreshTicks, 400);
  }
});

async function refreshTicks() {
  // Without a network the ticks wait for the next visit.
  const answer = await fetch(window.location.href, { credentials: 'same-origin' }).catch(() => null);
  if (!answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelectorAll('.siblings .tick');
  siblings.querySelectorAll('.tick').forEach((tick, at) => {
    if (fresh[at]) tick.className = fresh[at].className;
  });
}
