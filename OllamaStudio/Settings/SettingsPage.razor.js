// What the settings page does by itself: saves by key, finds settings, marks the section that is read, and leads to one input.
export function attach(page) {
  const stop = new AbortController();
  const on = (target, name, handle, options) => target.addEventListener(name, handle, { signal: stop.signal, ...options });
  const scroller = page.querySelector('[data-scroll]');
  const form = page.querySelector('form');
  const links = [...page.querySelectorAll('[data-sections] > a')];
  const sectionOf = (link) => document.getElementById(link.hash.slice(1));

  // Ctrl+S (Cmd+S) saves; the browser's own answer to it is of no use here.
  on(document, 'keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 's') {
      event.preventDefault();
      page.querySelector('[data-testid="setting-save"]')?.click();
    }
  });

  // Enter switches; it is not meant to send the form as well. And the arrows go through a group of radios that is made of buttons.
  on(form, 'keydown', (event) => {
    if (event.key === 'Enter' && event.target.matches('[role="switch"]')) event.preventDefault();
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches('button[role="radio"]')) return;
    event.preventDefault();
    const radios = [...event.target.parentElement.children];
    const next = radios[(radios.indexOf(event.target) + step + radios.length) % radios.length];
    next.focus();
    next.click();
  });

  // The section that is read; one that a link led to, until a person scrolls.
  let led = null;
  const mark = () => {
    const edge = scroller.getBoundingClientRect().top + 80;
    const shown = links.filter((link) => !link.hidden);
    const atEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 4 && scroller.scrollTop > 0;
    const passed = shown.filter((link) => (sectionOf(link)?.getBoundingClientRect().top ?? Infinity) <= edge);
    const current = shown.find((link) => sectionOf(link) === led) ?? (atEnd ? shown : passed).at(-1) ?? shown[0];
    for (const link of links) {
      if (link === current) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  };
  on(scroller, 'scroll', mark, { passive: true });
  for (const name of ['wheel', 'touchmove', 'pointerdown']) on(scroller, name, () => { led = null; }, { passive: true });

  // Folds open for the setting, and it gets the keyboard: the input itself, or of several the one that Tab would come to.
  const unfold = (target) => {
    for (let fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
  };
  const lead = (target) => {
    unfold(target);
    led = target.closest('section');
    const inputs = [...target.querySelectorAll('input, textarea, button, summary')].filter((each) => each.tabIndex >= 0 && !each.disabled);
    const row = target.closest('.field') ?? target;
    const input = target.matches('section') ? target.querySelector('h2') : target.disabled ? row : target.tabIndex >= 0 || inputs.length === 0 ? target : inputs[0];
    if (input === row && !row.hasAttribute('tabindex')) row.tabIndex = -1; // what is fixed has no keyboard of its own
    input.focus({ preventScroll: true });
    row.scrollIntoView({ block: target.matches('section') ? 'start' : 'center' });
    mark();
  };
  const reveal = () => {
    if (document.querySelector('.mud-dialog')) {
      setTimeout(reveal, 100); // it gives the keyboard back to where it had it from, and that comes first
      return;
    }
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !form.contains(target)) return;
    if (target.closest('[hidden]')) find('');
    lead(target);
  };

  // Rows whose words hold all that is looked for; folds with hits stand open meanwhile.
  const field = page.querySelector('[data-find]');
  const found = page.querySelector('[data-found]');
  const folds = new Map();
  const find = (text) => {
    if (field.value !== text) field.value = text;
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...form.querySelectorAll('[data-words]')];
    const hits = rows.filter((row) => words.every((word) => row.dataset.words.toLowerCase().includes(word)));
    const isHit = (part) => hits.some((row) => part.contains(row) || row.contains(part));
    for (const part of [...rows, ...form.querySelectorAll('details.fold, section')]) part.hidden = !isHit(part);
    for (const fold of form.querySelectorAll('details.fold')) {
      if (words.length > 0 && !folds.has(fold)) folds.set(fold, fold.open);
      fold.open = words.length > 0 ? true : folds.get(fold) ?? fold.open;
    }
    if (words.length === 0) folds.clear();
    for (const link of links) link.hidden = sectionOf(link)?.hidden;
    const count = hits.filter((row) => !rows.some((other) => other !== row && row.contains(other) && hits.includes(other))).length;
    found.textContent = words.length === 0 ? '' : count === 0 ? `No setting matches “${text.trim()}”.` : count === 1 ? '1 setting' : `${count} settings`;
    scroller.scrollTop = 0;
    mark();
  };
  on(field, 'input', () => find(field.value));
  on(field, 'keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      const hit = [...form.querySelectorAll('[data-words]')].find((row) => !row.closest('[hidden]') && !row.querySelector('[data-words]'));
      if (hit && field.value.trim() !== '') lead(hit);
    }
  });

  // Blazor goes to another hash of the same page without a word to the server, nor to the page.
  const path = location.pathname;
  on(window.navigation ?? new EventTarget(), 'currententrychange', () => { if (location.pathname === path) reveal(); });

  mark();
  reveal();
  return {
    revealFault() {
      const faulty = [...form.querySelectorAll('[data-faulty]')];
      if (faulty.length === 0) return;
      if (faulty.some((row) => row.closest('[hidden]'))) find('');
      faulty.forEach(unfold);
      lead(faulty[0].querySelector('[aria-invalid="true"]') ?? faulty[0]);
    },
    detach() { stop.abort(); },
  };
}
