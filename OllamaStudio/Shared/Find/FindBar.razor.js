// Finding in a page whose text is mostly not in it: the server looks through all of it and draws the place, here it is marked and
// brought into the middle. Marks are the browser's own highlights, so the page is not changed by them.
const most = 2000; // marks in the page at once
const pace = 150; // ms between two looks at a page that changes
const patience = 700; // ms after which a place is shown although the very words are not found in it
const isMac = navigator.platform.startsWith('Mac');

// The same as PlainText.cs reads as the borders of a text; nothing is found across them.
const borders = new Set(['P', 'LI', 'UL', 'OL', 'BLOCKQUOTE', 'PRE', 'DIV', 'TABLE', 'THEAD', 'TBODY', 'TR', 'TH', 'TD', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'HR', 'BR']);
const skipped = 'button, svg, .code-head, .hidden-part';

// bar and the scope around it, the server's side, what had the focus before, what is looked for, the match to be shown and whether
// it still has to be brought into sight, and what is known of each text in the page while that is watched.
let own = null;

// The keys work as soon as the bar is drawn, though the server may not have said yet that it listens.
function adopt(bar) {
  if (!bar || own?.bar === bar) return bar && own;
  if (own) leave();
  own = { bar, dotnet: null, scope: bar.closest('[data-find-scope]'), known: new WeakMap(), query: '', match: null };
  return own;
}
function leave() {
  changes.disconnect();
  clearTimeout(own.late);
  CSS.highlights.delete('find');
  CSS.highlights.delete('find-current');
  own = null;
}
const tell = (method, ...more) => own.dotnet?.invokeMethodAsync(method, ...more).catch(() => { /* the connection is lost: the server shows its own faults */ });
const input = () => own.bar.querySelector('input');
const isOpen = () => own && !own.bar.hidden;
const lower = (text) => {
  const whole = text.toLowerCase();
  return whole.length === text.length ? whole : [...text].map((c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c)).join('');
};

// The text of an element, and of which nodes it is made.
function read(part) {
  const nodes = [];
  let text = '';
  const walk = (parent) => {
    for (const node of parent.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        nodes.push({ node, start: text.length });
        text += lower(node.data);
      } else if (node.nodeType === Node.ELEMENT_NODE && !node.matches(skipped)) {
        const border = borders.has(node.tagName) ? '\0' : '';
        text += border;
        walk(node);
        text += border;
      }
    }
  };
  walk(part);
  return { nodes, text };
}

// Any blanks are one blank, as they look; with where each character was.
function collapse(text) {
  const places = [];
  let short = '';
  for (let i = 0; i < text.length; i++) {
    const blank = /\s/.test(text[i]);
    if (blank && short.endsWith(' ')) continue;
    short += blank ? ' ' : text[i];
    places.push(i);
  }
  return { short, places };
}

function rangesIn(part, query) {
  const { nodes, text } = read(part);
  const { short, places } = query.includes(' ') ? collapse(text) : { short: text, places: null };
  const place = (at) => (places ? places[at] : at);
  const point = (at) => {
    let [low, high] = [0, nodes.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (nodes[middle].start <= at) low = middle;
      else high = middle - 1;
    }
    return nodes[low];
  };
  const found = [];
  for (let at = short.indexOf(query); at >= 0 && found.length < most; at = short.indexOf(query, at + query.length)) {
    const [first, last] = [place(at), place(at + query.length - 1)];
    const [from, to] = [point(first), point(last)];
    found.push(new StaticRange({ startContainer: from.node, startOffset: first - from.start, endContainer: to.node, endOffset: last - to.start + 1 }));
  }
  return found;
}

function mark() {
  if (!own) return;
  forget(changes.takeRecords());
  const { scope, query, match, known } = own;
  const all = [];
  let current = null;
  if (query && isOpen()) {
    for (const part of scope.querySelectorAll('[data-find]')) {
      if (all.length >= most) break;
      let ranges = known.get(part);
      if (!ranges) known.set(part, ranges = rangesIn(part, query));
      all.push(...ranges);
      if (match && !current && part.dataset.find === match.part && part.closest('[data-find-place]')?.dataset.findPlace === match.place) current = pick(part, ranges);
    }
  }
  const others = current ? all.filter((range) => range !== current) : all;
  CSS.highlights.set('find', new Highlight(...others));
  CSS.highlights.set('find-current', current ? new Highlight(current) : new Highlight());
  if (current && own.isComing) {
    arrive();
    bringIntoSight(current.startContainer.parentElement, current);
  }
}

// Of a text that is not drawn whole, what stands behind the gap is counted from the end; what is in it is nowhere.
function pick(part, ranges) {
  const { index, fromEnd } = own.match;
  const gap = part.querySelector('.hidden-part');
  const before = gap ? ranges.filter((range) => gap.compareDocumentPosition(range.startContainer) & Node.DOCUMENT_POSITION_PRECEDING).length : ranges.length;
  if (index < before || !gap) return ranges[index];
  const behind = ranges.length - 1 - fromEnd;
  return behind >= before ? ranges[behind] : undefined;
}

function arrive() {
  own.isComing = false;
  clearTimeout(own.late);
}

