// Inside a block's editor: passes the block's own save and cancel messages on to the page around it.
window.hostNotify = function (name, data) {
  'use strict';
  if (name !== 'save' && name !== 'cancel' && name !== 'error') return;
  window.parent.postMessage({
    type: 'studio.' + name,
    payload: { state: data && data.state, title: data && (data.title || data.msg), message: data && (data.message || data.msg) },
  }, window.location.origin);
};
