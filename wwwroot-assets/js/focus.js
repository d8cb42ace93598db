// Focus is never thrown away. Where an element goes that has the keyboard, whoever took it away says who gets it; where nobody does,
// it goes to the nearest place around that can have it, and at last to the page's content.
(() => {
  'use strict';

  const patience = 120; // ms for the server to say who gets it
  let around = [];

  document.addEventListener('focusin', (event) => {
    around = [];
    for (let element = event.target; element && element !== document.body; element = element.parentElement) around.push(element);
  });

  const isLost = () => document.activeElement === document.body && around.length > 0 && !around[0].isConnected;
  let waiting = 0;
  new MutationObserver(() => {
    if (waiting || !isLost()) return;
    waiting = setTimeout(() => {
      waiting = 0;
      if (!isLost() || document.querySelector('.mud-dialog')) return;
      const near = around.find((element) => element.isConnected && element.hasAttribute('tabindex')) ?? document.getElementById('main');
      near?.focus({ preventScroll: true });
    }, patience);
  }).observe(document.body, { childList: true, subtree: true });
})();
