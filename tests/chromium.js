/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Debian's chromium, headless, by its own protocol over a pipe: nothing is downloaded and no port opened. */
'use strict';
const fs = require('fs'), os = require('os'), path = require('path'), {spawn, spawnSync} = require('child_process');

const wait = ms => new Promise(done => setTimeout(done, ms));

/* A browser with a blank page; null where there is none. What happens in it is told to hear(method, params). */
async function start(hear) {
  const program = ['chromium', 'chromium-browser', 'google-chrome'].find(name => spawnSync(name, ['--version']).status === 0);
  if (!program) return null;
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'spinet-browser-'));
  const browser = spawn(program, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking',
    '--disable-component-update', '--no-first-run', '--hide-scrollbars', '--remote-debugging-pipe', `--user-data-dir=${profile}`],
  {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true});
  const waiting = new Map();
  let last = 0, session, text = '', loaded = () => {};

  function take({id, result, error, method, params}) {
    if (!id) return method === 'Page.loadEventFired' ? loaded() : hear(method, params);
    const [done, fail] = waiting.get(id);
    waiting.delete(id);
    return error ? fail(new Error(error.message)) : done(result);
  }

  browser.stdio[4].setEncoding('utf8').on('data', part => {
    const messages = (text += part).split('\0'); /* each ends with a NUL */
    text = messages.pop();
    messages.map(message => JSON.parse(message)).forEach(take);
  });

  const send = (method, params = {}) => new Promise((done, fail) => {
    waiting.set(++last, [done, fail]);
    browser.stdio[3].write(JSON.stringify({id: last, method, params, sessionId: session}) + '\0');
  });

  const {targetId} = await send('Target.createTarget', {url: 'about:blank'});
  session = (await send('Target.attachToTarget', {targetId, flatten: true})).sessionId;
  for (const domain of ['Page', 'Runtime', 'Log']) await send(domain + '.enable');

  return {
    send,
    /* The expression's value; nothing where it is no plain one, or where one page gave way to another. */
    async evaluate(expression) {
      const {result, exceptionDetails} = await send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true}).catch(() => ({}));
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
      return result?.value;
    },
    resize: (width, height) => send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: false}),
    async open(file) {
      const isLoaded = new Promise(done => { loaded = done; });
      await send('Page.navigate', {url: 'file://' + encodeURI(path.resolve(file))});
      await isLoaded;
    },
    /* Its processes are one group; those that write into the profile may outlive the first of them for a moment. */
    quit: () => new Promise(done => {
      browser.on('exit', () => { fs.rmSync(profile, {recursive: true, force: true, maxRetries: 20}); done(); });
      process.kill(-browser.pid, 'SIGKILL');
    })
  };
}

module.exports = {start, wait};
