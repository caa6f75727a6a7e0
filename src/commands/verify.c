/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet verify: proves results. Each run is done again from its manifest, in a folder of its own
 * that is removed afterwards, and every file that it came to is compared. Of a sweep besides: that
 * each of its runs is what the sweep says of its name, and the table of them, gathered again. What
 * the sweep is, its folder says (conditions.json, experiment.json): the file of the experiment is
 * not asked for. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/options.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/number.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "store/hdf5_file.h"
#include "store/manifest.h"
#include "store/run.h"
#include "sweep/sweep.h"

struct verify_values {
    struct command_values common;
    int64_t n_sample; /* how many of a sweep's runs are verified; 0: all */
};

/* How many differences have been found so far. */
struct verify_count {
    int32_t n_differ;     /* runs with other results than before */
    int32_t n_unproven;   /* of these, runs done with another kernel than theirs */
    int32_t n_agree;      /* runs, done with another kernel, that agree but for rounding */
    int32_t n_tables;     /* sweeps whose results.csv is not what the runs say */
    int32_t n_incomplete; /* sweeps that lack runs */
};

/* Kernels may differ by this much, relative to numbers above 1, since they add in different orders.
 */
#define VERIFY_ROUNDING 1e-5

enum verify_verdict { VERIFY_DIFFERS, VERIFY_AGREES, VERIFY_SAME };
struct verify_outcome {
    enum verify_verdict verdict; /* AGREES: the same but for rounding, with another kernel */
    int32_t n_files;
    char kernels[256]; /* ", with kernel X in place of Y", or "" */
};

/* ---- files ---- */

static void cut_seconds(struct text_reader *reader, bool has_seconds)
{
    char *comma = has_seconds ? strrchr(reader->text, ',') : NULL;
    if (comma)
        *comma = '\0';
}

/* Where the field of a CSV line ends that begins here. */
static const char *field_end(const char *text)
{
    return text + strcspn(text, ",");
}

/* Whether two lines say the same but for the last digits of numbers. */
static bool is_near(const char *was, const char *is)
{
    for (;;) {
        const char *was_end = field_end(was), *is_end = field_end(is);
        const size_t n = (size_t)(was_end - was);
        const bool same = n == (size_t)(is_end - is) && strncmp(was, is, n) == 0;
        double a, b;
        if (!same && !(number_take(&was, &a) && number_take(&is, &b) && was == was_end &&
                       is == is_end && fabs(a - b) <= VERIFY_ROUNDING * fmax(1, fabs(a))))
            return false;
        if (!*was_end || !*is_end)
            return *was_end == *is_end;
        was = was_end + 1;
        is = is_end + 1;
    }
}

/* Whether two lines are the same, with their ends; with_rounding: but for the last digits. */
static bool is_same(const struct text_reader *was, const struct text_reader *is, bool with_rounding)
{
    return was->has_mark == is->has_mark && strcmp(was->end, is->end) == 0 &&
           (strcmp(was->text, is->text) == 0 || (with_rounding && is_near(was->text, is->text)));
}

/* Tells where two texts differ: all of them or, of long ones, what follows from the field on in
 * which they part. */
static void show_texts(const char *was, const char *is, struct file_difference *difference)
{
    const bool is_long = strlen(was) >= sizeof difference->was;
    size_t from = 0;
    for (size_t i = 0; is_long && was[i] && was[i] == is[i]; i++)
        from = was[i] == ',' ? i + 1 : from;
    const char *dots = from > 0 ? "…" : "";
    snprintf(difference->was, sizeof difference->was, "%s%s", dots, was + from);
    snprintf(difference->is, sizeof difference->is, "%s%s", dots, is + from);
}

/* Compares two texts, the ends of lines and a byte order mark with them. has_seconds: a last
 * column is the time a run took, and left out. with_rounding: numbers may differ by
 * VERIFY_ROUNDING. */
static int compare_lines(struct text_reader *was, struct text_reader *is, bool has_seconds,
                         bool with_rounding, struct file_difference *difference)
{
    int more_was, more_is;
    do {
        more_was = text_next(was);
        more_is = text_next(is);
        if (more_was < 0 || more_is < 0)
            return more_was < 0 ? more_was : more_is;
        if (!more_was && !more_is)
            return STATUS_OK;
        cut_seconds(was, has_seconds && more_was);
        cut_seconds(is, has_seconds && more_is);
    } while (more_was && more_is && is_same(was, is, with_rounding));
    const bool same_text = more_was && more_is && strcmp(was->text, is->text) == 0;
    snprintf(difference->where, sizeof difference->where, "%sline %zu",
             same_text ? "the end, or a byte order mark, of " : "",
             more_was ? was->line : is->line);
    show_texts(more_was ? was->text : "(the file ends)", more_is ? is->text : "(the file ends)",
               difference);
    return STATUS_OK;
}

