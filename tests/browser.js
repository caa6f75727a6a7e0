/* SPDX-License-Identifier: GPL-3.0-or-later */
/* browser.js PAGE WIDTH SCRIPT: opens the page in headless Chromium, by its own protocol over a pipe, and runs SCRIPT, the body of an
 * async function of `page` (below). Prints what it returns, or what the page or the script failed with. */
'use strict';
const {spawn} = require('child_process'), fs = require('fs'), os = require('os'), path = require('path');

const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'spinet-browser-'));
const browser = spawn('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--remote-debugging-pipe',
  `--user-data-dir=${profile}`], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
const answers = new Map(), errors = [];
let n = 0, session, text = '';

/* Messages end with a NUL. */
browser.stdio[4].setEncoding('utf8').on('data', part => {
  const messages = (text += part).split('\0');
  text = messages.pop();
  for (const {id, result, method, params} of messages.map(message => JSON.parse(message))) {
    answers.get(id)?.(result);
    if (method === 'Runtime.exceptionThrown') errors.push(params.exceptionDetails.exception?.description);
    if (method === 'Runtime.consoleAPICalled') errors.push(params.args.map(value => value.value).join(' '));
  }
});

const send = (method, params = {}) => new Promise(resolve => {
  answers.set(++n, resolve);
  browser.stdio[3].write(JSON.stringify({id: n, method, params, sessionId: session}) + '\0');
});
const mouse = (type, x, y, button, buttons) => send('Input.dispatchMouseEvent', {type, x, y, button, buttons, clickCount: 1});

const page = {
  wait,
  async run(expression) {
    const {result, exceptionDetails} = await send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true}) || {};
    if (exceptionDetails) throw Error(exceptionDetails.exception?.description || exceptionDetails.text);
    return result?.value; /* nothing where one page gave way to another */
  },
  /* Shows the figure of this name, drawn, and where it is; `state` is then what page.js knows of it. */
  async show(name) {
    await page.run(`window.state = states.find(state => state.figure.name === '${name}'), state.element.scrollIntoView()`);
    for (let i = 0; i < 100 && !await page.run('!!state.isDrawn'); i++) await wait(50);
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
  const {targetId} = await send('Target.createTarget', {url: 'about:blank'});
  session = (await send('Target.attachToTarget', {targetId, flatten: true})).sessionId;
  await send('Runtime.enable');
  await send('Emulation.setDeviceMetricsOverride', {width: +width, height: 1000, deviceScaleFactor: 1, mobile: false});
  await send('Page.navigate', {url: 'file://' + encodeURI(path.resolve(file))});
  for (let i = 0; i < 100 && !await page.run('document.readyState === "complete" && location.protocol === "file:"'); i++) await wait(50);
  return Object.getPrototypeOf(main).constructor('page', script)(page);
}

main(process.argv.slice(2)).then(JSON.stringify, error => { errors.push(String(error)); }).then(said => {
  console.log(errors.length ? 'failed: ' + errors.join('; ') : said);
  browser.on('exit', () => { fs.rmSync(profile, {recursive: true, force: true, maxRetries: 5}); process.exit(); });
  browser.kill();
});
