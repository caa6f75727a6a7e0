/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of images: representation maps, a film of them, test images with their votes. */

SPECS.maps = ({columns = 3, widest = 150, value_label = 'summed weight'}) => ({
  signals: {
    of: "data('size')[0].of", shape: "clamp(data('size')[0].shape, 0.02, 5)",
    columns: `max(1, min(${columns}, floor((room - 10) / (of * 56 + 10))))`,
    tile: `min(${widest}, ((room - 10 - 24 * (columns - 1)) / columns + 8) / of - 8)`
  },
  data: {
    tiles: [formula('shape', 'datum.height / datum.width'), formula('length', "length(datum.class || '')")],
    size: from('tiles', aggregate('', {of: 'max of', shape: 'max shape', most: 'max most', length: 'max length'})),
    greatest: from('tiles', filter("datum.palette == 'viridis'"), aggregate('', {most: 'max most'}))
  },
  scales: {
    weight: {type: 'linear', domain: [0, {signal: "length(data('greatest')) ? data('greatest')[0].most : 1"}], range: 'heatmap'}
  },
  legends: [{type: 'gradient', fill: 'weight', title: value_label, gradientLength: 160, tickCount: 3}],
  layout: {columns: {signal: 'columns'}, padding: {column: 24, row: 22}, align: 'all', bounds: 'full'},
  marks: [group(facet('here', 'tiles', ['set', 'heading']), {width: 'of * (tile + 8) - 8', height: 'tile * shape + 16'}, {
    name: 'set',
    title: {
      text: {signal: "split(parent.heading, ', ')"}, fontSize: 11, fontWeight: 'normal', frame: 'group',
      limit: {signal: 'max(of * (tile + 8) + 8, 120)'}
    },
    marks: [
      text('here', {
        x: 'datum.at * (tile + 8) + tile / 2', y: 10, align: center, fontSize: 10, fill: 'soft',
        text: "tile < 6 * data('size')[0].length ? replace(datum.class, 'class ', '') : datum.class", limit: 'tile'
      }),
      image('here', {
        x: 'datum.at * (tile + 8)', y: 15, width: 'tile', height: 'tile * datum.shape', url: 'datum.url', aspect: false,
        smooth: false, tooltip: 'datum.told', cursor: "datum.href ? 'pointer' : 'default'"
      }, {name: 'images'})
    ]
  })]
});

/* The slider goes to the end of the longest training, in steps of the most frequent maps; conditions have as much room as their names need. */
function sizesOf(frames) {
  const times = frames.map(frame => frame.presentation), letters = Math.max(...frames.map(frame => frame.condition.length));
  const last = Math.max(1, ...times), step = Math.min(...times.filter(time => time > 0), last);
  return {last, step, shape: frames[0].width / frames[0].height, room: letters && Math.min(24 + 8 * letters, 200)};
}

SPECS.film = (values, {frames}, {last, step, shape, room} = sizesOf(frames)) => ({
  height: {signal: "length(data('rows')) * row_height + 4"},
  signals: {
    wide: 'width >= 640', names: `wide ? ${room} : 0`, small: 'wide ? (width - names) * (is_picture ? 1 : 0.62) / 6 : 0',
    large: 'min(width - names - 6 * small - 10, 460)', row_height: `max(is_picture ? 0 : large - 20, small - 8) / ${shape} + (is_picture ? 30 : 46)`,
    moment: {
      value: last, bind: {input: 'range', min: 0, max: last, step, name: 'presentations '},
      on: [
        {events: '@frame:click', update: 'datum.presentation'},
        {
          events: {type: 'timer', throttle: 250},
          update: `!playing ? moment : moment >= ${last} ? 0 : min(moment + ${step}, ${last})`
        }
      ]
    },
    playing: {value: false, bind: {input: 'checkbox', name: 'play '}}
  },
  data: {
    frames: [], rows: from('frames', aggregate('condition'), numbered('', {row: 'row_number'})),
    strip: from('frames', filter('wide && datum.place >= 0'), lookup('rows', 'condition', {values: ['row']})),
    now: from('frames',
      filter('datum.presentation <= moment && !is_picture'), aggregate('condition', {last: 'argmax presentation'}),
      lookup('rows', 'condition', {values: ['row']}))
  },
  marks: [
    text('rows', {
      x: 0, y: '(datum.row - 1) * row_height + (wide ? 28 : 8)', text: 'datum.condition',
      limit: 'wide ? names - 6 : width', baseline: middle, fontSize: 12, fill: 'ink'
    }),
    image('strip', {
      x: 'names + datum.place * small', y: '(datum.row - 1) * row_height + 20', url: 'datum.url', width: 'small - 8',
      height: `(small - 8) / ${shape}`, aspect: false, smooth: false, tooltip: 'datum.told', cursor: "'pointer'"
    }, {name: 'frame'}),
    text('strip', {
      x: 'names + datum.place * small', y: '(datum.row - 1) * row_height + 14', fontSize: 10.5, fill: 'soft',
      text: "datum.presentation + (datum.similarity == null ? '' : ' (' + format(datum.similarity, '.2f') + ')')"
    }),
    image('now', {
      x: 'names + 6 * small + 10', y: '(datum.row - 1) * row_height + (wide ? 20 : 32)', url: 'datum.last.url', width: 'large - 20',
      height: `(large - 20) / ${shape}`, aspect: false, smooth: false, tooltip: 'datum.last.told'
    }),
    text('now', {
      x: 'names + 6 * small + 10', y: '(datum.row - 1) * row_height + (wide ? 14 : 26)', fontSize: 11.5, fill: 'ink',
      text: "'after ' + datum.last.presentation + ' presentations' + (datum.last.similarity == null ? '' : ', similarity ' + format(datum.last.similarity, '.2f'))"
    })
  ]
});

SPECS.images = ({cell = 96}) => ({
  height: {signal: "ceil(length(data('images')) / columns) * row_height"},
  signals: {columns: `max(1, floor(width / ${cell}))`, row_height: `${cell} + (most[1] > 0 ? 44 : 8)`},
  data: {
    images: [formula('x', `datum.n % columns * ${cell}`), formula('y', 'floor(datum.n / columns) * row_height')],
    votes: [
      extent('votes', 'most'),
      joinaggregate('n', {all: 'sum votes'}),
      filter('datum.all > 0'),
      lookup('images', 'n', {values: ['x', 'y']}),
      formula('height', '26 * datum.votes / max(most[1], 1)')
    ]
  },
  marks: [
    text('images', {
      x: 'datum.x', y: 'datum.y + 12', text: "datum.label + ' → ' + (datum.answer == null ? 'none' : datum.answer)",
      fontSize: 11, fill: 'ink', limit: {value: cell}
    }),
    rect('images', {x: 'datum.x', y: 'datum.y + 17', width: `${cell} - 16`, height: `${cell} - 16`, stroke: 'line'}),
    image('images', {
      x: 'datum.x', y: 'datum.y + 17', width: `${cell} - 16`, height: `${cell} - 16`, url: 'datum.url', smooth: false,
      tooltip: 'datum.told'
    }),
    rect('votes', {
      x: `datum.x + datum.place * (${cell} - 16)`, width: `(${cell} - 16) * datum.share - 1`,
      y: 'datum.y + row_height - 8 - datum.height', height: 'max(datum.height, 1)',
      fill: "datum.kind == 'label' ? category[0] : datum.kind == 'answer' ? category[1] : '#999999'",
      tooltip: 'datum.told'
    })
  ]
});
