/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet trace: trains up to a presentation and looks inside cells during it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/lock.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/version.h"
#include "report/page.h"
#include "report/trace_figure.h"
#include "store/run.h"

enum { CELLS_MAX = 1000, FIGURES_MAX = 8 };

struct trace_values {
    struct command_values common;
    int64_t presentation, label; /* presentation from 1; label -1: --class was not given */
    int32_t n_cells;
    int32_t cell[CELLS_MAX];
    bool most_active, no_pictures;
    const char *folder;
    const char *run; /* the folder of a run, or NULL */
};

/* Takes the cells of --cell: "17" or "17,60". */
static int take_cells(void *values, const char *argument)
{
    struct trace_values *v = values;
    OWNED char *text = strdup(argument);
    if (!text)
        return status_no_memory("--cell", strlen(argument));
    for (char *rest = text, *word; (word = strsep(&rest, ","));) {
        int64_t id;
        if (v->n_cells == CELLS_MAX)
            return status_fail(STATUS_USER, "--cell: at most %d cells", CELLS_MAX);
        TRY(options_number("--cell", word, 0, INT32_MAX, &id));
        v->cell[v->n_cells++] = (int32_t)id;
    }
    return STATUS_OK;
}

/* ---- the folder ---- */

static int check_folder(const char *folder)
{
    if (file_exists(folder) && !file_is_folder(folder))
        return status_fail(STATUS_USER, "%s: is a file, a folder is needed", folder);
    if (file_folder_is_empty(folder))
        return STATUS_OK;
    return status_fail(STATUS_USER, "%s: holds %s: name a new or empty folder", folder,
                       file_exists_in(folder, "trace.h5") ? "a trace already"
                                                          : "something else than a trace");
}

/* ---- what it comes to ---- */

static void print_cell(const struct trace *trace, const struct trace_cell *cell)
{
    const size_t n_minutes = (size_t)trace->n_minutes + 1;
    int64_t n_dendritic = 0;
    for (size_t i = 0; i < (size_t)cell->n_dendrites * (size_t)trace->n_steps; i++)
        n_dendritic += cell->dspiked[i];
    printf("cell %d: %lld spikes, %lld dendritic spikes", cell->neuron,
           (long long)trace_n_spikes(trace, cell->neuron), (long long)n_dendritic);
    if (cell->creb) {
        int32_t n_up = 0, n_down = 0;
        for (int32_t s = 0; s < cell->n_plastic; s++) {
            const float *w = cell->weight + (size_t)s * n_minutes;
            n_up += w[n_minutes - 1] > w[0];
            n_down += w[n_minutes - 1] < w[0];
        }
        printf(", calcium %.3g; of %d plastic synapses %d grew and %d shrank",
               (double)cell->calcium_sum, cell->n_plastic, n_up, n_down);
    }
    printf("\n");
}

static int put_figures(struct page *page, const struct trace *trace,
                       const struct trace_about *about)
{
    SCOPED(figure_free) struct figure population = {0};
    page_put_section(page, "cells", trace->n_cells == 1 ? "The cell" : "Cells");
    for (int32_t i = 0; i < trace->n_cells && i < FIGURES_MAX; i++) {
        SCOPED(figure_free) struct figure figure = {0};
        TRY(trace_figure_cell(&figure, trace, about, &trace->cell[i]));
        TRY(page_put_figure(page, &figure));
    }
    page_put_section(page, "population", "All cells");
    TRY(trace_figure_population(&population, trace, about));
    return page_put_figure(page, &population);
}

/* Writes trace.html and, if they are asked for, its figures as pictures. */
static int write_page(const struct trace_values *v, const struct trace *trace,
                      const struct trace_about *about)
{
    SCOPED(page_free) struct page page = {0};
    char title[64];
    snprintf(title, sizeof title, "Training presentation %d", trace->presentation);
    TRY(page_begin(&page, v->folder, title));
    TRY(put_figures(&page, trace, about));
    if (trace->n_cells > FIGURES_MAX)
        fprintf(stderr, "spinet: figures of the first %d cells only; --cell chooses others\n",
                FIGURES_MAX);
    return page_write_in(&page, "trace.html", v->common.pictures);
}

