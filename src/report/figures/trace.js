/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One presentation: inside a cell, and all cells. */

/* A text in the middle of its line. */
const label = (data, channels) => text(data, {baseline: middle, fontSize: 'font', fill: 'ink', ...channels});
/* What was presented, in words and as an image; letters before the captions. */
const header = (indent, letters) => [
  text('about', {x: `left - ${indent}`, y: 12, text: 'datum.words', fill: 'soft', fontSize: 'font', limit: 'width - 80'}),
  rect('image', {x: 'width - 54', width: 54, height: 54, stroke: 'soft'}),
  image('image', {x: 'width', align: right, width: 54, height: 54, url: 'datum.url', smooth: false}),
  label('captions', {x: letters, y: 'datum.y', text: 'datum.letter', fontSize: 17})
];
/* Where the pointer is: a line through all panels. */
const cursorLine = seen => rule(null, {
  x: "scale('x', cursor)", y2: {field: {group: 'height'}}, stroke: 'category[1]', opacity: `${seen} ? 0.8 : 0`
});
/* What is enlarged: by a drag what `moved` says, by a double click all. */
const enlarged = moved => ({
  value: null, on: [{events: '[mousedown, window:mouseup] > window:mousemove', update: moved}, {events: 'dblclick', update: 'null'}]
});
const ms = "scale('x', datum.ms)", ofMinute = "scale('minute', datum.minute)";

/* ---- inside a cell ---- */

const outlined = {stroke: "datum.is_behind ? paper : 'transparent'", strokeWidth: 5}; /* a text twice: first as a halo */
const twice = [formula('is_behind', '[true, false]'), flatten('is_behind')];
const ofBranch = 'datum.dendrite > skipped && datum.dendrite <= skipped + branches';
const ofRank = lookup('synapses', 'synapse', {values: ['rank']});
const row = "(skipped + branches - datum.dendrite) * 80"; /* of a dendrite, in mV */
const lastBefore = (source, choice = 'true') =>
  from(source, filter(`${choice} && datum.ms <= cursor`), aggregate('', {last: 'argmax ms'}));
/* What the pointer is at, above a panel of the enlarged part. */
const told_above = (data, words, more) => label(data, {
  y: 'wide ? -12 : 8', text: `is_zoom && datum.last ? ${words} : ''`, ...more
});
/* A curve for each synapse, those with a tag in front. */
const synapseCurves = (data, y, x, more) => group(facet('points', data, ['rank', 'synapse']), {width: 'width', height: 'height'}, {
  sort: {field: 'datum.rank'}, signals: {of: "data('synapses')[parent.synapse - 1]"},
  marks: [line('points', {
    x, y, stroke: "scale('color', of.rank)", strokeWidth: 'of.rank ? 1.4 : about.synapses > 40 ? 0.5 : 1',
    strokeDash: '[[1, 2], [4, 2], [1, 0]][of.rank]', opacity: 'of.chosen ? 1 : 0.12', tooltip: '{synapse: of.words}'
  }, {name: 'synapse', ...more})]
});
const panel = (y, height, form, data = null) => group(data, {y, width: 'width', height}, form);
const axisOfTime = more => axis('bottom', 'x', {domain: true, tickCount: {signal: 'ticks'}, ...more});

const rasterPanel = panel(0, 'raster_height', {
  scales: {y: {domain: [0, {signal: 'about.synapses + 2 * others'}], range: [{signal: 'raster_height'}, 0]}},
  axes: [axisOfTime({labels: false}), axis('left', 'y', {labels: false, domain: true, tickCount: 0})],
  data: {
    kinds: rows([{row: 0}, {row: 1}, {row: 2}],
      filter('is_left && (datum.row < 2 || about.synapses)'),
      formula('text', "['inhibition', about.is_pyramidal ? 'teacher' : 'excitation', 'synapses'][datum.row]"),
      formula('at', '[others / 2, 1.5 * others, 2 * others + about.synapses / 2][datum.row]'))
  },
  marks: [
    label('kinds', {x: -8, y: "scale('y', datum.at)", text: 'datum.text', align: right, fill: 'soft'}),
    label(null, {
      y: -12, text: "is_zoom && wide ? 'the same, ' + format(zoom[0], '.0f') + ' to ' + format(zoom[1], '.0f') + ' ms' : ''"
    }),
    rule('synapses', {x2: 'width', y: "scale('y', 2 * others + datum.synapse - 0.5)", stroke: 'line', strokeWidth: 0.5}),
    rule('input_spikes_here', {
      x: ms, y: "scale('y', datum.bottom)", y2: "scale('y', datum.top)",
      stroke: "datum.of ? scale('color', datum.of.rank) : datum.kind == 'inhibition' ? '#9a9a9a' : ink",
      strokeWidth: "datum.kind == 'inhibition' ? 0.5 : 1", opacity: 'datum.of && !datum.of.chosen ? 0.12 : 1',
      tooltip: 'datum.of ? {ms: datum.ms, synapse: datum.of.words} : {ms: datum.ms, kind: datum.kind}'
    }, {name: 'synapse', clip: true})
  ]
});

