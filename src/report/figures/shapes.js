/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures over tables as they are in files: what is drawn of them, which is tables of the specification. */
'use strict';

const SHAPES = {}; /* by name, that a figure's values give as "shaped_by": a function of its tables and values */
const shaped = figure => {
  const {tables, values} = figure, rows = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, rowsOf(table)]));
  return {...figure, tables: values.shaped_by ? SHAPES[values.shaped_by](rows, values) : rows};
};

/* A table of a file is an object of its columns, all others a list of rows. */
const rowsOf = table => Array.isArray(table) ? table : Object.values(table)[0].map((value, i) =>
  Object.fromEntries(Object.entries(table).map(([name, column]) => [name, column[i]])));

const meanOf = values => values.reduce((sum, value) => sum + value, 0) / values.length;

/* The maps of a moment's classes as one image, about twice as wide as high, with a white line between them. */
function sheetOf({maps, width, height, ...frame}) {
  const n = maps.length, columns = n <= 3 ? n : Math.ceil(Math.sqrt(2 * n)), wide = columns * (width + 1) - 1, high = Math.ceil(n / columns) * (height + 1) - 1;
  const pixels = Array(wide * high).fill('\xff');
  maps.forEach((map, k) => [...atob(map)].forEach((pixel, i) => {
    const y = Math.floor(k / columns) * (height + 1) + Math.floor(i / width), x = k % columns * (width + 1) + i % width;
    pixels[y * wide + x] = pixel;
  }));
  return {...frame, values: btoa(pixels.join('')), width: wide, height: high};
}

/* Six moments of each condition at even distances, from before training to its end, have a place in the strip. */
SHAPES.film = ({frames}) => ({frames: [...new Set(frames.map(frame => frame.condition))].flatMap(condition => {
  const own = frames.filter(frame => frame.condition === condition), end = own[own.length - 1].presentation;
  const from = (frame, place) => Math.abs(frame.presentation - place / 5 * end);
  const strip = [0, 1, 2, 3, 4, 5].map(place => own.reduce((best, frame) => from(frame, place) < from(best, place) ? frame : best));
  return own.map(frame => ({...sheetOf(frame), place: strip.lastIndexOf(frame)}));
})});

/* A panel a protocol, with lines of its column and that of vehicle. What was published is an area, of a day at least; where that
 * was in percent of vehicle, by the mean of its days. */
SHAPES.protocols = ({moments, findings}, {drawn, y_label, source}) => {
  const lines = [], bars = [], ofVehicle = moments.filter(moment => moment.protocol === 'vehicle');
  const put = (panel, {series, of, published, is_of_vehicle, is_relative, color}) => {
    for (const moment of moments)
      if (moment[of] !== null && moment.protocol === (is_of_vehicle ? 'vehicle' : panel)) lines.push({panel, series, x: moment.day, y: moment[of]});
    for (const {protocol, what, from_day, to_day, low_percent, high_percent, is_given, words, found_percent} of findings) {
      const beside = ofVehicle.filter(({day}) => day > from_day && day <= to_day), wide = from_day < to_day ? 0 : 0.5;
      const unit = is_relative ? meanOf(beside.map(moment => moment[of])) / 100 : 1;
      if (protocol === panel && what === published && unit >= 0) bars.push({
        panel, x: from_day - wide, x2: to_day + wide, y: high_percent * unit, y2: low_percent * unit, color, strength: is_given ? 0.5 : 0.2,
        days: `${from_day} to ${to_day}`, published: words, source, 'found here': found_percent,
        [is_relative ? '% of vehicle' : y_label]: `${low_percent} to ${high_percent} (${is_given ? 'as given' : 'our reading'})`
      });
    }
  };
  for (const panel of new Set(moments.map(moment => moment.protocol)))
    if (panel !== 'vehicle') drawn.forEach(line => put(panel, line));
  return {lines, bars};
};

/* A panel a measure, a point a run. */
SHAPES.carried = ({runs}, {panels}) => ({
  points: Object.entries(panels).flatMap(([of, [panel, unit]]) => runs.filter(({measures}) => measures[of] !== null)
    .map(({x, series, measures, run, accuracy}) => ({panel, x, series, value: measures[of], unit, run, accuracy})))
});

/* Means of the runs of a panel of which fewer than half are more accurate, and of the others. */
SHAPES.clusters = ({runs}, {halves}) => ({lines: [...new Set(runs.map(run => run.panel))].flatMap(panel => {
  const own = runs.filter(run => run.panel === panel), isBetter = run => 2 * own.filter(other => other.accuracy > run.accuracy).length < own.length;
  return halves.flatMap((series, i) => {
    const half = own.filter(run => isBetter(run) === !i);
    return half.length ? half[0].cells.map((n, k) => ({panel, series, x: k + 1, y: meanOf(half.map(run => run.cells[k])), runs: half.length})) : [];
  });
})});

/* Cells and dendrites by their numbers, and what became of each spine. */
SHAPES.spines = ({spines, weights = []}, {dendrites}) => ({
  spines: spines.map(({dendrite, born_presentation, died_presentation, weight_max, death, ...spine}) => ({
    series: death ? {pruned: 'pruned', intrinsic: 'lost by itself'}[death] || 'other deaths'
      : spine.weight_at_end >= spine.weight_at_birth ? 'alive, grown' : 'alive, shrunk',
    cell: Math.floor(dendrite / dendrites), dendrite: dendrite % dendrites + 1, born: born_presentation, died: died_presentation, death,
    greatest_weight: weight_max, ...spine
  })), weights
});
