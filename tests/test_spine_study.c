/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spine_study, spine_neighbours and `spinet spines`: logs made by hand, whose numbers are known;
 * closed forms; logs of real runs, as numbers, charts and in a report. */
#include "report/spine_study.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/random.h"
#include "core/status.h"
#include "core/text.h"
#include "network/neighbours.h"
#include "report/spine_neighbours.h"
#include "support.h"

/* ---- neighbours */

/* A bin's share of the pairs on a dendrite of 100 um, simulated. */
static void given_positions_at_random_when_paired_expect_the_closed_chance(void **state)
{
    (void)state;
    enum { PAIRS = 200000 };
    double found[4] = {0};
    static const double distance[4] = {5, 20, 50, 90};
    for (uint32_t i = 0; i < PAIRS; i++) {
        const struct random_words words = random_words(3, RANDOM_GROW, i, 0, 0);
        const double apart = fabs(100 * random_unit(random_bits(&words, 0)) -
                                  100 * random_unit(random_bits(&words, 1)));
        for (int d = 0; d < 4; d++)
            found[d] += apart <= distance[d];
    }
    for (int d = 0; d < 4; d++)
        support_expect_near(found[d] / PAIRS, neighbours_chance(distance[d], 100), 0.005);
    support_expect_near(neighbours_chance(5, 100), 0.0975, 1e-12);
    support_expect_near(neighbours_chance(200, 100), 1, 0);
}

static void given_sites_when_counted_expect_pairs_distances_and_what_chance_gives(void **state)
{
    (void)state;
    struct spine_neighbours all, strong;
    /* two dendrites of one run, and one alone in another: pairs 2, 30, 28 and 12 um apart */
    static const struct spine_site site[] = {{0, 4, 10, true}, {0, 4, 12, true},  {0, 4, 40, false},
                                             {0, 7, 50, true}, {0, 7, 62, false}, {1, 7, 51, true}};
    assert_int_equal(spine_neighbours_count(&all, &strong, site, 6, 100), STATUS_OK);
    static const double pairs[SPINE_NEAR_BINS] = {1, 0, 1, 0, 0, 1, 1};
    double sum = 0;
    for (int b = 0; b < SPINE_NEAR_BINS; b++) {
        const double low = 0.05 * b, high = 0.05 * (b + 1);
        support_expect_near(all.pairs[b], pairs[b], 0);
        support_expect_near(all.expected[b], 4 * (high * (2 - high) - low * (2 - low)), 1e-12);
        assert_true(all.low[b] <= all.high[b] && all.high[b] <= 4);
        sum += strong.expected[b];
    }
    support_expect_near(all.nearest_um, (2 + 2 + 28 + 12 + 12) / 5.0, 1e-12);
    /* one strong pair among the three of dendrite 4: by chance any of them */
    support_expect_near(strong.pairs[0], 1, 0);
    support_expect_near(strong.expected[0], 1.0 / 3, 1e-12);
    support_expect_near(sum, 1, 1e-12);
    support_expect_near(strong.nearest_um, 2, 1e-12);
}

/* 2,000 dendrites of five spines: at random the shuffles hold the count, in clusters they do not.
 */
static void given_clusters_when_counted_expect_more_near_pairs_than_by_chance(void **state)
{
    (void)state;
    enum { DENDRITES = 2000, EACH = 5, N = DENDRITES * EACH };
    static struct spine_site site[N];
    struct spine_neighbours all, strong;
    for (int clustered = 0; clustered < 2; clustered++) {
        for (int32_t i = 0; i < N; i++) {
            const struct random_words words = random_words(9, RANDOM_GROW, (uint32_t)i, 0, 0);
            const double at = 100 * random_unit(random_bits(&words, 0));
            site[i] = (struct spine_site){0, i / EACH, at, i % EACH < 2};
            if (clustered && i % EACH == 1)
                site[i].position_um = fmin(site[i - 1].position_um + 3, 100);
        }
        assert_int_equal(spine_neighbours_count(&all, &strong, site, N, 100), STATUS_OK);
        /* of five gaps between neighbours the outer two have mean L / 6, the lesser of two L / 12
         */
        support_expect_near(all.chance_um, 100 * (2 / 6.0 + 3 / 12.0) / 5, 0.05);
        if (clustered) {
            assert_true(all.pairs[0] > all.high[0] && all.nearest_um < all.chance_low_um);
            assert_true(strong.pairs[0] > 1900 && strong.pairs[0] > strong.high[0]);
        } else {
            assert_true(all.pairs[0] >= all.low[0] && all.pairs[0] <= all.high[0]);
            assert_true(strong.pairs[0] >= strong.low[0] && strong.pairs[0] <= strong.high[0]);
            support_expect_near(all.pairs[0] / all.expected[0], 1, 0.06);
        }
    }
}

