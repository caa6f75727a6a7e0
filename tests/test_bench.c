/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet bench, end to end: which figures it gives, and what it refuses. No time is judged. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "support.h"

static json_t *read_figures(void **state, const char *name)
{
    json_error_t error;
    json_t *root = json_load_file(support_path(state, name), 0, &error);
    assert_non_null(root);
    return root;
}

static void given_shapes_when_benched_expect_each_kernel_against_the_naive_one(void **state)
{
    static const char *const wanted[] = {"test, naive kernel",
                                         "training, naive kernel",
                                         "test, portable kernel",
                                         "consolidation",
                                         "encoding an image",
                                         "test image, 1 thread",
                                         "start of a run (one image)",
                                         "its memory",
                                         "training, synaptic events",
                                         "image and 2 sample tests, 1 thread",
                                         "image with the error gate, 1 thread"};
    char *out = support_run_well(state, "bench --only shapes --rounds 1 --json figures.json");
    assert_non_null(strstr(out, "x naive"));
    free(out);
    json_t *root = read_figures(state, "figures.json"), *rows = json_object_get(root, "rows"), *row;
    size_t i, n_found = 0;
    json_array_foreach(rows, i, row)
    {
        const double least = json_number_value(json_object_get(row, "ms_min")),
                     median = json_number_value(json_object_get(row, "ms_median"));
        assert_true((least > 0 && median >= least) ||
                    json_number_value(json_object_get(row, "value")) > 0);
        for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
            n_found += strcmp(json_string_value(json_object_get(row, "what")), wanted[k]) == 0;
    }
    assert_int_equal(n_found, sizeof wanted / sizeof *wanted);
    json_decref(root);
}

static void given_wrong_options_when_benched_expect_one_line_and_no_file(void **state)
{
    static const char *const cases[][2] = {
        {"bench --only fun --json f.json", "spinet: --only fun: expected shapes, mnist or scale\n"},
        {"bench --rounds 0 --json f.json",
         "spinet: --rounds 0: expected a whole number from 1 to 64\n"},
        {"bench --rounds many", "spinet: --rounds many: expected a whole number from 1 to 64\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct support_run run;
        support_run(state, &run, cases[i][0]);
        assert_int_equal(run.exit_code, 2);
        assert_string_equal(run.err, cases[i][1]);
        support_run_free(&run);
        assert_false(file_exists(support_path(state, "f.json")));
    }
}

static void given_no_valgrind_when_instructions_are_counted_expect_its_package_named(void **state)
{
    struct support_run run;
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nowhere", 1);
    support_run(state, &run, "bench --instructions");
    setenv("PATH", path, 1);
    free(path);
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.err, "spinet: --instructions: valgrind cannot be started; it is "
                                 "Debian's package valgrind\n");
    support_run_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_shapes_when_benched_expect_each_kernel_against_the_naive_one),
        WITH_FOLDER(given_wrong_options_when_benched_expect_one_line_and_no_file),
        WITH_FOLDER(given_no_valgrind_when_instructions_are_counted_expect_its_package_named),
    };
    return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
