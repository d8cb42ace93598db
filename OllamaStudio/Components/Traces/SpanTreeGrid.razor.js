// What a tree of rows does without a round trip: it stays at its lower edge while it is there, and keeps keys from scrolling it.
const attached = new WeakMap();
const usedKeys = new Set(['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End', ' ']);

// Half a row: zoomed pages scroll by fractions of a pixel.
const atEnd = (tree) => tree.scrollHeight - tree.scrollTop - tree.clientHeight < 16;

export function attach(tree, follow) {
  if (!tree || attached.has(tree)) return;
  const stop = new AbortController();
  const scope = tree.closest('[data-escape-closes]');
  let following = follow;

  tree.addEventListener('keydown', (event) => {
    if (usedKeys.has(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) event.preventDefault();
  }, { signal: stop.signal });

  // An Escape that closes something here is used up; the studio's own listener then leaves it alone.
  scope?.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && scope.dataset.escapeCloses === 'true') event.preventDefault();
  }, { signal: stop.signal });

  if (follow) {
    const toEnd = () => { tree.scrollTop = tree.scrollHeight; };
    const note = () => { following = atEnd(tree); tree.dataset.atEnd = following; };
    tree.addEventListener('scroll', note, { signal: stop.signal, passive: true });
    tree.parentElement.querySelector('[data-jump-to-latest]')?.addEventListener('click', toEnd, { signal: stop.signal });

    // Rows arriving change the content; the pane itself changes when panes are dragged or details open below it.
    const keep = () => { if (following) toEnd(); else note(); };
    const content = new MutationObserver(keep);
    const size = new ResizeObserver(keep);
    content.observe(tree, { childList: true, subtree: true, attributes: true, attributeFilter: ['style'] });
    size.observe(tree);
    stop.signal.addEventListener('abort', () => { content.disconnect(); size.disconnect(); });
    toEnd();
    note();
  }

  attached.set(tree, { stop, leaveEnd() { following = false; } });
}

// Scrolls as little as it takes to show the row whole.
export function reveal(tree, index, rowHeight) {
  if (!tree) return;
  const top = index * rowHeight;
  const before = tree.scrollTop;
  if (top < before) tree.scrollTop = top;
  else if (top + rowHeight > before + tree.clientHeight) tree.scrollTop = top + rowHeight - tree.clientHeight;
  if (tree.scrollTop !== before && !atEnd(tree)) attached.get(tree)?.leaveEnd();
}

export function detach(tree) {
  if (!tree) return;
  attached.get(tree)?.stop.abort();
  attached.delete(tree);
}
