// Side panes: open or closed, and how wide. Both are the browser's own affair, restored before the first paint.
// MudSplitPanel (9.12.0) was tried here. It keeps shares, not widths (600 px in a window of 1440 become 401 at 1100), has one minimum for
// both of its panels and no maximum, tells nobody when it was dragged, gets its first size from the server, and closes no panel.
(() => {
  'use strict';

  const root = document.documentElement;
  const panes = {
    conversations: { width: 248, min: 200, max: 360, side: 'left', closedBelow: 900, share: 1 / 2 },
    spans: { width: 340, min: 280, max: 900, side: 'right', closedBelow: 1025, share: 1 / 3 },
  };

  const load = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode: forgotten on reload */ } };

  function setWidth(name, width, keep) {
    const pane = panes[name];
    const room = Math.max(pane.min, Math.min(pane.max, window.innerWidth * pane.share));
    const clamped = Math.round(Math.min(room, Math.max(pane.min, width)));
    root.style.setProperty(`--${name}-width`, `${clamped}px`);
    for (const handle of document.querySelectorAll(`[data-pane-handle="${name}"]`)) handle.setAttribute('aria-valuenow', clamped);
    pane.current = clamped;
    if (!keep) return;
    pane.wanted = clamped; // a narrower window takes less, and gives it back
    store(`pane:${name}:width`, clamped);
  }

  // The page between the panes keeps at least this much, or the other pane gives way.
  const leastRoom = 400;

  function setOpen(name, open, keep) {
    if (open && window.innerWidth >= panes[name].closedBelow - 200) {
      const other = Object.keys(panes).find((candidate) => candidate !== name);
      if (isOpen(other) && window.innerWidth - panes[name].current - panes[other].current < leastRoom) setOpen(other, false, false);
    }
    root.dataset[`pane${name[0].toUpperCase()}${name.slice(1)}`] = open ? 'open' : 'closed';
    for (const button of document.querySelectorAll(`[data-toggle-pane="${name}"]`)) button.setAttribute('aria-expanded', open);
    if (keep) store(`pane:${name}:open`, open);
    // What was in it has no place any more; its button has.
    if (!open && document.activeElement?.closest(`.${name}-pane`)) {
      (document.querySelector(`[data-toggle-pane="${name}"]`) ?? document.getElementById('main'))?.focus();
    }
  }

  function isOpen(name) {
    return root.dataset[`pane${name[0].toUpperCase()}${name.slice(1)}`] === 'open';
  }

  // Open where there is room for it, unless the person closed it.
  const settle = (name) => setOpen(name, window.innerWidth >= panes[name].closedBelow && load(`pane:${name}:open`) !== 'false', false);

  for (const [name, pane] of Object.entries(panes)) {
    pane.wanted = Number(load(`pane:${name}:width`)) || pane.width;
    setWidth(name, pane.wanted, false);
    settle(name);
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-toggle-pane]');
    if (button) window.studio.panes.toggle(button.dataset.togglePane);
  });

  // Where the list lies over the page, choosing from it is the end of it.
  document.addEventListener('click', (event) => {
    const narrow = window.matchMedia('(max-width: 899px)').matches;
    if (narrow && event.target.closest('.conversations-pane a')) setOpen('conversations', false, false);
  });

  document.addEventListener('pointerdown', (event) => {
    const handle = event.target.closest('[data-pane-handle]');
    if (!handle) return;
    const name = handle.dataset.paneHandle;
    const sign = panes[name].side === 'left' ? 1 : -1;
    const from = { x: event.clientX, width: panes[name].current };
    handle.setPointerCapture(event.pointerId);
    const move = (e) => {
      setWidth(name, from.width + sign * (e.clientX - from.x), false);
      panes[name].wanted = panes[name].current; // the page may be drawn meanwhile
    };
    const done = () => {
      handle.removeEventListener('pointermove', move);
      setWidth(name, panes[name].current, true);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', done, { once: true });
  });

  document.addEventListener('keydown', (event) => {
    const handle = event.target.closest?.('[data-pane-handle]');
    if (!handle || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    const name = handle.dataset.paneHandle;
    const sign = (panes[name].side === 'left' ? 1 : -1) * (event.key === 'ArrowRight' ? 1 : -1);
    setWidth(name, panes[name].current + sign * 16, true);
  });

  let windowWidth = window.innerWidth;
  window.addEventListener('resize', () => {
    const [before, now] = [windowWidth, window.innerWidth];
    windowWidth = now;
    for (const [name, pane] of Object.entries(panes)) {
      setWidth(name, pane.wanted, false);
      // Only where the room for it came or went (magnifying does that, too): what was opened over a narrow page stays.
      if ((before >= pane.closedBelow) !== (now >= pane.closedBelow)) settle(name);
    }
  });

  window.studio.panes = {
    open: (name) => setOpen(name, true, true),
    close: (name) => setOpen(name, false, true),
    toggle: (name) => setOpen(name, !isOpen(name), true),
    // Elements drawn after the script ran learn their state here.
    sync() {
      for (const name of Object.keys(panes)) {
        setWidth(name, panes[name].wanted, false);
        setOpen(name, isOpen(name), false);
      }
    },
  };
})();
