/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet report RUN: a run's page says what its files say, and what would have had to be recorded.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/table.h"
#include "network/lives.h"
#include "store/records.h"
#include "support.h"

#define TRAIN                                                                                      \
    "train --quiet --no-pictures --threads 1 --seed 3 --set data.test_per_class=20 --set "         \
    "stopping.max_presentations=20 --set turnover.period=5 "

static const json_t *rows_of(const json_t *figure, const char *table)
{
    return json_object_get(json_object_get(figure, "tables"), table);
}

static double number_of(const json_t *row, const char *key)
{
    return json_number_value(json_object_get(row, key));
}

/* Whether the table has a row with this x, y and value. */
static bool has_tile(const json_t *figure, const char *x, const char *y, double value)
{
    const json_t *row;
    size_t i;
    json_array_foreach(rows_of(figure, "tiles"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "x")), x) == 0 &&
            strcmp(json_string_value(json_object_get(row, "y")), y) == 0)
            return fabs(number_of(row, "value") - value) < 1e-5;
    }
    return false;
}

struct line {
    const char *label, *prediction;
    int32_t active[2];
};
static const struct table_column columns[] = {
    TABLE_COLUMN(struct line, label, TEXT, "label"),
    TABLE_COLUMN(struct line, prediction, TEXT, "prediction", .may_be_empty = true),
    TABLE_COLUMN(struct line, active[0], WHOLE, "active_1"),
    TABLE_COLUMN(struct line, active[1], WHOLE, "active_2"),
};
static const struct table predictions = TABLE_OF("predictions.csv", struct line, columns);

static void given_a_run_when_reported_expect_the_answers_of_predictions_csv(void **state)
{
    static const char *const labels[] = {"1", "2"}, *const answers[] = {"1", "2", "none"};
    struct line *line;
    int32_t n, n_wrong = 0, n_undecided = 0;
    free(support_run_well(state, TRAIN "--out run"));
    free(support_run_well(state, "report run"));
    assert_int_equal(
        table_read(&predictions, support_path(state, "run/predictions.csv"), NULL, &line, &n), 0);
    assert_int_equal(n, 40);
    json_t *confusion = support_figure(state, "run/report.html", "confusion"),
           *activity = support_figure(state, "run/report.html", "activity");
    for (int own = 0; own < 2; own++) {
        double active[2] = {0};
        for (int k = 0; k < 3; k++) {
            int32_t count = 0;
            for (int32_t i = 0; i < n; i++)
                count += strcmp(line[i].label, labels[own]) == 0 &&
                         strcmp(line[i].prediction ? line[i].prediction : "none", answers[k]) == 0;
            assert_true(has_tile(confusion, answers[k], labels[own], count));
            n_wrong += k != own ? count : 0;
            n_undecided += k == 2 ? count : 0;
        }
        for (int32_t i = 0; i < n; i++)
            for (int k = 0; k < 2; k++)
                active[k] += strcmp(line[i].label, labels[own]) == 0 ? line[i].active[k] : 0;
        for (int k = 0; k < 2; k++)
            assert_true(has_tile(activity, labels[k], labels[own], active[k] / 20));
    }
    assert_true(n_wrong > 0);
    json_t *wrong = support_figure(state, "run/report.html", "wrong-images");
    char caption[100];
    size_t n_bytes;
    char *page = (char *)support_read(support_path(state, "run/report.html"), &n_bytes);
    snprintf(caption, sizeof caption, "%d of 40 test images, %d of them undecided", n_wrong,
             n_undecided);
    assert_non_null(strstr(page, caption));
    assert_int_equal(strstr(page, "Bars: active cells") != NULL, n_wrong > n_undecided);
    free(page);
    assert_int_equal(json_array_size(rows_of(wrong, "images")), n_wrong);
    assert_int_equal(json_array_size(rows_of(wrong, "votes")), 2 * n_wrong);
    /* an image as bytes in base64 */
    assert_int_equal(
        json_string_length(json_object_get(json_array_get(rows_of(wrong, "images"), 0), "values")),
        (400 + 2) / 3 * 4);
    table_free(&predictions, line, n);
    json_decref(confusion);
    json_decref(activity);
    json_decref(wrong);
}

/* What is in a place of a column of a table that is kept by columns. */
static const json_t *cell_of(const json_t *figure, const char *table, const char *column, int i)
{
    return json_array_get(json_object_get(rows_of(figure, table), column), (size_t)i);
}

static size_t count_cells(const json_t *figure, const char *table, const char *column)
{
    return json_array_size(json_object_get(rows_of(figure, table), column));
}

