/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/readout_files.h"

#include <math.h>

#include "core/file.h"
#include "core/status.h"
#include "core/table.h"

/* ---- predictions.csv ---- */

static void put_class_heads(FILE *out, const struct dataset *dataset, const char *what)
{
    for (int32_t k = 0; k < dataset->classes.n; k++)
        fprintf(out, ",%s_%d", what, dataset->classes.label[k]);
}

/* An empty field if no class was predicted. */
static void put_prediction(FILE *out, const struct dataset *dataset, const struct answer *answer)
{
    if (answer->predicted >= 0)
        fprintf(out, "%d", dataset->classes.label[answer->predicted]);
}

static void put_votes(FILE *out, const struct dataset *dataset, const struct answer *answer)
{
    for (int32_t k = 0; k < dataset->classes.n; k++)
        fprintf(out, ",%d", answer->votes[k]);
}

static void put_image(FILE *out, const struct dataset *dataset, int32_t i,
                      const struct reading *reading, bool has_spikes)
{
    const struct answer *answer = &reading->answer, *by_spikes = &reading->by_spikes;
    const int32_t n = dataset->classes.n, k = dataset->test_class[i];
    fprintf(out, "%d,%d,", dataset->test_image[i], dataset->classes.label[k]);
    put_prediction(out, dataset, answer);
    fprintf(out, ",%d", answer->is_tie);
    put_votes(out, dataset, answer);
    fprintf(out, ",%d,", answer_margin(answer, n, k));
    put_prediction(out, dataset, by_spikes);
    fprintf(out, ",%d", answer_margin(by_spikes, n, k));
    if (!has_spikes)
        put_votes(out, dataset, by_spikes);
    fputc('\n', out);
}

static int write_predictions(const char *folder, const struct dataset *dataset,
                             enum test_readout counts, const struct reading *readings)
{
    const bool has_spikes = counts == READOUT_SPIKES;
    struct new_file file;
    TRY(file_create_in(&file, folder, "predictions.csv"));
    fprintf(file.stream, "image,label,prediction,tie");
    put_class_heads(file.stream, dataset, has_spikes ? "spikes" : "active");
    fprintf(file.stream, ",margin,prediction_spikes,margin_spikes");
    if (!has_spikes)
        put_class_heads(file.stream, dataset, "spikes");
    fputc('\n', file.stream);
    for (int32_t i = 0; i < dataset->n_test; i++)
        put_image(file.stream, dataset, i, &readings[i], has_spikes);
    return file_commit(&file);
}

/* ---- readout.csv ---- */

struct threshold_line {
    int32_t threshold;
    double accuracy;
    int32_t n_ties, n_undecided, n_wrong;
};
static const struct table_column threshold_columns[] = {
    TABLE_COLUMN(struct threshold_line, threshold, WHOLE, "threshold", .unit = "spikes"),
    TABLE_COLUMN(struct threshold_line, accuracy, NUMBER, "accuracy", .format = "%.6f"),
    TABLE_COLUMN(struct threshold_line, n_ties, WHOLE, "ties"),
    TABLE_COLUMN(struct threshold_line, n_undecided, WHOLE, "undecided"),
    TABLE_COLUMN(struct threshold_line, n_wrong, WHOLE, "wrong"),
};
static const struct table threshold_table =
    TABLE_OF("readout.csv", struct threshold_line, threshold_columns);

static int write_thresholds(const struct score *score, const char *folder)
{
    struct threshold_line line[READOUT_THRESHOLDS];
    for (int32_t t = 0; t < READOUT_THRESHOLDS; t++) {
        const struct answer_counts *counts = &score->active[t];
        line[t] = (struct threshold_line){t, answer_counts_accuracy(counts, score->n),
                                          counts->n_ties, counts->n_undecided, counts->n_wrong};
    }
    return table_write(&threshold_table, line, READOUT_THRESHOLDS, folder);
}

