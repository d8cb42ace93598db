// What happens while nobody looks at the page stands in its title and icon, until somebody does.
(() => {
  'use strict';

  const icon = document.querySelector('link[rel="icon"]');
  const usual = icon.href;
  let news = { asks: 0, failed: 0, done: 0 };
  let sign = '';

  // Blazor holds on to the text node of the title: its text is changed, never the node.
  const title = () => document.querySelector('head > title')?.firstChild;

  function show() {
    const node = title();
    const next = news.asks ? 'Asks: ' : news.failed ? 'Failed: ' : news.done ? `(${news.done}) ` : '';
    if (next === sign) return;
    const plain = node?.data.startsWith(sign) ? node.data.slice(sign.length) : node?.data;
    sign = next;
    if (node) node.data = sign + plain;
    icon.href = sign ? icon.dataset.news : usual;
  }

  new MutationObserver(() => {
    const node = title();
    if (sign && node && !node.data.startsWith(sign)) node.data = sign + node.data;
  }).observe(document.head, { childList: true, subtree: true, characterData: true });

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    news = { asks: 0, failed: 0, done: 0 };
    show();
  });

  window.studio.tab = {
    // asks, failed, done; or answered, which takes back that somebody asks.
    tell(what) {
      if (!document.hidden) return;
      if (what === 'answered') news.asks = Math.max(0, news.asks - 1);
      else news[what]++;
      show();
    },
  };
})();