/* ---- logs made by hand */

#define HEADER                                                                                     \
    "id,input,dendrite,position_um,birth,born_presentation,born_day,weight_at_birth,weight_max,"   \
    "death,died_presentation,died_day,weight_at_end\n"

/* A run of 10 presentations, 0.9583 days, and ten of rest, whose log is replaced. */
static void make_run(void **state, const char *log)
{
    free(support_run_well(state, "train --quiet --no-pictures --threads 1 --log-synapses --set "
                                 "data.test_per_class=2 --set stopping.max_presentations=10 --set "
                                 "turnover.policy=none --set rest.before_test_days=10 --overwrite "
                                 "--out run"));
    support_write_gzip(state, "run/synapse_log.csv.gz", log, strlen(log));
}

static json_t *read_json(void **state, const char *name)
{
    json_error_t error;
    json_t *root = json_load_file(support_path(state, name), 0, &error);
    if (!root)
        fail_msg("%s: %s", name, error.text);
    return root;
}

static double value_of(const json_t *group, const char *key)
{
    const json_t *value = json_object_get(group, key);
    return json_is_null(value) ? (double)NAN : json_number_value(value);
}

/* Four at the start, of which one dies after 5 days; two born on day 2, one of which dies on day 4;
 * 80 cells of 10 dendrites of 100 um. */
static const char six_lives[] =
    HEADER "0,1,4,10.00,initial,0,0.0000,0.100000,0.900000,,,,0.800000\n"
           "1,2,4,12.00,initial,0,0.0000,0.200000,0.400000,,,,0.400000\n"
           "2,3,5,50.00,initial,0,0.0000,0.150000,0.160000,intrinsic,10,5.0000,0.020000\n"
           "3,3,6,50.00,initial,0,0.0000,0.150000,0.160000,,,,0.100000\n"
           "4,9,7,50.00,intrinsic,10,2.0000,0.050000,0.060000,intrinsic,10,4.0000,0.020000\n"
           "5,9,4,99.00,intrinsic,10,2.0000,0.050000,0.055000,,,,0.050000\n";

static void given_a_log_made_by_hand_when_described_expect_its_numbers(void **state)
{
    make_run(state, six_lives);
    free(support_run_well(state, "spines run --out out"));
    json_t *root = read_json(state, "out/spines.json");
    const json_t *group = json_array_get(json_object_get(root, "groups"), 0);
    assert_string_equal(json_string_value(json_object_get(group, "name")), "all");
    const double days = 10 + 10 * 138.0 / 1440;
    support_expect_near(value_of(group, "days"), days, 1e-6);
    support_expect_near(value_of(group, "lived"), 6, 0);
    support_expect_near(value_of(group, "at_end"), 4, 0);
    support_expect_near(value_of(json_object_get(group, "born"), "initial"), 4, 0);
    support_expect_near(value_of(json_object_get(group, "born"), "intrinsic"), 2, 0);
    support_expect_near(value_of(json_object_get(group, "died"), "intrinsic"), 2, 0);
    support_expect_near(value_of(group, "lost_a_day"), 2 / (3 * days + 5 + 2 + days - 2), 1e-5);
    support_expect_near(value_of(group, "mean_w"), (0.8 + 0.4 + 0.1 + 0.05) / 4, 1e-6);
    support_expect_near(value_of(group, "median_w"), 0.25, 1e-6);
    support_expect_near(value_of(group, "mean_ln_w"), log(0.8 * 0.4 * 0.1 * 0.05) / 4, 1e-6);
    support_expect_near(value_of(group, "strong"), 0.25, 1e-6);
    const json_t *start = json_object_get(group, "there_at_start"),
                 *later = json_object_get(group, "born_later");
    support_expect_near(value_of(start, "n"), 4, 0);
    assert_true(isnan(value_of(start, "median_days")));
    support_expect_near(value_of(json_array_get(json_object_get(start, "alive_after"), 1), "alive"),
                        1, 0);
    support_expect_near(value_of(json_array_get(json_object_get(start, "alive_after"), 2), "alive"),
                        0.75, 1e-9);
    assert_true(isnan(value_of(json_array_get(json_object_get(start, "alive_after"), 3), "alive")));
    support_expect_near(value_of(later, "median_days"), 2, 1e-6);
    /* 10, 12 and 99 um on dendrite 4 */
    support_expect_near(value_of(json_object_get(group, "neighbours"), "nearest_um"),
                        (2 + 2 + 87) / 3.0, 1e-6);
    json_decref(root);
}

