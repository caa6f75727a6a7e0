/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures without a browser, by node: prints the SVG of each of FIGURES as a list in JSON; an
 * object with its `error` for one that cannot be drawn. */

/* Names that are not those of what the page itself draws; places to a hundredth of a pixel. */
const compact = svg => svg.replace(/(id="|url\(#)(?=\w)/g, '$1still-')
  .replace(/ (d|transform)="[^"]*"/g, places => places.replace(/(\.\d\d)\d+/g, '$1'));

async function draw(figure) {
  const spec = specOf(figure, figure.width || 880, 'light', true);
  const view = new vega.View(vega.parse(spec), {renderer: 'none', logLevel: vega.Error});
  const svg = await view.toSVG();
  view.finalize(); /* stops its timers */
  return compact(svg);
}

async function drawAll() {
  const drawn = [];
  for (const figure of FIGURES.map(shaped)) drawn.push(await draw(figure).catch(error => ({error: String(error)})));
  console.log(JSON.stringify(drawn));
}
drawAll();
