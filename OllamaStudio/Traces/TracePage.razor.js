// Escape belongs to the topmost layer: an open menu, dialog or the find bar first (studio.js), then the details, and only then it
// leads back to the list.
export function attach(root, dotnet) {
  const stop = new AbortController();
  // The page may have been left before this came.
  if (!root) return { detach() {} };
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    dotnet.invokeMethodAsync('OnEscape').catch(() => { /* the connection is lost: the server shows its own faults */ });
  }, { signal: stop.signal });
  root.dataset.hasKeys = '';
  return { detach: () => stop.abort() };
}
