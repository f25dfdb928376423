// Grows the about page's frame to its content. No script runs inside it.
(function () {
  'use strict';

  var frame = document.querySelector('.about-frame');

  function fit() {
    var page = frame.contentDocument && frame.contentDocument.documentElement;
    if (page) frame.style.height = Math.ceil(page.getBoundingClientRect().height) + 2 + 'px';
  }
  function watch() {
    fit();
    if (window.ResizeObserver) new ResizeObserver(fit).observe(frame.contentDocument.documentElement);
  }
  frame.addEventListener('load', watch);
  if (frame.contentDocument && frame.contentDocument.readyState === 'complete') watch();
}());
