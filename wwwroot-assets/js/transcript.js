// Keeps a transcript at its end while the reader is there, and leaves it alone while the reader is not.
(() => {
  'use strict';

  const slack = 48; // px from the end that still count as "at the end"
  const state = new WeakMap();

  function atEnd(scroller) {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= slack;
  }

  function toEnd(scroller) {
    scroller.scrollTop = scroller.scrollHeight;
  }

  window.studio.transcript = {
    attach(scroller) {
      if (state.has(scroller)) return;
      const own = { pinned: true };
      state.set(scroller, own);
      const mark = () => { scroller.parentElement.dataset.pinned = own.pinned ? 'true' : 'false'; };
      scroller.addEventListener('scroll', () => {
        own.pinned = atEnd(scroller);
        mark();
      }, { passive: true });
      // A switcher that was pressed stays where it is, whatever comes in the place of its message.
      scroller.addEventListener('click', (event) => {
        const held = event.target.closest('[data-testid="branch-switcher"] button:not([aria-disabled])');
        own.held = held && { button: held, top: held.getBoundingClientRect().top, until: performance.now() + 1000 };
      });
      const follow = () => {
        if (own.held?.button.isConnected && performance.now() < own.held.until) {
          scroller.scrollTop += own.held.button.getBoundingClientRect().top - own.held.top;
          own.pinned = atEnd(scroller);
          mark();
        } else if (own.pinned) {
          toEnd(scroller);
        }
      };
      new MutationObserver(follow).observe(scroller, { childList: true, subtree: true, characterData: true });
      new ResizeObserver(follow).observe(scroller);
      mark();
      toEnd(scroller);
    },
    toEnd(scroller) {
      const own = state.get(scroller);
      if (own) own.pinned = true;
      toEnd(scroller);
    },
  };
})();
