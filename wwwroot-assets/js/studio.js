// A little longer than the house's 300 lines: these listeners share a few variables, and the order in which they hear of a key matters.
// What the page does by itself, without a round trip: theme, clipboard, shortcuts, reconnecting.
// Everything hangs on delegated listeners, so it works however often Blazor redraws.
window.studio = (() => {
  'use strict';

  const root = document.documentElement;
  let shell = null;
  let early = null; // the last shortcut pressed while the page is drawn and not yet attached

  // Finding comes with its bar (FindBar.razor.js), which takes this one's place; what is asked for before is done then.
  const earlyFind = {
    isWanted: false,
    open: () => (earlyFind.isWanted = document.querySelector('[data-testid="find-bar"]') !== null),
    close: () => false,
  };

  // Every page of this browser has one theme.
  const pages = new BroadcastChannel('studio-theme');
  pages.addEventListener('message', (event) => { root.dataset.theme = event.data; });

  function setTheme(theme) {
    if (root.dataset.theme !== theme) pages.postMessage(theme);
    root.dataset.theme = theme;
    const oneYear = 365 * 24 * 60 * 60;
    document.cookie = `studio-theme=${theme}; path=/; max-age=${oneYear}; samesite=strict`;
  }

  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-theme-next]')) setTheme({ system: 'light', light: 'dark' }[root.dataset.theme] ?? 'system');
  });

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false; // no permission, or not a secure context
    }
  }

  // The buttons of a block of code: its text is in the page already.
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy-code], [data-wrap-code]');
    const block = button?.closest('.code-block');
    if (!block) return;
    if ('wrapCode' in button.dataset) {
      button.setAttribute('aria-pressed', block.toggleAttribute('data-wrapped'));
      return;
    }
    const code = block.querySelector('code');
    const copied = await copy(code.textContent);
    if (!copied) getSelection().selectAllChildren(code); // for the person's own Ctrl+C
    say(copied ? 'Code copied' : 'The browser did not allow copying. The code is selected.');
    const word = button.querySelector('span');
    word.textContent = copied ? 'Copied' : 'Selected';
    clearTimeout(button.timer);
    button.timer = setTimeout(() => { word.textContent = 'Copy'; }, 1500);
  });

  // A word for screen readers, from the page itself.
  const said = document.createElement('div');
  said.className = 'visually-hidden';
  said.setAttribute('role', 'status');
  document.body.append(said);
  function say(text) {
    said.textContent = text;
    setTimeout(() => { said.textContent = ''; }, 1500);
  }

  // The same file chosen again is no change to a browser, unless the choice before is forgotten.
  document.addEventListener('click', (event) => {
    if (event.target.matches?.('input[type="file"]')) {
      event.target.value = '';
    }
  }, true);

  // Popovers of the status bar stay native <details>; a click elsewhere or Escape closes them.
  document.addEventListener('click', (event) => {
    for (const open of document.querySelectorAll('details[data-popover][open]')) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  // One above a message opens below it where the pane has no room above; what is to be typed in gets the focus.
  document.addEventListener('toggle', (event) => {
    const pane = event.target.open && event.target.matches?.('details[data-popover]') && event.target.querySelector(':scope > .pane');
    if (!pane) return;
    pane.removeAttribute('data-below');
    const room = pane.closest('.scroller')?.getBoundingClientRect();
    if (room && pane.getBoundingClientRect().top < room.top) pane.setAttribute('data-below', '');
    pane.querySelector('[data-first]')?.focus();
  }, true);

  // What closes a layer of the server's: a click beside it, Escape, and Tab beyond its first or last field. It names who gets the focus back.
  document.addEventListener('click', (event) => {
    const closer = event.target.closest('[data-closes-layer]');
    if (closer) document.querySelector(closer.dataset.closesLayer)?.focus();
  });

  // What a click closes, the topmost last. While the connection is lost, none of it is in sight.
  const closers = () => (root.dataset.circuit === 'lost' ? [] : [...document.querySelectorAll('[data-closes-layer], .mud-overlay-dialog')]);

  const fields = (layer) => [...layer.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]:not(.pointer-events-none)')].filter((field) => field.tabIndex >= 0);

  // Tab beyond the end closes a layer, and goes on from its button. In a dialog it goes round: MudBlazor's own trap asks the server, and fast keys escape it.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return;
    const layer = event.target.closest?.('[data-layer], .mud-dialog') ?? closers().pop()?.parentElement.querySelector('.mud-dialog');
    if (!layer) return;
    const all = fields(layer);
    const isAtEnd = event.target === all.at(event.shiftKey ? 0 : -1);
    if ('layer' in layer.dataset) {
      if (isAtEnd) layer.previousElementSibling.click();
    } else if (!layer.contains(event.target)) {
      event.preventDefault(); // it opens, and is about to take the focus
    } else if (isAtEnd || !all.includes(event.target)) {
      event.preventDefault();
      all.at(event.shiftKey ? -1 : 0)?.focus();
    }
  });

  // To what one does first there: what is marked, else its first field, else its first row.
  function enter(layer) {
    (layer.querySelector('[data-first]') ?? fields(layer)[0] ?? layer.querySelector('[data-row]') ?? layer).focus({ preventScroll: true });
  }

  function tell(name) {
    shell?.invokeMethodAsync('OnShortcut', name).catch(() => { /* the connection is lost: what would be shown could do nothing. The server shows its own faults. */ });
  }

  const shortcuts = [
    { key: 'o', ctrl: true, shift: true, name: 'new-chat' },
    { key: 'k', ctrl: true, name: 'palette' },
    { key: '.', ctrl: true, name: 'settings' },
    { key: '/', ctrl: true, name: 'help' },
  ];

  document.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      if (event.shiftKey) {
        closers().forEach((closer) => closer.click());
        document.querySelector('[data-testid="composer"]')?.focus();
        // A dialog gives the focus back when it is gone: the server says so once more after that.
        tell('compose');
        event.preventDefault();
        return;
      }
      // The topmost layer comes first. Dialogs leave the key to this, too: one that opens above another has not yet the focus.
      const closer = closers().pop();
      if (closer) {
        closer.click();
        event.preventDefault();
        return;
      }
      const popover = [...document.querySelectorAll('details[data-popover][open]')].pop();
      if (popover) {
        popover.open = false;
        popover.querySelector('summary')?.focus();
        event.preventDefault();
        return;
      }
      // Whatever has marked the key as used was above the reply, too. Only then does Escape stop it.
      if (event.defaultPrevented) return;
      if (window.studio.find.close()) {
        event.preventDefault();
        return;
      }
      document.querySelector('[data-testid="stop"]')?.click();
      return;
    }
    // A field above a list: the arrows move in the list, and would move the cursor too.
    if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && event.target.matches?.('[data-list-keys]')) event.preventDefault();
    const ctrl = event.ctrlKey || event.metaKey;
    // A field whose text a button beside it keeps: what was typed is told first.
    const saves = ctrl && event.key === 'Enter' && event.target.matches?.('[data-saves]') && event.target.parentElement.querySelector(event.target.dataset.saves);
    if (saves) {
      event.target.blur();
      saves.click();
      event.preventDefault();
      return;
    }
    if (ctrl && event.key === 'f' && window.studio.find === earlyFind && earlyFind.open()) event.preventDefault();
    const hit = shortcuts.find((s) => s.key === event.key.toLowerCase() && s.ctrl === ctrl && !!s.shift === event.shiftKey && !event.altKey);
    if (!hit) return;
    event.preventDefault();
    if (event.repeat) return;
    const composer = document.querySelector('[data-testid="composer"]');
    if (hit.name === 'new-chat' && composer && shell) window.studio.composer.leave(composer);
    if (shell) tell(hit.name);
    else early = hit.name;
  });

  // Escape empties a search field before it does anything else, and leaves a name as it was.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && event.target.matches?.('[data-escape-leaves]')) event.preventDefault();
    const field = event.target;
    if (event.key !== 'Escape' || event.shiftKey || event.isComposing || !field.matches?.('input[type="search"]') || field.value === '') return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the reply goes on, and what lies below stays open
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }, { capture: true });

  // Layers of the server's step aside while the connection is lost, and are back with it, the focus too.
  let left = null;
  function leaveLayers() {
    const focused = document.activeElement;
    left = focused.closest('.mud-dialog-container, .mud-popover, [popover]') && focused;
    if (left) document.querySelector('[data-testid="composer"]')?.focus();
  }

  // The connection to the server, told by the classes that blazor.web.js puts on the reconnect element.
  function watchConnection() {
    const modal = document.getElementById('components-reconnect-modal');
    if (!modal) return;
    modal.querySelector('[data-reconnect-retry]').addEventListener('click', () => location.reload());
    new MutationObserver(() => {
      const lost = /components-reconnect-(show|failed|rejected)/.test(modal.className);
      if (lost && root.dataset.circuit !== 'lost') leaveLayers();
      root.dataset.circuit = lost ? 'lost' : 'up';
      if (!lost) {
        left?.focus();
        left = null;
      }
      for (const item of document.querySelectorAll('[data-testid="status-circuit"]')) {
        item.dataset.state = lost ? 'lost' : 'up';
        item.className = lost ? 'error' : 'ok';
        item.querySelector('.label').textContent = lost ? 'Disconnected' : 'Connected';
      }
      if (lost) reloadWhenRefused();
      else tellVisibility();
      // "rejected": the server runs, but it is another process that knows nothing of this circuit.
      if (modal.classList.contains('components-reconnect-rejected')) location.reload();
      // "failed": given up after its own retries. The server may come back later; look for it.
      if (modal.classList.contains('components-reconnect-failed')) waitForServer();
    }).observe(modal, { attributes: true, attributeFilter: ['class'] });
  }

  // To Blazor an attempt that is refused failed like any other, and it tries for minutes. Where the access token changed
  // meanwhile, the page that a reload leads to says what to do.
  let asking = false;
  async function reloadWhenRefused() {
    if (asking) return;
    asking = true;
    while (root.dataset.circuit === 'lost') {
      try {
        const answer = await fetch('/js/studio.js', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(3000) });
        if (answer.status === 401) location.reload();
      } catch { /* still down */ }
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    asking = false;
  }

  let waiting = false;
  async function waitForServer() {
    if (waiting) return;
    waiting = true;
    for (;;) {
      try {
        const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(3000) });
        if (answer.ok) {
          location.reload();
          return;
        }
      } catch { /* still down */ }
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }

  // While a person waits for Ollama to appear, the studio looks for it often; not for a page that nobody sees.
  function tellVisibility() {
    shell?.invokeMethodAsync('OnVisibility', !document.hidden).catch(() => { /* told again once the connection is back */ });
  }
  document.addEventListener('visibilitychange', tellVisibility);

  watchConnection();

  return {
    attach(dotnet) {
      shell = dotnet;
      if (early) tell(early);
      early = null;
      if (document.hidden) tellVisibility();
    },
    detach() { shell = null; },
    find: earlyFind,
    setTheme,
    copy,
    enter,
    // Opens a layer above everything, its pane below who asked for it, or above where there is more room; to the left where it would lie over what is
    // beside the part of the page that it belongs to.
    openAt(layer, selector) {
      const pane = layer.querySelector('[data-layer]');
      const asking = document.querySelector(selector);
      const opener = asking?.getBoundingClientRect();
      if (!pane || !opener) return;
      if (!layer.matches(':popover-open')) layer.showPopover();
      const gap = 8;
      const below = opener.bottom + pane.offsetHeight + gap <= innerHeight;
      const edge = Math.min(innerWidth, asking.closest('.scroller, .page')?.getBoundingClientRect().right ?? innerWidth) - gap;
      const left = opener.left + pane.offsetWidth <= edge ? opener.left : opener.right - pane.offsetWidth;
      pane.style.left = `${Math.max(gap, Math.min(left, innerWidth - pane.offsetWidth - gap))}px`;
      pane.style.top = `${Math.max(gap, below ? opener.bottom : Math.min(opener.top, innerHeight - gap) - pane.offsetHeight)}px`;
      enter(pane);
    },
    isOpen: (details) => !!details?.open,
    // The focus goes to what opened it.
    closePopover: (details) => {
      if (!details) return;
      details.open = false;
      details.querySelector('summary')?.focus();
    },
    press: (id) => document.querySelector(`[data-testid="${id}"]`)?.click(),
    focusBefore: (element) => element?.previousElementSibling?.focus(),
    reveal(selector) { document.querySelector(selector)?.scrollIntoView({ block: 'nearest' }); },
    focus(selector) { document.querySelector(selector)?.focus(); },
  };
})();
