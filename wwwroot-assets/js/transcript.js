// A transcript stays at its end while the reader is there; a switcher that was pressed stays where it is.
(() => {
  'use strict';

  const attached = new WeakSet();

  window.studio.transcript = {
    attach(scroller) {
      if (attached.has(scroller)) return;
      attached.add(scroller);
      const follower = window.studio.follow.attach(scroller, {
        slack: 48, following: true, told: (following) => { scroller.parentElement.dataset.pinned = following; },
      });
      let held = null;
      scroller.addEventListener('click', (event) => {
        const button = event.target.closest('[data-testid="branch-switcher"] button:not([aria-disabled])');
        held = button && { button, top: button.getBoundingClientRect().top, until: performance.now() + 1000 };
      });
      const keep = () => {
        // Whatever comes in the place of its message.
        if (held?.button.isConnected && performance.now() < held.until) follower.scroll(scroller.scrollTop + held.button.getBoundingClientRect().top - held.top);
        else follower.follow();
      };
      new MutationObserver(keep).observe(scroller, { childList: true, subtree: true, characterData: true });
      new ResizeObserver(keep).observe(scroller);
      keep();
    },
    // A call's id is the server's: it is compared, and never a part of a selector.
    toQuestion: (callId) => document.getElementById(`ask-${callId}`)?.closest('[data-testid="tool-approval"]')?.querySelector('button')?.focus(),
    toEnd: (scroller) => window.studio.follow.of(scroller)?.resume(),
  };
})();