static void given_a_synapse_log_when_reported_expect_the_life_of_every_spine(void **state)
{
    struct lives lives = {0};
    free(support_run_well(state, TRAIN "--log-synapses --out run"));
    free(support_run_well(state, "report run"));
    assert_int_equal(lives_read(&lives, support_path(state, "run/synapse_log.csv.gz")), 0);
    json_t *figure = support_figure(state, "run/report.html", "spine-field");
    assert_true(lives.n > 1000);
    assert_int_equal(count_cells(figure, "spines", "id"), lives.n);
    int n_dead = 0;
    for (int32_t i = 0; i < lives.n; i++) {
        const struct life *life = &lives.life[i];
        const bool is_dead = life->death != DEATH_NONE;
        assert_int_equal(json_integer_value(cell_of(figure, "spines", "dendrite", i)),
                         life->dendrite);
        assert_int_equal(json_integer_value(cell_of(figure, "spines", "born_presentation", i)),
                         life->born);
        assert_int_equal(json_is_null(cell_of(figure, "spines", "died_presentation", i)), !is_dead);
        assert_string_equal(json_string_value(cell_of(figure, "spines", "death", i)),
                            death_names[life->death]);
        n_dead += is_dead;
    }
    assert_true(n_dead > 0);
    json_decref(figure);
    lives_free(&lives);
}

static void given_recorded_weights_when_reported_expect_those_of_each_spine(void **state)
{
    struct lives lives = {0};
    int n_first = 0, n_last = 0;
    free(support_run_well(state, TRAIN "--log-synapses --set record.weights_period=10 --out run"));
    free(support_run_well(state, "report run"));
    assert_int_equal(lives_read(&lives, support_path(state, "run/synapse_log.csv.gz")), 0);
    json_t *figure = support_figure(state, "run/report.html", "spine-field");
    for (int i = 0; i < (int)count_cells(figure, "weights", "id"); i++) {
        const struct life *life =
            &lives.life[json_integer_value(cell_of(figure, "weights", "id", i))];
        const json_int_t at = json_integer_value(cell_of(figure, "weights", "presentation", i));
        const double weight = json_number_value(cell_of(figure, "weights", "weight", i));
        const json_t *calcium = cell_of(figure, "weights", "calcium", i);
        assert_true(at == 0 || at == 10 || at == 20);
        assert_int_equal(json_is_null(calcium), at == 0);
        if (at == 0 && life->born == 0) {
            assert_float_equal(weight, life->weight_at_birth, 1e-6);
            n_first++;
        }
        if (at == 20 && life->death == DEATH_NONE) {
            assert_float_equal(weight, life->weight, 1e-6);
            n_last++;
        }
    }
    assert_true(n_first > 50 && n_last > 50);
    json_decref(figure);
    lives_free(&lives);
}

#define REWARD                                                                                     \
    TRAIN "--set plasticity.rule=dopamine --set reward.responses=one --set "                       \
          "stopping.by=presentations "

/* Whether the figure has a point for this trial, of 20, which are too few to be averaged. */
static bool has_trial(const json_t *figure, int32_t trial, const char *panel, const char *series,
                      double value)
{
    const json_t *row;
    size_t i;
    json_array_foreach(rows_of(figure, "lines"), i, row)
    {
        if (number_of(row, "x") == trial &&
            strcmp(json_string_value(json_object_get(row, "panel")), panel) == 0 &&
            strcmp(json_string_value(json_object_get(row, "series")), series) == 0)
            return fabs(number_of(row, "y") - value) < 1e-5;
    }
    return false;
}

static void given_rewards_when_reported_expect_the_trials_of_each_cue(void **state)
{
    struct trial_row *row;
    int32_t n;
    free(support_run_well(state, REWARD "--set plasticity.gate=reward --out run"));
    free(support_run_well(state, "report run"));
    assert_int_equal(table_read_in(&trials_table, support_path(state, "run"), &row, &n), 0);
    assert_int_equal(n, 20);
    json_t *figure = support_figure(state, "run/report.html", "trials");
    assert_int_equal(json_array_size(rows_of(figure, "lines")), 60);
    for (int32_t i = 0; i < n; i++) {
        const char *panel = row[i].cue == 1 ? "cue 1" : "cue 2";
        assert_true(has_trial(figure, i + 1, panel, "reward", row[i].reward));
        assert_true(has_trial(figure, i + 1, panel, "expected reward", (double)row[i].expected));
        assert_true(has_trial(figure, i + 1, panel, "prediction error", (double)row[i].error));
    }
    free(row);
    json_decref(figure);
    size_t n_bytes;
    char *page = (char *)support_read(support_path(state, "run/report.html"), &n_bytes);
    assert_non_null(strstr(page, "<dt>Reward</dt><dd>dopamine decides"));
    free(page);
    support_write_text(state, "run/trials.csv", "presentation\nx\n");
    struct support_run run;
    support_run(state, &run, "report run");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "trials.csv: "));
    support_run_free(&run);
}

