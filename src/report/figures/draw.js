/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures without a browser, by node: prints the SVG of each of FIGURES, a JSON text a line; an
 * object with its `error` for one that cannot be drawn. */

/* Text's width where nothing can measure it: that of letters of a common sans-serif face. */
function widthOf(item, text) {
  const size = item.fontSize || 11;
  return [...String(text ?? '')].reduce((sum, c) => sum + size * (/[ijl.,:;|!'() ]/.test(c) ? 0.33 : /[mwMW@%±–—]/.test(c) ? 0.88 : /[A-Z]/.test(c) ? 0.68 : 0.58), 0);
}

async function draw() {
  vega.textMetrics.width = widthOf;
  vega.setRandom?.(vega.randomLCG?.(1));
  for (const figure of FIGURES) {
    let svg;
    try {
      const spec = specOf(figure, figure.width || 880, 'light', true);
      svg = await new vega.View(vega.parse(spec), {renderer: 'none', logLevel: vega.Error}).toSVG();
    } catch (error) {
      svg = {error: String(error)};
    }
    console.log(JSON.stringify(svg));
  }
}
draw();
