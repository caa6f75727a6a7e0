/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages in a real browser, headless Chromium, by browser.js: what is done to a figure has its
 * effect, and no page fails on its console. Left out where there is no Chromium, node or Vega. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "support.h"

#define TRAIN                                                                                      \
    "train --quiet --no-pictures --threads 1 --seed 3 --set data.test_per_class=20 --set "         \
    "stopping.max_presentations=20 --set turnover.period=5 --set record.maps_period=5 "            \
    "--log-synapses --out run"

static bool has_browser(void)
{
    return file_exists("/usr/share/javascript/vega/vega-parser.min.js") &&
           system("node --version >/dev/null 2>&1 && chromium --version >/dev/null 2>&1") == 0;
}

/* Fails unless the script, of the page at this width, returns what is expected, as JSON. */
static void expect(void **state, const char *page, int width, const char *script,
                   const char *expected)
{
    char command[8192], said[1024] = "";
    setenv("SCRIPT", script, 1);
    snprintf(command, sizeof command, "timeout 600 node tests/browser.js '%s' %d \"$SCRIPT\" 2>&1",
             support_path(state, page), width);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    said[fread(said, 1, sizeof said - 1, pipe)] = '\0';
    pclose(pipe);
    said[strcspn(said, "\n")] = '\0';
    assert_string_equal(said, expected);
}

static void given_a_trace_when_explored_expect_zoom_cursor_and_one_synapse(void **state)
{
    if (!has_browser())
        skip();
    free(support_run_well(state, "trace --set stopping.max_presentations=12 --set "
                                 "data.test_per_class=5 --cell 5 --quiet --out t"));
    expect(
        state, "t/trace.html", 1200,
        /* where a millisecond is, in the left panels */
        "const box = await page.show('cell-5');"
        "const at = ms => page.run(`state.view.origin()[0] + state.view.signal('left') + "
        "state.view.scale('x_whole')(${ms})`).then(x => box.x + x);"
        "const y = box.y + 400, near = (a, b) => Math.abs(a - b) < 30;"
        "await page.drag(await at(1000), y, await at(2000), y);"
        "const [from, to] = await page.run('state.view.signal(\"zoom\")');"
        "await page.move(await at(1500), y);"
        "const cursor = await page.run('state.view.signal(\"cursor\")');"
        "await page.run('(input => { input.value = 2; input.dispatchEvent(new Event(\"input\")); "
        "})(state.inputs.querySelector(\"input\"))');"
        "await page.wait(100);"
        "const chosen = await page.run('state.view.data(\"synapses\").filter(s => "
        "s.chosen).map(s => s.synapse)');"
        "await page.run('state.view.signal(\"xdomain\", null).run()');"
        "const all = await page.run('state.view.signal(\"zoom\")');"
        "return [near(from, 1000), near(to, 2000), near(cursor, 1500), chosen, all[1] - all[0]];",
        "[true,true,true,[2],200]");
    expect(state, "t/trace.html", 500,
           "await page.show('cell-5'); await page.show('population');"
           "return [await page.run('document.documentElement.scrollWidth'), await "
           "page.run('state.canvas.getAttribute(\"aria-label\").length > 30')];",
           "[500,true]");
}

static void given_a_run_when_explored_expect_its_film_and_the_spines_of_each_cell(void **state)
{
    if (!has_browser())
        skip();
    free(support_run_well(state, TRAIN));
    free(support_run_well(state, "report run"));
    expect(
        state, "run/report.html", 1200,
        "await page.show('maps-training');"
        "const now = () => page.run('state.view.data(\"now\")[0].last.presentation');"
        "const slide = n => page.run(`(input => { input.value = ${n}; input.dispatchEvent(new "
        "Event('input')); })(state.inputs.querySelector('input[type=range]'))`).then(() => "
        "page.wait(100));"
        "const end = await now(); await slide(5); const middle = await now();"
        "await page.run('state.view.signal(\"playing\", true).run()'); await page.wait(700);"
        "await page.run('state.view.signal(\"playing\", false).run()');"
        "const frames = await page.run('state.figure.tables.frames.map(f => [f.width, f.place])');"
        "const [most, step] = await page.run('(i => [+i.max, +i.step])(state.inputs"
        ".querySelector(\"input[type=range]\"))');"
        "return [end, middle, await now() > 5, most, step, frames.every(f => f[0] === 41), "
        "frames.map(f => f[1]).filter(place => place >= 0)];", /* two maps and a line between */
        "[20,5,true,20,5,true,[0,1,3,4,5]]");
    expect(state, "run/report.html", 1200,
           "await page.show('spine-field');"
           "const of = cell => page.run(`state.view.signal('cell', ${cell}).run(), "
           "state.view.data('spines').length - state.figure.tables.spines.filter(s => s.cell === "
           "${cell}).length`);"
           "const rest = [await of(0), await of(7)];"
           "const box = await page.run('(b => [b.x + 5, b.y + b.height / 2])(state.canvas"
           ".querySelector(\".mark-rule.life path, .mark-rule.life "
           "line\").getBoundingClientRect())');"
           "await page.click(...box); await page.wait(200);"
           "return [rest, await page.run('state.view.data(\"one\").length')];",
           "[[0,0],1]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_trace_when_explored_expect_zoom_cursor_and_one_synapse),
        WITH_FOLDER(given_a_run_when_explored_expect_its_film_and_the_spines_of_each_cell),
    };
    return cmocka_run_group_tests_name("browser", tests, NULL, NULL);
}
