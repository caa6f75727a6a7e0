/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drift: sizes day by day, what `spinet spines` makes of them, and population vectors in
 * retention.csv, by the real program. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "store/run_tables.h"
#include "store/snapshot.h"
#include "support.h"
#include "train/retention.h"

#define RUN                                                                                        \
    "train -q --no-pictures --threads 1 --set data.train_per_class=5 --set test.sample_period=0 "  \
    "--set turnover.policy=none --set record.network=false --set intrinsic.in_training=false "     \
    "--set record.sizes=true --out run "

static struct retention_size *read_sizes(void **state, int32_t *n)
{
    struct retention_size *row;
    if (table_read(&sizes_table, support_path(state, "run/sizes.csv.gz"), NULL, &row, n) !=
        STATUS_OK)
        fail_msg("%s", status_message());
    return row;
}

struct drift_line {
    const char *what;
    double size, mean, form;
};
static const struct table_column columns[] = {
    TABLE_COLUMN(struct drift_line, what, TEXT, "what"),
    TABLE_COLUMN(struct drift_line, size, NUMBER, "size", .may_be_empty = true),
    TABLE_COLUMN(struct drift_line, mean, NUMBER, "mean", .least = -10, .most = 10),
    TABLE_COLUMN(struct drift_line, form, NUMBER, "form", .least = -10, .most = 10,
                 .may_be_empty = true),
};
static const struct table drift_table = TABLE_OF("drift.csv", struct drift_line, columns);

static struct drift_line *study_run(void **state, int32_t *n)
{
    struct drift_line *line;
    free(support_run_well(state, "spines run"));
    if (table_read(&drift_table, support_path(state, "run/spines/drift.csv"), NULL, &line, n) !=
        STATUS_OK)
        fail_msg("%s", status_message());
    return line;
}

static void given_days_of_rest_when_recorded_expect_every_synapse_on_each(void **state)
{
    int32_t n, n_plastic, n_last = 0;
    struct synapse_row *plastic;
    free(support_run_well(state, RUN "--set stopping.max_presentations=1 --set "
                                     "data.test_per_class=2 --set intrinsic.form=kesten --set "
                                     "rest.before_test_days=2 --set record.test_days=0,0.5,2"));
    struct retention_size *row = read_sizes(state, &n);
    assert_int_equal(
        snapshot_read_plastic(support_path(state, "run/network.csv"), &plastic, &n_plastic), 0);
    assert_int_equal(n, 3 * n_plastic); /* births are in balance */
    for (int32_t i = 0; i < n; i++) {
        n_last += row[i].days == 2;
        assert_true(i == 0 || row[i].days >= row[i - 1].days);
    }
    assert_int_equal(n_last, n_plastic);
    /* in the order of inputs there, of ids here */
    for (int32_t i = 0; i < n_plastic; i++) {
        const struct retention_size *last = &row[n - n_plastic];
        int32_t n_found = 0;
        for (int32_t k = 0; k < n_plastic; k++)
            n_found += last[k].input == plastic[i].source - 120 &&
                       last[k].dendrite == plastic[i].dendrite &&
                       fabs((double)last[k].weight - (double)plastic[i].weight) < 1e-6;
        assert_true(n_found >= 1);
    }
    table_free(&sizes_table, row, n);
    free(plastic);
}

/* 8,000 contacts of 4,000 pairs change by Kesten's form alone. */
static void given_intrinsic_dynamics_alone_when_studied_expect_their_form(void **state)
{
    int32_t n, n_mu = 0;
    free(support_run_well(state, RUN "--set stopping.max_presentations=0 --set "
                                     "data.test_per_class=1 --set intrinsic.form=kesten --set "
                                     "connections.plastic=4000 --set connections.contacts=2 --set "
                                     "connections.w_max=0.6 --set rest.before_test_days=3 --set "
                                     "record.test_days=0,1,2,3"));
    struct drift_line *line = study_run(state, &n);
    for (int32_t i = 0; i < n; i++) {
        if (strcmp(line[i].what, "intrinsic") == 0)
            support_expect_near(line[i].mean, 1, 0.05);
        if (!(line[i].size > 0.1 && line[i].size < 0.6))
            continue;
        if (strcmp(line[i].what, "mu") == 0) {
            support_expect_near(line[i].form, 0.011 - 0.06 * line[i].size, 1e-4);
            support_expect_near(line[i].mean, line[i].form, 0.008);
            n_mu++;
        } else if (strcmp(line[i].what, "sigma") == 0) {
            support_expect_near(line[i].mean, line[i].form, 0.06 * line[i].form);
        }
    }
    assert_true(n_mu >= 4);
    table_free(&drift_table, line, n);
}

/* Two contacts of each of 40 pairs, whose changes are the same in half of the variance: each is the
 * sum of one that both have and one of its own, of +0.01 or -0.01 each, in all combinations. */
