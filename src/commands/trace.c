/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet trace: trains up to a presentation and looks inside cells during it. */
#include <dirent.h>
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
#include "core/shared_file.h"
#include "core/status.h"
#include "core/version.h"
#include "report/chart.h"
#include "report/trace_chart.h"
#include "store/run.h"

enum { CELLS_MAX = 1000, PICTURES_MAX = 8 };

struct trace_options {
    struct parameter_options parameters;
    struct compute_options compute;
    int64_t presentation, label;
    bool has_class;
    int32_t n_cells;
    int32_t cell[CELLS_MAX];
    int most_active, overwrite, no_pictures, is_quiet;
    char *folder, *data;
    const char *run;                      /* the folder of a run, or NULL */
    const struct kernel_history *kernels; /* of that run, to be followed; or NULL */
};

enum { OPTION_PRESENTATION = 1, OPTION_CELL, OPTION_CLASS };

/* "17" or "17,60". */
static int take_cells(struct trace_options *options, const char *argument)
{
    char *text = strdup(argument), *rest = text;
    int result = text ? STATUS_OK : status_no_memory("--cell", strlen(argument));
    while (rest && result == STATUS_OK) {
        const char *word = strsep(&rest, ",");
        int64_t id = 0;
        result = options->n_cells < CELLS_MAX
                     ? options_number("--cell", word, 0, INT32_MAX, &id)
                     : status_fail(STATUS_USER, "--cell: at most %d cells", CELLS_MAX);
        if (result == STATUS_OK)
            options->cell[options->n_cells++] = (int32_t)id;
    }
    free(text);
    return result;
}

static int take(int val, const char *argument, void *data)
{
    struct trace_options *options = data;
    switch (val) {
    case OPTION_PRESENTATION:
        return options_number("--presentation", argument, 1, INT32_MAX, &options->presentation);
    case OPTION_CELL:
        return take_cells(options, argument);
    case OPTION_CLASS:
        options->has_class = true;
        return options_number("--class", argument, 0, INT32_MAX, &options->label);
    default:
        return options_take_compute(&options->compute, &options->parameters, val, argument);
    }
}

/* ---- the folder ---- */

static bool is_of_trace(const char *name)
{
    int end = 0;
    if (strcmp(name, "trace.h5") == 0 || strcmp(name, "population.png") == 0 ||
        strcmp(name, "population.svg") == 0)
        return true;
    return sscanf(name, "cell-%*d.%n", &end) == 0 && end > 0 &&
           (strcmp(name + end, "png") == 0 || strcmp(name + end, "svg") == 0);
}

static int check_folder(const struct trace_options *options)
{
    const char *folder = options->folder;
    if (!file_is_folder(folder))
        return file_exists(folder)
                   ? status_fail(STATUS_USER, "%s: is a file, a folder is needed", folder)
                   : STATUS_OK;
    if (file_folder_is_empty(folder))
        return STATUS_OK;
    if (!file_exists_in(folder, "trace.h5"))
        return status_fail(STATUS_USER,
                           "%s: holds something else than a trace: name a new or empty folder",
                           folder);
    return options->overwrite
               ? STATUS_OK
               : status_fail(STATUS_USER,
                             "%s: holds a trace already: name another folder, or say --overwrite",
                             folder);
}

/* Takes a trace out of the folder. */
static void clear_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    for (const struct dirent *entry; entries && (entry = readdir(entries));)
        if (is_of_trace(entry->d_name))
            file_remove(folder, entry->d_name);
    if (entries)
        closedir(entries);
    file_remove_temporary(folder);
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

static int draw(const struct trace *trace, const struct trace_about *about, const char *folder)
{
    int status = trace_chart_population(trace, about, folder);
    for (int32_t i = 0; i < trace->n_cells && i < PICTURES_MAX && status == STATUS_OK; i++)
        status = interrupt_signal() ? STATUS_INTERRUPTED - interrupt_signal()
                                    : trace_chart_cell(trace, about, &trace->cell[i], folder);
    if (interrupt_signal()) /* a terminal sends it to gnuplot, too, which fails then */
        return status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                           "stopped while pictures were drawn, nothing is kept");
    if (status == STATUS_OK && trace->n_cells > PICTURES_MAX)
        fprintf(stderr, "spinet: pictures of the first %d cells only; --cell chooses others\n",
                PICTURES_MAX);
    return status;
}

