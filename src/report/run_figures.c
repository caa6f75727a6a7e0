/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "network/lives.h"
#include "report/html.h"
#include "report/run_data.h"
#include "store/records.h"

enum {
    SHOWN_MAX = 60,       /* images with a wrong answer */
    LIVES_MAX = 30000,    /* spines of the field */
    WEIGHTS_MAX = 100000, /* recorded weights of these */
};

/* ---- predictions.csv ---- */

struct prediction {
    int32_t image, label, answer; /* -1: undecided */
    bool is_tie;
    int32_t votes[CLASSES_MAX];
};

enum { N_FIXED = 4 };
static const struct table_column fixed_columns[N_FIXED] = {
    TABLE_COLUMN(struct prediction, image, WHOLE, "image"),
    TABLE_COLUMN(struct prediction, label, WHOLE, "label"),
    TABLE_COLUMN(struct prediction, answer, WHOLE, "prediction", .may_be_empty = true),
    TABLE_COLUMN(struct prediction, is_tie, FLAG, "tie"),
};
static const char predictions_file[] = "predictions.csv";

/* The answers of a run's final test. */
struct answers {
    const struct dataset *dataset;
    int32_t n_classes, n;
    int32_t label[CLASSES_MAX];
    bool counts_spikes;                          /* votes are spikes; else they are active cells */
    struct prediction *prediction;               /* [n] */
    double votes_sum[CLASSES_MAX][CLASSES_MAX];  /* of a class's cells, by the image's class */
    int32_t count[CLASSES_MAX][CLASSES_MAX + 1]; /* answers, by the image's class; last: none */
};

static void free_answers(struct answers *a)
{
    free(a->prediction);
}

/* Adds a column of votes for each class, "active_3" or "spikes_3": those that the rule goes by,
 * which stand first; heads that it names are the reader's. */
static void add_votes(struct table_column *column, struct answers *a, char *const *head,
                      int n_heads)
{
    static const char *const kinds[] = {"active_", "spikes_"};
    enum { N = 7 }; /* letters of each */
    int at = 0;
    while (at < n_heads && strncmp(head[at], kinds[0], N) != 0 &&
           strncmp(head[at], kinds[1], N) != 0)
        at++;
    a->counts_spikes = at < n_heads && strncmp(head[at], kinds[1], N) == 0;
    for (; at < n_heads && a->n_classes < CLASSES_MAX &&
           strncmp(head[at], kinds[a->counts_spikes], N) == 0;
         at++) {
        const int32_t k = a->n_classes++;
        a->label[k] = (int32_t)strtol(head[at] + N, NULL, 10);
        column[k] = (struct table_column)TABLE_COLUMN(struct prediction, votes[k], WHOLE, head[at],
                                                      .least = INT32_MIN, .most = INT32_MAX,
                                                      .right = "a whole number");
    }
}

static int class_of(const struct answers *a, int32_t label)
{
    int k = 0;
    while (k < a->n_classes && a->label[k] != label)
        k++;
    return k;
}

static int read_answers(struct answers *a, const char *path)
{
    struct table_column column[N_FIXED + CLASSES_MAX];
    SCOPED(table_close) struct table_reader reader = {0};
    memcpy(column, fixed_columns, sizeof fixed_columns);
    TRY(table_open(&reader, NULL, path));
    add_votes(column + N_FIXED, a, reader.head, reader.n_fields);
    const struct table table = {.row_size = sizeof(struct prediction),
                                .column = column,
                                .n_columns = N_FIXED + a->n_classes};
    TRY(table_read(&table, path, NULL, &a->prediction, &a->n));
    for (int32_t i = 0; i < a->n; i++) {
        const struct prediction *p = &a->prediction[i];
        const int own = class_of(a, p->label);
        if (own == a->n_classes)
            return status_fail(
                STATUS_USER, "%s: line %d: label '%d': expected a label that has a column of votes",
                path, i + 2, p->label);
        for (int k = 0; k < a->n_classes; k++)
            a->votes_sum[own][k] += p->votes[k];
        a->count[own][class_of(a, p->answer)]++;
    }
    return STATUS_OK;
}

/* ---- answers ---- */

static const char *votes_of(const struct answers *a)
{
    return a->counts_spikes ? "spikes" : "active cells";
}

static double count_images(const struct answers *a, int own)
{
    double n = 0;
    for (int k = 0; k <= a->n_classes; k++)
        n += a->count[own][k];
    return n;
}

/* A tile for each class of images and each answer to them, or the mean votes of each class's cells
 * for them. */