static int compare_files(const char *was_path, const char *is_path, bool has_seconds,
                         bool with_rounding, struct file_difference *difference)
{
    SCOPED(text_close) struct text_reader was = {0}, is = {0};
    TRY(text_open(&was, was_path));
    TRY(text_open(&is, is_path));
    return compare_lines(&was, &is, has_seconds, with_rounding, difference);
}

/* Compares a file with the text that it should have. */
static int compare_text(const char *path, const char *again, struct file_difference *difference)
{
    SCOPED(text_close) struct text_reader was = {0}, is = {0};
    TRY(text_open(&was, path));
    TRY(text_open_memory(&is, path, again));
    return compare_lines(&was, &is, false, false, difference);
}

static int compare(const char *name, const char *was_path, const char *is_path, bool with_rounding,
                   struct file_difference *difference)
{
    const char *ending = strrchr(name, '.');
    if (ending && strcmp(ending, ".h5") == 0)
        return hdf5_compare(was_path, is_path, difference);
    return compare_files(was_path, is_path, strcmp(name, "result.csv") == 0, with_rounding,
                         difference);
}

/* Describes the difference that a file is missing, or should not be there. */
static void describe_presence(bool was_there, struct file_difference *difference)
{
    snprintf(difference->where, sizeof difference->where, "%s",
             was_there ? "should not be there" : "is missing");
    snprintf(difference->was, sizeof difference->was, "%s", was_there ? "(a file)" : "(no file)");
    snprintf(difference->is, sizeof difference->is, "%s", was_there ? "(no file)" : "(a file)");
}

static void print_difference(const char *folder, const char *name,
                             const struct file_difference *difference)
{
    printf("%s: DIFFERS: %s, %s\n  was  %s\n  is   %s\n", folder, name, difference->where,
           difference->was, difference->is);
}

static int compare_file(const char *folder, const char *again, const char *name, bool with_rounding,
                        int32_t *n_files, struct file_difference *difference)
{
    OWN_PATH(was, folder, name);
    OWN_PATH(is, again, name);
    *difference = (struct file_difference){0};
    const bool was_there = file_exists(was), is_there = file_exists(is);
    *n_files += was_there;
    if (was_there != is_there)
        describe_presence(was_there, difference);
    return was_there && is_there ? compare(name, was, is, with_rounding, difference) : STATUS_OK;
}

/* Compares all files; the first that differs is *name, NULL if none does. */
static int compare_all(const char *folder, const char *again, bool with_rounding, int32_t *n_files,
                       const char **name, struct file_difference *difference)
{
    struct run_file file;
    *n_files = 0;
    *name = NULL;
    for (int i = 0; !*name && (file = run_file_at(i)).name; i++) {
        /* Another kernel changes the last digits of weights. HDF5 files are compared bit by bit,
         * so the weights are compared in network.csv alone then. */
        if (file.is_drawn || (with_rounding && strcmp(file.name, "network.h5") == 0))
            continue;
        TRY(compare_file(folder, again, file.name, with_rounding, n_files, difference));
        *name = *difference->where ? file.name : NULL;
    }
    return STATUS_OK;
}

/* Compares all files. With another kernel, files that are not identical may still agree but for
 * rounding. */
static int judge(const char *folder, const char *again, struct verify_outcome *outcome)
{
    struct file_difference difference;
    const char *name;
    TRY(compare_all(folder, again, false, &outcome->n_files, &name, &difference));
    outcome->verdict = VERIFY_SAME;
    if (name && *outcome->kernels) {
        TRY(compare_all(folder, again, true, &outcome->n_files, &name, &difference));
        outcome->verdict = VERIFY_AGREES;
    }
    if (name) {
        outcome->verdict = VERIFY_DIFFERS;
        print_difference(folder, name, &difference);
    }
    return STATUS_OK;
}

/* Chooses the kernel to run with: the one that was asked for, or else the run's last, or the best;
 * where that has not computed all of the run, the outcome says so. */
static void choose_kernel(const struct verify_values *values, const struct manifest *manifest,
                          struct run_request *request, struct verify_outcome *outcome)
{
    const struct kernel *own = *manifest->kernel ? kernel_find(manifest->kernel) : NULL;
    request->kernel = values->common.kernel ? values->common.kernel : own;
    if (!request->kernel)
        request->kernel = kernel_find(NULL);
    manifest_print_kernel(manifest, request->kernel->name, outcome->kernels,
                          sizeof outcome->kernels);
}

