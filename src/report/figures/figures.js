/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page and a picture share: the specification of Vega that a figure stands for. A figure is
 * {spec, name, title, shows, values, tables}: the name of a specification (of SPECS, a function of
 * the values) and rows by the name of their table. THEMES holds the colours. */

const shown = value => typeof value === 'number' ? String(+value.toPrecision(4)) : String(value);

/* What is told of a row: names and values, without what is only for drawing. */
function told(row, values) {
  const names = {x: values.x_label, y: values.y_label, value: values.y_label, series: values.series_label, panel: values.panel_label};
  const silent = ['href', 'set', 'at', 'of', 'place', 'ring', 'is_difference', 'values', 'width', 'height', 'palette', 'most', 'color', 'strength', 'x2', 'y2'];
  return Object.fromEntries(Object.entries(row)
    .filter(([key, value]) => value !== null && value !== '' && !Array.isArray(value) && !silent.includes(key))
    .map(([key, value]) => [names[key] || key.replace(/_/g, ' '), shown(value)]));
}

/* ---- matrices as images ---- */

function checksum(bytes) { /* of a PNG's chunk */
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum >>> 1 ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum;
}

const word = n => [n >>> 24 & 255, n >>> 16 & 255, n >>> 8 & 255, n & 255];
const letters = text => [...text].map(c => c.charCodeAt(0));

function chunk(kind, bytes) {
  const body = [...letters(kind), ...bytes];
  return [...word(bytes.length), ...body, ...word(checksum(body))];
}

/* Bytes as zlib takes them, not packed. */
function stored(bytes) {
  const out = [0x78, 1];
  let a = 1, b = 0;
  for (const byte of bytes) b = (b + (a = (a + byte) % 65521)) % 65521;
  for (let at = 0; at < bytes.length; at += 65535) {
    const part = bytes.subarray(at, at + 65535), n = part.length;
    out.push(at + n >= bytes.length ? 1 : 0, n & 255, n >> 8, ~n & 255, ~n >> 8 & 255, ...part);
  }
  return out.concat(word(b * 65536 + a));
}

/* By node for pictures: packed, and each value as a square, since what reads SVG may blur pixels. */
const isNode = typeof require !== 'undefined';
const packed = bytes => isNode ? require('zlib').deflateSync(bytes) : stored(bytes);
const SQUARE = isNode ? 8 : 1;

/* The matrix of a row by rows: numbers of 0 … most, null for none. As text they are bytes in base64: 254 for most, 255 for none. */
const matrixOf = ({values, most = 254}) =>
  typeof values === 'string' ? [...atob(values)].map(c => c === '\xff' ? null : c.charCodeAt(0) * most / 254) : values;

/* It as a PNG of its palette; null is white. */
function imageOf({width, height, most = 254, palette, ...row}) {
  const values = matrixOf({...row, most});
  const color = vega.scheme(palette === 'gray' ? 'greys' : palette);
  const colors = [...Array(255).keys()].flatMap(i => palette === 'gray' ? [i, i, i] : color(i / 254).match(/\d+/g).map(Number));
  const level = value => value === null ? 255 : Math.max(0, Math.min(254, Math.round(254 * value / most)));
  const line = 1 + width * SQUARE, pixels = new Uint8Array(line * height * SQUARE); /* each line behind a 0: not filtered */
  for (let y = 0; y < height; y++) {
    const at = y * SQUARE * line;
    for (let x = 0; x < width; x++) pixels.fill(level(values[y * width + x]), at + 1 + x * SQUARE, at + 1 + (x + 1) * SQUARE);
    for (let more = 1; more < SQUARE; more++) pixels.copyWithin(at + more * line, at, at + line);
  }
  const bytes = [137, ...letters('PNG\r\n\x1a\n'), ...chunk('IHDR', [...word(width * SQUARE), ...word(height * SQUARE), 8, 3, 0, 0, 0]),
    ...chunk('PLTE', [...colors, 255, 255, 255]), ...chunk('IDAT', packed(pixels)), ...chunk('IEND', [])];
  return 'data:image/png;base64,' + btoa(bytes.map(byte => String.fromCharCode(byte)).join(''));
}

/* ---- specifications ---- */

/* A row as it is drawn: with what is told of it and, of a matrix, its image. */
const drawn = (row, values) => ({...row, told: told(row, values), ...(row.values ? {url: imageOf(row)} : {})});

function configOf(theme) {
  const {common} = THEMES, {ink, soft, line, category = common.range.category} = THEMES[theme];
  return {
    ...common, range: {...common.range, category}, axis: {...common.axis, labelColor: soft, titleColor: ink, tickColor: soft, gridColor: line, domainColor: soft},
    legend: {...common.legend, labelColor: ink, titleColor: soft}, title: {...common.title, color: ink, subtitleColor: soft, font: common.font, subtitleFont: common.font},
    style: {'guide-label': {font: common.font}, 'guide-title': {font: common.font}}, text: {font: common.font}
  };
}

/* Marks that are only seen on hover are none of a picture's. */
function dropHover(part) {
  if (part.marks) part.marks = part.marks.filter(mark => mark.name !== 'hover').map(dropHover);
  return part;
}

/* The specification of a figure without its rows, which is what can be done with it, too. */
const formOf = figure => JSON.parse(JSON.stringify(named(SPECS[figure.spec](figure.values, figure.tables))));

/* The specification of a figure of this width, "light" or "dark"; as a picture by itself it has its title and legend. */
function specOf(figure, width, theme, isPicture) {
  const {values} = figure, spec = formOf(figure), has = name => spec.signals.some(signal => signal.name === name);
  const common = {category: THEMES.common.range.category, ...THEMES[theme], room: width, is_picture: !!isPicture, hidden: [], xdomain: null};
  if (!spec.layout) spec.width = width; /* panels take what they need of the room */
  spec.padding = isPicture ? 12 : 2;
  spec.description = `${figure.title}. ${figure.shows}`;
  spec.config = configOf(theme);
  spec.signals = Object.entries(common).filter(([name]) => !has(name)).map(([name, value]) => ({name, value})).concat(spec.signals);
  for (const data of spec.data)
    if (!data.source && !data.values) data.values = (figure.tables[data.name] || []).map(row => drawn(row, values));
  if (isPicture) Object.assign(dropHover(spec), {background: THEMES[theme].paper, title: {text: figure.title, subtitle: values.note, offset: 14}});
  for (const scale of spec.scales || []) {
    if (values.series_levels && ['color', 'dash', 'slot'].includes(scale.name)) scale.domain = values.series_levels;
    if (values.x_levels && scale.name === 'x') scale.domain = values.x_levels;
  }
  return keepLegends(spec, figure, isPicture);
}

/* A legend of one entry says nothing; a page has buttons instead of those of colours. */
function keepLegends(spec, figure, isPicture) {
  const table = figure.tables[spec.data[0].name] || [], n = new Set(table.map(row => row.series)).size;
  spec.legends = (spec.legends || []).filter(legend => legend.type === 'gradient' || (isPicture && n > 1))
    .map(legend => (n > 10 && legend.type !== 'gradient' ? {...legend, columns: 10} : legend));
  return spec;
}
