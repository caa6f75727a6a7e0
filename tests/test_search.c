/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet search: its file, its draws, and small searches end to end. */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/status.h"
#include "report/search_scores.h"
#include "support.h"
#include "sweep/search.h"

/* Searches of a second. */
#define RANGES                                                                                     \
    "ranges: (\n"                                                                                  \
    "  { name = \"rate\"; keys = [\"plasticity.eta_max\", \"plasticity.eta_min\"]; from = 0.001; " \
    "to = 0.1; log = true; },\n"                                                                   \
    "  { name = \"period\"; keys = [\"turnover.period\"]; from = 5; to = 8; },\n"                  \
    "  { name = \"rule\"; levels = ( { name = \"none\"; set = [\"turnover.policy=none\"]; },\n"    \
    "      { name = \"random\"; } ); } );\n"
#define SHARED                                                                                     \
    "set = [\"data.validation_images=40\", \"test.sample_period=0\", "                             \
    "\"data.test_per_class=10\", \"input.duration_ms=1000\", \"input.active_ms=900\"];\n"
#define ROUNDS                                                                                     \
    "rounds: ( { sets = 6; seeds = 2; set = [\"stopping.max_presentations=20\"]; },\n"             \
    "          { sets = 3; seeds = 1; set = [\"stopping.max_presentations=30\"]; } );\n"           \
    "final: { sets = 2; seeds = 2; set = [\"stopping.max_presentations=30\"]; };\n"
static const char small[] = "title = \"A small one\";\n" SHARED RANGES ROUNDS;

/* ---- the file and its draws ---- */

static double value_of(const struct search *search, int32_t set, int range)
{
    char text[SEARCH_VALUE_MAX];
    search_write_value(&search->range[range], search->position[set * search->n_ranges + range],
                       text);
    return strtod(text, NULL);
}

