// Starts the blocks on a frame's page, marks what completes by being seen, and tells the page around it how tall it is.
(function () {
  'use strict';

  var embedded = window.parent !== window;

  function tell(type, payload) {
    if (embedded) window.parent.postMessage({ type: type, payload: payload }, window.location.origin);
  }

  var lastHeight = 0;
  function reportSize() {
    var height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height === lastHeight) return;
    lastHeight = height;
    tell('plugin.resize', { width: document.body.scrollWidth, height: height });
  }
  if (window.ResizeObserver) new ResizeObserver(reportSize).observe(document.documentElement);
  window.addEventListener('load', reportSize);
  reportSize();

  // Blocks that complete on view: half of the block, or half of the window, visible for two seconds.
  var waiting = JSON.parse(document.getElementById('host-complete-on-view').textContent || '[]');
  var byBlock = {};
  waiting.forEach(function (url) { byBlock[url.split('/xblock/')[1].split('/')[0]] = url; });

  function send(url, element) {
    fetch(url, { method: 'POST', headers: { 'X-CSRFToken': window.hostCsrf }, credentials: 'same-origin' }).then(function (answer) {
      if (answer.ok) delete byBlock[element.dataset.hostBlock];
    });
  }

  // Whenever a block has talked to its handler, what is complete may have changed.
  if (embedded && window.PerformanceObserver) {
    new PerformanceObserver(function (list) {
      var talked = list.getEntries().some(function (entry) { return /\/handler\/|\/viewed$/.test(entry.name); });
      if (talked) tell('plugin.changed', {});
    }).observe({ type: 'resource' });
  }

  if (window.IntersectionObserver && waiting.length) {
    var timers = new Map();
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        var element = entry.target;
        if (entry.isIntersecting && !timers.has(element)) {
          timers.set(element, setTimeout(function () {
            observer.unobserve(element);
            send(byBlock[element.dataset.hostBlock], element);
          }, 2000));
        } else if (!entry.isIntersecting && timers.has(element)) {
          clearTimeout(timers.get(element));
          timers.delete(element);
        }
      });
    });
    document.querySelectorAll('.vert').forEach(function (element) {
      if (byBlock[element.dataset.hostBlock]) observer.observe(element);
    });
  }

  window.XBlock.initializeBlocks(document.body);
}());
