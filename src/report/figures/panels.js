/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of small panels beside each other, one for each value of "panel" in a table. */

/* A form with its panels: `width` and `height` of one, and what is drawn `inside` each of the rows
 * "here" of the table, which may say the panel's "unit". */
const panelsOf = (table, {columns, width, height, inside, signals, data, ...form}) => ({
  ...form, layout: {columns: {signal: 'columns'}, padding: {column: 18, row: 26}, align: 'all', bounds: 'full'},
  signals: {n_panels: "length(data('panels'))", columns, panel_width: width, panel_height: height, ...signals},
  data: {...data, panels: from(table, aggregate('panel'))},
  marks: [group(facet('here', table, ['panel', 'unit']), {width: 'panel_width', height: 'panel_height', fill: "'transparent'"}, {
    name: 'panel', signals: {width: 'panel_width', height: 'panel_height'},
    title: {
      text: {signal: 'parent.panel'}, fontSize: 12, fontWeight: 'normal', frame: 'group', limit: {signal: 'panel_width'}
    },
    ...inside
  })]
});

const series = "scale('color', datum.series)", is_shown = 'indexof(hidden, datum.series) < 0';
const is_here = `datum.panel == parent.panel && ${is_shown}`;
const point = {x: "scale('x', datum.x)", y: "scale('y', datum.y)"};

/* ---- boxes: points, and a box over those of each place ---- */

const slot = field => `scale('x', datum.x) + scale('slot', datum.${field}) + bandwidth('slot') / 2`;
/* A part of a box; where there is none, the mean. */
const part = name => `scale('y', isValid(datum.${name}) ? datum.${name} : datum.mean)`;

const isSmall = "data('longest')[0].of <= 4"; /* of so few runs there is little to see */

SPECS.boxes = ({x_label = '', y_label = '', y_zero = false, y_span = 0, own_y = false, series_label = '', height = 320}) => panelsOf('points', {
  columns: 'min(n_panels, 2, max(1, floor(room / 320)))', width: `clamp((room - 6) / columns - 52, 150, ${isSmall} ? 420 : 1e4)`,
  height: `columns > 1 ? 240 : ${isSmall} ? 180 : ${height}`,
  signals: {
    step: "min(0.16 * bandwidth('x'), 0.36 * bandwidth('slot'))",
    is_slanted: "data('longest')[0].longest * 6.5 > panel_width / max(1, data('longest')[0].n)"
  },
  data: {
    points: [
      numbered('panel x series', {place: 'row_number'}), joinaggregate('panel x series', {of: 'count'}),
      formula('spread', 'datum.of > 1 ? datum.place * 0.6180339887 % 1 - 0.5 : 0')
    ],
    boxes: [], tests: [],
    reach: from('points',
      aggregate('', {least: 'min value', most: 'max value'}),
      formula('from', `min(datum.least, max(0, datum.most - ${y_span}))`),
      formula('to', `max(datum.most, datum.from + ${y_span})`)),
    places: from('points', aggregate('x'), formula('length', 'length(datum.x)')),
    longest: from('places', aggregate('', {longest: 'max length', n: 'count', of: 'sum count'}))
  },
  scales: {
    x: {type: 'band', paddingInner: 0.2, paddingOuter: 0.1, domain: fields('points.x'), range: [0, {signal: 'panel_width'}]},
    slot: {type: 'band', domain: fields('points.series'), range: [0, {signal: "bandwidth('x')"}]},
    y: {
      zero: y_zero, nice: true, range: [{signal: 'panel_height'}, {signal: "length(data('tests')) ? 40 : 6"}],
      domain: fields('reach.from', 'reach.to', 'boxes.low', 'boxes.high')
    },
    color: {type: 'ordinal', domain: fields('points.series'), range: 'category'}
  },
  legends: [{fill: 'color', symbolType: 'circle', title: series_label}],
  inside: {
    data: {
      shown: from('here', filter(`isValid(datum.value) && ${is_shown}`)),
      reach_here: from('shown', aggregate('', {from: 'min value', to: 'max value'}),
        formula('from', 'datum.from == datum.to ? min(0, datum.from) : datum.from'), formula('to', 'datum.to == datum.from ? datum.to || 1 : datum.to')),
      boxes_shown: from('boxes', filter(is_here), formula('at', slot('series'))),
      tests_shown: from('tests',
        filter(`${is_here} && indexof(hidden, datum.first) < 0`), formula('from', slot('first')), formula('to', slot('series')),
        numbered('x', {level: 'row_number'}))
    },
    ...(own_y && {scales: {y: {
      zero: y_zero, nice: true, range: [{signal: 'panel_height'}, 6],
      domain: fields('reach_here.from', 'reach_here.to', 'boxes_shown.low', 'boxes_shown.high')
    }}}),
    axes: [
      axis('bottom', 'x', {
        title: x_label, ticks: false, labelPadding: 6, labelOverlap: false, labelAngle: {signal: 'is_slanted ? -35 : 0'},
        labelAlign: {signal: "is_slanted ? 'right' : 'center'"}, labelLimit: {signal: 'is_slanted ? 180 : panel_width'}
      }),
      axis('left', 'y', {title: {signal: `parent.unit || ${JSON.stringify(y_label)}`}, grid: true, tickCount: 6})
    ],
    marks: [
      rect('boxes_shown', {
        opacity: 'isValid(datum.lower_quartile) ? 1 : 0', x: 'datum.at - step', width: '2 * step',
        y: part('lower_quartile'), y2: part('upper_quartile'), fill: series, fillOpacity: 0.22, stroke: series,
        tooltip: 'datum.told'
      }, {name: 'boxes'}),
      rule('boxes_shown', {x: 'datum.at', y: "scale('y', datum.low)", y2: part('lower_quartile'), stroke: series}),
      rule('boxes_shown', {x: 'datum.at', y: "scale('y', datum.high)", y2: part('upper_quartile'), stroke: series}),
      rule('boxes_shown', {x: 'datum.at - step', x2: 'datum.at + step', y: part('median'), stroke: series, strokeWidth: 3}),
      symbol('shown', {
        x: `${slot('series')} + 1.4 * step * datum.spread`, y: "scale('y', datum.value)", size: 'datum.of > 1 ? 22 : 90',
        fill: series, stroke: 'paper', strokeWidth: 0.5, tooltip: 'datum.told', cursor: "datum.href ? 'pointer' : 'default'"
      }, {hover: {stroke: 'ink', strokeWidth: 2}, name: 'points'}),
      rule('tests_shown', {x: 'datum.from', x2: 'datum.to', y: '34 - 16 * (datum.level - 1)', stroke: 'soft'}),
      text('tests_shown', {
        x: '(datum.from + datum.to) / 2', y: '32 - 16 * (datum.level - 1)', align: center,
        baseline: "datum.stars == 'ns' ? 'bottom' : 'alphabetic'", text: 'datum.stars', fill: 'ink', tooltip: 'datum.told'
      }, {name: 'stars'})
    ]
  }
});

