// Formulas: MathJax with the platform's delimiters, and in front of it the queue of MathJax 2 that the core blocks' scripts speak to.
(function () {
  'use strict';

  var ready;
  var last = new Promise(function (resolve) { ready = resolve; });

  function typeset(element) {
    var node = typeof element === 'string' ? document.getElementById(element) : element;
    return node && node.isConnected ? window.MathJax.typesetPromise([node]) : undefined;
  }

  // A formula on the page, as scripts for MathJax 2 handle it.
  function Jax(item) { this.item = item; }
  Jax.prototype.Text = function (text) {
    this.item.math = text;
    this.item.rerender(window.MathJax.startup.document, window.MathJax.STATE.COMPILED);
  };

  var hub = {
    // Jobs run one after another, once MathJax is there: a function, [function, arguments…] or ['method', owner, arguments…].
    Queue: function () {
      [].forEach.call(arguments, function (job) {
        last = last.then(function () { return run(job); }).catch(function (error) { window.console.error('A formula could not be set', error); });
      });
    },
    Typeset: function (element, done) {
      return Promise.resolve(typeset(element || document.body)).then(function () { if (typeof done === 'function') done(); });
    },
    getAllJax: function (element) {
      var node = typeof element === 'string' ? document.getElementById(element) : element;
      var formulas = window.MathJax.startup && window.MathJax.startup.document;
      return node && formulas ? formulas.getMathItemsWithin([node]).map(function (item) { return new Jax(item); }) : [];
    },
    Config: function () {},
    Register: { StartupHook: function (name, job) { hub.Queue(job); } },
    Startup: { signal: { Interest: function (listener) { hub.Queue(function () { listener('End'); }); } } },
  };

  function run(job) {
    if (typeof job === 'function') return job();
    if (typeof job[0] === 'function') return job[0].apply(window, [].slice.call(job, 1));
    var method = job[1] && job[1][job[0]];
    return typeof method === 'function' ? method.apply(job[1], [].slice.call(job, 2)) : undefined;
  }

  window.MathJax = {
    Hub: hub,
    Callback: { Queue: hub.Queue },
    tex: {
      inlineMath: [['\\(', '\\)'], ['[mathjaxinline]', '[/mathjaxinline]']],
      displayMath: [['\\[', '\\]'], ['[mathjax]', '[/mathjax]']],
      processEscapes: false,
      // Without \href, \style and \class: a formula is no place for links and styles.
      packages: { '[-]': ['html'] },
    },
    svg: { fontCache: 'local' },
    options: { enableMenu: false },
    startup: {
      typeset: false,
      ready: function () {
        window.MathJax.STATE = window.MathJax._.core.MathItem.STATE;
        window.MathJax.startup.defaultReady();
        window.MathJax.Hub = hub;
        window.MathJax.Callback = { Queue: hub.Queue };
        ready();
      },
    },
  };
  hub.Queue(['Typeset', hub]);
}());