static void given_a_log_made_by_hand_when_described_expect_its_density_over_time(void **state)
{
    struct text_reader reader;
    make_run(state, six_lives);
    free(support_run_well(state, "spines run"));
    assert_int_equal(text_open(&reader, support_path(state, "run/spines/density.csv")), STATUS_OK);
    assert_int_equal(text_next(&reader), 1);
    assert_string_equal(reader.text, "group,day,runs,spines_a_um,sd");
    int n = 0;
    while (text_next(&reader) == 1) {
        double day, density;
        int n_runs;
        assert_int_equal(sscanf(reader.text, "all,%lf,%d,%lf", &day, &n_runs, &density), 3);
        const double alive = day < 2 ? 4 : day < 4 ? 6 : day < 5 ? 5 : 4;
        support_expect_near(density, alive / 80000, 1e-8);
        n++;
    }
    text_close(&reader);
    assert_int_equal(n, SPINE_DAYS + 1);
}

static void expect_refusal(void **state, const char *arguments, const char *message)
{
    struct support_run run;
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 2);
    if (!strstr(run.err, message))
        fail_msg("%s: %s", arguments, run.err);
    support_run_free(&run);
}

static void given_a_damaged_log_when_described_expect_the_line(void **state)
{
    make_run(state,
             HEADER "0,1,4,10.00,initial,0,0.0000,0.1,0.9,,,,0.8\n1,1,4,1,hatched,0,0,0,0,,,,0\n");
    expect_refusal(state, "spines run",
                   "run/synapse_log.csv.gz: line 3: birth 'hatched': expected a cause of birth");
    make_run(state, HEADER "0,1,4,10.00,initial,0,0.0000,0.1,0.9,pruned,9,99.0,0.8\n");
    expect_refusal(state, "spines run", "synapse 0: does not fit manifest.json");
    make_run(state, HEADER "0,1,4,10.00,initial,4,3.0000,0.1,0.9,pruned,9,2.0,0.8\n");
    expect_refusal(state, "spines run",
                   "line 2: died_day '2.0': expected a day after that of birth");
    make_run(state, HEADER "1,1,4,10.00,initial,0,0.0000,0.1,0.9,,,,0.8\n");
    expect_refusal(state, "spines run",
                   "line 2: id '1': expected the one after that of the line before");
    make_run(state, HEADER "0,1,4,10.00,initial,0,0.0000,0.1,0.9,pruned,,2.0,0.8\n");
    expect_refusal(state, "spines run",
                   "line 2: died_presentation '': expected one from that of birth on");
    make_run(state, HEADER "0,1,4,10.00,initial,0,0.0000,0.1,0.9,,,2.0,0.8\n");
    expect_refusal(state, "spines run", "line 2: died_day '2.0': expected nothing, as it lives");
    make_run(state, "id,input\n");
    expect_refusal(
        state, "spines run",
        "line 1: 'id,input': has no column dendrite: expected id,input,dendrite,position_um,");
    assert_false(file_exists(support_path(state, "run/spines")));
}

static void given_no_runs_with_a_log_when_described_expect_what_to_do(void **state)
{
    expect_refusal(state, "spines none", "none: no such folder");
    expect_refusal(state, "spines", "spines: name the folder of a finished run or sweep");
    expect_refusal(state, "spines run --seed 2", "are for --protocol");
    make_run(state, six_lives);
    unlink(support_path(state, "run/synapse_log.csv.gz"));
    expect_refusal(state, "spines run",
                   "run: no run in it has a synapse_log.csv.gz: train with "
                   "--log-synapses");
    unlink(support_path(state, "run/DONE"));
    expect_refusal(state, "spines run",
                   "run: is not finished: `spinet train --resume run` goes on");
}

