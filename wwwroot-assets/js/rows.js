// Lists and tables by the arrow keys. Of all rows one is in the order of Tab; the keys move from row to row without asking the server,
// also to rows that are not drawn: then the list itself keeps the focus until the row has come. Menus go by the same keys.
(() => {
  'use strict';

  // list -> { index, wanted }: the row that has, or had, the focus, and the one that is to have it
  const known = new WeakMap();
  const linkOf = (row) => (row?.matches('a, button') ? row : row?.querySelector('a') ?? row?.querySelector('button'));
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
      else keepStop(list, state);
    }).observe(list, { childList: true, subtree: true });
    return state;
  }

  // Wherever a list has scrolled to, Tab leads to one of the rows that are drawn; not where it leads to the list itself.
  function keepStop(list, state) {
    const links = list.tabIndex < 0 ? rowsOf(list).map(linkOf) : [];
    const stops = links.filter((link) => link.tabIndex === 0);
    if (links.length === 0 || stops.length === 1) return;
    const stop = links.find((link) => link === document.activeElement) ?? stops.find((link) => indexOf(list, link) === state.index) ?? stops[0] ?? links[0];
    for (const link of links) link.tabIndex = link === stop ? 0 : -1;
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

  // The key for a row's menu opens ours, and then not the browser's; that is there for the pointer still.
  let menuByKey = false;
  document.addEventListener('pointerdown', () => { menuByKey = false; }, true);
  document.addEventListener('contextmenu', (event) => { if (menuByKey) event.preventDefault(); });

  document.addEventListener('keydown', (event) => {
    const asksForMenu = event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10');
    const menu = asksForMenu && event.target.matches('[data-rows] [data-row]') ? event.target.parentElement.querySelector('[data-row-key="ContextMenu"]') : null;
    menuByKey = !!menu || (menuByKey && asksForMenu);
    if (menu) {
      menu.click();
      event.preventDefault();
      return;
    }
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
    if (!list || (event.target !== list && !event.target.matches('[data-rows] [data-row], [data-rows] [data-row] a') && event.target !== linkOf(event.target.closest('[data-row]')))) return;
    // Rows may have come or gone above it since it got the focus.
    const at = event.target === list ? stateOf(list).index : indexOf(list, event.target.closest('[data-row]'));
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
    // Sees from now on that Tab leads to one row of a list, and tells the server which rows are in sight: in steps of eight, once a frame.
    watch(selector, dotnet) {
      const list = document.querySelector(selector);
      if (!list) return;
      stateOf(list);
      let told = '';
      let frame = 0;
      const tell = () => {
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          const first = Math.floor(list.scrollTop / heightOf(list) / 8) * 8;
          const count = Math.ceil(list.clientHeight / heightOf(list)) + 8;
          if (told === `${first} ${count}` || list.clientHeight === 0) return;
          told = `${first} ${count}`;
          dotnet.invokeMethodAsync('OnViewport', first, count).catch(() => { /* the list went away meanwhile */ });
        });
      };
      list.addEventListener('scroll', tell, { passive: true });
      new ResizeObserver(tell).observe(list);
    },
    // Brings what stands at a place into sight, headings counted, where it is not; the keyboard stays where it is.
    reveal(selector, place) {
      const list = document.querySelector(selector);
      if (!list) return;
      const top = place * heightOf(list);
      if (top < list.scrollTop || top + heightOf(list) > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 2;
    },
    // Goes to a row by its index.
    go(selector, index) {
      const list = document.querySelector(selector);
      if (list) go(list, index);
    },
  };
})();