/* ---- lines, with bands; dots and rings on them, bars behind ---- */

SPECS.lines = ({
  x_label = '', y_label = '', x_type = 'linear', x_least, x_values, x_whole = false, y_type = 'linear', y_zero = false, y_least, y_most, y_nice = true,
  y_clamp = false, y_values, interpolate = 'linear', series_label = '', height = 320
}) => panelsOf('lines', {
  columns: 'min(n_panels, n_panels == 4 ? 2 : 3, max(1, floor(room / 280)))', width: 'max(120, (room - 6) / columns - 50)',
  height: `columns > 1 ? 220 : ${height}`, data: {lines: [], dots: [], bars: []},
  scales: {
    x: {
      type: x_type, domainMin: x_least, zero: false, range: [0, {signal: 'panel_width'}], domainRaw: {signal: 'xdomain'},
      domain: fields('lines.x', 'dots.x')
    },
    y: {
      type: y_type, zero: y_zero, nice: y_nice, clamp: y_clamp, range: [{signal: 'panel_height'}, 0], domainMin: y_least,
      domainMax: y_most, domain: fields('lines.y', 'lines.low', 'lines.high', 'dots.y', 'bars.y', 'bars.y2')
    },
    color: {type: 'ordinal', domain: fields('lines.series'), range: 'category'},
    dash: {type: 'ordinal', domain: fields('lines.series'), range: [[1, 0], [9, 3], [3, 2], [9, 3, 3, 3], [2, 4]]}
  },
  legends: [{
    stroke: 'color', strokeDash: 'dash', symbolType: 'stroke', symbolStrokeWidth: 2, symbolSize: 400, title: series_label
  }],
  inside: {
    data: {
      shown: from('here', filter(is_shown), joinaggregate('series', {of: 'count'})), dots_shown: from('dots', filter(is_here)),
      bars_here: from('bars', filter('datum.panel == parent.panel'))
    },
    axes: [
      axis('bottom', 'x', {title: x_label, grid: true, tickCount: {signal: 'panel_width / 70'}, values: x_values, ...(x_whole && {tickMinStep: 1})}),
      axis('left', 'y', {title: y_label, grid: true, tickCount: 5, values: y_values})
    ],
    marks: [group(null, {width: 'panel_width', height: 'panel_height'}, {
      clip: {signal: 'isValid(xdomain)'},
      marks: [
        rect('bars_here', {
          ...point, x2: "scale('x', datum.x2)", y2: "isValid(datum.y2) ? scale('y', datum.y2) : panel_height",
          fill: 'datum.color || line', fillOpacity: 'datum.strength || 1', tooltip: 'datum.color ? datum.told : null'
        }, {clip: true}),
        group(facet('line', 'shown', 'series'), {}, {
          marks: [
            area('line', {
              ...point, y: "scale('y', datum.low)", y2: "scale('y', datum.high)", fill: series, fillOpacity: 0.18,
              defined: 'isValid(datum.low) && isValid(datum.high)', interpolate: {value: interpolate}
            }),
            line('line', {
              ...point, defined: 'isValid(datum.y)', interpolate: {value: interpolate}, stroke: series,
              strokeDash: "scale('dash', datum.series)", strokeWidth: 2
            })
          ]
        }),
        symbol('shown', {...point, size: 50, fill: series, opacity: 'datum.of > 1 ? 0 : 1', tooltip: 'datum.told'}, {hover: {opacity: 1}, name: 'hover'}),
        symbol('dots_shown', {
          ...point, size: 'datum.ring ? 180 : 70', strokeWidth: 1.5, fill: `datum.ring ? 'transparent' : ${series}`,
          stroke: 'datum.ring ? ink : paper', tooltip: 'datum.told'
        }, {name: 'dots'})
      ]
    })]
  }
});

