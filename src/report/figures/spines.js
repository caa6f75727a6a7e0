/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cell's spines over time: a click on one tells its life. */

const inTime = (days, presentations) => `time == 'days' ? ${days} : ${presentations}`;

SPECS['spine-field'] = ({first = 0, dendrites = 10, length_um = 1, end = 1, end_day = 1, per_class = 1, last, labels}) => ({
  height: {signal: 'bottom + (is_picture ? 44 : 134)'},
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
    one: from('spines', filter('datum.id == chosen')),
    lanes: [{type: 'sequence', start: 1, stop: {signal: `${dendrites} + 1`}, as: 'dendrite'}]
  },
  scales: {
    x: {domain: [0, {signal: 'end'}], zero: false, domainRaw: {signal: 'xdomain'}, range: [0, {signal: 'panel_width'}]},
    color: {
      type: 'ordinal', domain: ['alive, grown', 'alive, shrunk', 'pruned', 'lost by itself', 'other deaths'],
      range: ['#0072b2', '#d55e00', '#8a8a8a', '#cc79a7', '#b8a800']
    }
  },
  legends: [{stroke: 'color', symbolType: 'stroke', symbolStrokeWidth: 3, symbolSize: 300}],
  marks: [
    text(null, {
      x: 58, y: 10, fontSize: 12, fill: 'ink',
      text: `'cell ' + cell + ', of class ' + ${labels}[floor(cell / ${per_class})] + ': ' + length(data('spines')) + ' spines in all'`
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
    })
  ]
});
