/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures over tables as they are in files: what is drawn of them, which is tables of the specification. */
'use strict';

const SHAPES = {}; /* by name, that a figure's values give as "shaped_by": a function of its tables and values */
const shaped = figure => figure.values.shaped_by ? {...figure, tables: SHAPES[figure.values.shaped_by](figure.tables, figure.values)} : figure;

const meanOf = values => values.reduce((sum, value) => sum + value, 0) / values.length;

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
