// The library of prompts: a / at the beginning of an empty composer opens it, what is typed after it narrows it, all in the browser; the
// server is asked once each time it opens. What a prompt leaves open, {{word}}, is selected to be typed over, and Tab goes on to the next.
(() => {
  'use strict';

  const open = new WeakMap(); // textarea -> { all, shown, active, early }; all is null until the server has answered, and early the key that was pressed before, Enter or Tab
  const withOpenings = new WeakSet(); // textareas that a prompt with {{words}} was brought into
  const opening = /\{\{[^{}\n]{1,80}\}\}/g;
  const most = 50; // shown at once; whoever looks for another types on
  const boxOf = (target) => target.closest?.('[data-testid="composer"]');
  const paneOf = (box) => box.form?.querySelector('[data-prompts]');
  const query = (box) => (/^\/[^\n]{0,100}$/.test(box.value) ? box.value.slice(1).toLowerCase() : null);

  async function show(box) {
    if (query(box) === null) return close(box);
    if (!open.has(box)) {
      if (box.value !== '/') return; // pasted, recalled, or closed by Escape
      const list = { all: null, shown: [], active: 0, early: null };
      open.set(box, list);
      list.all = await window.studio.composer.prompts(box);
      if (open.get(box) !== list) return; // closed meanwhile
      if (list.all) draw(box);
      else close(box);
      if (list.early && list.shown.length > 0) insert(box, list.shown[0]);
      else if (list.early === 'Enter') window.studio.composer.send(box);
    } else if (open.get(box).all) {
      draw(box);
    }
  }

  function draw(box) {
    const list = open.get(box);
    const wanted = query(box);
    if (wanted === null) return close(box);
    // A name that begins so comes first, then one that has it within; else in the person's own order.
    const rank = (prompt) => { const at = prompt.name.toLowerCase().indexOf(wanted); return at < 0 ? 2 : Math.min(at, 1); };
    list.shown = list.all.filter((prompt) => rank(prompt) < 2).sort((one, other) => rank(one) - rank(other)).slice(0, most);
    list.active = 0;
    // "/usr/bin" is no search: the list steps aside, and Enter sends.
    if (list.shown.length === 0 && (wanted !== '' || list.all.length > 0)) return hide(box);
    const options = paneOf(box).querySelector('[role="listbox"]');
    options.replaceChildren(...list.shown.map((prompt, at) => {
      const option = document.createElement('div');
      option.id = `composer-prompt-${at}`;
      option.className = 'option';
      option.setAttribute('role', 'option');
      option.dataset.testid = 'prompt-option';
      option.dataset.at = at;
      const name = document.createElement('b');
      name.textContent = prompt.name;
      const text = document.createElement('span');
      text.textContent = prompt.text;
      option.append(name, ' ', text);
      return option;
    }));
    options.hidden = list.shown.length === 0;
    paneOf(box).dataset.empty = list.shown.length === 0;
    paneOf(box).hidden = false;
    point(box, 0);
  }

  function point(box, at) {
    const list = open.get(box);
    list.active = at;
    for (const option of paneOf(box).querySelectorAll('[role="option"]')) {
      const isActive = Number(option.dataset.at) === at;
      option.setAttribute('aria-selected', isActive);
      if (isActive) option.scrollIntoView({ block: 'nearest' });
    }
    if (list.shown.length > 0) box.setAttribute('aria-activedescendant', `composer-prompt-${at}`);
  }

  // Out of sight; it comes back when what is typed fits again.
  function hide(box) {
    open.get(box).shown = [];
    paneOf(box).hidden = true;
    box.removeAttribute('aria-activedescendant');
  }

  function close(box) {
    if (!open.has(box)) return;
    hide(box);
    open.delete(box);
  }

  function insert(box, prompt) {
    close(box);
    window.studio.composer.set(box, prompt.text);
    box.setSelectionRange(prompt.text.length, prompt.text.length);
    withOpenings.add(box);
    next(box, 0);
  }

  // Selects the next opening from there on, or the last one before; false where there is none, and the key goes on in the page.
  function next(box, from, backward = false) {
    const all = [...box.value.matchAll(opening)];
    if (all.length === 0) withOpenings.delete(box);
    const found = backward ? all.findLast((one) => one.index + one[0].length <= from) : all.find((one) => one.index >= from);
    if (!found) return false;
    box.setSelectionRange(found.index, found.index + found[0].length);
    return true;
  }

  document.addEventListener('input', (event) => {
    const box = boxOf(event.target);
    if (box && !event.isComposing) show(box);
  });

  // Before composer.js, which sends on Enter, and studio.js, where Escape stops the reply.
  document.addEventListener('keydown', (event) => {
    const box = boxOf(event.target);
    if (!box || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    const list = open.get(box);
    const isShown = list && !paneOf(box).hidden;
    const isChoice = !event.shiftKey && (event.key === 'Enter' || event.key === 'Tab');
    if (list && !list.all && isChoice) {
      list.early = event.key; // typed faster than the server answers
    } else if (isShown && event.key === 'Escape' && !event.shiftKey) {
      close(box);
    } else if (isShown && list.shown.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      point(box, (list.active + (event.key === 'ArrowDown' ? 1 : list.shown.length - 1)) % list.shown.length);
    } else if (isShown && list.shown.length > 0 && isChoice) {
      insert(box, list.shown[list.active]);
    } else if (!(event.key === 'Tab' && withOpenings.has(box) && next(box, event.shiftKey ? box.selectionStart : box.selectionEnd, event.shiftKey))) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });

  // What stands in the box may change without a key: it was sent, or another chat is shown. What is written after that is no prompt of the library.
  window.studio.prompts = {
    sync(box) {
      if (query(box) === null) close(box);
      if (box.value === '') withOpenings.delete(box);
    },
  };

  // The keyboard stays in the box.
  document.addEventListener('mousedown', (event) => {
    if (event.target.closest?.('[data-prompts]')) event.preventDefault();
  });

  document.addEventListener('click', (event) => {
    const option = event.target.closest?.('[data-prompts] [role="option"]');
    const box = option?.closest('form').querySelector('[data-testid="composer"]');
    if (box) insert(box, open.get(box).shown[Number(option.dataset.at)]);
  });

  document.addEventListener('focusout', (event) => {
    const box = boxOf(event.target);
    if (box) close(box);
  });
})();
