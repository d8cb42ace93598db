// Ctrl+S (Cmd+S) saves; the browser's own answer to it is of no use here. And the sections' list marks the one that is read.
export function attach(page) {
  const stop = new AbortController();
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 's') {
      event.preventDefault();
      page.querySelector('[data-testid="setting-save"]')?.click();
    }
  }, { signal: stop.signal });

  const scroller = page.querySelector('[data-scroll]');
  const mark = () => {
    const links = [...page.querySelectorAll('[data-sections] > a')];
    const edge = scroller.getBoundingClientRect().top + 80;
    const atEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 4 && scroller.scrollTop > 0;
    const passed = links.filter((link) => (document.getElementById(link.hash.slice(1))?.getBoundingClientRect().top ?? Infinity) <= edge);
    const current = (atEnd ? links : passed).at(-1) ?? links[0];
    for (const link of links) {
      if (link === current) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  };
  scroller.addEventListener('scroll', mark, { signal: stop.signal, passive: true });
  mark();
  return { detach() { stop.abort(); } };
}
