/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page shows of what carries the answers: its figures say what the files of the runs say. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/table.h"
#include "store/run_tables.h"
#include "support.h"

#define RUN                                                                                        \
    "train --quiet --no-pictures --threads 1 --seed 3 --set data.test_per_class=20 --set "         \
    "stopping.max_presentations=60 --set turnover.period=5 --out run "

static const json_t *rows_of(const json_t *figure, const char *table)
{
    return json_object_get(json_object_get(figure, "tables"), table);
}

static double number_of(const json_t *row, const char *key)
{
    return json_number_value(json_object_get(row, key));
}

static const char *text_of(const json_t *row, const char *key)
{
    return json_string_value(json_object_get(row, key));
}

/* The sum of y of a panel's and series' steps, of which the last says the one before again. */
static double sum_of(const json_t *figure, const char *panel, const char *series)
{
    const json_t *row, *last = NULL;
    double sum = 0;
    size_t i;
    json_array_foreach(rows_of(figure, "lines"), i, row)
    {
        if (strncmp(text_of(row, "panel"), panel, strlen(panel)) != 0 ||
            strcmp(text_of(row, "series"), series) != 0)
            continue;
        sum += last ? number_of(last, "y") : 0;
        last = row;
    }
    return sum;
}

/* The number in a column of the last line of a CSV file. */
static double last_number(void **state, const char *name, const char *column)
{
    SCOPED(table_close) struct table_reader reader = {0};
    double number = NAN;
    assert_int_equal(table_open(&reader, NULL, support_path(state, name)), 0);
    while (table_next(&reader, NULL) == 1)
        for (int i = 0; i < reader.n_fields; i++)
            if (strcmp(reader.head[i], column) == 0)
                number = strtod(reader.field[i], NULL);
    return number;
}

static void given_a_run_when_reported_expect_the_activity_of_its_cells(void **state)
{
    struct activity_line *line;
    int32_t n, n_above = 0;
    double most = 0;
    free(support_run_well(state, RUN));
    free(support_run_well(state, "report run"));
    assert_int_equal(table_read_in(&activity_table, support_path(state, "run"), &line, &n), 0);
    for (int32_t i = 0; i < n; i++)
        if (line[i].dendrite < 0) {
            most = fmax(most, line[i].spikes);
            n_above += line[i].spikes > 0;
        }
    free(line);
    assert_true(n_above > 0);
    json_t *spikes = support_figure(state, "run/report.html", "cell-spikes"),
           *cells = support_figure(state, "run/report.html", "cell-activity"),
           *dendrites = support_figure(state, "run/report.html", "dendrite-activity");
    assert_true(sum_of(spikes, "images of class 1", "cells of the class") == 40);
    assert_true(sum_of(spikes, "images of class 2", "cells of other classes") == 40);
    assert_true(number_of(json_array_get(rows_of(spikes, "bars"), 0), "x") == 20);
    const json_t *strip = json_array_get(rows_of(cells, "tiles"), 1);
    assert_string_equal(text_of(strip, "heading"), "images of class 2");
    support_expect_near(number_of(strip, "most"), most, 1e-4);
    strip = json_array_get(rows_of(dendrites, "tiles"), 0);
    assert_true(number_of(strip, "width") == 80 && number_of(strip, "height") == 10);
    assert_int_equal(json_string_length(json_object_get(strip, "values")), (800 + 2) / 3 * 4);
    json_decref(spikes);
    json_decref(cells);
    json_decref(dendrites);
}

static void given_a_run_when_reported_expect_overlap_confidence_and_clusters(void **state)
{
    char said[100];
    free(support_run_well(state, RUN));
    free(support_run_well(state, "report run"));
    json_t *shares = support_figure(state, "run/report.html", "answer-shares"),
           *clusters = support_figure(state, "run/report.html", "clusters");
    const double n_right = round(40 * last_number(state, "run/result.csv", "accuracy"));
    assert_true(sum_of(shares, "overlap", "right") == n_right);
    assert_true(sum_of(shares, "confidence", "right") == n_right);
    assert_true(sum_of(shares, "overlap", "wrong") ==
                40 - n_right - last_number(state, "run/result.csv", "undecided"));
    snprintf(said, sizeof said, "Mean overlap %.3f, mean confidence %.3f.",
             last_number(state, "run/result.csv", "active_overlap"),
             last_number(state, "run/result.csv", "active_confidence"));
    assert_non_null(strstr(text_of(shares, "caption"), said));
    const json_t *cells = json_object_get(json_array_get(rows_of(clusters, "runs"), 0), "cells");
    assert_true(json_number_value(json_array_get(cells, 0)) ==
                last_number(state, "run/result.csv", "clustered_cells"));
    json_decref(shares);
    json_decref(clusters);
}