const dendritesPanel = panel('y_dendrites - 90', 260, {
  scales: {y: {domain: [-40, {signal: 'branches * 80'}], range: [260, 0]}},
  axes: [axisOfTime({labels: false}), axis('left', 'y', {
    domain: true, title: {signal: "is_left ? 'dendrite' : ''"}, values: {signal: 'is_left ? sequence(0, 80 * branches, 80) : []'},
    encode: {labels: {update: {text: {signal: 'skipped + branches - datum.value / 80'}}}}
  })],
  marks: [
    told_above('dendrite_now', "'dendrite ' + dendrite + ' at ' + cursor + ' ms: ' + format(datum.last.mV, '.1f') + ' mV'"),
    group(facet('points', 'dendrites_here', 'dendrite'), {width: 'width', height: 260}, {
      marks: [line('points', {
        x: ms, y: `scale('y', datum.mV + ${row})`, stroke: 'ink', strokeWidth: 'dendrite == datum.dendrite ? 1.4 : 0.7',
        opacity: '!dendrite || dendrite == datum.dendrite ? 1 : 0.25', tooltip: '{dendrite: datum.dendrite}'
      }, {name: 'branch', clip: true})]
    }),
    symbol('dendritic_spikes_here', {x: ms, y: `scale('y', 50 + ${row})`, size: 'is_zoom ? 16 : 9', fill: 'category[1]'}, {clip: true})
  ]
});

const somaPanel = panel('y_soma - 90', 110, {
  scales: {
    y: {domain: [-40, {signal: 'voltages[1] + 5'}], range: [110, 0]},
    y_adaptation: {domain: fields('adaptation.value'), zero: true, nice: 5, range: [110, 0]}
  },
  axes: [
    axisOfTime({labelOpacity: {signal: 'is_pyramidal ? 0 : 1'}, title: {signal: "is_pyramidal ? '' : 'time (ms)'"}}),
    axis('left', 'y', {
      domain: true, tickCount: 4, labelOpacity: {signal: 'is_left ? 1 : 0'}, title: {signal: "is_left ? 'mV above rest' : ''"}
    }),
    axis('right', 'y_adaptation', {
      domain: true, values: {signal: 'is_left && is_pyramidal ? sequence(0, 3, 0.4) : []'},
      domainOpacity: {signal: 'is_left && is_pyramidal ? 1 : 0'}
    })
  ],
  marks: [
    told_above('soma_now', "'at ' + cursor + ' ms: ' + format(datum.last.value, '.1f') + ' mV'", {
      x: 'wide ? 0 : width', align: "wide ? 'left' : 'right'"
    }),
    area('bap_here', {x: ms, y: "scale('y', datum.value)", y2: "scale('y', 0)", fill: 'category[4]', fillOpacity: 0.5}, {clip: true}),
    line('adaptation_here', {
      x: ms, y: "scale('y_adaptation', datum.value)", stroke: 'category[2]', strokeWidth: 1.2, strokeDash: [4, 2]
    }, {clip: true}),
    line('voltage_here', {x: ms, y: "scale('y', datum.value)", stroke: 'ink', strokeWidth: 0.9}, {clip: true}),
    rule(null, {x2: 'width', y: "scale('y', about.threshold)", stroke: 'ink', strokeWidth: 0.8, strokeDash: [1.5, 1.5]}),
    text('layers', {
      x: 'wide ? width : 4', y: {scale: 'y', signal: 'about.threshold', offset: -4}, align: "wide ? 'right' : 'left'",
      fontSize: 10.5, fill: 'ink', text: "is_zoom ? 'threshold' : ''", ...outlined
    })
  ]
});