/* With the folder locked. */
static int write_all(const struct trace_options *options, const struct trace *trace,
                     const struct trace_about *about)
{
    clear_folder(options->folder);
    int status = trace_file_write(trace, about, options->folder);
    if (status != STATUS_OK)
        return status;
    if (trace->n_other_spikes > 0)
        fprintf(stderr,
                "spinet: %lld spikes of the record are not those of kernel %s, by rounding; "
                "tags and weights follow the latter\n",
                (long long)trace->n_other_spikes, about->kernel);
    if (!options->no_pictures)
        status = chart_excuse(draw(trace, about, options->folder));
    if (status <= STATUS_INTERRUPTED)
        clear_folder(options->folder);
    if (status != STATUS_OK)
        return status;
    printf("presentation %d, an image of class %d\n", trace->presentation,
           about->dataset->classes.label[trace->class_index]);
    for (int32_t i = 0; i < trace->n_cells; i++)
        print_cell(trace, &trace->cell[i]);
    printf("trace in %s\n", options->folder);
    return STATUS_OK;
}

static int lock_and_write(const struct trace_options *options, const struct trace *trace,
                          const struct trace_about *about)
{
    const bool was_there = file_is_folder(options->folder);
    int lock, status = lock_folder(options->folder, &lock);
    if (status != STATUS_OK)
        return status;
    status = check_folder(options); /* again: another may have been at work in it until now */
    if (status == STATUS_OK)
        status = write_all(options, trace, about);
    if (status != STATUS_OK && !was_there)
        rmdir(options->folder); /* only if nothing was written */
    lock_leave_folder(lock);
    return status;
}

/* ---- the work ---- */

static int train_up_to(struct training *training, const struct trace_options *options)
{
    struct progress progress;
    const int32_t n = (int32_t)options->presentation - 1;
    int status = STATUS_OK;
    progress_start(&progress, "trace", "presentations", n, options->is_quiet);
    while (status == STATUS_OK && training->n_presentations < n &&
           training->stopped_by == STOP_NOT_YET) {
        status = training_step(training);
        progress_update(&progress, training->n_presentations, NULL);
        if (status <= STATUS_INTERRUPTED || (status == STATUS_OK && interrupt_signal()))
            status = status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                                 "stopped after presentation %d, nothing is written",
                                 training->n_presentations);
    }
    progress_clear(&progress);
    if (status == STATUS_OK && training->stopped_by != STOP_NOT_YET)
        status = status_fail(STATUS_USER,
                             "--presentation %d: training stops after %d presentations (%s)", n + 1,
                             training->n_presentations,
                             training->stopped_by == STOP_STRONG ? "enough strong synapses"
                                                                 : "stopping.max_presentations");
    return status;
}

static int find_class(const struct trace_options *options, const struct dataset *dataset,
                      int32_t *class_index)
{
    *class_index = options->has_class ? dataset_class(dataset, (int32_t)options->label) : -1;
    if (!options->has_class || *class_index >= 0)
        return STATUS_OK;
    char labels[512];
    size_t length = 0;
    for (int32_t k = 0; k < dataset->classes.n && length < sizeof labels - 16; k++)
        length += (size_t)snprintf(labels + length, sizeof labels - length, "%s%d", k ? ", " : "",
                                   dataset->classes.label[k]);
    return status_fail(STATUS_USER, "--class %lld: expected a class of this run: %s",
                       (long long)options->label, labels);
}

static int trace_data(const struct trace_options *options, const struct dataset *dataset)
{
    const struct parameters *p = options->parameters.parameters;
    static struct parameters quick; /* without what is only reported */
    struct training training;
    struct trace trace = {0};
    struct trace_selection selection = {.n_cells = options->n_cells,
                                        .cell = options->cell,
                                        .most_active = options->most_active ||
                                                       (!options->n_cells && !options->has_class)};
    quick = *p;
    quick.test.sample_period = 0;
    quick.record.maps_period = 0;
    int status = find_class(options, dataset, &selection.class_index);
    if (status == STATUS_OK)
        status =
            training_prepare(&training, &quick, dataset, options->compute.kernel,
                             (uint64_t)options->compute.seed, (int32_t)options->compute.n_threads);
    if (status == STATUS_OK) {
        training.may_stop = true;
        training.kernels_to_be = options->kernels;
        status = training_begin(&training);
    }
    if (status <= STATUS_INTERRUPTED)
        return status_fail(status, "stopped before presentation 1, nothing is written");
    if (status != STATUS_OK)
        return status;
    status = trace_check(&selection, &training.network.layout);
    if (status == STATUS_OK)
        status = train_up_to(&training, options);
    if (status == STATUS_OK)
        status = trace_record(&trace, &training, &selection);
    if (status == STATUS_OK) {
        const struct trace_about about = {p, dataset, (uint64_t)options->compute.seed,
                                          options->compute.kernel->name, version_number};
        status = lock_and_write(options, &trace, &about);
    }
    trace_free(&trace);
    training_free(&training);
    return status;
}

