// What block scripts written for the platform expect to find on the page: XBlock, a runtime, jQuery with the forged-request token,
// and the small globals of the LMS.
(function ($) {
  'use strict';

  function plain(text) { return String(text === null || text === undefined ? '' : text); }
  function escapeHtml(text) {
    return plain(text).replace(/[&<>"'`]/g, function (c) { return '&#' + c.charCodeAt(0) + ';'; });
  }
  function HtmlSnippet(text) { this.text = text; }
  HtmlSnippet.prototype.toString = function () { return this.text; };
  function HTML(text) { return text instanceof HtmlSnippet ? text : new HtmlSnippet(plain(text)); }
  function ensureHtml(text) { return text instanceof HtmlSnippet ? text : new HtmlSnippet(escapeHtml(text)); }
  function interpolate(format, values) {
    return plain(format).replace(/{\w+}/g, function (found) {
      var name = found.slice(1, -1);
      return name in (values || {}) ? values[name] : found;
    });
  }

  $.ajaxSetup({ beforeSend: function (request, settings) { if (!settings.crossDomain) request.setRequestHeader('X-CSRFToken', window.hostCsrf); } });
  $.postWithPrefix = $.post;
  $.getWithPrefix = $.get;
  $.ajaxWithPrefix = $.ajax;
  $.cookie = $.cookie || function () { return undefined; };
  // The platform's jQuery 2 closes what a problem writes as <textarea/>; without that, a mathematical input swallows the rest of the problem.
  var empty = /<(?!area|br|col|embed|hr|img|input|link|meta|param)(([a-z][^/\0>\x20\t\r\n\f]*)[^>]*)\/>/gi;
  $.htmlPrefilter = function (html) { return html.replace(empty, '<$1></$2>'); };
  // The platform's jQuery plugin of that name, as far as the video's transcript and annotated text use it.
  $.fn.scrollTo = $.fn.scrollTo || function (target, options) {
    var line = $(target)[0];
    return this.each(function () {
      if (line && this === document.documentElement) line.scrollIntoView({ block: 'center' });
      else if (line) this.scrollTop += line.getBoundingClientRect().top - this.getBoundingClientRect().top + ((options && options.offset) || 0);
    });
  };
  // The platform's tips, as far as annotated text uses them. Here the comment stands below its passage's paragraph, so that it needs no
  // pointer and covers nothing.
  $.fn.qtip = $.fn.qtip || function (options) {
    if (options === 'api') return this.data('host-tip');
    if (options === 'hide') return this.each(function () { $(this).data('host-tip').show(false); });
    return this.each(function () { if (!$(this).data('host-tip')) addTip($(this), options); });
  };
  function addTip(passage, options) {
    var tip = $('<div class="host-note" role="note" hidden>');
    var api = { elements: { target: passage, tooltip: tip }, options: options, show: function (shown) {
      tip.prop('hidden', !shown);
      passage.attr('aria-expanded', String(shown));
    } };
    tip.append($('<strong>').text(options.content.title.text(api)), options.content.text(api));
    passage.closest('p, li, div').after(tip);
    passage.attr({ role: 'button', tabindex: 0 }).data('host-tip', api).on('click keydown', function (event) {
      if (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      var asked = $.Event('show');
      options.events.show(asked, api);
      api.show(tip.prop('hidden') && !asked.isDefaultPrevented());
    });
    api.show(false);
  }

  var gettext = function (text) { return text; };
  window.gettext = window.gettext || gettext;
  window.ngettext = window.ngettext || function (one, many, n) { return n === 1 ? one : many; };
  window.interpolate = window.interpolate || function (format, values, named) {
    if (named) return format.replace(/%\((\w+)\)s/g, function (m, name) { return String(values[name]); });
    var at = 0;
    return format.replace(/%s/g, function () { return String(values[at++]); });
  };
  window.edx = window.edx || {};
  window.edx.HtmlUtils = {
    HTML: HTML, ensureHtml: ensureHtml, HtmlSnippet: HtmlSnippet,
    interpolateHtml: function (format, values) {
      var safe = {};
      Object.keys(values || {}).forEach(function (name) { safe[name] = ensureHtml(values[name]).toString(); });
      return HTML(interpolate(ensureHtml(format).toString(), safe));
    },
    joinHtml: function () { return HTML([].map.call(arguments, function (part) { return ensureHtml(part).toString(); }).join('')); },
    setHtml: function (element, html) { return $(element).html(ensureHtml(html).toString()); },
    append: function (element, html) { return $(element).append(ensureHtml(html).toString()); },
    prepend: function (element, html) { return $(element).prepend(ensureHtml(html).toString()); },
    ensureHTML: ensureHtml,
    template: function (text) { return function (data) { return HTML(window._ ? window._.template(text)(data) : text); }; },
  };
  window.edx.StringUtils = { interpolate: interpolate };
  window.HtmlUtils = window.edx.HtmlUtils;
  window.StringUtils = window.edx.StringUtils;
  window.onTouchBasedDevice = function () { return 'ontouchstart' in window ? ['touch'] : null; };
  window.Logger = window.Logger || { log: function () {}, listen: function () {}, bind: function () {} };
  window.SR = window.SR || { readText: say, readTexts: function (texts) { say(texts.join('\n')); }, clear: function () { say(''); } };
  window.accessible_modal = window.accessible_modal || function () {};
  window.MathJax = window.MathJax || { Hub: { Queue: function () {
    [].forEach.call(arguments, function (job) { if (typeof job === 'function') job(); });
  }, Config: function () {}, getAllJax: function () { return []; }, Register: { StartupHook: function () {} } }, Callback: { Queue: function () {} } };

  function say(text) {
    var region = document.getElementById('host-reader');
    if (!region) {
      region = document.createElement('div');
      region.id = 'host-reader';
      region.className = 'hidden';
      region.setAttribute('role', 'status');
      document.body.appendChild(region);
    }
    region.textContent = text;
  }

  // Without YouTube its player never comes; the sentence that stands in for it is already on the page.
  document.addEventListener('error', function (event) {
    if (event.target.tagName !== 'SCRIPT' || !/\/iframe_api$/.test(event.target.src)) return;
    $('[data-host-away]').prop('hidden', false).closest('.xblock').find('.video-wrapper').hide();
  }, true);

  var listeners = {};
  function Runtime() {}
  Runtime.prototype = {
    handlerUrl: function (element, handler, suffix, query) {
      var block = $(element).closest('.xblock');
      var studio = block.data('runtime-class') === 'StudioRuntime';
      var mark = studio && document.body.getAttribute('data-host-mark');
      var url = (studio ? '/studio/' : '/courses/') + block.data('course-id') + (mark ? '/' + mark : '');
      url += '/xblock/' + block.attr('data-usage-id') + '/handler/' + handler;
      if (suffix) url += '/' + suffix;
      return query ? url + '?' + query : url;
    },
    notify: function (name, data) {
      (listeners[name] || []).forEach(function (listener) { listener(data); });
      if (window.hostNotify) window.hostNotify(name, data);
    },
    listenTo: function (name, listener) { (listeners[name] = listeners[name] || []).push(listener); },
    childMap: function (block, name) { return (window.XBlock.blocks || []).filter(function (b) { return b.name === name; })[0]; },
    children: function () { return []; },
    refreshXBlock: function () { window.location.reload(); },
  };
  var runtime = new Runtime();

  window.XBlock = {
    blocks: [],
    initializeBlock: function (element) {
      var block = $(element);
      if (block.prop('xblock_initialized')) return block.prop('xblock');
      block.prop('xblock_initialized', true);
      var start = window[block.attr('data-init')];
      var args = block.children('script.xblock-json-init-args').text();
      var made = {};
      if (typeof start === 'function') {
        try {
          made = (args ? new start(runtime, element, JSON.parse(args)) : new start(runtime, element)) || {};
        } catch (error) {
          window.console.error('A block could not be started', element, error);
        }
      }
      made.element = element;
      made.type = block.attr('data-block-type');
      made.name = block.attr('data-name');
      made.runtime = runtime;
      block.prop('xblock', made);
      window.XBlock.blocks.push(made);
      return made;
    },
    initializeBlocks: function (within) {
      return $(within).find('.xblock[data-init]').toArray().reverse().map(window.XBlock.initializeBlock);
    },
    runtime: runtime,
  };
}(window.jQuery));
