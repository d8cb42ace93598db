// What was typed outlives the server's answers. Some fields are written back what the server has heard; on a busy machine, or over a slow
// line, that is an earlier text when later letters are there already. So a field that is being typed in takes no text that it had a moment
// ago. Whatever else is written into it, and nothing at all, it takes.
(() => {
  'use strict';

  const patience = 5_000; // ms after the last letter
  const most = 500; // texts that are known
  const longest = 10_000; // characters; longer texts are not watched
  let field = null;
  let last = '';
  let had = new Set();
  let at = 0;

  document.addEventListener('input', (event) => {
    if (event.target !== field) {
      field = event.target;
      had = new Set();
    } else if (last.length <= longest) {
      had.add(last);
      if (had.size > most) had.delete(had.values().next().value);
    }
    last = field.value ?? '';
    had.delete(last);
    at = performance.now();
  }, { capture: true });

  const isEcho = (element, text) => element === field && element === document.activeElement && performance.now() - at < patience && text !== '' && had.has(text);

  for (const type of [HTMLInputElement, HTMLTextAreaElement]) {
    const value = Object.getOwnPropertyDescriptor(type.prototype, 'value');
    Object.defineProperty(type.prototype, 'value', {
      ...value,
      set(text) {
        if (isEcho(this, `${text}`)) return;
        value.set.call(this, text);
        if (this === field && `${text}` !== last) {
          last = this.value;
          had = new Set();
        }
      },
    });
  }
})();