static void read_text(void **state, const char *text, struct search *search)
{
    const char *path = support_write_text(state, "a.search", text);
    if (search_read(search, path) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void given_ranges_when_drawn_expect_values_in_them_and_whole_ones_evenly(void **state)
{
    static const char *const kinds[] = {"sobol", "random"};
    for (int kind = 0; kind < 2; kind++) {
        struct search search;
        char text[2048];
        int32_t n_of_period[9] = {0}, n_below = 0, n_random = 0;
        snprintf(text, sizeof text,
                 "draws = \"%s\";\n" SHARED RANGES "rounds: ( { sets = 256; } );\n"
                 "final: { sets = 1; };\n",
                 kinds[kind]);
        read_text(state, text, &search);
        for (int32_t set = 0; set < 256; set++) {
            const double rate = value_of(&search, set, 0), period = value_of(&search, set, 1);
            assert_true(rate >= 0.001 && rate <= 0.1);
            assert_true(period >= 5 && period <= 8 && period == floor(period));
            n_of_period[(int)period]++;
            n_below += rate < 0.01; /* the middle of the logarithms */
            n_random += search_choice(&search.range[2], search.position[set * 3 + 2]);
        }
        const int off = kind == 0 ? 2 : 30; /* Sobol's points are even */
        for (int i = 5; i <= 8; i++)
            assert_in_range(n_of_period[i], 64 - off, 64 + off);
        assert_in_range(n_below, 128 - off, 128 + off);
        assert_in_range(n_random, 128 - off, 128 + off);
        search.position[1] = nextafter(1, 0); /* the end of what is reported as the best part */
        assert_true(value_of(&search, 0, 1) == 8);
        search_free(&search);
    }
}

static void given_a_seed_when_drawn_again_or_with_more_sets_expect_the_same_sets(void **state)
{
    struct search first, again, more, other;
    read_text(state, small, &first);
    read_text(state, small, &again);
    read_text(state, SHARED RANGES "rounds: ( { sets = 20; } );\nfinal: { sets = 1; };\n", &more);
    read_text(state, "draw_seed = 2;\n" SHARED RANGES ROUNDS, &other);
    const size_t size = 6 * 3 * sizeof(double);
    assert_memory_equal(first.position, again.position, size);
    assert_memory_equal(first.position, more.position, size);
    assert_memory_not_equal(first.position, other.position, size);
    search_free(&first);
    search_free(&again);
    search_free(&more);
    search_free(&other);
}

static void given_rounds_when_made_expect_validation_first_and_fresh_seeds_last(void **state)
{
    struct search search;
    struct experiment round, final;
    struct parameters p;
    read_text(state, small, &search);
    assert_int_equal(search_make_round(&search, 1, (int32_t[]){4, 0, 2}, 3, &round), STATUS_OK);
    assert_int_equal(search_make_round(&search, 2, (int32_t[]){2, 4}, 2, &final), STATUS_OK);
    assert_string_equal(experiment_level(&round, 0, 0)->name, "s5");
    assert_int_equal(round.first_seed, 1);
    assert_int_equal(experiment_parameters(&round, 1, NULL, 0, &p), STATUS_OK);
    assert_int_equal(p.test.final_from, FROM_VALIDATION);
    assert_int_equal(p.stopping.max_presentations, 30);
    assert_true(fabs(p.plasticity.eta_max - value_of(&search, 0, 0)) < 1e-12);
    assert_true(p.plasticity.eta_min == p.plasticity.eta_max);
    assert_int_equal(final.first_seed, 3);
    assert_int_equal(final.n_conditions, 3);
    assert_string_equal(experiment_level(&final, 0, 0)->name, "given");
    assert_int_equal(experiment_parameters(&final, 0, NULL, 0, &p), STATUS_OK);
    assert_int_equal(p.test.final_from, FROM_TEST);
    assert_int_equal(p.turnover.period, 10);
    experiment_free(&round);
    experiment_free(&final);
    search_free(&search);
}

static void given_a_wrong_file_when_read_expect_its_line_and_what_would_be_right(void **state)
{
#define ONE         "rounds: ( { sets = 2; } );\nfinal: { sets = 1; };\n"
#define RANGE(text) "ranges: (\n{ name = \"a\"; " text " } );\n" ONE
    static const char *const wrong[][2] = {
        {"tittle = \"a\";\n" ONE, "a.search:1: tittle: expected title, config, set, draws"},
        {ONE, "a.search: has no ranges: expected ranges, rounds and final"},
        {RANGES "final: { sets = 1; };\n", "has no rounds"},
        {RANGES "rounds: ( { sets = 2; } );\n", "has no final"},
        {"draws = \"grid\";\n" RANGES ONE, "a.search:1: draws: expected \"sobol\" or \"random\""},
        {RANGE("keys = [\"turnover.perid\"]; from = 1; to = 2;"),
         "a.search:2: keys: turnover.perid: expected the name of a parameter that is a number"},
        {RANGE("keys = [\"turnover.policy\"]; from = 1; to = 2;"), "a parameter that is a number"},
        {RANGE("keys = [\"turnover.period\", \"gate.margin\"]; from = 1; to = 2;"),
         "a.search:2: keys: expected either whole numbers or others"},
        {RANGE("keys = [\"turnover.period\"]; from = 5; to = 5;"), "from and to, which is to be"},
        {RANGE("keys = [\"turnover.period\"]; from = 5;"), "from and to, which is to be larger"},
        {RANGE("keys = [\"turnover.period\"]; from = 5; to = 5.5;"), "expected whole numbers"},
        {RANGE("keys = [\"gate.margin\"]; from = 0; to = 1; log = true;"),
         "a.search:2: from: expected a number above 0 where log is true"},
        {RANGE("from = 1; to = 2;"), "expected keys, from and to, or levels"},
        {RANGE("levels = ( { name = \"b\"; } );"), "levels: expected a list"},
        {RANGE("log = true; levels = ( { name = \"b\"; }, { name = \"c\"; } );"),
         "expected keys, from and to, or levels"},
        {RANGE("levels = ( { name = \"b\"; config = \"b.cfg\"; }, { name = \"c\"; } );"),
         "expected levels of name and set, without config"},
        {RANGES "rounds: ( { sets = 2; },\n{ sets = 3; } );\nfinal: { sets = 1; };\n",
         "a.search:7: sets: expected no more sets than in the round before"},
        {RANGES "rounds: ( { sets = 2; } );\nfinal: { sets = 3; };\n",
         "a.search:7: sets: expected"},
        {RANGES "rounds: ( { seeds = 2; } );\nfinal: { sets = 3; };\n", "expected groups { sets"},
        {RANGE("keys = [\"turnover.period\"]; from = 0; to = 3;"),
         "in round-1: round-1.sweep: factor set, level s1: turnover.period = 0: expected"},
        {RANGES "rounds: ( { sets = 2; set = [\"a.b=1\"]; } );\nfinal: { sets = 1; };\n",
         "a.search: set s1 in round-1: round-1.sweep: set: a.b"},
    };
    struct search search;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *path = support_write_text(state, "a.search", wrong[i][0]);
        assert_int_equal(search_read(&search, path), STATUS_USER);
        if (!strstr(status_message(), wrong[i][1]))
            fail_msg("'%s' is not in: %s", wrong[i][1], status_message());
    }
}

/* ---- what mattered ---- */

static void given_one_range_that_decides_when_weighed_expect_it_first(void **state)
{
    struct search search;
    struct search_scores scores;
    struct search_weight weight[RANGES_MAX];
    read_text(state,
              SHARED RANGES "rounds: ( { sets = 64; }, { sets = 4; } );\nfinal: { sets = 1; };\n",
              &search);
    assert_int_equal(search_scores_init(&scores, &search), STATUS_OK);
    for (int32_t set = 0; set < 64; set++) { /* best in the middle of `period` */
        const double period = search.position[set * 3 + 1];
        scores.accuracy[set] = 0.9 - fabs(period - 0.5);
    }
    assert_int_equal(search_weigh(&scores, weight), STATUS_OK);
    assert_string_equal(weight[0].name, "period");
    assert_int_equal(weight[0].rank, 1);
    assert_int_equal(weight[0].rank_low, 1);
    assert_int_equal(weight[0].rank_high, 1);
    assert_true(weight[0].share > 0.6 && weight[0].share <= 1);
    assert_true(weight[1].share < 0.1 && weight[2].share < 0.1);
    assert_int_equal(weight[1].rank_low, 2);
    assert_int_equal(weight[2].rank_high, 3);
    int32_t set[4];
    search_scores_choose(&scores, 0, set, 4);
    for (int k = 0; k < 4; k++)
        for (int32_t other = 0; other < 64; other++) {
            int n_chosen = 0;
            for (int i = 0; i < 4; i++)
                n_chosen += set[i] == other;
            assert_true(n_chosen == 1 || scores.accuracy[other] <= scores.accuracy[set[3]]);
            assert_true(k == 0 || scores.accuracy[set[k]] <= scores.accuracy[set[k - 1]]);
        }
    search_scores_free(&scores);
    search_free(&search);
}

/* ---- end to end ---- */

static pid_t start(void **state, const char *out, const char *threads)
{
    const char *const arguments[] = {"spinet", "search", support_path(state, "small.search"),
                                     "--out",  out,      "--threads",
                                     threads,  NULL};
    return support_start(arguments, NULL);
}

static void expect_same(void **state, const char *a, const char *b)
{
    static const char *const names[] = {
        "sets.csv",    "parameters.csv",      "round-1.sweep",       "round-2.sweep",
        "final.sweep", "round-1/results.csv", "round-2/results.csv", "final/results.csv"};
    char first[256], second[256];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(first, sizeof first, "%s/%s", a, names[i]);
        snprintf(second, sizeof second, "%s/%s", b, names[i]);
        support_expect_same(support_path(state, first), support_path(state, second));
    }
}

