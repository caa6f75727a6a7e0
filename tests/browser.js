/* SPDX-License-Identifier: GPL-3.0-or-later */
/* browser.js PAGE WIDTH SCRIPT: opens the page in headless Chromium, by its own protocol, and runs SCRIPT, the body of an async
 * function of `page` (below). Prints what it returns, or what the page or the script failed with. */
'use strict';
const {spawn} = require('child_process'), fs = require('fs'), net = require('net'), os = require('os'), path = require('path'), http = require('http');

const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'spinet-browser-'));

/* The port is in a line of stderr. */
function start() {
  const browser = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--remote-debugging-port=0',
    `--user-data-dir=${profile}`, 'about:blank'], {stdio: ['ignore', 'ignore', 'pipe']});
  let text = '';
  return new Promise(resolve => browser.stderr.on('data', data => {
    const port = /ws:\/\/127\.0\.0\.1:(\d+)\//.exec(text += data)?.[1];
    if (port) resolve({browser, port: +port});
  }));
}

const listOf = port => new Promise(resolve => http.get(`http://127.0.0.1:${port}/json`, answer => {
  let text = '';
  answer.on('data', data => text += data).on('end', () => resolve(JSON.parse(text)));
}));

/* A WebSocket (RFC 6455), as far as it takes: texts, of which ours have a mask of zeros. Gives the function that sends one. */
function connect(port, place, onText) {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(`GET ${place} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n');
  let bytes = Buffer.alloc(0), parts = [], opened, isOpen = false;
  const open = new Promise(resolve => opened = resolve);
  socket.on('data', data => {
    bytes = Buffer.concat([bytes, data]);
    if (!isOpen) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      opened(isOpen = true);
      bytes = bytes.subarray(end + 4);
    }
    for (;;) {
      const short = bytes[1] & 127, head = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (bytes.length < head) return;
      const n = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
      if (bytes.length < head + n) return;
      const isLast = bytes[0] & 128;
      parts.push(bytes.subarray(head, head + n));
      bytes = bytes.subarray(head + n);
      if (isLast) onText(Buffer.concat(parts.splice(0)).toString());
    }
  });
  const say = text => {
    const body = Buffer.from(text), head = Buffer.alloc(14);
    head[0] = 0x81;
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(body.length), 2);
    socket.write(Buffer.concat([head, body]));
  };
  return open.then(() => say);
}

async function main([file, width, script]) {
  const {browser, port} = await start(), answers = new Map(), errors = [];
  const target = (await listOf(port)).find(one => one.type === 'page');
  let n = 0;
  const say = await connect(port, new URL(target.webSocketDebuggerUrl).pathname, text => {
    const message = JSON.parse(text);
    answers.get(message.id)?.(message.result);
    if (message.method === 'Runtime.exceptionThrown') errors.push(message.params.exceptionDetails.exception?.description);
    if (message.method === 'Runtime.consoleAPICalled') errors.push(message.params.args.map(value => value.value).join(' '));
  });
  const send = (method, params = {}) => new Promise(resolve => { answers.set(++n, resolve); say(JSON.stringify({id: n, method, params})); });
  const mouse = (type, x, y, buttons) => send('Input.dispatchMouseEvent', {type, x, y, buttons, button: buttons ? 'left' : 'none', clickCount: 1});
  const page = {
    wait,
    async run(expression) {
      const {result, exceptionDetails} = await send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true}) || {};
      if (exceptionDetails) throw Error(exceptionDetails.exception?.description || exceptionDetails.text);
      return result?.value; /* nothing where one page gave way to another */
    },
    /* Shows the figure of this name, drawn; `state` is then what page.js knows of it. */
    async show(name) {
      await page.run(`window.state = states.find(state => state.figure.name === '${name}'), state.element.scrollIntoView()`);
      for (let i = 0; i < 100 && !await page.run('!!state.isDrawn'); i++) await wait(50);
      return page.run('(box => ({x: box.left, y: box.top}))(state.canvas.getBoundingClientRect())');
    },
    async drag(x, y, x2, y2) {
      await mouse('mouseMoved', x, y, 0);
      await send('Input.dispatchMouseEvent', {type: 'mousePressed', x, y, buttons: 1, button: 'left', clickCount: 1});
      for (let i = 1; i <= 4; i++) await mouse('mouseMoved', x + (x2 - x) * i / 4, y + (y2 - y) * i / 4, 1);
      await send('Input.dispatchMouseEvent', {type: 'mouseReleased', x: x2, y: y2, button: 'left', clickCount: 1});
    },
    move: (x, y) => mouse('mouseMoved', x, y, 0),
    click: (x, y) => page.drag(x, y, x, y)
  };
  let said;
  try {
    await send('Runtime.enable');
    await send('Emulation.setDeviceMetricsOverride', {width: +width, height: 1000, deviceScaleFactor: 1, mobile: false});
    await send('Page.navigate', {url: 'file://' + path.resolve(file)});
    for (let i = 0; i < 100 && !await page.run('document.readyState === "complete" && location.protocol === "file:"'); i++) await wait(50);
    said = await Object.getPrototypeOf(main).constructor('page', script)(page);
  } catch (error) {
    errors.push(String(error));
  }
  console.log(errors.length ? 'failed: ' + errors.join('; ') : JSON.stringify(said));
  browser.on('exit', () => { fs.rmSync(profile, {recursive: true, force: true, maxRetries: 5}); process.exit(); });
  send('Browser.close');
}
main(process.argv.slice(2));
