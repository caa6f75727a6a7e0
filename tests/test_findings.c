/* SPDX-License-Identifier: GPL-3.0-or-later */
/* findings: the sentences say what the tests beneath them say. */
#include "report/findings.h"

#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "core/text.h"
#include "support.h"

#define HEADER                                                                                     \
    "task,turnover,seed,data_set,classes,synapses,policy,presentations,stopped_by,tests,"          \
    "accuracy,ties,undecided,similarity\n"

/* Three seeds of each condition. Turnover's gain is 0.02 higher and lower than its mean with seed 1
 * and 3; its gain on the second task less that on the first 0.02 higher with both, 0.04 lower with
 * seed 2. */
static char *write_tasks(void **state, const char *const tasks[2], const double mean[2][2])
{
    static const char *const policies[] = {"none", "random"};
    static const double shift[] = {0.02, -0.04, 0.02};
    char text[4096] = HEADER, row[256];
    for (int t = 0; t < 2; t++)
        for (int p = 0; p < 2; p++)
            for (int seed = 1; seed <= 3; seed++) {
                snprintf(row, sizeof row, "%s,%s,%d,shapes,1-2,1000,%s,20,limit,20,%.3f,0,0,0.5\n",
                         tasks[t], policies[p], seed, policies[p],
                         mean[t][p] + (p ? 0.5 : -0.5) *
                                          (0.02 * (2 - seed) + (t ? 0.5 : -0.5) * shift[seed - 1]));
                strcat(text, row);
            }
    return strdup(support_write_text(state, "results.csv", text));
}

/* What is put in words of the results at `path`, which is freed. */
static char *words_of(char *path, struct effects_question question, text_put *put)
{
    struct results results;
    struct effects effects;
    assert_int_equal(results_read(&results, path), STATUS_OK);
    assert_int_equal(effects_find(&effects, &results, &question), STATUS_OK);
    char *words = text_written(put, &effects);
    effects_free(&effects);
    results_free(&results);
    free(path);
    return words;
}

static char *find(void **state, const char *const tasks[2], const double mean[2][2])
{
    return words_of(write_tasks(state, tasks, mean),
                    (struct effects_question){.measure = "accuracy"}, findings_put);
}

static const char *const two[] = {"easy", "hard"};

static void given_an_effect_that_grows_when_put_in_words_expect_it_and_its_tests(void **state)
{
    /* By hand: t of the gains, 0.15 with an sd of 0.02, is 0.15 / (0.02 / √3), F = t² = 169; of the
     * difference of the gains, 0.1 with a variance of 0.0012, F = 25. */
    char *text = find(state, two, (const double[2][2]){{0.8, 0.9}, {0.6, 0.8}});
    assert_non_null(
        strstr(text, "accuracy: turnover makes a difference (seed by seed F(1, 2) = 169, "));
    assert_non_null(strstr(text, "random minus none: +0.15 on average; easy +0.1 "));
    assert_non_null(strstr(text, ", hard +0.2 "));
    assert_non_null(strstr(text, "The effect depends on task (F(1, 2) = 25, p = 0.038, "));
    free(text);
}

static void given_no_effect_when_put_in_words_expect_no_claim(void **state)
{
    char *text = find(state, two, (const double[2][2]){{0.8, 0.8}, {0.6, 0.6}});
    assert_non_null(strstr(text, "turnover makes no difference that could be told from chance"));
    assert_non_null(
        strstr(text, "; a difference of 0.062 or more would have been found in 80 of 100 cases)"));
    assert_non_null(strstr(text, "does not demonstrably depend on task"));
    free(text);
}

static void given_equal_effects_when_put_in_words_expect_no_dependence(void **state)
{
    char *text = find(state, two, (const double[2][2]){{0.8, 0.9}, {0.6, 0.7}});
    assert_non_null(strstr(text, "turnover makes a difference"));
    assert_non_null(strstr(text, "does not demonstrably depend on task"));
    free(text);
}

/* Of 3 pairs the 2^3 signs have at least p = 2 / 8, twice that of two comparisons; 2 * 2 / 2^n is
 * below 0.05 from n = 7 on. */