const calciumPanel = panel('y_calcium - 90', 130, {
  signals: {height: {value: 130}},
  scales: {y: {type: 'log', domain: [0.005, {signal: 'max(1.6 * (calciums[1] || 0), 1)'}], range: [130, 0]}},
  axes: [axisOfTime({title: 'time (ms)'}), axis('left', 'y', {
    domain: true, values: [0.01, 0.1, 1, 10, 100, 1000], format: '~g', labelOpacity: {signal: 'is_left ? 1 : 0'},
    title: {signal: "is_left ? 'calcium' : ''"}
  })],
  data: {
    limits: rows([{rank: 2, text: 'LTP tag', down: -3}, {rank: 1, text: 'LTD tag', down: 11}],
      formula('at', 'datum.rank == 2 ? about.ltp : about.ltd'), filter('datum.at > 0'), ...twice)
  },
  marks: [
    told_above('calcium_now', "'synapse ' + synapse + ' at ' + cursor + ' ms: ' + format(datum.last.calcium, '.3~r')"),
    rule('limits', {x2: 'width', y: "scale('y', datum.at)", stroke: "scale('color', datum.rank)", strokeDash: [1.5, 1.5]}),
    synapseCurves('calcium_here', "scale('y', max(datum.calcium, 0.0001))", ms, {clip: true}),
    text('limits', {
      x: 'wide ? width + 5 : 4', y: "scale('y', datum.at)", dy: 'datum.down', fill: "scale('color', datum.rank)", fontSize: 10.5,
      text: "is_zoom == wide ? '' : datum.text", ...outlined
    })
  ]
}, 'plastic');

/* Tags, proteins and weights over the minutes of the consolidation: panel n of three. */
const minutePanels = group(facet('own', 'minute_panels', ['n', 'x', 'y']), {
  x: 'datum.x', y: 'datum.y', width: 'minute_width', height: 170
}, {
  signals: {n: 'parent.n', end: 'minute_width - 5', width: 'minute_width', height: {value: 170}},
  scales: {y: {range: [170, 0], domain: {signal: '[[-1.1, 1.1], [0, 1.1], [0, min(1.02, 1.2 * (weights[1] || 1))]][n]'}}},
  axes: [
    axis('bottom', 'minute', {
      domain: true, title: 'minutes after the presentation', values: {signal: 'sequence(0, about.minutes + 1, 30)'}
    }),
    axis('left', 'y', {domain: true, title: {signal: "['tag', 'amount', 'weight'][n]"}, tickCount: 5})
  ],
  data: {
    curves: from('synapse_minutes', filter('n != 1'), formula('value', 'n == 0 ? datum.tag : datum.weight')),
    amounts_here: from('proteins', filter('n == 1')), creb_here: from('creb', filter('n == 1')),
    tags_here: from('tags', filter('n == 0')),
    texts: rows([
      {n: 1, text: 'effective above', if: 'gate', y: 'gate', size: 10.5}, {n: 1, text: 'CREB', y: 10, color: 'creb'},
      {n: 1, text: 'no synthesis: too little calcium', if: 'none', y: 85},
      {n: 2, text: 'pruned at a turnover', if: 'pruned', y: 160, size: 10.5},
      {n: 0, text: '×', if: 'wide', y: 85, size: 24}, {n: 1, text: '→', if: 'wide', y: 85, size: 24}
    ],
      filter('datum.n == n && (!datum.if || {gate: about.gate, none: !(amounts[1] > 0), pruned: about.pruned_below, wide: wide}[datum.if])'),
      ...twice, filter("datum.if != 'pruned' || !datum.is_behind"))
  },
  marks: [
    rect(null, {
      width: 'minute_width', y: "scale('y', about.pruned_below)", y2: 170, fill: "'#888888'", fillOpacity: 'n == 2 ? 0.16 : 0'
    }),
    rule(null, {
      x2: 'minute_width', y: "scale('y', n == 1 ? about.gate : 0)", stroke: 'ink', strokeWidth: 0.8,
      strokeDash: 'n == 1 ? [1.5, 1.5] : [1, 0]', opacity: 'n == 0 || n == 1 && about.gate ? 1 : 0'
    }),
    group(facet('points', 'amounts_here', 'dendrite'), {}, {
      marks: [area('points', {
        x: ofMinute, y: "scale('y', datum.prp)", y2: "scale('y', 0)", fill: 'category[2]', fillOpacity: 0.15,
        stroke: 'category[2]', strokeWidth: 1.6, tooltip: "{'proteins from dendrite': datum.dendrite}"
      })]
    }),
    line('creb_here', {x: ofMinute, y: "scale('y', datum.creb)", stroke: 'pink', strokeWidth: 1.4, strokeDash: [5, 3]}),
    synapseCurves('curves', "scale('y', datum.value)", ofMinute),
    label('tags_here', {
      x: 'end', y: 'datum.rank == 2 ? 12 : 158', align: right, fill: "scale('color', datum.rank)",
      text: "(datum.rank == 2 ? 'potentiate: ' : 'depress: ') + datum.count"
    }),
    label('texts', {
      x: 'datum.size == 24 ? minute_width + 18 : end', y: "datum.y == 'gate' ? scale('y', about.gate) - 8 : datum.y",
      text: 'datum.text', align: "datum.size == 24 ? 'center' : 'right'", fontSize: 'datum.size || font',
      fill: 'datum.color ? pink : ink', ...outlined
    })
  ]
});

