/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What specifications are written with: the grammar of Vega without what can be left to it. Signals,
 * tables and scales are objects by their names. A channel of a mark is a number, a list, or a text
 * in Vega's expression language. A mark without a tooltip or a name is none to point at. */
'use strict';

const SPECS = {}; /* by name: a function of the "values" of a figure, and of its tables */

const encoded = channels => Object.fromEntries(Object.entries(channels).map(([name, value]) =>
  [name, typeof value === 'string' ? {signal: value} : typeof value !== 'object' || Array.isArray(value) && !value[0].test ? {value} : value]));

const mark = type => (data, channels, {hover, ...more} = {}) => ({
  type, interactive: type === 'group' || !!(channels.tooltip || more.name), ...(data && {from: typeof data === 'string' ? {data} : data}),
  encode: {update: encoded(channels), ...(hover && {hover: encoded(hover)})}, ...named(more)
});
const [rule, text, rect, symbol, line, area, image, group] =
  ['rule', 'text', 'rect', 'symbol', 'line', 'area', 'image', 'group'].map(mark);
const [middle, center, right] = ['middle', 'center', 'right'].map(value => ({value}));
const facet = (name, data, groupby) => ({facet: {name, data, groupby}});
const axis = (orient, scale, more) => ({orient, scale, ...more});

/* Tables: a list of transforms of the figure's own of that name; of another table; of rows given here. */
const from = (source, ...transform) => ({source, transform});
const rows = (values, ...transform) => ({values, transform});
const fields = (...names) => ({fields: names.map(name => name.split('.')).map(([data, field]) => ({data, field}))});

const filter = expr => ({type: 'filter', expr});
const formula = (as, expr) => ({type: 'formula', as, expr});
const extent = (field, signal) => ({type: 'extent', field, signal});
const flatten = (...fields) => ({type: 'flatten', fields});
const lookup = (from, key, more) => ({type: 'lookup', from, key, fields: [key], ...more});
/* By fields "a b", made of {NAME: "OP FIELD"}. */
const grouped = type => (by, made = {count: 'count'}) => ({
  type, groupby: by ? by.split(' ') : [], as: Object.keys(made), ops: Object.values(made).map(of => of.split(' ')[0]),
  fields: Object.values(made).map(of => of.split(' ')[1] || null)
});
const [aggregate, joinaggregate, numbered] = ['aggregate', 'joinaggregate', 'window'].map(grouped);

/* What is by names, as the lists that Vega reads. */
function named({signals, data, scales, ...more}) {
  const list = (object, of) => Object.entries(object).map(([name, value]) => ({name, ...of(value)}));
  return {
    ...more, ...(signals && {signals: list(signals, value => typeof value === 'string' ? {update: value} : value)}),
    ...(data && {data: list(data, value => Array.isArray(value) ? {transform: value} : value)}), ...(scales && {scales: list(scales, value => value)})
  };
}
