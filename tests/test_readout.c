/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Read-outs: what is counted beside the parameters' rule is what that rule would count with another
 * setting, and a run's tables say the same as its single answers. */
#include "train/readout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "store/run_tables.h"
#include "support.h"

#define assert_near(a, b, most) assert_true(fabs((a) - (b)) <= (most))

enum { N_CLASSES = 3, N_CELLS = 4, N_IMAGES = 300 };

static struct parameters p;
static struct layout layout;

static int make_layout(void **state)
{
    (void)state;
    if (parameters_preset(&p, "authors") != STATUS_OK)
        return 1;
    p.pyramidal.neurons = N_CLASSES * N_CELLS;
    return layout_init(&layout, &p, N_CLASSES, 9) != STATUS_OK;
}

/* Spikes of the cells of an image, 0 to 59 each, some images without any above 20. */
static void draw_spikes(int32_t image, int32_t spikes[64])
{
    uint64_t next = (uint64_t)image * 2654435761u + 1;
    memset(spikes, 0, 64 * sizeof *spikes);
    for (int32_t n = 0; n < N_CLASSES * N_CELLS; n++) {
        next = next * 6364136223846793005u + 1442695040888963407u;
        spikes[n] = (int32_t)(next >> 33) % (image % 7 == 0 ? 20 : 60);
    }
}

static struct score score_all(struct readout readout)
{
    struct score score = {0};
    int32_t spikes[64];
    for (int32_t i = 0; i < N_IMAGES; i++) {
        draw_spikes(i, spikes);
        score_take(&score, &layout, spikes, readout, i % N_CLASSES);
    }
    return score;
}

static void given_counts_when_scored_expect_what_each_rule_alone_would_count(void **state)
{
    (void)state;
    const struct score score = score_all((struct readout){READOUT_ACTIVE, 20});
    const struct score by_spikes = score_all((struct readout){READOUT_SPIKES, 20});
    assert_int_equal(score.n, N_IMAGES);
    assert_memory_equal(&score.spikes, &by_spikes.rule, sizeof score.spikes);
    assert_memory_equal(&score.rule, &score.active[20], sizeof score.rule);
    for (int32_t t = 0; t < READOUT_THRESHOLDS; t++) {
        const struct score other = score_all((struct readout){READOUT_ACTIVE, t});
        assert_memory_equal(&score.active[t], &other.rule, sizeof other.rule);
    }
    assert_true(score.rule.n_undecided > 0 && score.rule.n_ties > 0 && score.rule.n_wrong > 0);
}

static void given_parts_when_added_expect_the_score_of_all(void **state)
{
    (void)state;
    const struct readout readout = {READOUT_ACTIVE, 20};
    const struct score all = score_all(readout);
    struct score sum = {0};
    int32_t spikes[64];
    for (int32_t i = N_IMAGES - 1; i >= 0; i--) {
        struct score one = {0};
        draw_spikes(i, spikes);
        score_take(&one, &layout, spikes, readout, i % N_CLASSES);
        score_add(&sum, &one);
    }
    assert_memory_equal(&sum, &all, sizeof all);
    double mean = 0;
    for (int32_t t = 0; t < READOUT_THRESHOLDS; t++)
        mean += answer_counts_accuracy(&all.active[t], all.n) / READOUT_THRESHOLDS;
    assert_near(score_accuracy_over_thresholds(&all), mean, 1e-12);
}

static struct answer answer_of_votes(int32_t a, int32_t b, int32_t c)
{
    int32_t spikes[64] = {0};
    spikes[0] = a;
    spikes[N_CELLS] = b;
    spikes[2 * N_CELLS] = c;
    return answer_from(&layout, spikes, (struct readout){READOUT_SPIKES, 0});
}