const cellSignals = {
  about: "data('about')[0]", is_pyramidal: 'about.is_pyramidal && about.synapses > 0',
  branches: 'min(about.dendrites, 20)', skipped: 'max(0, min(dendrite, about.dendrites) - branches)',
  wide: 'width >= 680', font: 'wide ? 12.5 : 9.5', left: 'wide ? 84 : 66',
  pink: "luminance(paper) < 0.5 ? category[3] : '#b0508a'", brown: "luminance(paper) < 0.5 ? category[4] : '#b07800'",
  colors: '{potentiation: category[0], depression: category[1], none: category[6], bap: brown, adaptation: category[2]}',
  whole_width: 'wide ? 0.68 * (width - 166) : 0', zoom_left: 'wide ? left + whole_width + 72 : left',
  zoom_width: 'width - zoom_left - 10', minute_width: 'wide ? (width - left - 10 - 2 * 104) / 3 : width - left - 10',
  raster_height: 'clamp(11 * (about.synapses + 2), is_pyramidal ? 110 : 60, 260)',
  others: 'max(1.6, about.synapses * 17 / (raster_height - 34))',
  y_dendrites: '90 + raster_height + 34', y_soma: 'y_dendrites + 260 + 34', y_calcium: 'y_soma + 110 + 34',
  y_end: 'is_pyramidal ? y_calcium + 130 : y_soma + 110', y_minutes: 'y_end + 84',
  whole: '[0, about.steps]', first_zoom: 'wide ? [about.zoom_start, about.zoom_end] : whole',
  zoom: 'xdomain ? clampRange(xdomain, 0, about.steps) : first_zoom',
  place: {
    init: "{view: '', ms: 0}",
    on: [{
      events: 'mousemove, touchmove, touchstart, mousedown',
      update: "{view: y() < 90 || y() > y_end ? '' : inrange(x() - left, [0, whole_width]) ? 'whole' : " +
        "inrange(x() - zoom_left, [0, zoom_width]) ? 'zoom' : '', " +
        "ms: x() < zoom_left - 36 ? invert('x_whole', x() - left) : invert('x', x() - zoom_left), x: x()}"
    }]
  },
  cursor: 'place.view ? round(place.ms) : -1',
  held: {
    init: "{view: '', ms: 0, x: 0, zoom: [0, 1]}",
    on: [{events: 'mousedown', update: '{view: place.view, ms: place.ms, x: x(), zoom: zoom}'}]
  },
  xdomain: enlarged("abs(x() - held.x) < 4 ? xdomain : " +
    "held.view == 'whole' ? clampRange(extent([held.ms, invert('x_whole', x() - left)]), 0, about.steps) : " +
    "held.view == 'zoom' ? clampRange(panLinear(held.zoom, (held.x - x()) / zoom_width), 0, about.steps) : xdomain"),
  synapse: {
    value: 0, bind: {input: 'number', min: 0, name: 'synapse (0: all) '},
    on: [{events: '@synapse:click', update: 'datum.synapse && datum.synapse != synapse ? datum.synapse : 0'}]
  },
  dendrite: {
    value: 0, bind: {input: 'number', min: 0, name: 'dendrite (0: all) '},
    on: [{events: '@branch:click', update: 'datum.dendrite != dendrite ? datum.dendrite : 0'}]
  }
};

