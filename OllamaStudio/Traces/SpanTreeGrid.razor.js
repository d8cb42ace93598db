// What a tree of rows does by itself: it says which rows are in sight, follows the newest ones (follow.js), and keeps
// the keys it uses from scrolling it as well.
const attached = new WeakMap();
const usedKeys = new Set(['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End', ' ']);

export function attach(tree, dotnet, rowHeight, follow) {
  if (!tree || attached.has(tree)) return;
  const stop = new AbortController();

  tree.addEventListener('keydown', (event) => {
    if (usedKeys.has(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) event.preventDefault();
  }, { signal: stop.signal });

  // An Escape that closes something here is used up; the studio's own listener then leaves it alone.
  const scope = tree.closest('[data-escape-closes]');
  scope?.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && scope.dataset.escapeCloses === 'true') event.preventDefault();
  }, { signal: stop.signal });

  // In steps of eight rows, once a frame: the server draws more than is in sight, so it need not hear of every pixel.
  let told = '';
  let frame = 0;
  const tell = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (stop.signal.aborted) return;
      const first = Math.floor(tree.scrollTop / rowHeight / 8) * 8;
      const count = Math.ceil(tree.clientHeight / rowHeight) + 8;
      if (told === `${first} ${count}`) return;
      told = `${first} ${count}`;
      dotnet.invokeMethodAsync('OnViewport', first, count).catch(() => { /* the component went away meanwhile */ });
    });
  };

  // Half a row counts as the end: zoomed pages scroll by fractions of a pixel.
  const follower = follow ? window.studio.follow.attach(tree, {
    slack: 16, following: true, told: (following) => { tree.dataset.atEnd = following; }, signal: stop.signal,
  }) : null;
  attached.set(tree, { stop, rowHeight, follower });
  const keep = () => {
    follower?.follow();
    tell();
  };

  tree.addEventListener('scroll', tell, { signal: stop.signal, passive: true });
  tree.parentElement.querySelector('[data-jump-to-latest]')?.addEventListener('click', () => {
    follower.resume();
    tree.focus({ preventScroll: true });
  }, { signal: stop.signal });

  // Rows arriving make the canvas higher; the tree itself changes when panes are dragged or details open below it.
  const size = new ResizeObserver(keep);
  size.observe(tree);
  size.observe(tree.firstElementChild);
  stop.signal.addEventListener('abort', () => size.disconnect());
  keep();
}

// Scrolls as little as it takes to show the row whole, with one more row as context.
export function reveal(tree, first, height) {
  const state = attached.get(tree);
  if (!state) return;
  const top = (first - 1) * state.rowHeight;
  const bottom = (first + height + 1) * state.rowHeight;
  const to = top < tree.scrollTop ? top : Math.max(tree.scrollTop, bottom - tree.clientHeight);
  if (state.follower) state.follower.scroll(to);
  else tree.scrollTop = to;
}

export function detach(tree) {
  attached.get(tree)?.stop.abort();
  attached.delete(tree);
}
