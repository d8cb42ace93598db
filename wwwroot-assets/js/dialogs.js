// Modal dialogs: Escape, the focus inside and its way back are the browser's; a click beside one is added here.
(() => {
  'use strict';

  // What lies beside a dialog belongs to its element. A press that began inside, to select text, is not meant for it.
  let pressed = null;
  document.addEventListener('pointerdown', (event) => { pressed = event.target; });
  document.addEventListener('click', (event) => {
    const dialog = event.target;
    if (dialog !== pressed || !dialog.matches?.('dialog[data-modal]')) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  });

  window.studio.dialogs = {
    open(dialog) { if (!dialog.open) dialog.showModal(); },
    close(dialog) {
      const wasOpen = dialog.open;
      dialog.close();
      return wasOpen;
    },
  };
})();
