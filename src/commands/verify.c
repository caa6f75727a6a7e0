/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet verify: proves results. Each run is done again from its manifest, in a folder of its own
 * that is removed afterwards, and every file that it came to is compared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/verify.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "store/hdf5_file.h"
#include "store/manifest.h"
#include "store/run.h"

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

int verify_text(const char *path, const char *again, struct file_difference *difference)
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

void verify_presence(bool was_there, struct file_difference *difference)
{
    snprintf(difference->where, sizeof difference->where, "%s",
             was_there ? "should not be there" : "is missing");
    snprintf(difference->was, sizeof difference->was, "%s", was_there ? "(a file)" : "(no file)");
    snprintf(difference->is, sizeof difference->is, "%s", was_there ? "(no file)" : "(a file)");
}

void verify_print(const char *folder, const char *name, const struct file_difference *difference)
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
        verify_presence(was_there, difference);
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
        verify_print(folder, name, &difference);
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

int verify_run(const struct verify_values *values, const char *folder,
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
    verify_count_in(count, &outcome);
    if (outcome.verdict == VERIFY_SAME)
        printf("%s: verified: %d files are identical%s\n", folder, outcome.n_files,
               outcome.kernels);
    else if (outcome.verdict == VERIFY_AGREES)
        printf("%s: agrees: %d files say the same to within %g%s: that proves the answers, and the "
               "last digits only a machine that has that kernel can\n",
               folder, outcome.n_files, VERIFY_ROUNDING, outcome.kernels);
    return STATUS_OK;
}

void verify_count_in(struct verify_count *count, const struct verify_outcome *outcome)
{
    const bool differs = outcome->verdict == VERIFY_DIFFERS;
    count->n_differ += differs;
    count->n_unproven += differs && *outcome->kernels;
    count->n_agree += outcome->verdict == VERIFY_AGREES;
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
