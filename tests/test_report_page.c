/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of a sweep in a real browser, where there is one (report_page.js): figures drawn, values
 * on hover and by keys, series off and on, zoom, saving, dark, a phone's width, stills without
 * scripts, and nothing on its console. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "core/file.h"
#include "support.h"

enum { LEFT_OUT = 77 };

static void given_a_sweep_when_its_page_is_opened_expect_figures_that_answer(void **state)
{
    char command[4096];
    if (!file_exists("/usr/share/javascript/vega/vega-parser.min.js") ||
        system("node --version >/dev/null 2>&1") != 0)
        skip();
    support_write_text(state, "two.sweep",
                       "title = \"Two </script> & <b>\"; factors = ({name = \"turnover\"; levels = "
                       "({name = \"none\"; set = [\"turnover.policy=none\"];}, {name = "
                       "\"random\";});}, {name = \"overlap\"; levels = ({name = \"0\"; set = "
                       "[\"data.overlap=0\"];}, {name = \"2\";});});\n");
    free(support_run_well(state, "sweep two.sweep --runs 3 --threads 2 --quiet --out two "
                                 "--set stopping.max_presentations=40 --set "
                                 "data.test_per_class=10 --set test.sample_period=5"));
    free(support_run_well(state, "report two"));
    snprintf(command, sizeof command, "timeout 600 node tests/report_page.js '%s'",
             support_path(state, "two/report.html"));
    const int status = system(command);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == LEFT_OUT)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_sweep_when_its_page_is_opened_expect_figures_that_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