/* Parameters, seed and kernel of a run. */
static int take_up(struct trace_options *options, struct manifest *manifest)
{
    if (!file_is_folder(options->run))
        return shared_file_no_folder(options->run);
    const int status = manifest_read(manifest, options->run);
    if (status != STATUS_OK)
        return status;
    *options->parameters.parameters = manifest->parameters;
    options->compute.seed = (int64_t)manifest->seed;
    if (!options->compute.kernel)
        options->kernels = &manifest->kernels;
    return run_kernel(manifest, options->run, false, &options->compute.kernel);
}

static int trace_run(struct trace_options *options)
{
    static struct manifest manifest;
    struct dataset dataset;
    int status = options->run ? take_up(options, &manifest) : STATUS_OK;
    if (!options->compute.kernel)
        options->compute.kernel = kernel_find(NULL);
    if (status == STATUS_OK)
        status = training_check(options->parameters.parameters);
    if (status == STATUS_OK)
        status = check_folder(options);
    if (status == STATUS_OK)
        status = run_check_not_among_images(options->folder, options->parameters.parameters);
    if (status == STATUS_OK && options->run)
        status = manifest_open_data(&manifest, options->run, options->data, &dataset);
    else if (status == STATUS_OK)
        status = dataset_init_in(&dataset, options->parameters.parameters,
                                 (uint64_t)options->compute.seed, options->data);
    if (status != STATUS_OK)
        return status;
    interrupt_watch();
    status = trace_data(options, &dataset);
    dataset_free(&dataset);
    return status;
}

static int check(struct trace_options *options, const char **rest)
{
    options->run = rest ? *rest : NULL;
    if (options->run && rest[1])
        return status_fail(STATUS_USER, "trace %s: expected one run at most", rest[1]);
    if (options->run && (options->parameters.any || options->compute.has_seed))
        return status_fail(STATUS_USER,
                           "trace %s: takes parameters and seed from that run: leave out --config, "
                           "--set, --preset and --seed",
                           options->run);
    if (!(options->folder && *options->folder))
        return status_fail(STATUS_USER, "trace: --out DIR is needed, the folder for the trace");
    return STATUS_OK;
}

int command_trace(int argc, const char **argv)
{
    static struct parameters parameters;
    static struct trace_options options;
    options = (struct trace_options){
        .parameters = {&parameters, false}, .compute = options_compute(), .presentation = 1};
    const struct poptOption table[] = {
        PARAMETER_OPTIONS,
        SEED_OPTION("of the run (default: 1)"),
        {"presentation", 'k', POPT_ARG_STRING, NULL, OPTION_PRESENTATION,
         "the training presentation to look at, from 1 (default: 1)", "K"},
        {"cell", 0, POPT_ARG_STRING, NULL, OPTION_CELL, "cells to look at; may be repeated",
         "ID[,ID...]"},
        {"class", 0, POPT_ARG_STRING, NULL, OPTION_CLASS,
         "all pyramidal cells of a class (default: the most active cell)", "LABEL"},
        {"most-active", 0, POPT_ARG_NONE, &options.most_active, 0,
         "the pyramidal cell that spikes most, of the class if one is named (the default)", NULL},
        {"out", 'o', POPT_ARG_STRING, &options.folder, 0,
         "folder for the trace, new or empty (needed)", "DIR"},
        {"overwrite", 0, POPT_ARG_NONE, &options.overwrite, 0, "replace a trace that is in it",
         NULL},
        DATA_OPTION(&options.data),
        THREADS_OPTION(THREADS_HELP),
        KERNEL_OPTION("how to train up to there (default: that of the run, or fast)"),
        {"no-pictures", 0, POPT_ARG_NONE, &options.no_pictures, 0, "trace.h5 only", NULL},
        {"quiet", 'q', POPT_ARG_NONE, &options.is_quiet, 0, "no progress", NULL},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status = parameters_preset(&parameters, "authors");
    if (status == STATUS_OK)
        status = options_parse(argc, argv, table,
                               "[RUN | --config FILE --set GROUP.KEY=VALUE... --seed N] "
                               "--presentation K [--cell ID | --class LABEL | --most-active] "
                               "--out DIR",
                               take, &options, &context, &rest);
    if (status == OPTIONS_HELPED) {
        status = STATUS_OK;
    } else {
        if (status == STATUS_OK)
            status = check(&options, rest);
        if (status == STATUS_OK)
            status = trace_run(&options);
    }
    free(options.folder);
    free(options.data);
    poptFreeContext(context);
    return status;
}
