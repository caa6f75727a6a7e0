/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "report/html.h"
#include "report/means.h"
#include "report/run_lines.h"
#include "store/run_tables.h"
#include "train/schedule.h"

bool continual_figure_any(const struct study *study)
{
    return study_has_file(study, continual_table.file);
}

/* ---- what the runs have ---- */

/* A condition's rows of both tables, run by run. */
struct condition_rows {
    struct study_rows tests, overlaps;
};

/* The rows of all classes before training, of the first run that has any; NULL: none has. */
static const struct continual_row *first_rows(const struct condition_rows *rows, int32_t *n_classes)
{
    const struct study_rows *tests = &rows->tests;
    int32_t first = 0;
    while (first < tests->n_runs && tests->n[first] == 0)
        first++;
    const struct continual_row *row = first < tests->n_runs ? tests->row[first] : NULL;
    *n_classes = 0;
    while (row && *n_classes < tests->n[first] && row[*n_classes].phase == 0)
        ++*n_classes;
    return row;
}

/* All conditions of a study. */
struct told {
    const struct study *study;
    struct condition_rows *condition; /* [n_conditions] */
};

static void told_free(struct told *told)
{
    for (int32_t c = 0; told->condition && c < told->study->n_conditions; c++) {
        study_rows_free(&told->condition[c].tests);
        study_rows_free(&told->condition[c].overlaps);
    }
    free(told->condition);
}

static int told_read(struct told *told, const struct study *study)
{
    told->study = study;
    TRY_NEW(told->condition, study->n_conditions, "the tests");
    for (int32_t c = 0; c < study->n_conditions; c++) {
        TRY(study_rows_read(&told->condition[c].tests, study, c, &continual_table));
        TRY(study_rows_read(&told->condition[c].overlaps, study, c, &continual_overlap_table));
    }
    return STATUS_OK;
}

/* ---- the tables ---- */

static const struct mean_column phase_columns[] = {
    {"accuracy", "accuracy", 3, NULL},
    {"undecided", "undecided", 3, "tests"},
    {"accuracy learned", "accuracy_learned", 3, NULL},
    {"forgetting", "forgetting", 3, NULL},
    {"backward transfer", "backward_transfer", 3, NULL},
    {"forward transfer", "forward_transfer", 3, NULL},
};

/* What became of a class in the runs of a condition. */
struct fate {
    int32_t n_phases;
    struct running right[PHASES_MAX + 1], undecided[PHASES_MAX + 1]; /* after each phase */
    struct running age, overlap[3];                                  /* after the last */
};

static void add_part(struct running *running, double part)
{
    if (!isnan(part))
        running_add(running, part);
}

static void add_fate(struct fate *fate, const struct condition_rows *rows, int32_t r, int32_t label)
{
    const struct continual_row *row = rows->tests.row[r];
    const struct continual_overlap *overlap = rows->overlaps.row[r];
    const int32_t n = rows->tests.n[r], n_overlaps = rows->overlaps.n[r];
    const int32_t last = n > 0 ? row[n - 1].phase : 0;
    fate->n_phases = last > fate->n_phases ? last : fate->n_phases;
    for (int32_t i = 0; i < n; i++, row++) {
        if (row->label != label || !row->is_end || row->n == 0 || row->phase > PHASES_MAX)
            continue;
        running_add(&fate->right[row->phase], (double)row->n_correct / row->n);
        running_add(&fate->undecided[row->phase], (double)row->n_undecided / row->n);
        if (row->phase == last)
            add_part(&fate->age, (double)row->age);
    }
    for (int32_t i = 0; i < n_overlaps; i++, overlap++) {
        if (overlap->phase != last || (overlap->label != label && overlap->other != label))
            continue;
        add_part(&fate->overlap[0], (double)overlap->cells);
        add_part(&fate->overlap[1], (double)overlap->dendrites);
        add_part(&fate->overlap[2], (double)overlap->synapses);
    }
}

/* "\t0.98 → 0.74", after each phase: what was answered rightly, not at all, or else wrongly. */
static void put_parts(FILE *out, const struct fate *fate, const struct running *right,
                      const struct running *undecided)
{
    for (int32_t i = 1; i <= fate->n_phases; i++) {
        const double part = right && undecided ? 1 - right[i].mean - undecided[i].mean
                                               : (right ?: undecided)[i].mean;
        fprintf(out, "%s%.2f", i > 1 ? " → " : "\t", fabs(part));
    }
}

static void put_mean(FILE *out, const struct running *running, int places)
{
    if (running->n > 0)
        fprintf(out, "\t%.*f", places, running->mean);
    else
        fputs("\t–", out);
}

static void put_fates(FILE *out, const void *of_told)
{
    const struct told *told = of_told;
    char name[512];
    fputs("condition\tclass\tright\tundecided\twrong\tage\tcells\tdendrites\tsynapses\n", out);
    for (int32_t c = 0; c < told->study->n_conditions; c++) {
        const struct condition_rows *rows = &told->condition[c];
        int32_t n_classes;
        const struct continual_row *first = first_rows(rows, &n_classes);
        for (int32_t k = 0; k < n_classes; k++) {
            struct fate fate = {0};
            for (int32_t r = 0; r < rows->tests.n_runs; r++)
                add_fate(&fate, rows, r, first[k].label);
            fprintf(out, "%s\t%d",
                    study_name(told->study, c, 0, told->study->n_factors, name, sizeof name),
                    first[k].label);
            put_parts(out, &fate, fate.right, NULL);
            put_parts(out, &fate, NULL, fate.undecided);
            put_parts(out, &fate, fate.right, fate.undecided);
            put_mean(out, &fate.age, 0);
            for (int i = 0; i < 3; i++)
                put_mean(out, &fate.overlap[i], 2);
            fputc('\n', out);
        }
    }
}

int continual_figure_put(struct page *page, const struct study *study)
{
    SCOPED(told_free) struct told told = {0};
    const struct means means = MEANS_OF(study, &study->results, phase_columns);
    TRY(told_read(&told, study));
    fputs(
        "<p>Classes were learned in phases. Accuracy learned: of each phase's classes at its end. "
        "Forgetting: their best accuracy at the end of an earlier phase less that at the end of "
        "training (Chaudhry et al. 2018). Transfer backward: accuracy at the end of training less "
        "that just after the phase; forward: accuracy just before a phase less that before "
        "training (Lopez-Paz and Ranzato 2017). Mean and one standard deviation; undecided as a "
        "part of the test images. Where there is one response (reward.responses), silence answers "
        "the second class.</p>\n",
        page->html);
    TRY(means_put(page->html, &means));
    TRY(run_lines_put(page, study, "continual"));
    fputs("<details><summary>Each class after each phase, and what carries it</summary>\n<p>Parts "
          "of the class's test images after each phase, mean of the runs. Of the last: age of the "
          "synapses that carry the class, in presentations, and how far the same cells, dendrites "
          "and synapses carry it and another class, 0 to 1, mean over the others.</p>\n",
          page->html);
    TRY(html_put_cells(page->html, put_fates, &told, 2));
    fputs("</details>\n", page->html);
    return STATUS_OK;
}
