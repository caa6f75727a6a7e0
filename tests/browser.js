/* SPDX-License-Identifier: GPL-3.0-or-later */
/* browser.js PAGE WIDTH SCRIPT: opens the page in headless Chromium and runs SCRIPT, the body of an async function of `page` (below). Prints what it
 * returns, or what the page or the script failed with. */
'use strict';
const {start, wait} = require('./chromium.js');

const errors = [];
let browser;

function hear(method, params) {
  if (method === 'Runtime.exceptionThrown') errors.push(params.exceptionDetails.exception?.description);
  if (method === 'Runtime.consoleAPICalled') errors.push(params.args.map(value => value.value).join(' '));
}

const mouse = (type, x, y, button, buttons) => browser.send('Input.dispatchMouseEvent', {type, x, y, button, buttons, clickCount: 1});

const page = {
  wait,
  run: expression => browser.evaluate(expression),
  /* Shows the figure of this name, drawn, and where it is; `state` is then what page.js knows of it. */
  async show(name) {
    await page.run(`window.state = states.find(state => state.figure.name === '${name}'), state.element.scrollIntoView()`);
    for (let i = 0; i < 4000 && !await page.run('!!state.isDrawn'); i++) await wait(50);
    return page.run('(box => ({x: box.left, y: box.top}))(state.canvas.getBoundingClientRect())');
  },
  async drag(x, y, x2, y2) {
    await page.move(x, y);
    await mouse('mousePressed', x, y, 'left', 1);
    for (let i = 1; i <= 4; i++) await mouse('mouseMoved', x + (x2 - x) * i / 4, y + (y2 - y) * i / 4, 'left', 1);
    await mouse('mouseReleased', x2, y2, 'left', 0);
  },
  move: (x, y) => mouse('mouseMoved', x, y, 'none', 0),
  click: (x, y) => page.drag(x, y, x, y)
};

async function main([file, width, script]) {
  browser = await start(hear);
  await browser.resize(+width, 1000);
  await browser.open(file);
  return Object.getPrototypeOf(main).constructor('page', script)(page);
}

main(process.argv.slice(2)).then(JSON.stringify, error => { errors.push(String(error)); }).then(async said => {
  console.log(errors.length ? 'failed: ' + errors.join('; ') : said);
  await browser?.quit();
  process.exit();
});
