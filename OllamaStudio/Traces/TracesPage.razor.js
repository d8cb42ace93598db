// The list's columns are the browser's to keep, and the arrow keys move from row to row without asking the server.
const key = 'ollamastudio.trace-columns';

export function keptColumns() {
  try { return localStorage.getItem(key); } catch { return null; }
}

export function keepColumns(columns) {
  try { localStorage.setItem(key, columns); } catch { /* private mode: forgotten on reload */ }
}

export function attach(root) {
  root?.addEventListener('keydown', (event) => {
    const down = event.key === 'ArrowDown';
    const row = event.target.closest('[data-testid="trace-row"]');
    if (!row || (!down && event.key !== 'ArrowUp') || event.ctrlKey || event.altKey || event.metaKey) return;
    const next = down ? row.nextElementSibling : row.previousElementSibling;
    const link = next?.querySelector('a');
    if (link) {
      link.focus({ preventScroll: true });
      next.scrollIntoView({ block: 'nearest' });
    }
    event.preventDefault();
  });
}