static void given_changes_that_contacts_share_when_studied_expect_the_part_they_do_not(void **state)
{
    static char text[20000];
    int32_t n;
    size_t length;
    free(support_run_well(state, RUN "--set stopping.max_presentations=0 --set "
                                     "data.test_per_class=1 --set rest.before_test_days=1 --set "
                                     "record.test_days=0,1"));
    length = (size_t)snprintf(text, sizeof text, "days,id,input,dendrite,weight\n");
    for (int day = 0; day < 2; day++)
        for (int i = 0; i < 80; i++) {
            const int pair = i / 2, shared = pair % 2, own = i % 2 ? pair / 2 % 2 : pair / 4 % 2;
            length += (size_t)snprintf(text + length, sizeof text - length, "%d,%d,%d,%d,%.6f\n",
                                       day, i, pair, 10 * (pair % 8) + i % 2,
                                       0.35 + day * 0.01 * (2 * shared - 1 + 2 * own - 1));
        }
    support_write_text(state, "run/sizes.csv.gz", text);
    struct drift_line *line = study_run(state, &n);
    assert_int_equal(n, 3); /* mu, sigma, intrinsic; no form */
    support_expect_near(line[0].mean, 0, 1e-6);
    support_expect_near(line[1].mean, 0.01 * sqrt(2), 1e-4);
    support_expect_near(line[2].mean, 0.5, 1e-4);
    assert_true(isnan(line[0].form) && isnan(line[2].size));
    table_free(&drift_table, line, n);
}

static struct retention_row *read_retention(void **state, int32_t *n)
{
    struct retention_row *line;
    if (table_read(&retention_table, support_path(state, "run/retention.csv"), NULL, &line, n) !=
        STATUS_OK)
        fail_msg("%s", status_message());
    return line;
}

static void given_rest_without_change_when_tested_expect_the_same_vectors(void **state)
{
    int32_t n;
    free(support_run_well(state, RUN "--set turnover.policy=random --set "
                                     "data.train_per_class=60 --set data.test_per_class=10 --set "
                                     "data.stability=2 --set data.overlap=0 --set "
                                     "rest.before_test_days=9 --set record.test_days=0,9"));
    struct retention_row *line = read_retention(state, &n);
    assert_int_equal(n, 2 * N_SIZE_CLASSES);
    const struct retention_row *first = line, *last = line + N_SIZE_CLASSES;
    assert_true(first->decoded > 0.8 && first->correlation > 0.5 && first->correlation <= 1);
    assert_true(last->decoded == first->decoded && last->correlation == first->correlation);
    assert_true(isnan(line[1].decoded));
    table_free(&retention_table, line, n);
}

/* Drift without noise takes all weights below what makes a cell spike. */
static void given_a_network_that_fell_silent_when_tested_expect_nothing_decoded(void **state)
{
    int32_t n;
    free(support_run_well(state, RUN "--set stopping.max_presentations=60 --set "
                                     "data.train_per_class=60 --set data.test_per_class=10 --set "
                                     "intrinsic.form=geometric-ou --set intrinsic.noise_factor=0 "
                                     "--set intrinsic.geometric_ou_growth=0.003 --set "
                                     "rest.before_test_days=90 --set record.test_days=0,90"));
    struct retention_row *line = read_retention(state, &n);
    assert_true(line->decoded > 0);
    assert_true(line[N_SIZE_CLASSES].decoded == 0 && line[N_SIZE_CLASSES].correlation == 0);
    table_free(&retention_table, line, n);
}

static void given_runs_without_logs_or_sizes_when_studied_expect_how_to_get_them(void **state)
{
    struct support_run run;
    free(support_run_well(state, RUN "--set record.sizes=false --set "
                                     "stopping.max_presentations=0 --set data.test_per_class=1"));
    support_run(state, &run, "spines run");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "run: no run in it has a synapse_log.csv.gz"));
    assert_non_null(strstr(run.err, "nor sizes.csv.gz (record.sizes)"));
    support_run_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_days_of_rest_when_recorded_expect_every_synapse_on_each),
        WITH_FOLDER(given_intrinsic_dynamics_alone_when_studied_expect_their_form),
        WITH_FOLDER(given_changes_that_contacts_share_when_studied_expect_the_part_they_do_not),
        WITH_FOLDER(given_rest_without_change_when_tested_expect_the_same_vectors),
        WITH_FOLDER(given_a_network_that_fell_silent_when_tested_expect_nothing_decoded),
        WITH_FOLDER(given_runs_without_logs_or_sizes_when_studied_expect_how_to_get_them),
    };
    setenv("SPINET_VEGA", "/none", 1); /* no figure is looked at here */
    return cmocka_run_group_tests_name("drift", tests, NULL, NULL);
}
