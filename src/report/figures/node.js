/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What node lacks of a browser, before the library is read: a canvas, of which all that is asked is
 * the width of a text. That is reckoned by the letters of a common sans-serif face. */
'use strict';

/* Optimized code would cost more than it saves: a picture is drawn once. */
require('v8').setFlagsFromString('--no-opt');

const widths = [[/[ijl.,:;|!'()\[\] ]/, 0.31], [/[mwMW@%±–—]/, 0.88], [/[A-Z]/, 0.67], [/[^\x00-\u04ff]/, 1]];

function measureText(text) {
  const size = +/([\d.]+)px/.exec(this.font)?.[1] || 11;
  return {width: [...text].reduce((sum, c) => sum + size * (widths.find(([kind]) => kind.test(c))?.[1] ?? 0.58), 0)};
}

globalThis.document = {createElement: () => ({getContext: () => ({font: '', measureText})})};
