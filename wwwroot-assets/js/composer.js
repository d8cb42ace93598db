// The composer is the browser's own: typing never makes a round trip, and what was typed survives a reload or a lost circuit.
(() => {
  'use strict';

  const attached = new WeakMap(); // textarea -> .NET object
  const draftKey = (box) => `draft:${box.dataset.draftKey ?? ''}`;
  const boxOf = (target) => target.closest?.('[data-testid="composer"]');

  function refresh(box) {
    if (!CSS.supports('field-sizing', 'content')) {
      box.style.height = 'auto';
      box.style.height = `${Math.min(box.scrollHeight, 240)}px`;
    }
    const send = box.form?.querySelector('[data-testid="send"]');
    if (send) send.disabled = !attached.has(box) || 'blocked' in box.dataset || box.value.trim() === '';
  }

  function setValue(box, text) {
    box.value = text;
    if (text) sessionStorage.setItem(draftKey(box), text);
    else sessionStorage.removeItem(draftKey(box));
    refresh(box);
  }

  async function submit(box) {
    const text = box.value.trim();
    const dotnet = attached.get(box);
    if (!text || !dotnet || box.dataset.busy) return;
    box.dataset.busy = 'true';
    try {
      const taken = await dotnet.invokeMethodAsync('SubmitAsync', text);
      // Only what was sent is cleared; if the person has typed on meanwhile, that stays.
      if (taken && box.value.trim() === text) setValue(box, '');
    } finally {
      delete box.dataset.busy;
    }
  }

  document.addEventListener('input', (event) => {
    const box = boxOf(event.target);
    if (box) setValue(box, box.value);
  });

  document.addEventListener('submit', (event) => {
    const box = event.target.querySelector?.('[data-testid="composer"]');
    if (!box) return;
    event.preventDefault();
    submit(box);
  });

  document.addEventListener('keydown', async (event) => {
    const box = boxOf(event.target);
    // 229: the key belongs to an input method's composition.
    if (!box || event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      submit(box);
    } else if (event.key === 'ArrowUp' && box.value === '' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const last = await attached.get(box)?.invokeMethodAsync('RecallAsync');
      if (last && box.value === '') {
        setValue(box, last);
        box.setSelectionRange(last.length, last.length);
      }
    }
  });

  // A prompt that is changed in its own place: the same keys, and the text goes along with the one that sends.
  const editOf = (target) => target.closest?.('[data-enter-sends]');

  document.addEventListener('focusin', (event) => {
    const box = editOf(event.target);
    if (box && box.selectionEnd === 0) box.setSelectionRange(box.value.length, box.value.length);
  });

  document.addEventListener('keydown', (event) => {
    const box = editOf(event.target);
    if (!box || event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      box.dispatchEvent(new Event('change', { bubbles: true }));
      box.form.requestSubmit();
    } else if (event.key === 'Escape' && !event.shiftKey) {
      event.preventDefault();
      event.stopImmediatePropagation(); // the reply goes on
      box.form.querySelector('[data-escape-clicks]').click();
    }
  }, { capture: true });

  window.studio.composer = {
    attach(box, dotnet) {
      attached.set(box, dotnet);
      const draft = sessionStorage.getItem(draftKey(box));
      if (draft && !box.value) box.value = draft;
      refresh(box);
      if (document.activeElement === document.body) box.focus();
    },
    refresh,
    // The box now belongs to another conversation: its own draft replaces what is shown.
    switchDraft(box) {
      box.value = sessionStorage.getItem(draftKey(box)) ?? '';
      refresh(box);
      box.focus();
    },
    send: submit,
    // What is written here goes on in another conversation's draft, below what was written there.
    moveDraft(box, key) {
      const other = `draft:${key}`;
      const text = [sessionStorage.getItem(other), box.value].filter((part) => part?.trim()).join('\n\n');
      if (text) sessionStorage.setItem(other, text);
      setValue(box, '');
    },
    set(box, text) {
      setValue(box, text);
      box.focus();
    },
  };
})();
