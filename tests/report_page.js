/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_page.js PAGE.html: a report's page as somebody reads it, in Debian's chromium. Says what is not as it should be; exit code 1.
 * 77: there is no chromium. */
'use strict';
const {start, wait} = require('./chromium.js');

const complaints = [];
let browser;

function hear(method, params) {
  if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.exception?.description || params.exceptionDetails.text);
  if (method === 'Runtime.consoleAPICalled' && ['error', 'warning'].includes(params.type)) complaints.push(params.args.map(arg => arg.value).join(' '));
  if (method === 'Log.entryAdded' && params.entry.level === 'error') complaints.push(params.entry.text);
}

const send = (method, params) => browser.send(method, params);
const evaluate = body => browser.evaluate(`(async () => { ${body} })()`);
const resize = width => browser.resize(width, 900);
const open = () => browser.open(process.argv[2]);
const press = async key => {
  for (const type of ['keyDown', 'keyUp']) await send('Input.dispatchKeyEvent', {type, key, text: type === 'keyDown' && key.length === 1 ? key : undefined});
};

/* ---- what is looked at ---- */

let n_failed = 0, n_checks = 0;
function check(what, is_so) {
  n_checks++;
  if (is_so) return;
  n_failed++;
  console.log('not so: ' + what);
}

const of = name => `const state = states.find(state => state.figure.name === '${name}'), {view, canvas} = state; canvas.scrollIntoView(); draw(state); await state.view.runAsync();`;

/* Waits for what is so in a while, up to minutes: the machine may be busy. */
async function until(expression) {
  for (let i = 0; i < 2000; i++) {
    if (await evaluate(expression)) return true;
    await wait(100);
  }
  return false;
}

async function checkHover() {
  const {x, y} = await evaluate(`${of('accuracy')} const box = canvas.querySelector('.points path').getBoundingClientRect();
    return {x: box.x + box.width / 2, y: box.y + box.height / 2};`);
  await send('Input.dispatchMouseEvent', {type: 'mouseMoved', x: x + 30, y: y + 30});
  await send('Input.dispatchMouseEvent', {type: 'mouseMoved', x, y});
  check('a point that is pointed at tells its run, seed and value', await until('return !tip.hidden && /run.*seed/.test(tip.textContent) && /accuracy[0-9.]+/.test(tip.textContent);'));
}

async function checkKeys() {
  await evaluate(`${of('accuracy')} showTip(null); canvas.focus();`);
  await press('ArrowRight');
  check('an arrow key tells the first value', await evaluate('return !tip.hidden;'));
  check('Enter would lead to a run', await evaluate(`${of('accuracy')} const items = [...toldItems(state.view.scenegraph().root)]; return items.some(({item}) => /runs/.test(item.datum.href));`));
  await press('Escape');
  check('Escape hides it', await evaluate('return tip.hidden;'));
  await evaluate(`${of('learning-curves')} canvas.focus();`);
  const domain = `${of('learning-curves')} const [a, b] = state.view.scale('x').domain(); return b - a;`, whole = await evaluate(domain);
  await press('+');
  check('+ zooms in', await evaluate(domain) < 0.8 * whole);
  await press('0');
  check('0 shows all again', Math.abs(await evaluate(domain) - whole) < 1e-6);
}

async function checkLegend() {
  const count = `${of('accuracy')} return [...toldItems(state.view.scenegraph().root)].filter(({item}) => item.datum.seed !== undefined).length;`;
  const click = `const button = ${'states'}.find(state => state.figure.name === 'accuracy').element.querySelector('button.series'); button.click(); return button.getAttribute('aria-pressed');`;
  const all = await evaluate(count);
  check('a legend entry is off', await evaluate(click) === 'false');
  check('and its series hidden', await evaluate(count) < all);
  check('and on again', await evaluate(click) === 'true' && await evaluate(count) === all);
}

async function checkSaving() {
  const saved = kind => evaluate(`const kept = URL.createObjectURL; let blob; URL.createObjectURL = b => { blob = b; return kept.call(URL, b); };
    HTMLAnchorElement.prototype.click = () => {}; await saveAs(states.find(state => state.figure.name === 'accuracy').figure, '${kind}');
    for (let i = 0; i < 10000 && !blob; i++) await new Promise(done => setTimeout(done, 20)); URL.createObjectURL = kept; return blob.type + " " + await blob.text();`);
  check('CSV has heads and a value', /^text\/csv panel,x,series,value,run,seed,href\n/.test(await saved('csv')));
  check('SVG is one, with its title', /^image\/svg\+xml <svg[^]*Accuracy on the test images/.test(await saved('svg')));
  check('PNG is one', /^image\/png .PNG/.test(await saved('png')));
}

async function checkReading() {
  check('every figure is drawn', await evaluate('drawAll(); return states.length > 5 && states.every(state => state.view && state.canvas.querySelector("svg"));'));
  check('every figure has a sentence', await evaluate('return states.every(({canvas}) => canvas.getAttribute("aria-label").length > 20 && canvas.tabIndex === 0);'));
  await evaluate(`for (const details of document.querySelectorAll('figure details')) details.open = true;`);
  check('every figure has its numbers', await until(`return [...document.querySelectorAll('figure details')].every(details => details.querySelectorAll('tr').length > 1);`));
  check('the list shows where one is', await evaluate('return document.querySelectorAll("nav a[aria-current]").length === 1;'));
  await evaluate(`for (const input of document.querySelectorAll('input[type=range]')) { input.value = input.min; input.dispatchEvent(new Event('input')); }`);
}

async function checkLooks() {
  await send('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: 'dark'}]});
  check('dark where that is wanted', await until('return getComputedStyle(document.body).backgroundColor === "rgb(22, 24, 28)" && states[0].theme === "dark";'));
  await send('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: 'light'}]});
  await resize(500);
  check('figures as wide as there is room', await until('return states.every(({canvas}) => canvas.firstElementChild.getBoundingClientRect().width <= 500);'));
  check('nothing wider than a phone', await until('return document.documentElement.scrollWidth <= 500;'));
  await resize(1400);
  await send('Emulation.setScriptExecutionDisabled', {value: true});
  await open();
  check('stills without scripts', await evaluate('return [...document.querySelectorAll("figure .canvas")].every(canvas => canvas.querySelector("svg text"));'));
}

async function main() {
  browser = await start(hear);
  if (!browser) process.exit(77);
  await send('Page.bringToFront');
  await send('Emulation.setFocusEmulationEnabled', {enabled: true});
  await resize(1400);
  await open();
  await wait(300);
  for (const look of [checkReading, checkHover, checkKeys, checkLegend, checkSaving, checkLooks]) await look();
  check('nothing to complain of: ' + complaints.join('; '), complaints.length === 0);
  console.log(`${n_checks - n_failed} of ${n_checks} as they should be`);
}

main().catch(error => { console.log('not so: ' + error.stack); n_failed++; }).finally(async () => {
  await browser?.quit();
  process.exit(n_failed ? 1 : 0);
});