static int put_tiles(struct page *page, const struct answers *a, bool is_of_votes)
{
    SCOPED(figure_free) struct figure figure = {0};
    char label[16], other[16];
    TRY(figure_begin(&figure, is_of_votes ? "activity" : "confusion"));
    if (is_of_votes)
        figure_set(&figure, "value_label %s", votes_of(a));
    if (is_of_votes && a->counts_spikes)
        figure_say(&figure, "caption", "Mean spikes of a class's cells while an image is shown.");
    for (int own = 0; own < a->n_classes; own++)
        for (int k = 0; k < a->n_classes + !is_of_votes && count_images(a, own) > 0; k++) {
            snprintf(label, sizeof label, "%d", a->label[own]);
            if (k < a->n_classes)
                snprintf(other, sizeof other, "%d", a->label[k]);
            else
                snprintf(other, sizeof other, "none");
            figure_put_row(&figure, "tiles", "panel %s, x %s, y %s, value %g", "", other, label,
                           is_of_votes ? a->votes_sum[own][k] / count_images(a, own)
                                       : a->count[own][k]);
        }
    return page_put_figure(page, &figure);
}

/* How many images have which part of their votes in other classes than their own, and in that of
 * the answer; images without an answer have no votes. */
static int put_shares(struct page *page, const struct answers *a)
{
    enum { BINS = 20 };
    static const char *const panels[] = {"overlap: in classes other than the image's",
                                         "confidence: in the class of the answer"};
    SCOPED(figure_free) struct figure figure = {0};
    int32_t n[2][2][BINS] = {{{0}}}, n_all = 0;
    double sum[2] = {0};
    for (int32_t i = 0; i < a->n; i++) {
        const int own = class_of(a, a->prediction[i].label),
                  answer = class_of(a, a->prediction[i].answer);
        double all = 0;
        for (int k = 0; k < a->n_classes; k++)
            all += fmax(a->prediction[i].votes[k], 0);
        if (answer == a->n_classes || all <= 0)
            continue;
        const double share[2] = {1 - fmax(a->prediction[i].votes[own], 0) / all,
                                 fmax(a->prediction[i].votes[answer], 0) / all};
        for (int what = 0; what < 2; what++) {
            const int bin = (int)(share[what] * BINS);
            n[what][own == answer][bin < BINS ? bin : BINS - 1]++;
            sum[what] += share[what];
        }
        n_all++;
    }
    if (n_all == 0)
        return STATUS_OK;
    TRY(figure_begin(&figure, "answer-shares"));
    for (int what = 0; what < 2; what++)
        for (int is_right = 1; is_right >= 0; is_right--)
            for (int b = 0; b <= BINS; b++)
                figure_put_row(&figure, "lines", "panel %s, series %s, x %g, y %d", panels[what],
                               is_right ? "right" : "wrong", (double)b / BINS,
                               n[what][is_right][b < BINS ? b : BINS - 1]);
    figure_say(
        &figure, "caption",
        "Parts of the %s of all classes, of %d images with an answer. Mean overlap %.3f, mean "
        "confidence %.3f.",
        votes_of(a), n_all, sum[0] / n_all, sum[1] / n_all);
    return page_put_figure(page, &figure);
}

static void put_wrong_image(struct figure *figure, const struct answers *a, int32_t i, int32_t n)
{
    const struct prediction *p = &a->prediction[i];
    const bool is_there = p->image < a->dataset->test.n_images;
    figure_put_row(figure, "images",
                   "n %d, image %d, label %d, answer %i, tie %u, values %p, "
                   "width %d, height %d, palette %s",
                   n, p->image, p->label, p->answer, p->is_tie,
                   is_there ? figure_image(&a->dataset->test, p->image) : json_null(),
                   a->dataset->test.width, a->dataset->test.height, "gray");
    for (int k = 0; k < a->n_classes; k++)
        figure_put_row(
            figure, "votes", "n %d, cells of class %d, votes %d, place %g, share %g, kind %s", n,
            a->label[k], a->prediction[i].votes[k], (double)k / a->n_classes, 1.0 / a->n_classes,
            a->label[k] == p->label    ? "label"
            : a->label[k] == p->answer ? "answer"
                                       : "other");
}

static int put_wrong_images(struct page *page, const struct answers *a)
{
    SCOPED(figure_free) struct figure figure = {0};
    int32_t n = 0, n_undecided = 0;
    char bars[100] = "";
    TRY(figure_begin(&figure, "wrong-images"));
    for (int32_t i = 0; i < a->n; i++) {
        if (a->prediction[i].answer == a->prediction[i].label)
            continue;
        n_undecided += a->prediction[i].answer < 0;
        if (n++ < SHOWN_MAX)
            put_wrong_image(&figure, a, i, n - 1);
    }
    if (n == 0) {
        fputs("<p>Every test image has the right answer.</p>\n", page->html);
        return STATUS_OK;
    }
    if (n > n_undecided) /* for an undecided one nothing votes */
        snprintf(bars, sizeof bars,
                 " Bars: %s of each class (blue: the image's own, orange: the answer).",
                 votes_of(a));
    figure_say(&figure, "caption", "%d of %d test images, %d of them undecided (none: no %s).%s%s",
               n, a->n, n_undecided, votes_of(a), bars,
               n > SHOWN_MAX ? " The first 60 are shown." : "");
    return page_put_figure(page, &figure);
}

