/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cell's spines over time: a click on one tells its life. */

const inTime = (days, presentations) => `time == 'days' ? ${days} : ${presentations}`;

/* The weight of the chosen spine: a point a moment, as large as its calcium was, in the colour of its tag. */
const recorded = group('one', {x: 58, y: 'bottom + 160', width: 'panel_width', height: 90}, {
  signals: {width: 'panel_width'},
  scales: {weight: {domain: [0, 1], range: [90, 0]}},
  axes: [
    axis('bottom', 'presentation', {title: 'training presentations', domain: true, tickCount: {signal: 'panel_width / 80'}}),
    axis('left', 'weight', {title: 'weight', grid: true, tickCount: 3})
  ],
  marks: [
    text(null, {
      y: -8, fontSize: 12, fill: 'ink', text: "length(data('weights')) ? 'Its weight; points: blue where a tag " +
        "for potentiation was left, orange for depression, larger with more calcium' : 'Its weight was not recorded.'"
    }),
    line('weights', {x: "scale('presentation', datum.presentation)", y: "scale('weight', datum.weight)", stroke: 'soft'}),
    symbol('weights', {
      x: "scale('presentation', datum.presentation)", y: "scale('weight', datum.weight)", fill: "scale('asks', datum.asks)",
      size: 'clamp(20 + 30 * (datum.calcium || 0), 20, 200)', stroke: 'paper',
      tooltip: "{presentation: datum.presentation, weight: format(datum.weight, '.3f'), " +
        "'tag left': format(datum.tag, '.2f'), calcium: isValid(datum.calcium) ? format(datum.calcium, '.2f') : 'none yet'}"
    }, {name: 'recorded'})
  ]
});

/* The day on which the last was born or died. */
const lastDay = spines => spines.reduce((last, {born_day, died_day}) => Math.max(last, born_day, died_day ?? 0), 0.01);

