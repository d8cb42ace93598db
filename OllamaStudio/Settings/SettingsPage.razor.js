// Ctrl+S (Cmd+S) saves; the browser's own answer to it is of no use here.
export function attach(page) {
  const onKeyDown = (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 's') {
      event.preventDefault();
      page.querySelector('[data-testid="setting-save"]')?.click();
    }
  };
  document.addEventListener('keydown', onKeyDown);
  return { detach() { document.removeEventListener('keydown', onKeyDown); } };
}
