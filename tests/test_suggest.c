/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean …?": which word is near, and that every kind of name a user types has it. */
#include "core/suggest.h"

#include <string.h>
#include <sys/stat.h>

#include "support.h"

static void given_a_word_when_candidates_are_offered_expect_the_nearest_or_none(void **state)
{
    static const struct {
        const char *word, *expected;
    } cases[] = {
        {"random", ""},
        {"randon", "random"},
        {"RANDOM", "random"},
        {"arndom", "random"},
        {"non", "none"},
        {"nnoe", "none"},
        {"constrain", "constrained"},
        {"weather", ""},
        {"", ""},
        {"n", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct suggestion near = suggest_for(cases[i].word);
        suggest_offer_list(&near, "none|random|constrained");
        assert_string_equal(near.best, cases[i].expected);
    }
}

static void given_words_too_long_when_offered_expect_none(void **state)
{
    char word[1001] = "", other[1001] = "";
    (void)state;
    memset(word, 'a', 1000);
    memset(other, 'a', 999);
    struct suggestion near = suggest_for(word);
    suggest_offer(&near, other);
    assert_string_equal(suggest_words(&near, "none is near"), "none is near");
    near = suggest_for("a");
    suggest_offer(&near, other);
    assert_string_equal(suggest_ending(&near), "");
}

static void given_a_slip_in_any_name_when_run_expect_the_one_that_was_meant(void **state)
{
    static const char *const cases[][2] = {
        {"swep demo", "did you mean sweep?"},
        {"train --quit", "did you mean --quiet?"},
        {"train --set=turnover.perod=3 --out r", "did you mean turnover.period?"},
        {"train --set turnover.policy=randm --out r", "did you mean random?"},
        {"train --config mine.cgf --out r", "did you mean mine.cfg?"},
        {"train --config experiments/shpaes.cfg --out r", "did you mean experiments/shapes.cfg?"},
        {"spines --protocol ketamin --out s", "did you mean ketamine?"},
        {"sweep mine.sweep --only turnovr=none --out r", "did you mean turnover?"},
        {"sweep mine.sweep --only turnover=noen --out r", "did you mean none?"},
        {"report folder/ressults", "did you mean folder/results?"},
        {"stats r.csv --by turnvoer", "did you mean turnover?"},
        {"stats r.csv --measure acuracy", "did you mean accuracy?"},
    };
    support_write_text(state, "mine.cfg", "");
    support_write_text(state, "mine.sweep",
                       "factors: ( { name = \"turnover\"; levels = ( { name = \"none\"; } ); } );");
    support_write_text(state, "r.csv", "turnover,seed,presentations,accuracy\nnone,1,3,0.5\n");
    mkdir(support_path(state, "folder"), 0777);
    support_write_text(state, "folder/results", "");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct support_run run;
        support_run(state, &run, cases[i][0]);
        if (run.exit_code != 2 || !strstr(run.err, cases[i][1]))
            fail_msg("%s: exit %d, %s", cases[i][0], run.exit_code, run.err);
        support_run_free(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_word_when_candidates_are_offered_expect_the_nearest_or_none),
        cmocka_unit_test(given_words_too_long_when_offered_expect_none),
        WITH_FOLDER(given_a_slip_in_any_name_when_run_expect_the_one_that_was_meant),
    };
    return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
