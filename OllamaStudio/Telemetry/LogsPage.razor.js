// The list of the log: which rows are in sight (rows.js), and its end kept in sight while lines come (follow.js).
const attached = new WeakMap();

export function attach(list, dotnet) {
  if (!list || attached.has(list)) return;
  const stop = new AbortController();
  window.studio.rows.watch(`#${list.id}`, dotnet);
  const follower = window.studio.follow.attach(list, {
    slack: 16, following: true, told: (following) => { list.dataset.atEnd = following; }, signal: stop.signal,
  });
  list.parentElement.querySelector('[data-jump-to-latest]').addEventListener('click', () => follower.resume(), { signal: stop.signal });
  const size = new ResizeObserver(() => follower.follow());
  size.observe(list);
  size.observe(list.firstElementChild);
  stop.signal.addEventListener('abort', () => size.disconnect());
  attached.set(list, stop);
}

export function detach(list) {
  attached.get(list)?.abort();
  attached.delete(list);
}