static void given_ties_when_shared_expect_each_class_its_part(void **state)
{
    (void)state;
    static const struct {
        int32_t votes[3];
        double share[3];
        int32_t margin[3];
    } cases[] = {
        {{5, 3, 1}, {1, 0, 0}, {2, -2, -4}},    {{5, 5, 1}, {0.5, 0.5, 0}, {0, 0, -4}},
        {{0, 4, 4}, {0, 0.5, 0.5}, {-4, 0, 0}}, {{7, 7, 7}, {1 / 3.0, 1 / 3.0, 1 / 3.0}, {0, 0, 0}},
        {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int32_t *votes = cases[i].votes;
        const struct answer answer = answer_of_votes(votes[0], votes[1], votes[2]);
        for (int32_t k = 0; k < N_CLASSES; k++) {
            assert_near(answer_share(&answer, N_CLASSES, k), cases[i].share[k], 1e-15);
            assert_int_equal(answer_margin(&answer, N_CLASSES, k), cases[i].margin[k]);
        }
    }
}

static void given_unequal_classes_when_counted_expect_their_recalls_balanced(void **state)
{
    (void)state;
    struct confusion confusion = {.n_classes = N_CLASSES};
    const struct answer first = answer_of_votes(2, 1, 0), none = answer_of_votes(0, 0, 0);
    assert_true(isnan(confusion_balanced(&confusion)));
    assert_true(isnan(confusion_recall_gap(&confusion)));
    for (int i = 0; i < 9; i++) /* 9 of 10 images of class 0 are right, */
        confusion_count(&confusion, &first, 0);
    confusion_count(&confusion, &none, 0);
    confusion_count(&confusion, &first, 1); /* and the only one of class 1 is wrong */
    assert_int_equal(confusion.undecided[0], 1);
    assert_int_equal(confusion.answered[1][0], 1);
    assert_near(confusion_recall(&confusion, 0), 0.9, 1e-15);
    assert_true(isnan(confusion_recall(&confusion, 2))); /* it has no images, and counts nowhere */
    assert_near(confusion_balanced(&confusion), 0.45, 1e-15);
    assert_near(confusion_recall_gap(&confusion), 0.9, 1e-15);
}

/* ---- what a run says ---- */

#define HARD                                                                                       \
    "--quiet --no-pictures --seed 4 --set data.stability=0 --set data.overlap=4 "                  \
    "--set stopping.max_presentations=60 --set turnover.period=8 --set data.test_per_class=40 "

static char *read_text(void **state, const char *name)
{
    size_t n;
    return (char *)support_read(support_path(state, name), &n);
}

/* The number in a row (1: the first below the heads) and column of a file; NaN of an empty field.
 */
static double number_of(const char *table, int row, const char *head)
{
    char *text = strdup(table), *rest = text;
    char *heads = strsep(&rest, "\n"), *line = NULL;
    for (int i = 0; i < row; i++)
        assert_non_null(line = strsep(&rest, "\n"));
    double number = 0;
    bool is_found = false;
    for (char *one; (one = strsep(&heads, ","));) {
        const char *field = strsep(&line, ",");
        assert_non_null(field);
        if (strcmp(one, head) == 0) {
            number = *field ? strtod(field, NULL) : (double)NAN;
            is_found = true;
        }
    }
    if (!is_found)
        fail_msg("there is no column %s", head);
    free(text);
    return number;
}

static double number_in(void **state, const char *name, int row, const char *head)
{
    char *text = read_text(state, name);
    const double number = number_of(text, row, head);
    free(text);
    return number;
}

static double result_of(void **state, const char *run, const char *column)
{
    char name[64];
    snprintf(name, sizeof name, "%s/result.csv", run);
    return number_in(state, name, 1, column);
}

static void given_a_run_when_read_out_otherwise_expect_the_columns_it_had(void **state)
{
    char *out = support_run_well(state, "train " HARD "--out run");
    free(support_run_well(state, "train " HARD "--set test.readout=spikes --out spikes"));
    free(support_run_well(state, "train " HARD "--set test.active_spikes=0 --out zero"));
    char said[64];
    snprintf(said, sizeof said, "; %.4f by all spikes), trained",
             result_of(state, "run", "accuracy_spikes"));
    assert_non_null(strstr(out, said));
    free(out);
    assert_true(result_of(state, "run", "accuracy") != result_of(state, "zero", "accuracy"));
    assert_true(result_of(state, "run", "accuracy_spikes") ==
                result_of(state, "spikes", "accuracy"));
    assert_true(result_of(state, "run", "ties_spikes") == result_of(state, "spikes", "ties"));
    assert_true(number_in(state, "run/readout.csv", 1, "accuracy") ==
                result_of(state, "zero", "accuracy"));
    assert_true(number_in(state, "run/readout.csv", 21, "accuracy") ==
                result_of(state, "run", "accuracy"));
    assert_true(number_in(state, "run/readout.csv", 21, "wrong") ==
                result_of(state, "run", "wrong"));
    support_expect_same(support_path(state, "run/readout.csv"),
                        support_path(state, "spikes/readout.csv"));
}

static void given_a_run_when_tested_expect_tables_that_say_what_its_answers_say(void **state)
{
    double shares = 0, n_right[2] = {0}, area = 0;
    int n_ties = 0, n_undecided = 0, n_wrong = 0, n_right_by_spikes = 0;
    free(support_run_well(state, "train " HARD "--out run"));
    char *predictions = read_text(state, "run/predictions.csv");
    char *thresholds = read_text(state, "run/readout.csv");
    for (int i = 1; i <= 80; i++) {
#define OF(head) number_of(predictions, i, head)
        const double label = OF("label"), prediction = OF("prediction"), margin = OF("margin");
        const double other = label == 1 ? OF("active_2") : OF("active_1");
        assert_true(margin == (label == 1 ? OF("active_1") : OF("active_2")) - other);
        assert_true(OF("margin_spikes") ==
                    (label == 1 ? 1 : -1) * (OF("spikes_1") - OF("spikes_2")));
        const bool is_undecided = isnan(prediction), is_tie = OF("tie") > 0;
        n_right[(int)label - 1] += prediction == label;
        n_right_by_spikes += OF("prediction_spikes") == label;
        n_ties += is_tie;
        n_undecided += is_undecided;
        n_wrong += !is_undecided && !is_tie && prediction != label;
        shares += is_tie ? 0.5 : prediction == label;
#undef OF
    }
    for (int t = 1; t <= READOUT_THRESHOLDS; t++)
        area += number_of(thresholds, t, "accuracy") / READOUT_THRESHOLDS;
    free(predictions);
    free(thresholds);
    assert_true(n_wrong > 0 && n_ties > 0);
    assert_int_equal((int)result_of(state, "run", "wrong"), n_wrong);
    assert_int_equal((int)result_of(state, "run", "undecided"), n_undecided);
    assert_near(result_of(state, "run", "accuracy_ties_half"), shares / 80, 1e-6);
    assert_near(result_of(state, "run", "accuracy_spikes"), n_right_by_spikes / 80.0, 1e-6);
    assert_near(result_of(state, "run", "accuracy_thresholds"), area, 2e-6);
    assert_near(result_of(state, "run", "balanced_accuracy"), (n_right[0] + n_right[1]) / 80, 1e-6);
    assert_near(result_of(state, "run", "recall_gap"), fabs(n_right[0] - n_right[1]) / 40, 1e-6);
    assert_near(number_in(state, "run/confusion.csv", 1, "recall"), n_right[0] / 40, 1e-6);
    assert_near(number_in(state, "run/confusion.csv", 2, "as_2"), n_right[1], 0);
}

/* ---- what carries the answers ---- */

static void given_a_test_when_done_expect_shares_of_active_cells(void **state)
{
    double overlap = 0, confidence = 0;
    int n = 0;
    free(support_run_well(state, "train " HARD "--out run"));
    char *predictions = read_text(state, "run/predictions.csv");
    for (int i = 1; i <= 80; i++) {
        const double one = number_of(predictions, i, "active_1");
        const double two = number_of(predictions, i, "active_2");
        if (one + two == 0)
            continue;
        overlap += (number_of(predictions, i, "label") == 1 ? two : one) / (one + two);
        confidence += fmax(one, two) / (one + two);
        n++;
    }
    free(predictions);
    assert_true(n > 0 && n < 80 && overlap > 0);
    assert_near(result_of(state, "run", "active_overlap"), overlap / n, 1e-6);
    assert_near(result_of(state, "run", "active_confidence"), confidence / n, 1e-6);
}

/* Counted again from network.csv: synapses above 0.3, dendrites with three of them, their cells. */
static void given_a_network_when_done_expect_its_effective_synapses_and_clusters(void **state)
{
    enum { DENDRITES = 800 };
    int n = 0, n_effective = 0, n_on[DENDRITES] = {0}, n_dendrites = 0, n_cells = 0, last = -1;
    int input, dendrite;
    double weight;
    free(support_run_well(state, "train " HARD "--set stopping.max_presentations=150 --out run"));
    char *network = read_text(state, "run/network.csv");
    for (char *line = strchr(network, '\n') + 1;
         sscanf(line, "%d,%d,%lf,1,", &input, &dendrite, &weight) == 3 && n < 1000; n++) {
        n_effective += weight > 0.3;
        n_on[dendrite] += weight > 0.3;
        line = strchr(line, '\n') + 1;
    }
    free(network);
    for (int d = 0; d < DENDRITES; d++)
        if (n_on[d] >= 3) {
            n_dendrites++;
            n_cells += d / 10 != last;
            last = d / 10;
        }
    assert_true(n == 1000 && n_dendrites > n_cells && n_cells > 0);
    assert_near(result_of(state, "run", "effective_weights"), n_effective / 1000.0, 1e-6);
    assert_int_equal((int)result_of(state, "run", "clustered_dendrites"), n_dendrites);
    assert_int_equal((int)result_of(state, "run", "clustered_cells"), n_cells);
}

/* The activity of cells says the same as the spikes and active cells of each class in
 * predictions.csv; the score of the map distances is the similarity. */
static void given_a_test_when_done_expect_the_activity_that_its_answers_are_of(void **state)
{
    double spikes[2][2] = {{0}}, active[2][2] = {{0}}, cells[2][2] = {{0}}, on_cells[2][2] = {{0}};
    double n_own = 0, n_other = 0;
    struct activity_line *line;
    int32_t n;
    free(support_run_well(state, "train " HARD "--out run"));
    char *predictions = read_text(state, "run/predictions.csv");
    for (int i = 1; i <= 80; i++)
        for (int k = 0; k < 2; k++) {
            const int of = (int)number_of(predictions, i, "label") - 1;
            spikes[of][k] += number_of(predictions, i, k ? "spikes_2" : "spikes_1") / 40;
            active[of][k] += number_of(predictions, i, k ? "active_2" : "active_1") / 40;
        }
    free(predictions);
    assert_int_equal(table_read_in(&activity_table, support_path(state, "run"), &line, &n),
                     STATUS_OK);
    assert_int_equal(n, 2 * 80 * 11);
    for (int32_t i = 0; i < n; i++) {
        const struct activity_line *a = &line[i];
        const bool is_own = a->images == a->label;
        if (a->dendrite < 0) {
            cells[a->images - 1][a->label - 1] += a->spikes;
            on_cells[a->images - 1][a->label - 1] += a->active;
        } else {
            assert_int_equal(a->dendrite / 10, a->cell);
            assert_true((a->active > 0) == (a->spikes > 0) && a->active <= a->spikes + 1e-9);
            *(is_own ? &n_own : &n_other) += a->active > 0;
        }
    }
    free(line);
    for (int k = 0; k < 4; k++) {
        assert_near(cells[k / 2][k % 2], spikes[k / 2][k % 2], 1e-3);
        assert_near(on_cells[k / 2][k % 2], active[k / 2][k % 2], 1e-4);
    }
    assert_near(result_of(state, "run", "dendrites_own"), n_own / 800, 1e-6);
    assert_near(result_of(state, "run", "dendrites_other"), n_other / 800, 1e-6);
    const double a = result_of(state, "run", "map_within"),
                 b = result_of(state, "run", "map_across");
    assert_near((b - a) / fmax(a, b), result_of(state, "run", "similarity"), 2e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_counts_when_scored_expect_what_each_rule_alone_would_count),
        cmocka_unit_test(given_parts_when_added_expect_the_score_of_all),
        cmocka_unit_test(given_ties_when_shared_expect_each_class_its_part),
        cmocka_unit_test(given_unequal_classes_when_counted_expect_their_recalls_balanced),
        WITH_FOLDER(given_a_run_when_read_out_otherwise_expect_the_columns_it_had),
        WITH_FOLDER(given_a_run_when_tested_expect_tables_that_say_what_its_answers_say),
        WITH_FOLDER(given_a_test_when_done_expect_shares_of_active_cells),
        WITH_FOLDER(given_a_network_when_done_expect_its_effective_synapses_and_clusters),
        WITH_FOLDER(given_a_test_when_done_expect_the_activity_that_its_answers_are_of),
    };
    return cmocka_run_group_tests_name("readout", tests, make_layout, NULL);
}