SPECS['spine-field'] = (
  {first = 0, dendrites = 10, length_um = 1, end = 1, per_class = 1, last, labels = []},
  {spines = [], weights = []}, end_day = lastDay(spines), has_weights = weights.length > 0
) => ({
  height: {signal: `bottom + (is_picture ? 44 : chosen < 0 ? 72 : ${has_weights ? 300 : 134})`},
  signals: {
    lane: `clamp(440 / ${dendrites}, 14, 60)`, panel_width: 'width - 70',
    time: {value: 'presentations', bind: {input: 'select', options: ['presentations', 'days'], name: 'over '}},
    cell: {value: first, bind: {input: 'number', min: 0, max: last, name: 'cell '}},
    end: inTime(end_day, end),
    bottom: `20 + ${dendrites} * lane`,
    chosen: {
      value: -1,
      on: [
        {events: '@life:click', update: 'datum.id == chosen ? -1 : datum.id'}, {events: {signal: 'cell'}, update: '-1'}
      ]
    }
  },
  data: {
    spines: [
      filter('datum.cell == cell && indexof(hidden, datum.series) < 0'),
      formula('from', inTime('datum.born_day', 'datum.born')),
      formula('dies', 'datum.died != null'),
      formula('to', `datum.dies ? (${inTime('datum.died_day', 'datum.died')}) : end`),
      formula('y', `20 + (datum.dendrite - 1) * lane + 3 + datum.position_um / ${length_um} * (lane - 6)`)
    ],
    weights: [
      filter('datum.id == chosen && isValid(datum.weight)'),
      formula('asks', "datum.tag > 0.05 ? 'potentiation' : datum.tag < -0.05 ? 'depression' : 'none'")
    ],
    one: from('spines', filter('datum.id == chosen')),
    lanes: [{type: 'sequence', start: 1, stop: {signal: `${dendrites} + 1`}, as: 'dendrite'}]
  },
  scales: {
    x: {domain: [0, {signal: 'end'}], zero: false, domainRaw: {signal: 'xdomain'}, range: [0, {signal: 'panel_width'}]},
    presentation: {domain: [0, end], zero: false, range: [0, {signal: 'panel_width'}]},
    asks: {type: 'ordinal', domain: ['potentiation', 'depression', 'none'], range: ['#0072b2', '#d55e00', '#8a8a8a']},
    color: {
      type: 'ordinal', domain: ['alive, grown', 'alive, shrunk', 'pruned', 'lost by itself', 'other deaths'],
      range: ['#0072b2', '#d55e00', '#8a8a8a', '#cc79a7', '#b8a800']
    }
  },
  legends: [{stroke: 'color', symbolType: 'stroke', symbolStrokeWidth: 3, symbolSize: 300}],
  marks: [
    text(null, {
      x: 58, y: 10, fontSize: 12, fill: 'ink',
      text: "'cell ' + cell" + (labels.length ? ` + ', of class ' + [${labels}][floor(cell / ${per_class})]` : '') +
        " + ': ' + length(data('spines')) + ' spines in all'"
    }),
    group(null, {x: 58, width: 'panel_width', height: 'bottom'}, {
      axes: [axis('bottom', 'x', {
        title: {signal: inTime("'simulated days'", "'training presentations'")}, domain: true,
        tickCount: {signal: 'panel_width / 80'}
      })],
      marks: [
        rect('lanes', {
          x: 0, width: 'panel_width', y: '20 + (datum.dendrite - 1) * lane', height: 'lane - 2', fill: 'line',
          fillOpacity: 0.25
        }),
        text('lanes', {
          x: -8, y: '20 + (datum.dendrite - 0.5) * lane', align: right, baseline: middle, fontSize: 11, fill: 'soft',
          text: 'datum.dendrite'
        }),
        rule('spines', {
          x: "scale('x', datum.from)", x2: "scale('x', datum.to)", y: 'datum.y', stroke: "scale('color', datum.series)",
          strokeWidth: '0.8 + 5 * datum.greatest_weight', opacity: 'chosen < 0 ? 0.75 : datum.id == chosen ? 1 : 0.15',
          tooltip: 'datum.told', cursor: "'pointer'"
        }, {hover: {opacity: 1}, name: 'life', clip: true}),
        symbol('spines', {
          x: "scale('x', datum.to)", y: 'datum.y', shape: "'cross'", angle: 45, size: 'datum.dies ? 22 : 0',
          fill: "scale('color', datum.series)", opacity: 'chosen < 0 || datum.id == chosen ? 0.9 : 0.15'
        }, {clip: true})
      ]
    }),
    text(null, {
      x: 14, y: '(20 + bottom) / 2', angle: -90, align: center, fontSize: 12, fill: 'ink',
      text: "'dendrite, and place along it'"
    }),
    text(null, {
      x: 58, y: 'bottom + 58', fontSize: 12, fill: 'soft',
      text: "chosen < 0 && !is_picture ? 'Click a spine to see what is known of it.' : ''"
    }),
    text('one', {
      x: 58, y: 'bottom + 58', fontSize: 12, lineHeight: 17, fill: 'ink',
      text: "['Spine ' + datum.id + ', from input ' + datum.input + ', at ' + format(datum.position_um, '.1f') + ' µm of " +
        "dendrite ' + datum.dendrite + ': ' + datum.birth + ', ' + datum.series + '.', " +
        "'Born after ' + datum.born + ' presentations (day ' + format(datum.born_day, '.2f') + ')' + (datum.dies ? " +
        "', gone after ' + datum.died + ' (day ' + format(datum.died_day, '.2f') + ').' : ', alive at the end.'), " +
        "'Weight ' + format(datum.weight_at_birth, '.3f') + ' at birth, ' + format(datum.greatest_weight, '.3f') + " +
        "' at most, ' + format(datum.weight_at_end, '.3f') + ' at the end.', " +
        `'Its tag and calcium: spinet trace RUN --presentation ' + min(datum.born + 1, ${end}) + ' --cell ' + datum.cell + ' …']`
    }),
    ...(has_weights ? [recorded] : [])
  ]
});
