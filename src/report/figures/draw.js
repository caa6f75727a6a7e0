/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures without a browser, by node: prints the SVG of each of FIGURES, a JSON text a line; an
 * object with its `error` for one that cannot be drawn. */

/* Names that are not those of what the page itself draws; places to a hundredth of a pixel. */
const compact = svg => svg.replace(/(id="|url\(#)(?=\w)/g, '$1still-')
  .replace(/ (d|transform)="[^"]*"/g, places => places.replace(/(\.\d\d)\d+/g, '$1'));

async function draw() {
  for (const figure of FIGURES.map(shaped)) {
    let svg;
    try {
      const spec = specOf(figure, figure.width || 880, 'light', true);
      const view = new vega.View(vega.parse(spec), {renderer: 'none', logLevel: vega.Error});
      svg = compact(await view.toSVG());
      view.finalize(); /* stops its timers */
    } catch (error) {
      svg = {error: String(error)};
    }
    console.log(JSON.stringify(svg));
  }
}
draw();
