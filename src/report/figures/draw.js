/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures without a browser, by node: prints the SVG of each of FIGURES, a JSON text a line; an
 * object with its `error` for one that cannot be drawn. */

async function draw() {
  for (const figure of FIGURES) {
    let svg;
    try {
      const spec = specOf(figure, figure.width || 880, 'light', true);
      const view = new vega.View(vega.parse(spec), {renderer: 'none', logLevel: vega.Error});
      svg = (await view.toSVG()).replace(/(id="|url\(#)(?=\w)/g, '$1still-'); /* not the names of what the page draws */
      view.finalize(); /* stops its timers */
    } catch (error) {
      svg = {error: String(error)};
    }
    console.log(JSON.stringify(svg));
  }
}
draw();