function bringIntoSight(element, staticRange) {
  for (let folded = element.closest('details:not([open])'); folded; folded = folded.parentElement.closest('details:not([open])')) folded.open = true;
  const range = staticRange ? document.createRange() : null;
  if (range) {
    range.setStart(staticRange.startContainer, staticRange.startOffset);
    range.setEnd(staticRange.endContainer, staticRange.endOffset);
  }
  const place = () => (range ?? element).getBoundingClientRect();
  for (let box = element; box && own.scope.contains(box); box = box.parentElement) {
    const style = getComputedStyle(box);
    const frame = box.getBoundingClientRect();
    const at = place();
    if (/auto|scroll/.test(style.overflowX) && box.scrollWidth > box.clientWidth && (at.left < frame.left || at.right > frame.right)) {
      box.scrollLeft += at.left - frame.left - box.clientWidth / 3;
    }
    if (/auto|scroll/.test(style.overflowY) && box.scrollHeight > box.clientHeight) {
      const follower = window.studio.follow.of(box);
      const to = box.scrollTop + at.top + Math.min(at.height, box.clientHeight) / 2 - frame.top - box.clientHeight / 2;
      if (follower) follower.scroll(to);
      else box.scrollTop = to;
      // Who looks for something does not want to be carried away from it.
      follower?.release();
    }
  }
}

// What changes in the page is read again, nothing else.
function forget(records) {
  for (const { target } of records) {
    const part = (target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement)?.closest('[data-find]');
    if (part) own.known.delete(part);
  }
}

const changes = new MutationObserver((records) => {
  forget(records);
  own.waiting ||= setTimeout(() => {
    if (!own) return;
    own.waiting = 0;
    mark();
  }, own.isComing ? 0 : pace);
});

function open() {
  if (!adopt(document.querySelector('[data-testid="find-bar"]')) || document.querySelector('.mud-dialog')) return false;
  const field = input();
  if (isOpen() && document.activeElement === field && field.selectionStart === 0 && field.selectionEnd === field.value.length) return false;
  if (!own.bar.contains(document.activeElement)) own.back = document.activeElement;
  if (own.bar.hidden) {
    own.bar.hidden = false;
    changes.observe(own.scope, { childList: true, subtree: true, characterData: true });
    tell('OnOpened', placeInSight());
  }
  field.focus();
  field.select();
  return true;
}

function close() {
  if (!isOpen()) return false;
  const hadFocus = own.bar.contains(document.activeElement) || document.activeElement === document.body;
  own.bar.hidden = true;
  changes.disconnect();
  own.known = new WeakMap(); // nobody sees from here on what becomes of it
  arrive();
  mark();
  tell('OnClosed');
  if (hadFocus) {
    const back = own.back?.isConnected && own.back !== document.body ? own.back : main();
    back?.focus({ preventScroll: true });
  }
  return true;
}

const main = () => own.scope.querySelector('[role="log"], [role="treegrid"], [role="group"]') ?? own.scope;

// Where the looking begins: what a person has before their eyes.
function placeInSight() {
  const top = main().getBoundingClientRect().top;
  return [...own.scope.querySelectorAll('[data-find-place]')].find((place) => place.getBoundingClientRect().bottom > top + 40)?.dataset.findPlace ?? null;
}

document.addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const ctrl = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const press = (name) => {
    own.bar.querySelector(`[data-testid="find-${name}"]`).click();
    event.preventDefault();
    event.stopImmediatePropagation(); // nothing below has a use for it
  };
  if (event.key.toLowerCase() === 'f' && ctrl && !event.shiftKey && !event.altKey) {
    // Without a connection, and pressed again in its field, it is the browser's.
    if (document.documentElement.dataset.circuit !== 'lost' && open()) event.preventDefault();
  } else if (!isOpen() || document.querySelector('.mud-dialog')) {
    return;
  } else if (event.key === 'F3' && plain) {
    press(event.shiftKey ? 'previous' : 'next');
  } else if (own.bar.contains(event.target) && plain) {
    if (event.key === 'Escape' && !event.shiftKey) press('close');
    else if (event.target !== input()) return;
    else if (event.key === 'Enter') press(event.shiftKey ? 'previous' : 'next');
    else if (event.key === 'ArrowDown') press('next');
    else if (event.key === 'ArrowUp') press('previous');
  }
}, { capture: true });

document.addEventListener('click', (event) => {
  if (own?.bar.contains(event.target) && event.target.closest('[data-testid="find-close"]')) close();
});

// For the keys and the palette, which know nothing of the bar.
const early = window.studio.find;
window.studio.find = { open: openBar, close };

export function attach(bar, dotnet) {
  // The page may have been left before this came.
  if (!adopt(bar)) return;
  own.dotnet = dotnet;
  if (isOpen()) tell('OnOpened', placeInSight());
  else if (early.isWanted) open();
  early.isWanted = false;
}

export function detach(bar) {
  if (own?.bar === bar) leave();
}

// From a dialog, which closes first and gives the focus back.
export async function openBar() {
  const wasOver = document.querySelector('.mud-dialog') !== null;
  for (let frame = 0; frame < 120 && document.querySelector('.mud-dialog'); frame++) await new Promise(requestAnimationFrame);
  if (wasOver) await new Promise((resolve) => setTimeout(resolve, 100));
  open();
}

// Marks a text wherever it is drawn, and apart the match that is the current one, once it is there.
export function show(bar, query, match, isComing) {
  if (own?.bar !== bar) return;
  const wanted = lower(query);
  if (own.query !== wanted) own.known = new WeakMap();
  [own.query, own.match] = [wanted, match];
  arrive();
  own.isComing = isComing && !!match;
  mark();
  if (!own.isComing) return;
  own.late = setTimeout(() => {
    if (!own?.isComing) return;
    own.isComing = false;
    const place = own.scope.querySelector(`[data-find-place="${CSS.escape(match.place)}"]`);
    if (place) bringIntoSight(place, null);
  }, wanted ? patience : 0);
}