/* ---- of real runs */

static const char sweep[] =
    "runs = 2;\n"
    "set = [\"record.synapses=true\", \"data.test_per_class=4\", "
    "\"stopping.max_presentations=24\", \"test.sample_period=0\"];\n"
    "factors: (\n"
    "  { name = \"form\"; levels = ( { name = \"kesten\"; set = "
    "[\"intrinsic.form=kesten\", \"intrinsic.noise_factor=2\"]; }, { name = \"none\"; } ); },\n"
    "  { name = \"turnover\"; levels = ( { name = \"none\"; set = "
    "[\"turnover.policy=none\"]; }, { name = \"random\"; } ); } );\n";

static void
given_a_sweep_when_described_expect_a_group_a_condition_and_a_section_in_the_report(void **state)
{
    support_write_text(state, "a.sweep", sweep);
    free(support_run_well(state, "sweep a.sweep --out s --threads 2 --quiet"));
    char *out = support_run_well(state, "spines s --pictures svg");
    assert_non_null(strstr(out, "\nkesten, none"));
    assert_non_null(strstr(out, "\nnone, random"));
    assert_non_null(strstr(out, "intrinsic 100 %"));
    free(out);
    json_t *root = read_json(state, "s/spines/spines.json");
    const json_t *groups = json_object_get(root, "groups"), *group;
    size_t i;
    assert_int_equal(json_array_size(groups), 4);
    json_array_foreach(groups, i, group)
    {
        /* births and deaths balance under every one of these */
        support_expect_near(value_of(group, "at_end"), 2000, 0);
        support_expect_near(value_of(group, "lived"),
                            2000 + value_of(json_object_get(group, "died"), "pruned") +
                                value_of(json_object_get(group, "died"), "intrinsic"),
                            0);
        assert_true(i == 2 ? value_of(group, "lived") == 2000 : value_of(group, "lived") > 2000);
    }
    json_decref(root);
    assert_true(file_exists(support_path(state, "s/spines/spines-survival.svg")));
    assert_true(file_exists(support_path(state, "s/spines/spines-neighbours.svg")));
    /* again, with another number of threads: the same numbers */
    size_t n, n_again;
    uint8_t *first = support_read(support_path(state, "s/spines/spines.json"), &n);
    setenv("OMP_NUM_THREADS", "3", 1);
    free(support_run_well(state, "spines s --out again"));
    unsetenv("OMP_NUM_THREADS");
    uint8_t *again = support_read(support_path(state, "again/spines.json"), &n_again);
    assert_int_equal(n, n_again);
    assert_memory_equal(first, again, n);
    free(first);
    free(again);
    free(support_run_well(state, "report s"));
    char *html = (char *)support_read(support_path(state, "s/report.html"), &n);
    html = realloc(html, n + 1);
    html[n] = '\0';
    assert_non_null(strstr(html, "<h2 id=\"spines\">Spines</h2>"));
    assert_non_null(strstr(html, "<li><a href=\"#spines\">Spines</a></li>"));
    assert_non_null(strstr(html, "<td class=\"t\">kesten, random</td>"));
    assert_non_null(strstr(html, "id=\"figure-spines-log-sizes\""));
    assert_non_null(strstr(html, "id=\"figure-spines-density\""));
    free(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_positions_at_random_when_paired_expect_the_closed_chance),
        cmocka_unit_test(given_sites_when_counted_expect_pairs_distances_and_what_chance_gives),
        cmocka_unit_test(given_clusters_when_counted_expect_more_near_pairs_than_by_chance),
        WITH_FOLDER(given_a_log_made_by_hand_when_described_expect_its_numbers),
        WITH_FOLDER(given_a_log_made_by_hand_when_described_expect_its_density_over_time),
        WITH_FOLDER(given_a_damaged_log_when_described_expect_the_line),
        WITH_FOLDER(given_no_runs_with_a_log_when_described_expect_what_to_do),
        WITH_FOLDER(
            given_a_sweep_when_described_expect_a_group_a_condition_and_a_section_in_the_report),
    };
    return cmocka_run_group_tests_name("spine_study", tests, NULL, NULL);
}
