// What follows the pointer and the arrow keys in a chart: a line at the nearest point, and its values. All of it stands in the page
// already, so nothing is asked of the server until a point is opened.
export function attach(root) {
  const stop = new AbortController();
  // The page may have been left before this came.
  if (!root) return { detach() {} };
  let current = null; // { plot, index }

  const pointsOf = (plot) => JSON.parse(plot.dataset.points);
  const listOf = (plot, name) => plot.dataset[name].split('\n');
  const wordsOf = (plot, point) =>
    `${point.t}: ${listOf(plot, 'series').map((name, at) => point.v[at] == null ? null : `${name} ${point.v[at]}`).filter(Boolean).join(', ')}`;

  function part(name, text, style) {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (style) element.className = style;
    return element;
  }

  // Which series is pointed at: the part of a bar, or the line that is near; -1 for none, and all.
  function seriesAt(plot, index, event) {
    const part = event.target.closest?.('[data-series]:not(.plot)');
    if (part) return Number(part.dataset.series);
    const y = event.clientY - plot.getBoundingClientRect().top;
    const away = pointsOf(plot)[index].y.map((top) => top == null ? Infinity : Math.abs(top - y));
    const nearest = away.indexOf(Math.min(...away));
    return away[nearest] <= 12 ? nearest : -1;
  }

  // Its own traces, where they are fewer than the chart's.
  const tracesOf = (plot, series) => (series >= 0 && listOf(plot, 'seriesTraces')[series]) || '';

  function show(plot, index, series = -1) {
    if (current && current.plot !== plot) hide();
    const points = pointsOf(plot);
    const at = Math.min(Math.max(index, 0), points.length - 1);
    const point = points[at];
    current = { plot, index: at, key: point.a };
    const cursor = plot.querySelector('.cursor');
    cursor.hidden = false;
    cursor.style.left = `${point.x}%`;
    const tip = plot.querySelector('.tip');
    const styles = listOf(plot, 'styles');
    const values = listOf(plot, 'series').map((name, place) => ({ name, style: styles[place], value: point.v[place] })).filter((one) => one.value != null);
    if ('bars' in plot.dataset) values.reverse(); // as they stand on one another
    tip.replaceChildren(part('strong', point.t), ...values.flatMap((one) => [part('i', '', one.style), part('span', one.name), part('b', one.value)]), part('small', tracesOf(plot, series) ? `Click: traces of “${listOf(plot, 'series')[series]}”` : 'Click or Enter: its traces'));
    tip.hidden = false;
    tip.style.left = point.x > 50 ? '' : `calc(${point.x}% + 10px)`;
    tip.style.right = point.x > 50 ? `calc(${100 - point.x}% + 10px)` : '';
    plot.setAttribute('aria-valuenow', at + 1);
    plot.setAttribute('aria-valuetext', wordsOf(plot, point));
  }

  function hide() {
    if (!current) return;
    for (const element of current.plot.querySelectorAll('.cursor, .tip')) element.hidden = true;
    current = null;
  }

  function open(plot, index, series = -1) {
    const point = pointsOf(plot)[index];
    Blazor.navigateTo(`${tracesOf(plot, series) || plot.dataset.traces}from=${encodeURIComponent(point.a)}&to=${encodeURIComponent(point.b)}`);
  }

  function nearest(plot, clientX) {
    const box = plot.getBoundingClientRect();
    const x = (clientX - box.left) / box.width * 100;
    return pointsOf(plot).reduce((best, point, at, all) => Math.abs(point.x - x) < Math.abs(all[best].x - x) ? at : best, 0);
  }

  const plotOf = (event) => event.target.closest?.('.plot[data-points]');
  const options = { signal: stop.signal };
  root.addEventListener('pointermove', (event) => { const plot = plotOf(event); if (plot) { const index = nearest(plot, event.clientX); show(plot, index, seriesAt(plot, index, event)); } }, options);
  root.addEventListener('pointerout', (event) => {
    const plot = plotOf(event);
    if (plot && !plot.contains(event.relatedTarget) && plot !== document.activeElement) hide();
  }, options);
  root.addEventListener('focusin', (event) => { const plot = plotOf(event); if (plot) show(plot, current?.plot === plot ? current.index : Infinity); }, options);
  root.addEventListener('focusout', (event) => { if (plotOf(event)) hide(); }, options);
  root.addEventListener('click', (event) => { const plot = plotOf(event); if (plot) { const index = nearest(plot, event.clientX); open(plot, index, seriesAt(plot, index, event)); } }, options);
  root.addEventListener('keydown', (event) => {
    const plot = plotOf(event);
    if (!plot || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const index = current?.plot === plot ? current.index : pointsOf(plot).length - 1;
    switch (event.key) {
      case 'ArrowLeft': case 'ArrowDown': show(plot, index - 1); break;
      case 'ArrowRight': case 'ArrowUp': show(plot, index + 1); break;
      case 'PageUp': show(plot, index - 10); break;
      case 'PageDown': show(plot, index + 10); break;
      case 'Home': show(plot, 0); break;
      case 'End': show(plot, Infinity); break;
      case 'Enter': open(plot, index); break;
      case 'Escape': if (!current) return; hide(); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, options);

  // New figures keep the point that is shown, by its time.
  const watch = new MutationObserver((changes) => {
    if (!current || !changes.some((change) => change.target === current.plot)) return;
    const at = pointsOf(current.plot).findIndex((point) => point.a === current.key);
    if (at >= 0) show(current.plot, at); else hide();
  });
  watch.observe(root, { subtree: true, attributes: true, attributeFilter: ['data-points'] });
  root.dataset.attached = '';
  return { detach() { stop.abort(); watch.disconnect(); } };
}
