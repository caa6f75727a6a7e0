/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/results: what is read, and what is refused with which words. */
#include "report/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "support.h"

#define MEASURES                                                                                   \
    "data_set,classes,synapses,policy,presentations,stopped_by,tests,accuracy,ties,undecided,"     \
    "similarity\n"
static const char sweep[] = "task,turnover,seed," MEASURES
                            "easy,none,1,shapes,1-2,1000,none,112,strong,400,0.995,0,1,0.355943\n"
                            "easy,random,1,shapes,1-2,1000,random,90,strong,400,1,0,0,\n"
                            "hard,none,18446744073709551615,shapes,1-2,500,none,350,limit,400,"
                            "5.5e-1,3,4,-0.1\n";

static void given_a_sweep_s_file_when_read_expect_its_columns(void **state)
{
    struct results r;
    assert_int_equal(results_read(&r, support_write_text(state, "r.csv", sweep)), STATUS_OK);
    assert_int_equal(r.n_rows, 3);
    assert_int_equal(r.n_columns, 14);
    const struct results_column *task = results_find(&r, "task");
    assert_true(task->is_factor && task->kind == RESULTS_TEXT && task->n_levels == 2);
    assert_string_equal(task->levels[task->level[2]], "hard");
    assert_int_equal(task->level[1], 0);
    const struct results_column *policy = results_find(&r, "policy");
    assert_true(!policy->is_factor && policy->kind == RESULTS_TEXT && policy->n_levels == 2);
    const struct results_column *accuracy = results_find(&r, "accuracy");
    assert_true(accuracy->kind == RESULTS_NUMBER && accuracy->number[2] == 0.55);
    assert_true(isnan(results_find(&r, "similarity")->number[1]));
    assert_true(r.seed[2] == UINT64_MAX);
    assert_null(results_find(&r, "nothing"));
    const struct results_column *found;
    assert_int_equal(results_find_measure(&r, "--measure", "accuracy", &found), STATUS_OK);
    assert_ptr_equal(found, accuracy);
    assert_int_equal(results_find_measure(&r, "--measure", "task", &found), STATUS_USER);
    support_assert_message("--measure task: no measure of ", "presentations, tests, accuracy",
                           NULL);
    assert_int_equal(results_find_factor(&r, "--by", "x", &found), STATUS_USER);
    support_assert_message("--by x: no factor of ", "task, turnover, data_set", NULL);
    results_free(&r);
    results_free(&r); /* safe again */
}

static void given_nothing_before_the_seed_when_read_expect_the_four_factors(void **state)
{
    struct results r;
    const char *path = support_write_text(state, "r.csv",
                                          "\xef\xbb\xbfseed,policy,synapses,accuracy\r\n"
                                          "1,none,1000,0.9\r\n1,random,1000,0.95\r\n");
    assert_int_equal(results_read(&r, path), STATUS_OK);
    assert_true(results_find(&r, "policy")->is_factor);
    assert_true(results_find(&r, "synapses")->is_factor);
    assert_true(results_find(&r, "synapses")->kind == RESULTS_TEXT);
    assert_false(results_find(&r, "accuracy")->is_factor);
    results_free(&r);
}

/* As R writes it. */
static void given_quotes_around_texts_when_read_expect_what_is_in_them(void **state)
{
    struct results r;
    const char *path = support_write_text(state, "r.csv",
                                          "\"task\",\"seed\",\"accuracy\"\n"
                                          "\"easy, all\",1,0.9\n\"hard\",1,0.8\n");
    assert_int_equal(results_read(&r, path), STATUS_OK);
    assert_string_equal(results_find(&r, "task")->levels[0], "easy, all");
    assert_true(results_find(&r, "accuracy")->number[1] == 0.8);
    results_free(&r);
}

static void given_unknown_columns_when_read_expect_numbers_or_a_reason(void **state)
{
    struct results r;
    const struct results_column *found;
    const char *path =
        support_write_text(state, "r.csv", "task,seed,len,curve\na,1,4.2,\na,2,-3,10 20\n");
    assert_int_equal(results_read(&r, path), STATUS_OK);
    assert_int_equal(results_find_measure(&r, "--measure", "len", &found), STATUS_OK);
    assert_true(found->number[1] == -3);
    assert_int_equal(results_find_measure(&r, "--measure", "curve", &found), STATUS_USER);
    support_assert_message(path, "line 3: curve is not a number", NULL);
    results_free(&r);
}