int run_answers_put(struct page *page, const struct study *study)
{
    SCOPED(free_answers) struct answers a = {0};
    struct run_data *data = study->data;
    OWNED char *path = file_join(study->run->folder, predictions_file);
    if (!path)
        return status_no_memory("the answers", 0);
    if (!file_exists(path)) {
        fputs("<p>No predictions.csv: nothing was tested.</p>\n", page->html);
        return STATUS_OK;
    }
    TRY(read_answers(&a, path));
    TRY(put_tiles(page, &a, false));
    TRY(put_tiles(page, &a, true));
    TRY(put_shares(page, &a));
    const int status = run_data_open(data, study->run->folder, study->data_folder);
    a.dataset = &data->dataset;
    if (status == STATUS_USER) /* the data may be elsewhere: the rest is still good */
        html_put_between(page->html, "<p class=\"note\">No images: ", status_message(), "</p>\n");
    return status == STATUS_USER ? STATUS_OK
           : status == STATUS_OK ? put_wrong_images(page, &a)
                                 : status;
}

/* ---- the lives of spines ---- */

/* Sizes of the network, and the labels of its classes, as far as they are known. */
static void set_cells(struct figure *figure, const struct parameters *p,
                      const struct label_list *classes, int32_t last)
{
    json_t *labels = json_array();
    for (int32_t k = 0; k < classes->n; k++)
        json_array_append_new(labels, json_integer(classes->label[k]));
    figure_set(figure, "labels %p, per_class %d, dendrites %d, length_um %g, last %d", labels,
               classes->n > 0 ? p->pyramidal.neurons / classes->n : 1, p->pyramidal.n_dendrites,
               p->spines.dendrite_um, last);
}

/* Cells whose spines, together with those of all cells before them, are at most LIVES_MAX. */
static int32_t count_cells(const struct logged_life *row, int32_t n_rows, int32_t per_cell,
                           int32_t n_cells)
{
    int32_t n = 0, cell = 0;
    for (; cell < n_cells; cell++) {
        for (int32_t i = 0; i < n_rows; i++)
            n += row[i].life.dendrite / per_cell == cell;
        if (n > LIVES_MAX)
            break;
    }
    return cell > 0 ? cell : 1;
}

/* What was recorded of the synapses on the first dendrites, of each moment at most WEIGHTS_MAX
 * divided by the number of moments. */
static int put_weights(struct figure *figure, const char *folder, const struct logged_life *life,
                       int32_t n_lives, int32_t n_dendrites)
{
    OWNED struct weight_row *row = NULL;
    int32_t n, n_kept = 0, n_moments = 0;
    TRY(table_read_in(&weight_table, folder, &row, &n));
    for (int32_t i = 0; i < n; i++)
        n_moments += i == 0 || row[i].presentation != row[i - 1].presentation;
    for (int32_t i = 0, n_here = 0; i < n; i++) {
        n_here = i > 0 && row[i].presentation == row[i - 1].presentation ? n_here : 0;
        if (row[i].id < n_lives && life[row[i].id].life.dendrite < n_dendrites &&
            n_here++ < WEIGHTS_MAX / n_moments)
            row[n_kept++] = row[i];
    }
    if (n_kept > 0)
        figure_put_table(figure, "weights", &weight_table, row, (size_t)n_kept);
    return STATUS_OK;
}

static int put_field(struct page *page, const struct study *study, struct logged_life *life,
                     int32_t n_lives)
{
    SCOPED(figure_free) struct figure figure = {0};
    struct run_data *data = study->data;
    const struct study_run *run = study->run;
    const int status = run_data_open(data, run->folder, study->data_folder);
    if (!data->has_manifest || status == STATUS_SYSTEM)
        return status;
    const struct parameters *p = &data->manifest.parameters;
    const int32_t per_cell = p->pyramidal.n_dendrites,
                  n_cells = count_cells(life, n_lives, per_cell, p->pyramidal.neurons);
    int32_t n_kept = 0;
    TRY(figure_begin(&figure, "spine-field"));
    figure_set(&figure, "end %g", fmax(run->value[STUDY_PRESENTATIONS], 1)); /* 1 of NaN */
    set_cells(&figure, p, &data->dataset.classes, n_cells - 1);
    if (file_exists_in(run->folder, weight_table.file))
        TRY(put_weights(&figure, run->folder, life, n_lives, n_cells * per_cell));
    for (int32_t i = 0; i < n_lives; i++)
        if (life[i].life.dendrite < n_cells * per_cell)
            life[n_kept++] = life[i];
    figure_put_table(&figure, "spines", &lives_table, life, (size_t)n_kept);
    if (n_cells < p->pyramidal.neurons)
        fprintf(page->html, "<p>Of the first %d of %d cells, for the page's sake.</p>\n", n_cells,
                p->pyramidal.neurons);
    return page_put_figure(page, &figure);
}

int run_lives_put(struct page *page, const struct study *study)
{
    OWNED struct logged_life *life = NULL;
    int32_t n;
    TRY(table_read_in(&lives_table, study->run->folder, &life, &n));
    const int status = put_field(page, study, life, n);
    if (status != STATUS_USER)
        return status;
    html_put_between(page->html, "<p class=\"note\">No figure of spines: ", status_message(),
                     "</p>\n");
    return STATUS_OK;
}
