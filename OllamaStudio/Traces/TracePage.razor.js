// Escape belongs to the topmost layer: an open menu or dialog first, then the details, and only then it leads back to the list.
export function attach(root, dotnet) {
  const stop = new AbortController();
  // The page may have been left before this came.
  if (!root) return { detach() {} };
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && root.dataset.escapeCloses === 'true') event.preventDefault();
  }, { signal: stop.signal });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector('dialog[open], details[data-popover][open]')) return;
    event.preventDefault();
    dotnet.invokeMethodAsync('OnEscape').catch(() => { /* the page went away meanwhile */ });
  }, { signal: stop.signal });
  return { detach: () => stop.abort() };
}