static void given_bad_files_when_read_expect_file_line_and_value(void **state)
{
    const struct {
        const char *text, *line, *what;
    } bad[] = {
        {"", "", "is empty: expected a header"},
        {"task,seed,accuracy\n", "", "has a header but no run"},
        {"task,accuracy\na,1\n", "line 1:", "column 'seed' is missing"},
        {"task,seed,task\na,1,a\n", "line 1:", "column 'task' is there twice"},
        {"task,,seed\na,1,1\n", "line 1:", "column 2 has no name"},
        {"task,seed,accuracy\na,1,1\na,2\n",
         "line 3:", "'a,2': 2 columns: expected 3, as in line 1"},
        {"task,seed,accuracy\na,1,1,1\n", "line 2:", "4 columns: expected 3, as in line 1"},
        {"task,seed,accuracy\na,1,1\n\n", "line 3:", "'': 0 columns: expected 3, as in line 1"},
        {"task,seed,accuracy\na,1,high\n",
         "line 2:", "accuracy 'high': expected a number, such as"},
        {"task,seed,accuracy\na,1,nan\n", "line 2:", "accuracy 'nan': expected a number"},
        {"task,seed,accuracy\na,1,1e999\n", "line 2:", "accuracy '1e999': expected a number"},
        {"task,seed,accuracy\na,1,0x1\n", "line 2:", "accuracy '0x1': expected a number"},
        {"task,seed,accuracy\na,1, 1\n", "line 2:", "accuracy ' 1': expected a number"},
        {"task,seed,accuracy\na,1,+1\n", "line 2:", "accuracy '+1': expected a number"},
        {"task,seed,accuracy\na,1,5\n", "line 2:", "accuracy '5': expected a number from 0 to 1"},
        {"task,seed,accuracy\na,1,-1e-9\n", "line 2:", "'-1e-9': expected a number from 0 to 1"},
        {"task,seed,presentations\na,1,-4\n",
         "line 2:", "presentations '-4': expected a number from 0 on"},
        {"task,seed,similarity\na,1,-1.5\n", "line 2:", "expected a number from -1 to 1"},
        {"task,seed,accuracy\na,-1,1\n", "line 2:", "seed '-1': expected a whole number from 0"},
        {"task,seed,accuracy\na,,1\n", "line 2:", "seed '': expected a whole number"},
        {"task,seed,accuracy\na,18446744073709551616,1\n", "line 2:", "': expected a whole number"},
        {"task,seed,accuracy\n,1,1\n", "line 2:", "task '': expected a value, as of every factor"},
        {"task,seed,accuracy\n\"a\"\"b\",1,1\n", "line 2:", "expected a text without quotes"},
        {"task,seed,accuracy\na\xff,1,1\n", "line 2:", "expected UTF-8"},
        {"task,seed,accuracy\na\tb,1,1\n", "line 2:", "expected a text without control characters"},
        {"task,seed,accuracy\na,1,1\nb,1,1\na,1,1\n",
         "line 4:", "the run with seed 1 is there twice, its factors and seed are those of line 2"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char name[16];
        snprintf(name, sizeof name, "%zu.csv", i);
        const char *path = support_write_text(state, name, bad[i].text);
        struct results r;
        assert_int_equal(results_read(&r, path), STATUS_USER);
        support_assert_message(path, bad[i].line, bad[i].what, NULL);
        assert_null(r.columns);
        results_free(&r);
    }
    struct results r;
    const char *missing = support_path(state, "missing.csv");
    assert_int_equal(results_read(&r, missing), STATUS_USER);
    support_assert_message(missing, "cannot be opened", NULL);
    results_free(&r);
}

/* n times "a,", and a header or row around it. */
static char *repeat(const char *cell, int n, const char *end)
{
    char *text = malloc((size_t)n * 8 + strlen(end) + 1), *next = text;
    assert_non_null(text);
    for (int i = 0; i < n; i++)
        next += sprintf(next, cell, i);
    strcpy(next, end);
    return text;
}

static void given_too_many_columns_or_levels_when_read_expect_user_error(void **state)
{
    struct results r;
    char *text = repeat("f%d,", RESULTS_COLUMNS_MAX, "seed\n");
    const char *path = support_write_text(state, "wide.csv", text);
    free(text);
    assert_int_equal(results_read(&r, path), STATUS_USER);
    support_assert_message(path, "65 columns, at most 64", NULL);
    text = repeat("%d,1\n", RESULTS_LEVELS_MAX + 1, "");
    char *file;
    assert_true(asprintf(&file, "f,seed\n%s", text) > 0);
    path = support_write_text(state, "levels.csv", file);
    free(text);
    free(file);
    assert_int_equal(results_read(&r, path), STATUS_USER);
    support_assert_message(path, "line 1002: f has more than 1000 different values", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_sweep_s_file_when_read_expect_its_columns),
        WITH_FOLDER(given_nothing_before_the_seed_when_read_expect_the_four_factors),
        WITH_FOLDER(given_quotes_around_texts_when_read_expect_what_is_in_them),
        WITH_FOLDER(given_unknown_columns_when_read_expect_numbers_or_a_reason),
        WITH_FOLDER(given_bad_files_when_read_expect_file_line_and_value),
        WITH_FOLDER(given_too_many_columns_or_levels_when_read_expect_user_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