const cellData = {
  about: [], plastic: from('about', filter('is_pyramidal')), image: [], layers: rows([{is_behind: true}, {is_behind: false}]),
  synapses: [
    formula('rank', "indexof(['none', 'depression', 'potentiation'], datum.fate)"),
    formula('words', "datum.synapse + ', from input ' + datum.input + ' to dendrite ' + datum.dendrite"),
    formula('chosen', '(!synapse || datum.synapse == synapse) && (!dendrite || datum.dendrite == dendrite)')
  ],
  input_spikes: [
    lookup('synapses', 'synapse', {as: ['of']}),
    formula('bottom', '{inhibition: 0, excitation: others}[datum.kind]'),
    formula('bottom', 'isValid(datum.bottom) ? datum.bottom : 2 * others + about.synapses - datum.synapse'),
    formula('top', "datum.bottom + (datum.kind == 'plastic' ? 0.8 : others - 0.2)")
  ],
  dendrites: [flatten('ms', 'mV'), filter(ofBranch)], dendritic_spikes: [filter(ofBranch)], soma: [flatten('ms', 'value')],
  voltage: from('soma', filter("datum.what == 'voltage'"), extent('value', 'voltages')),
  bap: from('soma', filter("datum.what == 'bAP'")), adaptation: from('soma', filter("datum.what == 'adaptation'")),
  calcium: [flatten('ms', 'calcium'), extent('calcium', 'calciums'), ofRank],
  synapse_minutes: [extent('weight', 'weights'), ofRank],
  proteins: [extent('prp', 'amounts')], creb: from('proteins', filter('datum.dendrite == 1')),
  tags: from('synapses', filter('datum.rank > 0'), aggregate('rank')),
  soma_now: lastBefore('voltage'), dendrite_now: lastBefore('dendrites', 'datum.dendrite == dendrite'),
  calcium_now: lastBefore('calcium', 'datum.synapse == synapse'),
  views: rows([{view: 'whole'}, {view: 'zoom'}], filter("wide || datum.view == 'zoom'")),
  minute_panels: rows([{n: 0}, {n: 1}, {n: 2}],
    filter('is_pyramidal'), formula('x', 'left + (wide ? datum.n * (minute_width + 104) : 0)'),
    formula('y', 'y_minutes + (wide ? 0 : 250 * datum.n)')),
  captions: rows([
    {letter: 'a', row: 0, text: 'input spikes:'},
    {letter: 'b', row: 1, text: 'voltage of its dendrites (rest is 0 mV, one row 80 mV); dots: dendritic spikes'},
    {letter: 'c', row: 2, text: 'soma:'},
    {letter: 'd', row: 3, text: 'calcium of its plastic synapses, a curve each (logarithmic)'},
    {letter: 'e', row: 4, text: 'tags of the synapses'},
    {letter: 'f', row: 5, text: 'plasticity-related proteins, CREB'},
    {letter: 'g', row: 6, text: 'weights of the synapses'}
  ],
    filter('datum.row < 3 || is_pyramidal'),
    formula('x', 'datum.row < 5 || !wide ? left : left + (datum.row - 4) * (minute_width + 104)'),
    formula('y', 'datum.row < 4 ? [90, y_dendrites, y_soma, y_calcium][datum.row] - 12 : y_minutes - 12 + (wide ? 0 : 250 * (datum.row - 4))')),
  keys: rows([
    {row: 0, x: 110, text: 'tagged for potentiation', color: 'potentiation'},
    {row: 0, x: 290, text: 'tagged for depression', color: 'depression'},
    {row: 0, x: 460, text: 'no tag', color: 'none'},
    {row: 2, x: 50, text: 'voltage, cut at −40 mV', color: 'none'},
    {row: 2, x: 210, text: 'bAP to dendrites (mV)', color: 'bap'},
    {row: 2, x: 360, text: 'adaptation (1/ms, right)', color: 'adaptation', pyramidal: true}
  ], filter('is_pyramidal || datum.row == 2 && !datum.pyramidal'), formula('y', '(datum.row ? y_soma : 90) - 12'))
};

