// Files for the next message: picked, pasted into the box or dropped on the chat. They go to the studio one after another, beside
// what is typed, which never waits for them; only sending does.
(() => {
  'use strict';

  const attached = new WeakMap(); // tray -> .NET object
  const queues = new WeakMap(); // tray -> what is under way: a promise of whether all of it was attached
  const said = new WeakMap(); // tray -> the chat that its line speaks of
  const trayOf = (form) => form?.querySelector('[data-attachments]');
  const shownTray = () => document.querySelector('[data-attachments]');
  const boxOf = (tray) => tray.closest('form')?.querySelector('[data-testid="composer"]');

  function say(tray, text) {
    const line = tray.querySelector('[data-attaching]');
    if (!line) return;
    line.textContent = text;
    line.hidden = text === '';
  }

  async function sendAll(tray, key, all) {
    const dotnet = attached.get(tray);
    // One beyond what there is room for says why; the rest is not read for that.
    const files = all.slice(0, Math.max(1, Number(tray.dataset.most) - Number(tray.dataset.count)));
    const lost = [];
    let isWhole = files.length === all.length;
    try {
      await dotnet.invokeMethodAsync('BeginAsync');
    } catch { /* each file says it */ }
    for (const [index, file] of files.entries()) {
      say(tray, files.length === 1 ? `Attaching “${file.name}”…` : `Attaching “${file.name}” (${index + 1} of ${files.length})…`);
      try {
        isWhole = await dotnet.invokeMethodAsync('AttachAsync', key, file.name, file.size, file.size > 0 ? DotNet.createJSStreamReference(file) : null) && isWhole;
      } catch {
        lost.push(file.name); // a folder, a file that is gone, or the connection was lost
      }
    }
    if (files.length < all.length) await dotnet.invokeMethodAsync('LeaveAsync', all.length - files.length).catch(() => {});
    said.set(tray, key);
    say(tray, lost.length > 0 ? `Not attached: ${lost.map((name) => `“${name}”`).join(', ')} could not be read, or the connection was lost. Attach again.` : '');
    return isWhole && lost.length === 0;
  }

  function add(tray, files) {
    if (!tray || !attached.has(tray) || files.length === 0) return;
    const key = tray.dataset.key;
    const work = (queues.get(tray) ?? Promise.resolve(true)).then(async (before) => await sendAll(tray, key, files) && before).finally(() => {
      if (queues.get(tray) === work) queues.delete(tray);
    });
    queues.set(tray, work);
    boxOf(tray)?.focus();
  }

  document.addEventListener('change', (event) => {
    if (!event.target.matches?.('[data-testid="attach"]')) return;
    const files = [...event.target.files];
    event.target.value = ''; // the same file can be picked again
    add(trayOf(event.target.form), files);
  });

  // Office programs put a picture of a text beside the text: the text is meant.
  document.addEventListener('paste', (event) => {
    const box = event.target.closest?.('[data-testid="composer"]');
    const files = [...(event.clipboardData?.files ?? [])];
    if (!box || files.length === 0 || event.clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    add(trayOf(box.form), files);
  });

  const hasFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;
  const mark = (isOn) => shownTray()?.closest('form')?.toggleAttribute('data-dropping', isOn);

  for (const name of ['dragenter', 'dragover']) {
    document.addEventListener(name, (event) => {
      if (!hasFiles(event) || !shownTray() || event.target.matches?.('input[type="file"]')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      mark(true);
    });
  }

  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) mark(false); // out of the window
  });

  document.addEventListener('drop', (event) => {
    mark(false);
    if (!hasFiles(event) || !shownTray() || event.target.matches?.('input[type="file"]')) return;
    event.preventDefault(); // the browser would leave the page for the file
    add(shownTray(), [...event.dataTransfer.files]);
  });

  // What could not be read was of the chat that was shown then.
  function refresh(tray) {
    if (said.has(tray) && said.get(tray) !== tray.dataset.key && !queues.has(tray)) {
      said.delete(tray);
      say(tray, '');
    }
    const box = boxOf(tray);
    if (box) window.studio.composer.refresh(box);
  }

  window.studio.attachments = {
    attach(tray, dotnet) {
      attached.set(tray, dotnet);
      refresh(tray);
    },
    refresh,
    any: (form) => Number(trayOf(form)?.dataset.count ?? 0) > 0,
    // Null where nothing is under way.
    settled: (form) => queues.get(trayOf(form)) ?? null,
  };
})();