/* ---- tiles: a value as a colour, and as a number ---- */

const color = "(datum.is_difference ? scale('sign', datum.value) : scale('heat', datum.value))";
const tileText = (text, more) => mark('text')('here', {
  x: {scale: 'x', field: 'x', band: 0.5}, y: {scale: 'y', field: 'y', band: 0.5}, align: center, text,
  fill: `contrast('white', ${color}) > 4 ? 'white' : 'black'`, ...more
});

SPECS.tiles = ({
  x_label = '', y_label = '', value_label = '', format = '.3g', is_wrapped = false, has_labels = true
}) => panelsOf('all', {
  columns: "min(n_panels, max(1, floor(room / (90 + 52 * data('size')[0].n_x))))",
  width: "min(100 * data('size')[0].n_x, (room - 6) / columns - 78)", height: `${is_wrapped ? 52 : 40} * data('size')[0].n_y`,
  signals: {is_narrow: "panel_width / data('size')[0].n_x < 40"},
  data: {
    tiles: [], differences: [], all: from(['tiles', 'differences']),
    size: from('all', aggregate('', {n_x: 'distinct x', n_y: 'distinct y'})),
    greatest: from('differences', formula('size', 'abs(datum.value)'), aggregate('', {size: 'max size'}))
  },
  scales: {
    x: {type: 'band', domain: fields('all.x'), range: [0, {signal: 'panel_width'}]},
    y: {type: 'band', domain: fields('all.y'), range: [0, {signal: 'panel_height'}]},
    heat: {type: 'linear', zero: false, domain: fields('tiles.value'), range: 'heatmap'},
    sign: {
      type: 'linear', range: 'diverging',
      domain: ['-', ''].map(sign => ({signal: `${sign}(length(data('greatest')) ? data('greatest')[0].size : 1)`}))
    }
  },
  legends: [{
    type: 'gradient', fill: 'heat', title: value_label, direction: 'horizontal', gradientLength: 260, tickCount: 4, format
  }],
  inside: {
    axes: [
      axis('bottom', 'x', {title: x_label, ticks: false, labels: has_labels, labelLimit: {signal: "bandwidth('x')"}}),
      axis('left', 'y', {title: y_label, labels: has_labels})
    ],
    marks: [
      rect('here', {
        ...point, width: {scale: 'x', band: 1, offset: -1}, height: {scale: 'y', band: 1, offset: -1}, fill: color,
        tooltip: 'datum.told'
      }, {hover: {stroke: 'ink', strokeWidth: 2}, name: 'cells'}),
      tileText(`format(datum.value, datum.is_difference ? '+${format}' : '${format}')`, {
        dy: 'datum.sd == null ? 4 : 0', fontSize: 'is_narrow ? 9 : 12'
      }),
      tileText(`datum.sd == null ? '' : '±' + format(datum.sd, '${format}')`, {dy: 13, fontSize: 'is_narrow ? 7 : 10'}),
      tileText('datum.name', {y: {scale: 'y', field: 'y', offset: 12}, fontSize: 9, limit: "bandwidth('x')"})
    ]
  }
});
