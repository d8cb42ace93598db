// The tokens of a reply: one of them is in the order of Tab, the arrow keys go from one to the next, and a line below says how likely the one
// is that has the keyboard or the pointer. All of it without asking the server.
const attached = new WeakSet();

export function attach(root) {
  if (!root || attached.has(root)) return;
  attached.add(root);
  const tokenOf = (target) => target.closest?.('[data-tokens] [data-p]');
  const tokensOf = (token) => [...token.closest('[data-tokens]').querySelectorAll('[data-p]')];
  const isUnsure = (token) => token.matches('.s2, .s3');

  function word(text, mark) {
    const element = document.createElement(mark);
    element.textContent = text;
    return element;
  }

  function tell(token) {
    const line = root.querySelector('[data-told]');
    if (!line) return;
    const seen = token.textContent.replaceAll('\r', '').replaceAll('\n', '⏎').replaceAll('\t', '⇥');
    const parts = [word(seen, 'code'), ` ${token.dataset.p}`];
    for (const [index, [text, share]] of JSON.parse(token.dataset.others ?? '[]').entries()) parts.push(index > 0 ? ', ' : ' ', word(text, 'code'), ` ${share}`);
    line.replaceChildren(...parts);
  }

  function choose(token) {
    if (!token || !root.contains(token)) return;
    for (const other of root.querySelectorAll('[data-tokens] [tabindex="0"]')) other.tabIndex = -1;
    for (const other of root.querySelectorAll('[data-tokens] [aria-selected="true"]')) other.setAttribute('aria-selected', 'false');
    token.tabIndex = 0;
    token.setAttribute('aria-selected', 'true');
    tell(token);
  }

  root.addEventListener('focusin', (event) => choose(tokenOf(event.target)));

  root.addEventListener('pointerover', (event) => {
    const token = tokenOf(event.target);
    if (token) tell(token);
  });

  root.addEventListener('pointerleave', () => {
    const token = tokenOf(document.activeElement);
    if (token && root.contains(token)) tell(token);
  });

  root.addEventListener('keydown', (event) => {
    const token = tokenOf(event.target);
    if (!token || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const tokens = tokensOf(token);
    const at = tokens.indexOf(token);
    const to = {
      ArrowRight: () => tokens[at + 1], ArrowLeft: () => tokens[at - 1], Home: () => tokens[0], End: () => tokens.at(-1),
      ArrowDown: () => tokens.slice(at + 1).find(isUnsure), ArrowUp: () => tokens.slice(0, at).findLast(isUnsure),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    to()?.focus();
  });

  choose(tokenOf(document.activeElement)); // the keyboard may have come before this script
}
