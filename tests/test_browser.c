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

/* What is done to a page of this width, and what that returns, as JSON. */
struct visit {
    const char *width, *script, *expected;
};

/* Fails unless both scripts, one after the other in the same browser, return what is expected. */
static void expect(void **state, const char *page, const struct visit visits[2])
{
    char said[2048] = "", expected[2048];
    setenv("WIDTH", visits[0].width, 1);
    setenv("SCRIPT", visits[0].script, 1);
    setenv("SECOND_WIDTH", visits[1].width, 1);
    setenv("SECOND_SCRIPT", visits[1].script, 1);
    setenv("PAGE", support_path(state, page), 1);
    FILE *pipe = popen("timeout 600 node tests/browser.js \"$PAGE\" \"$WIDTH\" \"$SCRIPT\" "
                       "\"$SECOND_WIDTH\" \"$SECOND_SCRIPT\" 2>&1",
                       "r");
    assert_non_null(pipe);
    said[fread(said, 1, sizeof said - 1, pipe)] = '\0';
    pclose(pipe);
    snprintf(expected, sizeof expected, "%s\n%s\n", visits[0].expected, visits[1].expected);
    assert_string_equal(said, expected);
}

static void given_a_trace_when_explored_expect_zoom_cursor_and_one_synapse(void **state)
{
    if (!has_browser())
        skip();
    free(support_run_well(state, "trace --set stopping.max_presentations=12 --set "
                                 "data.test_per_class=5 --cell 5 --quiet --out t"));
    const struct visit visits[] = {
        {"1200",
         /* where a millisecond is, in the left panels */
         "const box = await page.show('cell-5');"
         "const at = ms => page.run(`state.view.origin()[0] + state.view.signal('left') + "
         "state.view.scale('x_whole')(${ms})`).then(x => box.x + x);"
         "const y = box.y + 400;"
         "await page.drag(await at(1000), y, await at(2000), y);"
         "await page.until('(([from, to]) => Math.abs(from - 1000) < 30 && Math.abs(to - 2000) < "
         "30)(state.view.signal(\"zoom\"))');"
         "await page.move(await at(1500), y);"
         "await page.until('Math.abs(state.view.signal(\"cursor\") - 1500) < 30');"
         "await page.run('(input => { input.value = 2; input.dispatchEvent(new Event(\"input\")); "
         "})(state.inputs.querySelector(\"input\"))');"
         "await page.until('state.view.data(\"synapses\").some(s => s.chosen && s.synapse === 2)');"
         "const chosen = await page.run('state.view.data(\"synapses\").filter(s => "
         "s.chosen).map(s => s.synapse)');"
         "await page.run('state.view.signal(\"xdomain\", null).run()');"
         "const all = await page.run('state.view.signal(\"zoom\")');"
         "return [chosen, all[1] - all[0]];",
         "[[2],200]"},
        {"500",
         "await page.show('cell-5'); await page.show('population');"
         "return [await page.run('document.documentElement.scrollWidth'), await "
         "page.run('state.canvas.getAttribute(\"aria-label\").length > 30')];",
         "[500,true]"},
    };
    expect(state, "t/trace.html", visits);
}

static void given_a_run_when_explored_expect_its_film_and_the_spines_of_each_cell(void **state)
{
    if (!has_browser())
        skip();
    free(support_run_well(state, TRAIN));
    free(support_run_well(state, "report run"));
    const struct visit visits[] = {
        {"1200",
         "await page.show('maps-training');"
         "const shown = 'state.view.data(\"now\")[0].last.presentation';"
         "const end = await page.run(shown);"
         "await page.run('(input => { input.value = 5; input.dispatchEvent(new Event(\"input\")); "
         "})(state.inputs.querySelector(\"input[type=range]\"))');"
         "await page.until(shown + ' === 5');"
         "await page.run('state.view.signal(\"playing\", true).run()');"
         "await page.until(shown + ' > 5');" /* it has no end: after the last comes the first */
         "await page.run('state.view.signal(\"playing\", false).run()');"
         "const frames = await page.run('state.figure.tables.frames.map(f => [f.width, f.place])');"
         "const [most, step] = await page.run('(i => [+i.max, +i.step])(state.inputs"
         ".querySelector(\"input[type=range]\"))');"
         "return [end, most, step, frames.every(f => f[0] === 41), "
         "frames.map(f => f[1]).filter(place => place >= 0)];", /* two maps and a line between */
         "[20,20,5,true,[0,1,3,4,5]]"},
        {"1200",
         "await page.show('spine-field');"
         "const of = cell => page.run(`state.view.signal('cell', ${cell}).run(), "
         "state.view.data('spines').length - state.figure.tables.spines.filter(s => s.cell === "
         "${cell}).length`);"
         "const rest = [await of(0), await of(7)];"
         "const box = await page.run('(b => [b.x + 5, b.y + b.height / 2])(state.canvas"
         ".querySelector(\".mark-rule.life path, .mark-rule.life "
         "line\").getBoundingClientRect())');"
         "await page.click(...box);"
         "await page.until('state.view.data(\"one\").length === 1');"
         "return rest;",
         "[0,0]"},
    };
    expect(state, "run/report.html", visits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_trace_when_explored_expect_zoom_cursor_and_one_synapse),
        WITH_FOLDER(given_a_run_when_explored_expect_its_film_and_the_spines_of_each_cell),
    };
    return cmocka_run_group_tests_name("browser", tests, NULL, NULL);
}
