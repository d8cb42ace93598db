// The list's columns are the browser's to keep.
const key = 'ollamastudio.trace-columns';

export function keptColumns() {
  try { return localStorage.getItem(key); } catch { return null; }
}

export function keepColumns(columns) {
  try { localStorage.setItem(key, columns); } catch { /* private mode: forgotten on reload */ }
}