static void given_dopamine_by_schedule_when_reported_expect_no_trials(void **state)
{
    size_t n_bytes;
    free(support_run_well(state, REWARD "--set dopamine.schedule=bd --out run"));
    free(support_run_well(state, "report run"));
    char *page = (char *)support_read(support_path(state, "run/report.html"), &n_bytes);
    assert_null(strstr(page, ">Trials<"));
    assert_non_null(strstr(page, "not to respond answers the second class"));
    free(page);
}

static void given_no_images_any_more_when_reported_expect_the_spines_all_the_same(void **state)
{
    size_t n;
    free(support_run_well(state, "shapes --difficulty easy --count 40 --test-count 20 --out data"));
    free(support_run_well(
        state, "train --quiet --no-pictures --threads 1 --set stopping.max_presentations=4 "
               "--log-synapses --set data.kind=files --out run "
               "--set data.train_images=data/train-images-idx3-ubyte "
               "--set data.train_labels=data/train-labels-idx1-ubyte "
               "--set data.test_images=data/t10k-images-idx3-ubyte "
               "--set data.test_labels=data/t10k-labels-idx1-ubyte"));
    support_remove_tree(support_path(state, "data"));
    free(support_run_well(state, "report run"));
    char *page = (char *)support_read(support_path(state, "run/report.html"), &n);
    assert_non_null(strstr(page, "No images: "));
    free(page);
    json_t *figure = support_figure(state, "run/report.html", "spine-field");
    assert_true(count_cells(figure, "spines", "id") > 500);
    assert_int_equal(json_array_size(json_object_get(json_object_get(figure, "values"), "labels")),
                     0);
    json_decref(figure);
}

static void given_maps_over_training_when_reported_expect_a_film_of_them(void **state)
{
    free(support_run_well(state, TRAIN "--set record.maps_period=2 --out run"));
    free(support_run_well(state, "report run"));
    json_t *film = support_figure(state, "run/report.html", "maps-training");
    const json_t *frames = rows_of(film, "frames"), *frame;
    size_t i;
    assert_int_equal(json_array_size(frames), 11); /* 0, 2 … 20 */
    json_array_foreach(frames, i, frame)
    {
        assert_int_equal(number_of(frame, "presentation"), 2 * i);
        const json_t *maps = json_object_get(frame, "maps");
        assert_int_equal(json_array_size(maps), 2);
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(json_string_length(json_array_get(maps, k)), (400 + 2) / 3 * 4);
    }
    json_decref(film);
}

static void given_nothing_recorded_when_reported_expect_what_to_record(void **state)
{
    free(support_run_well(state, TRAIN "--out run"));
    free(support_run_well(state, "report run"));
    size_t n;
    char *page = (char *)support_read(support_path(state, "run/report.html"), &n);
    assert_non_null(strstr(page, "<code>--log-synapses</code>"));
    assert_non_null(strstr(page, "<code>--set record.maps_period=10</code>"));
    assert_non_null(strstr(page, "<h2 id=\"lacking\">"));
    assert_null(strstr(page, "<h2 id=\"maps\">"));
    assert_null(strstr(page, "<h2 id=\"lives\">"));
    assert_null(strstr(page, "figure-spine-field"));
    assert_null(strstr(page, "figure-maps-training"));
    free(page);
    free(support_run_well(state, TRAIN "--log-synapses --set record.maps_period=10 --out all"));
    free(support_run_well(state, "report all"));
    page = (char *)support_read(support_path(state, "all/report.html"), &n);
    assert_non_null(strstr(page, "<h2 id=\"maps\">"));
    assert_non_null(strstr(page, "<h2 id=\"lives\">"));
    assert_null(strstr(page, "<h2 id=\"lacking\">"));
    free(page);
}

static void given_damaged_answers_when_reported_expect_one_line(void **state)
{
    struct support_run run;
    free(support_run_well(state, TRAIN "--out run"));
    support_write_text(state, "run/predictions.csv",
                       "image,label,prediction,tie,active_1,active_2\n0,1,1,0,3,many\n");
    support_run(state, &run, "report run");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "predictions.csv: line 2: active_2 'many': expected a whole "
                                    "number\n"));
    support_run_free(&run);
}

int main(void)
{
    setenv("SPINET_VEGA", "/nowhere", 1); /* pages without stills: faster */
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_run_when_reported_expect_the_answers_of_predictions_csv),
        WITH_FOLDER(given_a_synapse_log_when_reported_expect_the_life_of_every_spine),
        WITH_FOLDER(given_recorded_weights_when_reported_expect_those_of_each_spine),
        WITH_FOLDER(given_rewards_when_reported_expect_the_trials_of_each_cue),
        WITH_FOLDER(given_dopamine_by_schedule_when_reported_expect_no_trials),
        WITH_FOLDER(given_no_images_any_more_when_reported_expect_the_spines_all_the_same),
        WITH_FOLDER(given_maps_over_training_when_reported_expect_a_film_of_them),
        WITH_FOLDER(given_nothing_recorded_when_reported_expect_what_to_record),
        WITH_FOLDER(given_damaged_answers_when_reported_expect_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