SPECS['trace-cell'] = () => ({
  usermeta: {drags: true}, height: {signal: 'is_pyramidal ? y_minutes + (wide ? 210 : 3 * 250) : y_end + 40'},
  signals: cellSignals, data: cellData,
  scales: {
    x_whole: {domain: {signal: 'whole'}, zero: false, range: [0, {signal: 'max(whole_width, 1)'}]},
    x: {domain: {signal: 'first_zoom'}, domainRaw: {signal: 'zoom'}, zero: false, range: [0, {signal: 'zoom_width'}]},
    minute: {domain: [0, {signal: 'max(about.minutes, 1)'}], range: [0, {signal: 'minute_width'}]},
    color: {type: 'ordinal', domain: [0, 1, 2], range: {signal: '[colors.none, colors.depression, colors.potentiation]'}}
  },
  marks: [
    ...header(60, 'datum.x - (wide ? 60 : 50)'),
    label('captions', {
      x: 'datum.x', y: 'datum.y',
      text: "datum.text + (datum.row == 1 && branches < about.dendrites ? '; ' + branches + ' of ' + about.dendrites : '')"
    }),
    label('keys', {x: 'left + datum.x * (wide ? 1 : 0.78)', y: 'datum.y', text: 'datum.text', fill: 'colors[datum.color]'}),
    group(facet('own', 'views', 'view'), {
      x: "datum.view == 'zoom' ? zoom_left : left", y: 90, width: "datum.view == 'zoom' ? zoom_width : whole_width",
      height: 'y_end - 90'
    }, {
      signals: {
        is_zoom: "parent.view == 'zoom'", is_left: '!is_zoom || !wide', width: 'is_zoom ? zoom_width : whole_width',
        ticks: 'width / 70', seen: 'is_zoom ? [zoom[0] - 100, zoom[1] + 100] : whole'
      },
      data: Object.fromEntries(['input_spikes', 'dendrites', 'dendritic_spikes', 'voltage', 'bap', 'adaptation', 'calcium']
        .map(name => [`${name}_here`, from(name, filter('inrange(datum.ms, seen)'))])),
      scales: {x: {domain: {signal: 'is_zoom ? zoom : whole'}, zero: false, range: 'width'}},
      marks: [
        rect(null, {
          x: "scale('x_whole', zoom[0])", x2: "scale('x_whole', zoom[1])", y: 0, y2: {field: {group: 'height'}},
          fill: 'category[0]', fillOpacity: 'is_zoom ? 0 : 0.07'
        }),
        rasterPanel, dendritesPanel, somaPanel, calciumPanel, cursorLine('cursor >= 0 && !(is_zoom && !inrange(cursor, zoom))')
      ]
    }),
    minutePanels
  ]
});

/* ---- all cells ---- */

const dashed = of => `[[1, 0], [6, 3], [1.5, 1.5]][${of}.dash]`;
const rasterRow = part => `datum.of.top + (datum.row + ${part}) * datum.of.row * datum.of.scale`;

