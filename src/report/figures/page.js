/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page that answers: draws each figure when it comes into view, as wide as there is room, light
 * or dark; values on hover and by arrow keys, a click leads to the run, buttons switch series off
 * and on, zoom, save, and the numbers as a table. Without Vega the tables remain. */
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes))
    if (typeof value === 'function') element.addEventListener(key, value);
    else element.setAttribute(key, value);
  element.append(...children);
  return element;
};

const isDark = matchMedia('(prefers-color-scheme: dark)');
const tip = make('div', {id: 'tip', role: 'status', 'aria-live': 'polite', hidden: ''});
document.body.append(tip);

function showTip(lines, x, y) {
  tip.hidden = !lines;
  if (!lines) return;
  tip.replaceChildren(make('table', {}, ...Object.entries(lines).map(([name, value]) =>
    make('tr', {}, make('th', {scope: 'row'}, name), make('td', {}, value)))));
  tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - tip.offsetWidth - 8)) + 'px';
  tip.style.top = (y + 18 + tip.offsetHeight > innerHeight ? Math.max(4, y - tip.offsetHeight - 12) : y + 18) + 'px';
}

/* ---- saving ---- */

function save(name, kind, content) {
  const link = make('a', {href: URL.createObjectURL(new Blob([content], {type: kind})), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const quoted = value => value === null || value === undefined ? '' : /[",\r\n]/.test(value) ? `"${String(value).replace(/"/g, '""')}"` : String(value);

/* The first table of a figure that has rows. */
const tableOf = figure => Object.values(figure.tables).find(rows => rows.length) || [];

/* A row with lists is a row for each place in them; but an image's values are one. */
function expanded(row) {
  const lists = Object.keys(row).filter(key => Array.isArray(row[key]) && !row.palette);
  return lists.length ? row[lists[0]].map((value, i) => ({...row, ...Object.fromEntries(lists.map(key => [key, row[key][i]]))})) : [row];
}

function csvOf(table) {
  const rows = table.flatMap(expanded), heads = Object.keys(rows[0] || {});
  const cell = (row, head) => head !== 'values' ? row[head] : matrixOf(row)?.map(value => value === null ? '' : shown(value)).join(' ');
  return [heads, ...rows.map(row => heads.map(head => cell(row, head)))]
    .map(cells => cells.map(quoted).join(',')).join('\n') + '\n';
}

async function saveAs(figure, kind) {
  const view = kind === 'csv' ? null : new vega.View(vega.parse(specOf(figure, 880, 'light', true)), {renderer: 'none'});
  if (kind === 'csv') save(figure.name + '.csv', 'text/csv', csvOf(tableOf(figure)));
  if (kind === 'svg') save(figure.name + '.svg', 'image/svg+xml', await view.toSVG());
  if (kind === 'png') (await view.toCanvas(2)).toBlob(blob => save(figure.name + '.png', 'image/png', blob));
}

/* ---- numbers ---- */

const ROWS_MAX = 1000;
/* What tables are called, where their names are those of a specification. */
const WORDS = {points: 'runs', boxes: 'conditions', lines: 'curves', dots: 'marked points', bars: 'areas', tiles: 'values'};

function numbersOf(figure) {
  const all = Object.entries(figure.tables).filter(([, rows]) => rows.length);
  const details = make('details', {}, make('summary', {}, 'Numbers'));
  details.addEventListener('toggle', () => {
    if (details.children.length > 1) return;
    for (const [name, packed] of all) {
      const rows = packed.flatMap(expanded);
      const heads = [...new Set(rows.slice(0, ROWS_MAX).flatMap(row => Object.keys(told(row, figure.values))))];
      const table = make('table', {}, make('caption', {}, (all.length > 1 ? WORDS[name] || name.replace(/_/g, ' ') : '') + (rows.length > ROWS_MAX ? ` (the first ${ROWS_MAX} of ${rows.length}; all by “CSV”)` : ''),
        all.length > 1 ? make('button', {type: 'button', click: () => save(`${figure.name}-${name}.csv`, 'text/csv', csvOf(packed))}, 'CSV') : ''),
        make('tr', {}, ...heads.map(head => make('th', {scope: 'col'}, head))));
      for (const row of rows.slice(0, ROWS_MAX)) {
        const cells = told(row, figure.values);
        table.append(make('tr', {}, ...heads.map(head => make('td', {}, cells[head] ?? ''))));
      }
      details.append(make('div', {class: 'wide'}, table));
    }
  });
  return details;
}

/* ---- what one does with a figure ---- */

/* All that has something to tell, in the order in which it is drawn, and where it is. */
function* toldItems(mark, x = 0, y = 0) {
  for (const item of mark.items) {
    if (item.tooltip) yield {item, x: x + item.x, y: y + item.y};
    for (const inner of item.items || []) yield* toldItems(inner, x + (item.x || 0), y + (item.y || 0));
  }
}

function zoomBy(view, factor, anchor) {
  const scale = view.scale('x'), [a, b] = view.signal('xdomain') || scale.domain(), at = anchor ?? (+a + +b) / 2;
  view.signal('xdomain', [at - (at - a) * factor, at + (b - at) * factor]).run();
}

function panBy(view, share) {
  const [a, b] = view.signal('xdomain') || view.scale('x').domain();
  view.signal('xdomain', [+a + share * (b - a), +b + share * (b - a)]).run();
}

const ownsDrag = figure => formOf(figure).usermeta?.drags; /* what a drag does is in the specification */
const canZoom = figure => (formOf(figure).scales || []).some(scale => scale.domainRaw);

function onKey(state, event) {
  const {view, figure, canvas} = state, steps = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1};
  if (event.key in steps && event.shiftKey && canZoom(figure)) panBy(view, steps[event.key] * 0.2);
  else if (event.key in steps) {
    const items = [...toldItems(view.scenegraph().root)];
    if (!items.length) return;
    state.at = ((state.at ?? (steps[event.key] > 0 ? -1 : 0)) + steps[event.key] + items.length) % items.length;
    const {item, x, y} = items[state.at], box = canvas.getBoundingClientRect(), [dx, dy] = view.origin().map(at => at + view.padding().left);
    state.item = item;
    showTip(item.tooltip, box.left + x + dx, box.top + y + dy);
  } else if (event.key === 'Enter' && state.item?.datum?.href) location.href = state.item.datum.href;
  else if (event.key === 'Escape') showTip(null);
  else if ('+-0'.includes(event.key) && canZoom(figure))
    event.key === '0' ? view.signal('xdomain', null).run() : zoomBy(view, event.key === '+' ? 0.7 : 1 / 0.7);
  else return;
  event.preventDefault();
}

/* Buttons of the series, in their colours. */
function seriesOf(state) {
  const {figure, hidden} = state, first = formOf(figure).data[0].name;
  const names = [...new Set((figure.tables[first] || []).map(row => row.series))].filter(name => name !== undefined);
  if (names.length < 2) return [];
  const color = name => state.view?.scale('color')(name) || 'gray';
  return [figure.values.series_label || '', ...names.map(name => make('button', {
    type: 'button', class: 'series', style: `--color:${color(name)}`, 'aria-pressed': String(!hidden.has(name)),
    click: event => {
      hidden.has(name) ? hidden.delete(name) : hidden.add(name);
      event.currentTarget.setAttribute('aria-pressed', String(!hidden.has(name)));
      state.view?.signal('hidden', [...hidden]).run();
    }
  }, name === '' ? '–' : String(name)))];
}

function toolsOf(state) {
  const {figure} = state, tool = (text, title, click) => make('button', {type: 'button', title, 'aria-label': title, click}, text);
  const zoom = typeof vega !== 'undefined' && canZoom(figure) ? [
    tool('+', 'Zoom in', () => zoomBy(state.view, 0.7)), tool('−', 'Zoom out', () => zoomBy(state.view, 1 / 0.7)),
    tool('↺', 'Show all', () => state.view.signal('xdomain', null).run())] : [];
  const kinds = typeof vega !== 'undefined' ? ['SVG', 'PNG', 'CSV'] : ['CSV'];
  return [...zoom, ...kinds.map(kind => tool(kind, `Save as ${kind}`, () => saveAs(figure, kind.toLowerCase())))];
}

/* ---- drawing ---- */

function draw(state, theme = isDark.matches ? 'dark' : 'light') {
  const {figure, canvas, hidden} = state, width = canvas.clientWidth;
  if (!width || typeof vega === 'undefined') return;
  const xdomain = state.view?.signal('xdomain') ?? null;
  state.view?.finalize();
  state.inputs.replaceChildren();
  const view = state.view = new vega.View(vega.parse(specOf(figure, width - 8, theme, false)), {renderer: 'svg', container: canvas, bind: state.inputs, hover: true, logLevel: vega.Error});
  view.tooltip((handler, event, item, value) => showTip(event && value, event?.clientX, event?.clientY));
  view.addEventListener('click', (event, item) => { if (item?.datum?.href) location.href = item.datum.href; });
  view.signal('hidden', [...hidden]).signal('xdomain', xdomain).run();
  canvas.firstElementChild?.setAttribute('aria-hidden', 'true');
  state.width = width;
  if (!state.isDrawn) state.series.replaceChildren(...seriesOf(state));
  state.isDrawn = true;
  state.theme = theme;
}

function onWheel(state, event) { /* only of a figure that was chosen: a page goes on scrolling */
  if (!state.view || !canZoom(state.figure) || !state.canvas.matches(':focus')) return;
  event.preventDefault();
  zoomBy(state.view, event.deltaY > 0 ? 1 / 0.8 : 0.8);
}

function onDrag(state, event) {
  if (!state.view || !canZoom(state.figure) || ownsDrag(state.figure) || !state.view.signal('xdomain') || event.buttons !== 1) return;
  panBy(state.view, -event.movementX / Math.abs(state.view.scale('x').range()[1]));
}

const states = [...document.querySelectorAll('figure[data-figure]')].map(element => {
  const figure = shaped(JSON.parse(element.querySelector('script').textContent));
  const canvas = element.querySelector('.canvas');
  const state = {element, figure, canvas, hidden: new Set(), series: make('span', {class: 'legend'}), inputs: make('span', {class: 'inputs'})};
  for (const [key, value] of Object.entries({tabindex: 0, role: 'img', 'aria-label': `${figure.title}. ${figure.shows}`})) canvas.setAttribute(key, value);
  canvas.addEventListener('keydown', event => state.view && onKey(state, event));
  canvas.addEventListener('wheel', event => onWheel(state, event), {passive: false});
  canvas.addEventListener('pointermove', event => onDrag(state, event));
  canvas.addEventListener('blur', () => showTip(null));
  canvas.addEventListener('mouseleave', () => showTip(null));
  canvas.after(make('div', {class: 'tools'}, state.series, state.inputs, make('span', {class: 'buttons'}, ...toolsOf(state))));
  const numbers = numbersOf(figure);
  if (typeof vega === 'undefined') { /* then they are what there is to see */
    numbers.open = true;
    canvas.hidden = true;
  }
  element.append(numbers);
  return state;
});

const drawAll = theme => states.forEach(state => draw(state, theme));
const seen = new IntersectionObserver(entries => {
  for (const entry of entries)
    if (entry.isIntersecting) {
      const state = states.find(state => state.canvas === entry.target);
      if (!state.isDrawn) draw(state);
    }
}, {rootMargin: '400px'});
states.forEach(state => seen.observe(state.canvas));
new ResizeObserver(() => states.forEach(state => { if (state.isDrawn && Math.abs(state.canvas.clientWidth - state.width) > 4) draw(state); })).observe(document.body);
isDark.addEventListener('change', () => states.forEach(state => { if (state.isDrawn) draw(state); }));
addEventListener('beforeprint', () => drawAll('light'));
addEventListener('afterprint', () => drawAll());

/* The list at the side shows where one is. */
const links = new Map([...document.querySelectorAll('nav a')].map(link => [link.getAttribute('href').slice(1), link]));
const heads = [...document.querySelectorAll('h2[id]')];
function markSection() {
  const passed = scrollY <= 0 ? [] : heads.filter(head => head.getBoundingClientRect().top < innerHeight / 3);
  links.forEach(link => link.removeAttribute('aria-current'));
  links.get((passed.pop() || heads[0])?.id)?.setAttribute('aria-current', 'true');
}
addEventListener('scroll', markSection, {passive: true});
markSection();
