/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that come with spinet are found from any folder, and one's own come first. */
#include "core/shared_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support.h"

static char found[SHARED_PATH_MAX];

static void given_another_folder_when_sought_expect_the_file_of_the_program(void **state)
{
    char *out = support_run_well(state, "sweep experiments/demo.sweep --dry-run");
    assert_non_null(strstr(out, "2 runs"));
    free(out);
    out = support_run_well(state, "params --config experiments/mnist.cfg");
    assert_non_null(strstr(out, "turnover.period = 20"));
    free(out);
}

static void given_a_file_of_that_name_here_when_sought_expect_it(void **state)
{
    assert_int_equal(mkdir(support_path(state, "experiments"), 0777), 0);
    support_write_text(state, "experiments/mnist.cfg", "turnover: { period = 33; };");
    char *out = support_run_well(state, "params --config experiments/mnist.cfg");
    assert_non_null(strstr(out, "turnover.period = 33"));
    free(out);
}

static void given_other_names_when_sought_expect_them_as_they_are(void **state)
{
    (void)state;
    const char *names[] = {"README.mdx", "/experiments/shapes.cfg", "experiments/none.cfg", "",
                           "x"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_ptr_equal(shared_file_find(names[i], found), names[i]);
}

static void given_a_file_that_is_missing_when_named_expect_how_to_get_it(void **state)
{
    static const struct {
        const char *arguments, *part;
    } cases[] = {
        {"train --config experiments/mine.cfg --out x",
         "experiments/mine.cfg: is not there; `ls /"},
        {"train --set data.kind=files --set data.train_images=datasets/mnist/nothing --set "
         "data.train_labels=l --set data.test_images=t --out x",
         "datasets/fetch.sh mnist` fetches it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct support_run run;
        support_run(state, &run, cases[i].arguments);
        assert_int_equal(run.exit_code, 2);
        if (!strstr(run.err, cases[i].part))
            fail_msg("'%s' is not in: %s", cases[i].part, run.err);
        support_run_free(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_another_folder_when_sought_expect_the_file_of_the_program),
        WITH_FOLDER(given_a_file_of_that_name_here_when_sought_expect_it),
        WITH_FOLDER(given_a_file_that_is_missing_when_named_expect_how_to_get_it),
        cmocka_unit_test(given_other_names_when_sought_expect_them_as_they_are),
    };
    return cmocka_run_group_tests_name("shared_file", tests, NULL, NULL);
}