/* Runs it again into `again` and compares. */
static int verify_in(const struct verify_values *values, const char *folder, const char *again,
                     const struct manifest *manifest, struct verify_outcome *outcome)
{
    SCOPED(dataset_free) struct dataset dataset = {0};
    struct run_result result;
    struct run_request request = {
        .parameters = &manifest->parameters,
        .seed = manifest->seed,
        .folder = again,
        .n_threads = (int32_t)values->common.n_threads,
        .is_quiet = true,
        .may_stop = true,
        .files = &dataset,
    };
    choose_kernel(values, manifest, &request, outcome);
    TRY(manifest_open_data(manifest, folder, values->common.data, DATASET_CLASSES, &dataset));
    TRY(run_execute(&request, &result));
    return judge(folder, again, outcome);
}

/* Does a finished run again, in a folder that is removed afterwards, and compares; prints the first
 * difference. Without the run's kernel, or with --kernel, it is another one. USER if it is not
 * finished, or its data have changed; INTERRUPTED - signal. */
static int verify_run(const struct verify_values *values, const char *folder,
                      struct verify_outcome *outcome)
{
    static struct manifest manifest;
    char again[4096];
    *outcome = (struct verify_outcome){0};
    TRY(manifest_read(&manifest, folder));
    TRY(run_check_finished(folder));
    TRY(file_make_folder_for_now(again, "verify"));
    const int status = verify_in(values, folder, again, &manifest, outcome);
    file_remove_folder(again);
    if (status <= STATUS_INTERRUPTED)
        return status_fail(status, "%s: stopped before it was verified", folder);
    return status;
}

static void count_in(struct verify_count *count, const struct verify_outcome *outcome)
{
    const bool differs = outcome->verdict == VERIFY_DIFFERS;
    count->n_differ += differs;
    count->n_unproven += differs && *outcome->kernels;
    count->n_agree += outcome->verdict == VERIFY_AGREES;
}

/* ---- sweeps ---- */

/* Does the sample of the n_done runs again, and prints how many are the same. */
static int verify_runs(const struct verify_values *values, const struct sweep *s, int32_t n_done,
                       struct verify_count *count)
{
    const int32_t n =
        values->n_sample > 0 && values->n_sample < n_done ? (int32_t)values->n_sample : n_done;
    OWN_PATH(runs, s->folder, "runs");
    struct progress progress;
    struct verify_count here = {0};
    struct verify_outcome outcome, other = {0}; /* the last with another kernel */
    int status = STATUS_OK;
    int32_t n_verified = 0;
    int64_t n_seen = 0;
    progress_start(&progress, "verify", "runs", n, false);
    for (int32_t i = 0; i < s->n_runs && status == STATUS_OK && !interrupt_signal(); i++) {
        if (!s->run[i].is_done || n_seen++ * n % n_done >= n) /* n of n_done, evenly */
            continue;
        OWNED char *folder = sweep_run_folder(s, &s->run[i]);
        status = folder ? verify_run(values, folder, &outcome) : status_no_memory("a file name", 0);
        if (status == STATUS_OK)
            count_in(&here, &outcome);
        if (status == STATUS_OK && *outcome.kernels)
            other = outcome;
        n_verified += status == STATUS_OK;
        progress_update(&progress, n_verified, folder);
    }
    progress_clear(&progress);
    count->n_differ += here.n_differ;
    count->n_unproven += here.n_unproven;
    const int32_t n_same = n_verified - here.n_differ;
    if (status <= STATUS_INTERRUPTED || (status == STATUS_OK && interrupt_signal()))
        return status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                           "stopped: %d runs were the same, %d differed", n_same, here.n_differ);
    TRY(status);
    printf("%s: %d of %d runs verified, %d differ\n", runs, n_same, n, here.n_differ);
    if (*other.kernels)
        printf("%s: done again%s, %d of them the same to within %g only\n", runs, other.kernels,
               here.n_agree, VERIFY_ROUNDING);
    return STATUS_OK;
}

/* Gathers what is done into a text, and compares. */
static int compare_table(struct sweep *s, struct file_difference *difference)
{
    OWNED char *again = NULL;
    OWN_PATH(was, s->folder, "results.csv");
    TRY(gather_text(s, &again));
    if (file_exists(was))
        return compare_text(was, again, difference);
    describe_presence(false, difference);
    return STATUS_OK;
}

/* Compares the table, unless runs are missing: then it says so, and the table may be an earlier
 * one. Where only shards were at work, or the sweep was cut off, there is none yet: gathering
 * writes it and times.csv. */