/* The first column of the image is the distribution before training: between 0.1 and 0.2. */
static void given_recorded_weights_when_reported_expect_their_distributions(void **state)
{
    free(support_run_well(state, RUN "--log-synapses --set record.weights_period=20"));
    free(support_run_well(state, "report run"));
    json_t *weights = support_figure(state, "run/report.html", "weights-training");
    assert_int_equal(json_array_size(rows_of(weights, "tiles")), 3); /* all, and two classes */
    const json_t *all = json_array_get(rows_of(weights, "tiles"), 0);
    assert_true(number_of(all, "width") == 4 && number_of(all, "height") == 25);
    const char *bytes = text_of(all, "values");
    assert_memory_equal(bytes, "AAAA", 4); /* nothing has the greatest weight at any moment */
    json_decref(weights);
}

/* A number of a row's matrix: bytes in base64, of which 254 is the row's "most". */
static double pixel_of(const json_t *row, int i)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *four = text_of(row, "values") + i / 3 * 4;
    int three = 0;
    for (int k = 0; k < 4; k++)
        three = three << 6 | (int)(strchr(digits, four[k]) - digits);
    return (three >> (16 - 8 * (i % 3)) & 255) * number_of(row, "most") / 254;
}

static void given_a_sweep_when_reported_expect_means_of_maps_and_a_point_a_run(void **state)
{
    const json_t *run;
    double mean = 0;
    char name[80];
    size_t i;
    support_write_text(
        state, "two.sweep",
        "title = \"two\"; set = [\"stopping.max_presentations=30\", \"data.test_per_class=5\", "
        "\"turnover.period=5\", \"test.sample_period=0\"]; factors: ({ "
        "name = \"turnover\"; "
        "levels = ({ name = \"none\"; set = [\"turnover.policy=none\"]; }, { name = \"random\"; "
        "}); "
        "});");
    free(support_run_well(state, "sweep two.sweep -q --runs 3 --out out"));
    free(support_run_well(state, "report out"));
    json_t *maps = support_figure(state, "out/report.html", "maps-mean"),
           *carried = support_figure(state, "out/report.html", "carried");
    for (int seed = 1; seed <= 3; seed++) {
        snprintf(name, sizeof name, "out/runs/none-s%d/maps.csv", seed);
        mean += last_number(state, name, "y12x13") / 3; /* of class 2 */
    }
    const json_t *tile = json_array_get(rows_of(maps, "tiles"), 3); /* after two mean images */
    assert_string_equal(text_of(tile, "heading"), "mean of all runs");
    assert_true(mean > 0);
    support_expect_near(pixel_of(tile, 12 * 20 + 13), mean, number_of(tile, "most") / 254);
    assert_int_equal(json_array_size(rows_of(carried, "runs")), 6);
    json_array_foreach(rows_of(carried, "runs"), i, run)
    {
        snprintf(name, sizeof name, "out/runs/%s/result.csv", text_of(run, "run"));
        support_expect_near(number_of(json_object_get(run, "measures"), "effective_weights"),
                            last_number(state, name, "effective_weights"), 1e-6);
    }
    json_decref(maps);
    json_decref(carried);
}

static void given_activity_with_a_row_too_few_when_reported_expect_one_line(void **state)
{
    static const char text[] = "images,cell,class,dendrite,spikes,active\n1,0,1,,3,0.5\n"
                               "1,0,1,0,3,0.5\n1,0,1,1,3,0.5\n2,0,1,,3,0.5\n2,0,1,0,3,0.5\n";
    struct support_run run;
    free(support_run_well(state, RUN));
    support_write_gzip(state, "run/activity.csv.gz", text, sizeof text - 1);
    support_run(state, &run, "report run");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.err,
                        "spinet: run/activity.csv.gz: 5 rows: expected all cells, then all "
                        "dendrites, for each class of images\n");
    support_run_free(&run);
}

int main(void)
{
    setenv("SPINET_VEGA", "/nowhere", 1); /* pages without stills: faster */
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_run_when_reported_expect_the_activity_of_its_cells),
        WITH_FOLDER(given_a_run_when_reported_expect_overlap_confidence_and_clusters),
        WITH_FOLDER(given_recorded_weights_when_reported_expect_their_distributions),
        WITH_FOLDER(given_a_sweep_when_reported_expect_means_of_maps_and_a_point_a_run),
        WITH_FOLDER(given_activity_with_a_row_too_few_when_reported_expect_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