/* ---- confusion.csv ---- */

static const struct answer *answer_of(const struct reading *reading, bool by_spikes)
{
    return by_spikes ? &reading->by_spikes : &reading->answer;
}

static struct confusion count_classes(const struct dataset *dataset, const struct reading *readings,
                                      bool by_spikes)
{
    struct confusion confusion = {.n_classes = dataset->classes.n};
    for (int32_t i = 0; i < dataset->n_test; i++)
        confusion_count(&confusion, answer_of(&readings[i], by_spikes), dataset->test_class[i]);
    return confusion;
}

static void put_confusion(FILE *out, const struct dataset *dataset, const char *readout,
                          const struct confusion *confusion)
{
    for (int32_t k = 0; k < confusion->n_classes; k++) {
        fprintf(out, "%s,%d,%d,", readout, dataset->classes.label[k], confusion->n[k]);
        if (confusion->n[k] > 0)
            fprintf(out, "%.6f", confusion_recall(confusion, k));
        fprintf(out, ",%d", confusion->undecided[k]);
        for (int32_t j = 0; j < confusion->n_classes; j++)
            fprintf(out, ",%d", confusion->answered[k][j]);
        fputc('\n', out);
    }
}

static int write_confusion(const char *folder, const struct dataset *dataset,
                           const struct reading *readings)
{
    struct new_file file;
    TRY(file_create_in(&file, folder, "confusion.csv"));
    fprintf(file.stream, "readout,label,images,recall,undecided");
    put_class_heads(file.stream, dataset, "as");
    fputc('\n', file.stream);
    for (int by_spikes = 0; by_spikes <= 1; by_spikes++) {
        const struct confusion confusion = count_classes(dataset, readings, by_spikes);
        put_confusion(file.stream, dataset, by_spikes ? "all-spikes" : "rule", &confusion);
    }
    return file_commit(&file);
}

int readout_files_write(const char *folder, const struct dataset *dataset, enum test_readout counts,
                        const struct reading *readings, const struct score *score)
{
    TRY(write_predictions(folder, dataset, counts, readings));
    TRY(write_thresholds(score, folder));
    return write_confusion(folder, dataset, readings);
}

/* ---- the summary ---- */

/* The mean part of all votes that the class of the image (is_own), or the answer, has. */
static double part_of_votes(const struct dataset *dataset, const struct reading *readings,
                            bool is_own)
{
    double sum = 0;
    int32_t n = 0;
    for (int32_t i = 0; i < dataset->n_test; i++) {
        const struct answer *answer = &readings[i].answer;
        const int32_t of = is_own ? dataset->test_class[i] : answer->predicted;
        double all = 0;
        for (int32_t k = 0; k < dataset->classes.n; k++)
            all += fmax(answer->votes[k], 0);
        if (answer->predicted < 0 || all <= 0)
            continue;
        sum += fmax(answer->votes[of], 0) / all;
        n++;
    }
    return n > 0 ? sum / n : (double)NAN;
}

struct readout_summary readout_summary(const struct dataset *dataset,
                                       const struct reading *readings, const struct score *score)
{
    const struct confusion confusion = count_classes(dataset, readings, false);
    double shares = 0;
    for (int32_t i = 0; i < dataset->n_test; i++)
        shares += answer_share(&readings[i].answer, dataset->classes.n, dataset->test_class[i]);
    return (struct readout_summary){
        .ties_half = dataset->n_test > 0 ? shares / dataset->n_test : (double)NAN,
        .by_spikes = answer_counts_accuracy(&score->spikes, score->n),
        .by_thresholds = score_accuracy_over_thresholds(score),
        .balanced = confusion_balanced(&confusion),
        .recall_gap = confusion_recall_gap(&confusion),
        .overlap = 1 - part_of_votes(dataset, readings, true),
        .confidence = part_of_votes(dataset, readings, false),
    };
}
