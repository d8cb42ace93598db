// Lists and tables by the arrow keys. Of all rows one is in the order of Tab; the keys move from row to row without asking the server,
// also to rows that are not drawn: then the list itself keeps the focus until the row has come.
(() => {
  'use strict';

  // list -> { index, wanted }: the row that has, or had, the focus, and the one that is to have it
  const known = new WeakMap();
  const linkOf = (row) => (row?.matches('a') ? row : row?.querySelector('a'));
  const rowsOf = (list) => [...list.querySelectorAll('[data-row]')];
  const isVirtual = (list) => 'rowCount' in list.dataset;
  const countOf = (list) => (isVirtual(list) ? Number(list.dataset.rowCount) : rowsOf(list).length);
  const indexOf = (list, row) => (isVirtual(list) ? Number(row.dataset.row) : rowsOf(list).indexOf(row));
  const rowAt = (list, index) => (isVirtual(list) ? list.querySelector(`[data-row="${index}"]`) : rowsOf(list)[index]);
  const heightOf = (list) => Number(list.dataset.rowHeight);

  function stateOf(list) {
    let state = known.get(list);
    if (state) return state;
    state = { index: -1, wanted: -1 };
    known.set(list, state);
    new MutationObserver(() => {
      const row = state.wanted >= 0 ? rowAt(list, state.wanted) : null;
      if (row) enter(list, row);
    }).observe(list, { childList: true, subtree: true });
    return state;
  }

  function enter(list, row) {
    stateOf(list).wanted = -1;
    linkOf(row).focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  function go(list, index) {
    const to = Math.max(0, Math.min(countOf(list) - 1, index));
    const row = rowAt(list, to);
    if (row) {
      enter(list, row);
    } else if (isVirtual(list) && countOf(list) > 0) {
      Object.assign(stateOf(list), { wanted: to, index: to });
      list.focus({ preventScroll: true });
      list.scrollTop = to * heightOf(list) - list.clientHeight / 2;
    }
  }

  document.addEventListener('focusin', (event) => {
    const row = event.target.closest('[data-row]');
    const list = row?.closest('[data-rows]');
    if (!list || event.target !== linkOf(row)) return;
    stateOf(list).index = indexOf(list, row);
    for (const other of rowsOf(list)) linkOf(other).tabIndex = other === row ? 0 : -1;
  });

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
    // From the field above it into the list.
    const under = event.target.closest('[data-rows-below]');
    if (under && event.key === 'ArrowDown') {
      const list = document.querySelector(under.dataset.rowsBelow);
      if (list && countOf(list) > 0) go(list, 0);
      event.preventDefault();
      return;
    }

    const list = event.target.closest('[data-rows]');
    if (!list || (event.target !== list && !event.target.matches('[data-rows] [data-row], [data-rows] [data-row] a'))) return;
    const at = stateOf(list).index;
    const page = Math.max(1, Math.floor(list.clientHeight / (heightOf(list) || 32)) - 2);
    const first = isVirtual(list) ? Math.round(list.scrollTop / heightOf(list)) : 0;
    const steps = {
      ArrowDown: at < 0 ? first : at + 1, ArrowUp: at < 0 ? first : at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: countOf(list) - 1,
    };
    if (event.key === 'ArrowUp' && at === 0 && list.dataset.rowsField) document.querySelector(list.dataset.rowsField).focus();
    else if (event.key in steps) go(list, steps[event.key]);
    else if (event.key === 'F2' || event.key === 'Delete') event.target.parentElement.querySelector(`[data-row-key="${event.key}"]`)?.click();
    else return;
    event.preventDefault();
  });

  window.studio.rows = {
    // Goes to a row by its index.
    go(selector, index) {
      const list = document.querySelector(selector);
      if (list) go(list, index);
    },
  };
})();