static int verify_table(struct sweep *s, struct verify_count *count)
{
    struct file_difference difference = {0};
    if (!file_exists_in(s->folder, "results.csv") && !file_exists_in(s->folder, "times.csv"))
        return STATUS_OK;
    if (gather_check(s) != STATUS_OK) {
        printf("%s\n", status_message());
        count->n_incomplete++;
        return STATUS_OK;
    }
    TRY(compare_table(s, &difference));
    if (*difference.where)
        print_difference(s->folder, "results.csv", &difference);
    count->n_tables += *difference.where != '\0';
    return STATUS_OK;
}

static int verify_folder(const struct verify_values *values, struct sweep *s,
                         struct verify_count *count)
{
    TRY(sweep_read_folder(s));
    if (s->n_runs == 0)
        return status_fail(
            STATUS_USER,
            "%s: its runs are not known, %s is missing or lists none: `spinet sweep` writes it",
            s->folder, s->experiment.n_conditions == 0 ? "conditions.json" : "experiment.json");
    const int32_t n_done = sweep_find_done(s);
    if (n_done == 0)
        return status_fail(STATUS_USER, "%s: none of its %d runs is finished", s->folder,
                           s->n_runs);
    TRY(sweep_check_found(s));
    TRY(verify_runs(values, s, n_done, count));
    return verify_table(s, count);
}

/* All finished runs of a sweep, or n_sample of them at even distances; then results.csv against
 * what all its runs say. USER if a run has not the parameters that conditions.json says of its
 * name, or the seed in it, or if conditions.json or experiment.json is not there. */
static int verify_sweep(const struct verify_values *values, const char *folder,
                        struct verify_count *count)
{
    OWN_NEW(struct sweep, s, 1, "the sweep");
    sweep_init(s);
    s->folder = folder;
    const int status = verify_folder(values, s, count);
    sweep_free(s);
    return status;
}

/* ---- all of it ---- */

static int verify(const struct verify_values *values, const char *folder,
                  struct verify_count *count)
{
    if (!*folder)
        return status_fail(STATUS_USER, "verify: the name of a folder is empty");
    OWN_PATH(runs, folder, "runs");
    if (file_is_folder(runs))
        return verify_sweep(values, folder, count);
    struct verify_outcome outcome;
    TRY(verify_run(values, folder, &outcome));
    count_in(count, &outcome);
    if (outcome.verdict == VERIFY_SAME)
        printf("%s: verified: %d files are identical%s\n", folder, outcome.n_files,
               outcome.kernels);
    else if (outcome.verdict == VERIFY_AGREES)
        printf("%s: agrees: %d files say the same to within %g%s: that proves the answers, and the "
               "last digits only a machine that has that kernel can\n",
               folder, outcome.n_files, VERIFY_ROUNDING, outcome.kernels);
    return STATUS_OK;
}

static int conclude(const struct verify_count *count)
{
    if (count->n_differ > 0)
        return status_fail(
            STATUS_SYSTEM, "%d of the runs gave other results than before%s", count->n_differ,
            count->n_unproven > 0 ? ", with another kernel than theirs, which proves nothing: from "
                                    "a rounding on two runs may part"
                                  : "");
    if (count->n_incomplete > 0)
        return status_fail(STATUS_SYSTEM, "runs are missing: `spinet sweep` makes them");
    if (count->n_tables > 0)
        return status_fail(STATUS_SYSTEM, "results.csv is not what the runs say: `spinet sweep … "
                                          "--gather` writes it anew");
    return STATUS_OK;
}

static int verify_all(void *values)
{
    const struct command_values *common = values;
    struct verify_count count = {0};
    interrupt_watch();
    if (common->n_arguments == 0)
        return status_fail(STATUS_USER, "verify: name the folders of finished runs or sweeps");
    for (const char **folder = common->arguments; *folder; folder++) {
        if (interrupt_signal())
            return status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                               "%s: stopped before it was verified", *folder);
        TRY(verify(values, *folder, &count));
    }
    return conclude(&count);
}

static const struct option options[] = {
    {"sample", 0, "N", "of a sweep, only N runs at even distances (default: all)",
     .at = offsetof(struct verify_values, n_sample), 1, INT32_MAX},
    DATA_OPTION,
    THREADS_OPTION(THREADS_HELP),
    KERNEL_OPTION("how to compute (default: as the run was or, without its kernel, fast)"),
    {0},
};

const struct command command_verify = {
    .name = "verify",
    .summary = "run finished runs again and compare every result",
    .description =
        "Does runs again from their manifests, in a temporary folder, and compares every file. "
        "Takes folders of runs and of sweeps.",
    .usage = "DIR...",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct verify_values),
    .run = verify_all,
};
