/* SPDX-License-Identifier: GPL-3.0-or-later */
/* browser.js PAGE (WIDTH SCRIPT)...: opens the page in headless Chromium, for each script anew and as wide as is said before it, and runs SCRIPT,
 * the body of an async function of `page` (below). Prints a line for each: what it returns, or what the page or the script failed with. */
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
  run: expression => browser.evaluate(expression),
  /* Waits until the expression holds, however slow the machine, and returns its value. */
  async until(expression) {
    for (let i = 0; i < 4000; i++, await wait(20)) {
      const value = await page.run(expression);
      if (value) return value;
    }
    throw new Error(`is never so: ${expression}`);
  },
  /* Shows the figure of this name and returns where it is once all in view is drawn, since a figure above that is drawn later moves it.
   * `state` is then what page.js knows of it. */
  async show(name) {
    await page.run(`window.state = states.find(state => state.figure.name === '${name}'), state.element.scrollIntoView()`);
    await page.until('state.isDrawn');
    let last, now = '';
    while (now !== last) {
      last = now;
      now = await page.until(`new Promise(done => requestAnimationFrame(() => setTimeout(done, 50))).then(() => {
        const box = element => element.getBoundingClientRect();
        return states.every(s => s.isDrawn || box(s.element).bottom < 0 || box(s.element).top > innerHeight) && JSON.stringify(box(state.canvas));
      })`);
    }
    const {left, top} = JSON.parse(now);
    return {x: left, y: top};
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

async function visit(file, width, script) {
  errors.length = 0;
  await browser.resize(+width, 1000);
  await browser.open(file);
  return JSON.stringify(await Object.getPrototypeOf(visit).constructor('page', script)(page));
}

async function main([file, ...visits]) {
  browser = await start(hear);
  for (let i = 0; i < visits.length; i += 2) {
    const said = await visit(file, visits[i], visits[i + 1]).catch(error => { errors.push(String(error)); });
    console.log(errors.length ? 'failed: ' + errors.join('; ').replace(/\n/g, ' ') : said);
  }
}

main(process.argv.slice(2)).catch(error => console.log('failed: ' + error)).then(async () => {
  await browser?.quit();
  process.exit();
});