/* A row of sets.csv of those of the rounds. */
struct set_row {
    double round[3]; /* NaN: not in it */
};

static void read_sets(void **state, const char *name, struct set_row row[6])
{
    size_t n;
    char *text = (char *)support_read(support_path(state, name), &n), *line = text;
    for (int i = 0; i < 6; i++) {
        line = strchr(line, '\n') + 1;
        char *cell = line;
        for (int k = 0; k < 6; k++, cell++) {
            if (k > 3)
                row[i].round[k - 4] = strchr(",\n", *cell) ? (double)NAN : strtod(cell, NULL);
            cell += strcspn(cell, ",\n");
        }
        row[i].round[2] = strchr(",\n", *cell) ? (double)NAN : strtod(cell, NULL);
    }
    free(text);
}

/* Those of a round are no worse, in the round before, than those that are not. */
static void expect_the_best(const struct set_row *row, int round, int n)
{
    int n_there = 0;
    for (int i = 0; i < 6; i++) {
        n_there += !isnan(row[i].round[round]);
        for (int k = 0; k < 6; k++)
            if (!isnan(row[i].round[round]) && isnan(row[k].round[round]) &&
                !isnan(row[k].round[round - 1]))
                assert_true(row[i].round[round - 1] >= row[k].round[round - 1]);
    }
    assert_int_equal(n_there, n);
}