static void
given_too_few_seeds_for_the_test_when_put_in_words_expect_that_and_no_stars(void **state)
{
    static const double mean[2][2] = {{0.8, 0.9}, {0.6, 0.8}};
    static const char *const tests[] = {"permutation", "signed-rank"};
    for (int t = 0; t < 2; t++) {
        const struct effects_question question = {.measure = "accuracy", .test = tests[t]};
        char limit[200];
        snprintf(
            limit, sizeof limit,
            "With 3 seeds the %s test, which decides between two levels, cannot fall below p = "
            "0.5 after the correction; 7 seeds are needed.",
            tests[t]);
        char *text = words_of(write_tasks(state, two, mean), question, findings_put);
        assert_non_null(strstr(text, "; easy +0.1, hard +0.2."));
        assert_non_null(strstr(text, limit));
        free(text);
        text = words_of(write_tasks(state, two, mean), question, findings_put_answer);
        assert_memory_equal(text, limit, strlen(limit));
        assert_null(strstr(text, "told from chance"));
        free(text);
    }
}

/* One comparison of n seeds: 2 / 2^5 is above 0.05, 2 / 2^6 below. */
static void given_a_seed_more_when_the_answer_is_put_in_words_expect_a_verdict(void **state)
{
    const struct effects_question question = {.measure = "accuracy", .test = "permutation"};
    for (int n = 5; n <= 6; n++) {
        char text[4096] = HEADER, row[256];
        for (int p = 0; p < 2; p++)
            for (int seed = 1; seed <= n; seed++) {
                snprintf(row, sizeof row,
                         "all,%d,%d,shapes,1-2,1000,none,20,limit,20,0.%d%d,0,0,\n", p, seed, p + 4,
                         seed);
                strcat(text, row);
            }
        char *words = words_of(strdup(support_write_text(state, "n.csv", text)), question,
                               findings_put_answer);
        assert_int_equal(strstr(words, "With 5 seeds the permutation") != NULL, n == 5);
        assert_int_equal(strstr(words, "accuracy is higher in 1 of 1 comparison ") != NULL, n == 6);
        free(words);
    }
}

static void
given_runs_at_the_limit_when_times_are_put_in_words_expect_them_called_censored(void **state)
{
    char text[4096] = HEADER, row[256];
    for (int p = 0; p < 2; p++)
        for (int seed = 1; seed <= 3; seed++) {
            snprintf(row, sizeof row, "all,%s,%d,shapes,1-2,1000,none,%d,%s,20,1,0,0,\n",
                     p ? "random" : "none", seed, p ? 100 + seed : 350, p ? "strong" : "limit");
            strcat(text, row);
        }
    char *words = words_of(strdup(support_write_text(state, "times.csv", text)),
                           (struct effects_question){.measure = "presentations"}, findings_put);
    assert_non_null(strstr(words, " Censored, since all their runs were stopped at the limit (see "
                                  "`spinet stats SWEEP --measure to_criterion`): none."));
    free(words);
    words = words_of(strdup(support_write_text(state, "times.csv", text)),
                     (struct effects_question){.measure = "presentations"}, findings_put_answer);
    assert_non_null(strstr(words, "none 350 (3 runs, all alike)"));
    free(words);
}

static void given_one_run_a_group_when_put_in_words_expect_silence(void **state)
{
    struct results results;
    struct effects effects;
    const char *path = support_write_text(
        state, "one.csv",
        HEADER "easy,none,1,shapes,1-2,1000,none,20,limit,20,0.5,0,0,\n"
               "easy,random,1,shapes,1-2,1000,random,30,limit,20,0.75,0,0,0.1\n");
    assert_int_equal(results_read(&results, path), STATUS_OK);
    assert_int_equal(
        effects_find(&effects, &results, &(struct effects_question){.measure = "accuracy"}),
        STATUS_OK);
    char *text = text_written(findings_put, &effects);
    assert_string_equal(text, "");
    free(text);
    effects_free(&effects);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_an_effect_that_grows_when_put_in_words_expect_it_and_its_tests),
        WITH_FOLDER(given_no_effect_when_put_in_words_expect_no_claim),
        WITH_FOLDER(given_equal_effects_when_put_in_words_expect_no_dependence),
        WITH_FOLDER(given_too_few_seeds_for_the_test_when_put_in_words_expect_that_and_no_stars),
        WITH_FOLDER(given_a_seed_more_when_the_answer_is_put_in_words_expect_a_verdict),
        WITH_FOLDER(
            given_runs_at_the_limit_when_times_are_put_in_words_expect_them_called_censored),
        WITH_FOLDER(given_one_run_a_group_when_put_in_words_expect_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
