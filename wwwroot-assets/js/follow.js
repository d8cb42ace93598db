// A box that grows at its end is kept there until a person scrolls away, and again once they are back. Only a person ends it: a wheel,
// a finger, a key, the scroll bar, or whatever else of theirs leaves the box further up. What the box or its content does by itself
// never does, however late a busy machine tells of it.
(() => {
  'use strict';

  const upwards = new Set(['ArrowUp', 'PageUp', 'Home']);
  const followers = new WeakMap();

  // Whether something within the box would scroll instead of it.
  function isTaken(box, target, down = false) {
    for (let inner = target; inner && inner !== box; inner = inner.parentElement) {
      const goes = down ? inner.scrollHeight - inner.clientHeight - inner.scrollTop > 1 : inner.scrollTop > 0;
      if (goes && /auto|scroll/.test(getComputedStyle(inner).overflowY)) return true;
    }
    return false;
  }

  window.studio.follow = {
    // slack: so many pixels from the end still count as the end. told: called with whether it follows, at first and after each change.
    attach(box, { slack, following, told, signal }) {
      let isFollowing = following;
      let isDown = false; // a pointer in the box, its scroll bar included
      let focused = -Infinity; // when the focus came to something in it
      let hasChanged = false; // the content, since it was looked at
      let top = box.scrollTop;
      let most = 0;
      let finger = 0;

      const room = () => box.scrollHeight - box.clientHeight;
      // What is drawn may end before the end is reached.
      const atEnd = () => room() - box.scrollTop <= slack && !('later' in box.dataset);
      const note = () => { [top, most, hasChanged] = [box.scrollTop, room(), false]; };
      const set = (value) => {
        if (isFollowing === value) return;
        isFollowing = value;
        told(value);
      };
      const leave = (target) => { if (box.scrollTop > 0 && !isTaken(box, target)) set(false); };

      // Call it after each change of the content.
      const follow = () => {
        if (!isFollowing && room() <= 1 && atEnd()) set(true);
        if (isFollowing && !isDown) box.scrollTop = box.scrollHeight;
        note();
      };
      const scroll = (to) => {
        const from = box.scrollTop;
        box.scrollTop = to;
        note();
        if (top < from - 1) set(false);
        else if (top > from && atEnd()) set(true);
      };

      const options = { signal, passive: true };
      box.addEventListener('wheel', (event) => { if (event.deltaY < 0 && !event.ctrlKey) leave(event.target); }, options);
      box.addEventListener('touchstart', (event) => { finger = event.touches[0].clientY; }, options);
      box.addEventListener('touchmove', (event) => { if (event.touches[0].clientY > finger + 4) leave(event.target); }, options);
      box.addEventListener('keydown', (event) => {
        if (event.target.closest('input, textarea, select')) return;
        if (upwards.has(event.key) || (event.key === ' ' && event.shiftKey)) leave(event.target);
        // The end is where the content grows: the browser's own way there may be too slow to reach it.
        else if (event.key === 'End' && !('later' in box.dataset) && !isTaken(box, event.target, true)) own.resume();
      }, options);
      box.addEventListener('focusin', () => { focused = performance.now(); }, options);
      box.addEventListener('pointerdown', (event) => {
        isDown = true;
        if (event.button === 1) leave(event.target); // from here on the pointer scrolls without a button
        const over = new AbortController();
        for (const name of ['pointerup', 'pointercancel', 'pointermove']) {
          document.addEventListener(name, (later) => {
            if (name === 'pointermove' && later.buttons > 0) return;
            isDown = false;
            over.abort();
          }, { signal: over.signal, passive: true });
        }
      }, options);
      box.addEventListener('scroll', () => {
        const from = top;
        if (box.scrollTop < from - 1) {
          // Content that shrank for a moment moves the box, too; of that a busy browser tells when it has long grown again.
          const byPerson = isDown || performance.now() - focused < 300 || (!hasChanged && room() >= most - 1);
          if (byPerson) set(false);
          else follow();
        } else if (box.scrollTop > from && atEnd()) {
          set(true);
        }
        note();
      }, options);
      const changes = new MutationObserver(() => { hasChanged = true; });
      changes.observe(box, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['style', 'open', 'class'] });
      signal?.addEventListener('abort', () => changes.disconnect());

      told(isFollowing);
      const own = { follow, scroll, resume() { set(true); follow(); }, release() { set(false); } };
      followers.set(box, own);
      return own;
    },
    // Null where the box follows nothing.
    of: (box) => followers.get(box) ?? null,
  };
})();