static void given_a_search_on_one_thread_or_two_or_killed_when_done_expect_the_same(void **state)
{
    struct set_row row[6];
    support_write_text(state, "small.search", small);
    const char *killed = support_path(state, "killed");
    assert_int_equal(support_finish(start(state, support_path(state, "one"), "1")), 0);
    assert_int_equal(support_finish(start(state, support_path(state, "two"), "2")), 0);
    int n_killed = 0, code = 1;
    for (int i = 0; i < 12 && code != 0; i++) { /* later and later */
        const pid_t pid = start(state, killed, "2");
        usleep((useconds_t)(30000 + 60000 * i));
        kill(pid, SIGKILL);
        code = support_finish(pid);
        n_killed += code == 1000 + SIGKILL;
    }
    assert_true(n_killed > 0);
    assert_int_equal(support_finish(start(state, killed, "2")), 0);
    expect_same(state, "one", "two");
    expect_same(state, "one", "killed");
    read_sets(state, "one/sets.csv", row);
    expect_the_best(row, 1, 3);
    expect_the_best(row, 2, 2);
    assert_true(file_exists(support_path(state, "one/final/report.html")));
}

static void expect_failure(void **state, const char *arguments, const char *part)
{
    struct support_run run;
    support_run(state, &run, arguments);
    if (run.exit_code != 2 || !strstr(run.err, part))
        fail_msg("%s: %d, '%s' is not in: %s", arguments, run.exit_code, part, run.err);
    support_run_free(&run);
}

static void given_another_search_in_the_folder_when_run_expect_refusal_unless_fresh(void **state)
{
    support_write_text(state, "small.search", small);
    free(support_run_well(state, "search small.search -q --out out"));
    support_write_text(state, "small.search", "draw_seed = 3;\n" SHARED RANGES ROUNDS);
    expect_failure(state, "search small.search --out out",
                   "out/round-1.sweep: is of another search");
    free(support_run_well(state, "search small.search -q --out out --fresh"));
    free(support_run_well(state, "search small.search -q --out other"));
    expect_same(state, "out", "other");
    expect_failure(state, "search small.search --out o --set turnover.period=9",
                   "round-1 compares what its factor set sets");
    expect_failure(state, "search small.search", "and --out DIR are needed");
    expect_failure(state, "search small.search --out o --shards 3", "is for --engine slurm");
    expect_failure(state, "search nothing --out o", "experiments/nothing.search");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_ranges_when_drawn_expect_values_in_them_and_whole_ones_evenly),
        WITH_FOLDER(given_a_seed_when_drawn_again_or_with_more_sets_expect_the_same_sets),
        WITH_FOLDER(given_rounds_when_made_expect_validation_first_and_fresh_seeds_last),
        WITH_FOLDER(given_a_wrong_file_when_read_expect_its_line_and_what_would_be_right),
        WITH_FOLDER(given_one_range_that_decides_when_weighed_expect_it_first),
        WITH_FOLDER(given_a_search_on_one_thread_or_two_or_killed_when_done_expect_the_same),
        WITH_FOLDER(given_another_search_in_the_folder_when_run_expect_refusal_unless_fresh),
    };
    setenv("PATH", "/nowhere", 1); /* without node reports are made in no time */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
