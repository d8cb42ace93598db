// A note on a reply is kept when its field is left, and to leave or to reload the page is that, too. Until the server has it, what was
// typed is kept here as well, and stands in the field again when that is opened.
(() => {
  'use strict';

  const isNote = (target) => target?.matches?.('textarea[data-kept]');
  const keyOf = (field) => `${field.id}`; // note- and the reply's id
  const plain = (text) => text.replace(/\r\n?/g, '\n').trim();
  const isKept = (field, text) => plain(text) === plain(field.dataset.kept);
  const tell = (field) => field.dispatchEvent(new Event('change', { bubbles: true }));

  document.addEventListener('input', (event) => {
    if (isNote(event.target)) sessionStorage.setItem(keyOf(event.target), event.target.value);
  }, { capture: true });

  document.addEventListener('toggle', (event) => {
    const field = event.target.open && event.target.querySelector?.('textarea[data-kept]');
    const text = field ? sessionStorage.getItem(keyOf(field)) : null;
    if (text !== null && !isKept(field, text)) field.value = text;
  }, { capture: true });

  // What was put back here is no change to the browser.
  document.addEventListener('focusout', (event) => {
    if (isNote(event.target) && !isKept(event.target, event.target.value)) tell(event.target);
  });

  addEventListener('beforeunload', () => {
    const field = document.activeElement;
    if (isNote(field) && !isKept(field, field.value)) tell(field);
  });

  // The server has it. What another tab writes is no reason to forget what was typed here.
  new MutationObserver((changes) => {
    for (const { target: field } of changes) {
      const text = isNote(field) ? sessionStorage.getItem(keyOf(field)) : null;
      if (text !== null && isKept(field, text)) sessionStorage.removeItem(keyOf(field));
    }
  }).observe(document, { attributes: true, attributeFilter: ['data-kept'], subtree: true });
})();
