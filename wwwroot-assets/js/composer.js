// The composer is the browser's own: typing never makes a round trip, and what was typed survives a reload or a lost circuit.
// A second after typing pauses the server is told, and the newer of its text and the browser's is the one that is shown.
(() => {
  'use strict';

  const attached = new WeakMap(); // textarea -> .NET object
  const untold = new WeakMap(); // textarea -> what the server does not know yet: { key, text, at, timer }
  const onItsWay = new WeakMap(); // textarea -> what was sent and is not answered yet: { text, value, grows: whether only more was written since, again: whether Send was pressed for that }
  const leaving = new WeakMap(); // textarea -> what stood in it when a new chat was asked for, and whether to send what came since: { value, timer, send }
  const patience = 5000; // until a new chat that has not come is no longer waited for
  const pause = 1000;
  const retry = 5000;
  const draftKey = (box) => box.dataset.draftKey ?? '';
  const boxOf = (target) => target.closest?.('[data-testid="composer"]');

  function refresh(box) {
    window.studio.prompts?.sync(box);
    if (!CSS.supports('field-sizing', 'content')) {
      box.style.height = 'auto';
      box.style.height = `${Math.min(box.scrollHeight, 240)}px`;
    }
    const send = box.form?.querySelector('[data-testid="send"], [data-testid="queue"]');
    if (send) send.disabled = !attached.has(box) || 'blocked' in box.dataset || (box.value.trim() === '' && !window.studio.attachments?.any(box.form));
  }

  function read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(`draft:${key}`));
    } catch {
      return null; // of an older version
    }
  }

  function write(key, text, at) {
    if (text) sessionStorage.setItem(`draft:${key}`, JSON.stringify({ text, at }));
    else sessionStorage.removeItem(`draft:${key}`);
  }

  function setValue(box, text) {
    const [key, at] = [draftKey(box), Date.now()];
    box.value = text;
    write(key, text, at);
    tellLater(box, { key, text, at });
    refresh(box);
  }

  function tellLater(box, draft, delay = pause) {
    forget(box);
    untold.set(box, { ...draft, timer: setTimeout(() => tell(box), delay) });
  }

  function forget(box) {
    clearTimeout(untold.get(box)?.timer);
    untold.delete(box);
  }

  async function tell(box) {
    const draft = untold.get(box);
    forget(box);
    if (!draft || !box.isConnected) return;
    try {
      await attached.get(box)?.invokeMethodAsync('KeepDraftAsync', draft.key, draft.text, draft.at);
    } catch {
      // The connection is lost. What was typed since goes instead.
      if (!untold.has(box)) tellLater(box, draft, retry);
    }
  }

  // The newer of the two; what the server does not know yet is told.
  function choose(box, stored) {
    const key = draftKey(box);
    const own = read(key);
    if (own && own.at > (stored?.at ?? 0)) {
      if (own.text !== stored?.text) tellLater(box, { key, ...own });
      return own.text;
    }
    write(key, stored?.text ?? '', stored?.at);
    return stored?.text ?? '';
  }

  // A new chat was asked for and is not drawn yet: what is typed from here on is for it, and none of it for the chat that is still shown.
  function leave(box) {
    if (!draftKey(box) || leaving.has(box)) return;
    leaving.set(box, { value: box.value, timer: setTimeout(() => stay(box), patience) });
    box.value = '';
    refresh(box);
  }

  // It does not come. What stood in the box is there again, with what was typed since.
  function stay(box) {
    const { value } = leaving.get(box);
    leaving.delete(box);
    setValue(box, value + box.value);
  }

  // The box belongs to another conversation from the very moment in which its name changes: a key that is pressed then is for that one.
  function follow(changes) {
    for (const { target: box } of changes) {
      tell(box);
      const left = leaving.get(box);
      const typed = left ? box.value : '';
      clearTimeout(left?.timer);
      leaving.delete(box);
      box.value = read(draftKey(box))?.text ?? '';
      if (typed) setValue(box, box.value + typed);
      refresh(box);
      if (left?.send && box.value === typed) submit(box);
    }
  }

  const renamed = new MutationObserver(follow);

  // What was just attached may not be drawn yet: whether there is something to send, the server knows.
  async function submit(box, hasFiles = false) {
    const text = box.value.trim();
    const dotnet = attached.get(box);
    if (leaving.has(box)) {
      leaving.get(box).send = true;
      return;
    }
    if (!dotnet) return;
    if (box.dataset.busy) {
      const sending = onItsWay.get(box);
      if (sending && text !== sending.text) sending.again = true;
      return;
    }
    const attaching = window.studio.attachments?.settled(box.form);
    if (attaching) {
      // What is being attached goes along; where not all of it can, the person is told and says what to do.
      box.dataset.busy = 'true';
      const key = draftKey(box);
      const isWhole = await attaching.catch(() => false);
      delete box.dataset.busy;
      if (isWhole && draftKey(box) === key) await submit(box, true);
      return;
    }
    if (!text && !hasFiles && !window.studio.attachments?.any(box.form)) return;
    box.dataset.busy = 'true';
    const [draft, sentFrom] = [untold.get(box), draftKey(box)];
    forget(box); // what is sent is no draft any more, and the server knows that
    const sending = { text, value: box.value, grows: box.value !== '', again: false };
    onItsWay.set(box, sending);
    let goesOn = false;
    try {
      const taken = await dotnet.invokeMethodAsync('SubmitAsync', text);
      // Only what was sent is cleared; what the person has written meanwhile stays, and goes too where Send was pressed again.
      if (taken && read(sentFrom)?.text.trim() === text) write(sentFrom, '');
      if (taken && draftKey(box) === sentFrom) {
        if (box.value.trim() === text) box.value = '';
        else if (sending.grows && box.value.startsWith(sending.value)) setValue(box, box.value.slice(sending.value.length).trimStart());
        goesOn = sending.again && box.value.trim() !== '';
      }
      if (!taken && draft && !untold.has(box)) tellLater(box, draft);
      refresh(box);
    } finally {
      onItsWay.delete(box);
      delete box.dataset.busy;
    }
    if (goesOn) await submit(box);
  }

  document.addEventListener('input', (event) => {
    const box = boxOf(event.target);
    if (!box) return;
    const sending = onItsWay.get(box);
    if (sending) sending.grows &&= box.value.startsWith(sending.value); // what takes its place is another text, however it begins
    if (leaving.has(box)) refresh(box);
    else setValue(box, box.value);
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

  // All was forgotten: what this browser's tabs keep of what was typed, too.
  const tabs = new BroadcastChannel('studio-forget');
  tabs.onmessage = () => forgetAll();

  function forgetAll() {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith('draft:') || key.startsWith('note-')) sessionStorage.removeItem(key);
    }
    const box = document.querySelector('[data-testid="composer"]');
    if (box) setValue(box, '');
  }

  window.studio.composer = {
    forgetAll() {
      forgetAll();
      tabs.postMessage(null);
    },
    attach(box, dotnet, stored) {
      attached.set(box, dotnet);
      renamed.observe(box, { attributeFilter: ['data-draft-key'] });
      if (!box.value) box.value = choose(box, stored);
      refresh(box);
      if (document.activeElement === document.body) box.focus();
    },
    refresh,
    read: (box) => box.value,
    showExactPrompt: () => document.querySelector('[data-testid="exact-prompt"]')?.click(),
    leave,
    // The library of prompts as it is now; null while the connection is lost, or a new chat is being waited for.
    async prompts(box) {
      try {
        return leaving.has(box) ? null : await attached.get(box)?.invokeMethodAsync('ReadPromptsAsync');
      } catch {
        return null;
      }
    },
    // The box belongs to another conversation, and what the server keeps of it may be newer than what the browser had.
    switchDraft(box, stored) {
      follow(renamed.takeRecords()); // the call may come before the observer's turn, in one message with what was drawn
      const text = choose(box, stored);
      if (box.value !== text) box.value = text;
      refresh(box);
      box.focus();
    },
    send: (box) => submit(box),
    // What is written here goes on in another conversation's draft, below what was written there; and so does what is typed until that is drawn. A file
    // that is being attached is waited for, and nothing is sent meanwhile. False where it was too late, and all stays as it is.
    async moveDraft(box, key) {
      if (box.dataset.busy || leaving.has(box)) return false;
      const from = draftKey(box);
      box.dataset.busy = 'true';
      await window.studio.attachments?.settled(box.form)?.catch(() => {});
      delete box.dataset.busy;
      if (!box.isConnected || draftKey(box) !== from) return false;
      const text = [read(key)?.text, box.value].filter((part) => part?.trim()).join('\n\n');
      if (text) write(key, text, Date.now());
      setValue(box, '');
      leaving.set(box, { value: '', timer: setTimeout(() => stay(box), patience) });
      return true;
    },
    // A text comes back, above what was written since.
    prepend(box, text) {
      setValue(box, [text, box.value].filter((part) => part.trim()).join('\n\n'));
      box.focus();
      box.setSelectionRange(text.length, text.length);
      return true;
    },
    set(box, text) {
      setValue(box, text);
      box.focus();
    },
  };
})();