/* Writes everything; the folder must be locked. */
static int write_all(const struct trace_values *v, const struct trace *trace,
                     const struct trace_about *about)
{
    file_remove_temporary(v->folder);
    TRY(trace_file_write(trace, about, v->folder));
    const int status = v->no_pictures ? STATUS_OK : write_page(v, trace, about);
    if (interrupt_signal()) /* a terminal sends the signal to node, too, which then fails */
        return status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                           "stopped while the page was drawn; %s/trace.h5 is whole", v->folder);
    TRY(status);
    printf("presentation %d, an image of class %d\n", trace->presentation,
           about->dataset->train.labels[trace->image]);
    for (int32_t i = 0; i < trace->n_cells; i++)
        print_cell(trace, &trace->cell[i]);
    printf("trace in %s\n", v->folder);
    return STATUS_OK;
}

static int lock_and_write(const struct trace_values *v, const struct trace *trace,
                          const struct trace_about *about)
{
    const bool was_there = file_is_folder(v->folder);
    SCOPED(lock_leave) int lock = -1;
    TRY(lock_folder(v->folder, &lock));
    int status = check_folder(v->folder); /* again: another process may have written into it */
    if (status == STATUS_OK)
        status = write_all(v, trace, about);
    if (status != STATUS_OK && !was_there)
        rmdir(v->folder); /* only if nothing was written */
    return status;
}

/* ---- the work ---- */

static int train_up_to(struct training *training, const struct trace_values *v)
{
    SCOPED(progress_clear) struct progress progress;
    const int32_t n = (int32_t)v->presentation - 1;
    progress_start(&progress, "trace", "presentations", n, v->common.is_quiet);
    while (training->n_presentations < n && training->stopped_by == STOP_NOT_YET) {
        const int status = training_step(training);
        progress_update(&progress, training->n_presentations, NULL);
        if (status <= STATUS_INTERRUPTED || (status == STATUS_OK && interrupt_signal()))
            return status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                               "stopped after presentation %d, nothing is written",
                               training->n_presentations);
        TRY(status);
    }
    if (training->stopped_by == STOP_NOT_YET)
        return STATUS_OK;
    return status_fail(STATUS_USER, "--presentation %d: training stops after %d presentations (%s)",
                       n + 1, training->n_presentations,
                       training->stopped_by == STOP_STRONG ? "enough strong synapses"
                                                           : "stopping.max_presentations");
}

static int find_class(const struct trace_values *v, const struct dataset *dataset,
                      int32_t *class_index)
{
    *class_index = v->label < 0 ? -1 : dataset_class(dataset, (int32_t)v->label);
    if (v->label < 0 || *class_index >= 0)
        return STATUS_OK;
    char labels[512];
    return status_fail(STATUS_USER, "--class %lld: expected a class of this run: %s",
                       (long long)v->label,
                       label_list_text(&dataset->labels, ", ", labels, sizeof labels));
}

static int trace_data(const struct trace_values *v, const struct dataset *dataset)
{
    const struct command_values *common = &v->common;
    const struct trace_about about = {&common->parameters, dataset, (uint64_t)common->seed,
                                      common->kernel->name, version_number};
    static struct parameters
        quick; /* parameters without sample tests and maps, which are only reported */
    SCOPED(training_free) struct training training = {0};
    SCOPED(trace_free) struct trace trace = {0};
    struct trace_selection selection = {.n_cells = v->n_cells,
                                        .cell = v->cell,
                                        .most_active =
                                            v->most_active || (!v->n_cells && v->label < 0)};
    quick = common->parameters;
    quick.test.sample_period = 0;
    quick.test.sample_early = false;
    quick.record.maps_period = 0;
    TRY(find_class(v, dataset, &selection.class_index));
    TRY(training_prepare(&training, &quick, dataset, common->kernel, (uint64_t)common->seed,
                         (int32_t)common->n_threads));
    training.may_stop = true;
    const int status = training_begin(&training);
    if (status <= STATUS_INTERRUPTED)
        return status_fail(status, "stopped before presentation 1, nothing is written");
    TRY(status);
    TRY(trace_check(&selection, &training.network.layout));
    TRY(train_up_to(&training, v));
    TRY(trace_record(&trace, &training, &selection));
    return lock_and_write(v, &trace, &about);
}