SPECS['trace-population'] = () => ({
  usermeta: {drags: true}, height: {signal: 'y_rates + 190 + 40'},
  signals: {
    about: "data('about')[0]", wide: 'width >= 680', font: 'wide ? 12.5 : 9.5', left: 'wide ? 84 : 50',
    panel_width: 'width - left - (wide ? 170 : 110)', source_height: {value: 150},
    cell_height: 'clamp(3 * about.cell_rows, 200, 420)', y_cells: '90 + source_height + 34',
    y_rates: 'y_cells + cell_height + 34', whole: '[0, about.steps]',
    shown: 'xdomain ? clampRange(xdomain, 0, about.steps) : whole',
    cursor: {
      value: -1,
      on: [{
        events: 'mousemove, touchmove, touchstart',
        update: "y() > 90 && inrange(x() - left, [0, panel_width]) ? round(invert('x', x() - left)) : -1"
      }]
    },
    held: {init: '{ms: 0, zoom: [0, 1], x: 0}', on: [{events: 'mousedown', update: '{zoom: shown, x: x()}'}]},
    xdomain: enlarged('xdomain ? clampRange(panLinear(held.zoom, (held.x - x()) / panel_width), 0, about.steps) : null')
  },
  data: {
    about: [], image: [],
    populations: [
      joinaggregate('is_source', {all: 'sum rows'}),
      formula('row', 'datum.rows > 0 ? max(1, datum.all / 10 / datum.rows) : 0'), formula('height', 'datum.rows * datum.row'),
      numbered('is_source', {below: 'sum height'}), joinaggregate('is_source', {total: 'sum height'}),
      formula('scale', '(datum.is_source ? source_height : cell_height) / max(datum.total, 1)'),
      formula('top', '(datum.is_source ? 0 : y_cells - 90) + (datum.below - datum.height) * datum.scale'),
      formula('bottom', 'datum.top + datum.height * datum.scale'),
      formula('color', "datum.role == 'control of dendrites' ? ink : datum.role == 'control of somas' ? category[6] : " +
        'datum.class < 0 ? soft : category[datum.class % 6]')
    ],
    spikes: [lookup('populations', 'population', {as: ['of']})],
    rates: [
      lookup('populations', 'population', {as: ['of']}),
      formula('own', "datum.of.class < 0 || datum.of.class == about.class || data('populations').length < 10"),
      formula('series', "datum.own ? datum.of.name : datum.of.role + ', others'"),
      formula('color', 'datum.own ? datum.of.color : soft'),
      formula('dash', "datum.of.role == 'pyramidal' ? 0 : datum.of.role == 'feedback' ? 1 : 2"),
      aggregate('series color dash ms', {Hz: 'mean Hz'})
    ],
    now: from('rates', filter('abs(datum.ms - cursor) <= 25 && cursor >= 0')),
    lines: from('rates',
      aggregate('series color dash'), numbered('', {n: 'row_number'}), lookup('now', 'series', {values: ['Hz']})),
    captions: rows([
      {letter: 'a', row: 0, text: 'spikes of the inputs, one a pixel, and of the teacher: those that spike'},
      {letter: 'b', row: 1, text: 'spikes of the cells, a row each'},
      {letter: 'c', row: 2, text: 'mean rate of the cells of a population, in bins of 50 ms'}
    ],
      formula('y', '[90, y_cells, y_rates][datum.row] - 12'),
      formula('stride', '[about.source_stride, about.cell_stride, 1][datum.row]'))
  },
  scales: {
    x: {domain: {signal: 'whole'}, domainRaw: {signal: 'shown'}, zero: false, range: [0, {signal: 'panel_width'}]},
    rate: {domain: fields('rates.Hz'), zero: true, nice: true, range: [190, 0]}
  },
  marks: [
    ...header(50, 'left - (wide ? 60 : 40)'),
    label('captions', {
      x: 'left', y: 'datum.y', text: "datum.text + (datum.stride > 1 ? ' (one in ' + datum.stride + ' is shown)' : '')"
    }),
    group(null, {x: 'left', y: 90, width: 'panel_width', height: 'y_rates + 190 - 90'}, {
      axes: [axis('bottom', 'x', {domain: true, title: 'time (ms)', tickCount: {signal: 'panel_width / 70'}})],
      marks: [
        rule(null, {y2: 'source_height', stroke: 'soft'}),
        rule(null, {y: 'y_cells - 90', y2: 'y_cells - 90 + cell_height', stroke: 'soft'}),
        rule('populations', {x2: 'panel_width', y: 'datum.bottom', stroke: 'line', strokeWidth: 'datum.rows ? 0.7 : 0'}),
        label('populations', {
          x: 'panel_width + 8', y: '(datum.top + datum.bottom) / 2', text: "datum.rows ? datum.name : ''", fill: 'datum.color'
        }),
        rule('spikes', {
          x: ms, y: rasterRow(0.1), y2: rasterRow(0.9), stroke: 'datum.of.color', strokeWidth: 0.8,
          tooltip: "{ms: datum.ms, 'cell or input': datum.id, of: datum.of.name}"
        }, {clip: true}),
        group(null, {y: 'y_rates - 90', width: 'panel_width', height: 190}, {
          axes: [axis('left', 'rate', {domain: true, title: 'rate (Hz)', tickCount: 6})],
          marks: [group(facet('points', 'rates', ['series', 'color', 'dash']), {width: 'panel_width', height: 190}, {
            marks: [line('points', {
              x: ms, y: "scale('rate', datum.Hz)", stroke: 'datum.color', strokeWidth: 1.5, strokeDash: dashed('datum'),
              tooltip: '{of: datum.series}'
            }, {clip: true})]
          })]
        }),
        cursorLine('cursor >= 0')
      ]
    }),
    group('lines', {x: 'left + panel_width + 8', y: 'y_rates + 18 * datum.n - 12'}, {
      marks: [
        rule(null, {
          x2: 24, stroke: 'item.mark.group.datum.color', strokeWidth: 1.5, strokeDash: dashed('item.mark.group.datum')
        }),
        label(null, {
          x: 30, text: 'item.mark.group.datum.series + ' +
            "(isValid(item.mark.group.datum.Hz) ? ': ' + format(item.mark.group.datum.Hz, '.0f') : '')"
        })
      ]
    })
  ]
});