/* Takes parameters, seed and kernel from the run, and warns where the kernel is another. */
static int take_up(struct trace_values *v, struct manifest *manifest)
{
    char other[256];
    TRY(options_take_run(&v->common, v->run, manifest));
    manifest_print_kernel(manifest, v->common.kernel->name, other, sizeof other);
    if (*other)
        fprintf(stderr, "spinet: trace %s%s: the last digits may differ\n", v->run, other);
    return STATUS_OK;
}

static int check(const struct trace_values *v)
{
    const struct command_values *common = &v->common;
    if (common->n_arguments > 1)
        return status_fail(STATUS_USER, "trace %s: expected one run at most", common->arguments[1]);
    if (v->run && (common->has_parameters || common->has_seed))
        return status_fail(STATUS_USER,
                           "trace %s: takes parameters and seed from that run: leave out --config, "
                           "--set, --preset and --seed",
                           v->run);
    if (!(v->folder && *v->folder))
        return status_fail(STATUS_USER, "trace: --out DIR is needed, the folder for the trace");
    return STATUS_OK;
}

static int trace(void *values)
{
    static struct manifest manifest;
    struct trace_values *v = values;
    struct command_values *common = &v->common;
    const struct parameters *p = &common->parameters;
    SCOPED(dataset_free) struct dataset dataset = {0};
    v->run = *common->arguments;
    TRY(check(v));
    if (v->run)
        TRY(take_up(v, &manifest));
    if (!common->kernel)
        common->kernel = kernel_find(NULL);
    TRY(training_check(p));
    TRY(check_folder(v->folder));
    TRY(v->run ? manifest_open_data(&manifest, v->run, common->data, DATASET_CLASSES, &dataset)
               : dataset_init_in(&dataset, p, (uint64_t)common->seed,
                                 &(struct data_places){.folder = common->data}, DATASET_CLASSES));
    interrupt_watch();
    return trace_data(v, &dataset);
}

#define AT(member) .at = offsetof(struct trace_values, member)
static const struct option options[] = {
    PARAMETER_OPTIONS,
    SEED_OPTION("of the run (default: 1)"),
    {"presentation", 'k', "K", "the training presentation to look at, from 1 (default: 1)",
     AT(presentation), 1, INT32_MAX, 1},
    {"cell", 0, "ID[,ID...]", "cells to look at; may be repeated", .take = take_cells},
    {"class", 0, "LABEL", "all pyramidal cells of a class (default: the most active cell)",
     AT(label), 0, INT32_MAX, -1},
    {"most-active", 0, NULL,
     "the pyramidal cell that spikes most, of the class if one is named (the default)",
     AT(most_active)},
    {"out", 'o', "DIR", "folder for the trace, new or empty (needed)", AT(folder)},
    DATA_OPTION,
    THREADS_OPTION(THREADS_HELP),
    KERNEL_OPTION("how to train up to there (default: that of the run, or fast)"),
    PICTURES_OPTION(
        "the figures as files, too, cell-ID and population (default: in trace.html alone)"),
    {"no-pictures", 0, NULL, "trace.h5 only", AT(no_pictures)},
    QUIET_OPTION,
    {0},
};

const struct command command_trace = {
    .name = "trace",
    .summary = "look inside cells during one presentation",
    .description =
        "Trains up to a presentation and records what chosen cells do in it: voltages of soma and "
        "dendrites, calcium and spikes in every millisecond, then tags, proteins, weights and CREB "
        "in every minute of the consolidation. Writes trace.h5 and trace.html, a page with a "
        "figure "
        "of each cell and of the population. RUN is the folder of a run, whose parameters and seed "
        "it takes.",
    .usage = "[RUN | --config FILE --set GROUP.KEY=VALUE... --seed N] --presentation K [--cell ID "
             "| --class LABEL | --most-active] --out DIR",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct trace_values),
    .run = trace,
};
