/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet verify: proves results. Each run is done again from its manifest, in a folder of its own
 * that is removed afterwards, and every file that it came to is compared, as is what its manifest
 * says of it. */
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/manifest.h"
#include "commands/command.h"
#include "commands/options.h"
#include "commands/run_files.h"
#include "commands/sweep.h"
#include "core/file.h"
#include "core/hdf5_file.h"
#include "core/interrupt.h"
#include "core/json_file.h"
#include "core/progress.h"
#include "core/status.h"

struct verify_options {
    struct compute_options compute;
    int64_t n_sample;
};

enum { OPTION_SAMPLE = 1 };

static int take(int val, const char *argument, void *data)
{
    struct verify_options *options = data;
    return val == OPTION_SAMPLE
               ? options_number("--sample", argument, 1, INT32_MAX, &options->n_sample)
               : options_take_compute(&options->compute, NULL, val, argument);
}

static void cut_seconds(struct text_reader *reader, bool has_seconds)
{
    char *comma = has_seconds ? strrchr(reader->text, ',') : NULL;
    if (comma)
        *comma = '\0';
}

/* Where two lines differ in what is not text. */
static const char *name_frame(const struct text_reader *line, bool is_of_mark)
{
    if (is_of_mark)
        return line->has_mark ? "(begins with a byte order mark)" : "(without a byte order mark)";
    return strcmp(line->end, "\n") == 0     ? "(ends with LF)"
           : strcmp(line->end, "\r\n") == 0 ? "(ends with CR LF)"
           : *line->end                     ? "(ends with CR, and the file with it)"
                                            : "(no end of line)";
}

/* Whether the next lines, of which there are `more_was` and `more_is`, are the same. */
static bool compare_line(const struct text_reader *was, int more_was, const struct text_reader *is,
                         int more_is, struct file_difference *difference)
{
    const bool same_text = more_was == more_is && strcmp(was->text, is->text) == 0;
    const bool same_mark = was->has_mark == is->has_mark;
    if (same_text && same_mark && strcmp(was->end, is->end) == 0)
        return true;
    snprintf(difference->where, sizeof difference->where, "line %zu",
             more_was == 1 ? was->line : is->line);
    snprintf(difference->was, sizeof difference->was, "%s",
             same_text       ? name_frame(was, !same_mark)
             : more_was == 1 ? was->text
                             : "(the file ends)");
    snprintf(difference->is, sizeof difference->is, "%s",
             same_text      ? name_frame(is, !same_mark)
             : more_is == 1 ? is->text
                            : "(the file ends)");
    return false;
}

/* Of two texts. A last column `seconds` is the time a run took, and left out. */
static int compare_lines(const char *was_path, const char *is_path, bool has_seconds,
                         struct file_difference *difference)
{
    struct text_reader was, is;
    *difference = (struct file_difference){0};
    int result = text_open(&was, was_path);
    if (result != STATUS_OK)
        return result;
    result = text_open(&is, is_path);
    while (result == STATUS_OK) {
        const int more_was = text_next(&was), more_is = text_next(&is);
        result = more_was < 0 ? more_was : more_is < 0 ? more_is : STATUS_OK;
        if (result != STATUS_OK || (more_was == 0 && more_is == 0))
            break;
        if (more_was == 1)
            cut_seconds(&was, has_seconds);
        if (more_is == 1)
            cut_seconds(&is, has_seconds);
        if (!compare_line(&was, more_was, &is, more_is, difference))
            break;
    }
    text_close(&was);
    text_close(&is);
    return result;
}

static int compare(const char *name, const char *was_path, const char *is_path,
                   struct file_difference *difference)
{
    const char *ending = strrchr(name, '.');
    if (ending && strcmp(ending, ".h5") == 0)
        return hdf5_compare(was_path, is_path, difference);
    return compare_lines(was_path, is_path, strcmp(name, "result.csv") == 0, difference);
}

/* What the two manifests say a run came to. */
static int compare_manifests(const char *was_path, const char *is_path,
                             struct file_difference *difference)
{
    static const char *const keys[] = {"presentations", "stopped_by", "similarity"};
    json_t *was = NULL, *is = NULL;
    int result = json_file_read(was_path, &was);
    if (result == STATUS_OK)
        result = json_file_read(is_path, &is);
    for (size_t i = 0; i < sizeof keys / sizeof *keys && result == STATUS_OK; i++) {
        json_t *before = json_object_get(was, keys[i]), *after = json_object_get(is, keys[i]);
        if (!before || json_equal(before, after)) /* one of long ago may not say */
            continue;
        char *texts[] = {json_dumps(before, JSON_ENCODE_ANY),
                         after ? json_dumps(after, JSON_ENCODE_ANY) : NULL};
        snprintf(difference->where, sizeof difference->where, "%s", keys[i]);
        snprintf(difference->was, sizeof difference->was, "%s", texts[0] ? texts[0] : "(missing)");
        snprintf(difference->is, sizeof difference->is, "%s", texts[1] ? texts[1] : "(missing)");
        free(texts[0]);
        free(texts[1]);
        break;
    }
    json_decref(was);
    json_decref(is);
    return result;
}

/* Of a file that is there in only one of the two. */
static void compare_presence(bool was_there, struct file_difference *difference)
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

/* Compares all files; prints the first that differs. */
static int compare_all(const char *folder, const char *again, int32_t *n_files, bool *same)
{
    int result = STATUS_OK;
    *n_files = 0;
    *same = true;
    for (int i = 0; i < RUN_N_FILES && result == STATUS_OK && *same; i++) {
        const char *name = run_files[i].name;
        if (run_files[i].kind == RUN_FILE_PICTURE)
            continue;
        struct file_difference difference = {0};
        char *was = file_join(folder, name), *is = file_join(again, name);
        if (!was || !is)
            result = status_no_memory("a file name", 0);
        else if (file_exists(was) != file_exists(is))
            compare_presence(file_exists(was), &difference);
        else if (file_exists(was))
            result = compare(name, was, is, &difference);
        if (result == STATUS_OK && was && file_exists(was))
            ++*n_files;
        if (result == STATUS_OK && *difference.where) {
            *same = false;
            print_difference(folder, name, &difference);
        }
        free(was);
        free(is);
    }
    if (result == STATUS_OK && *same) {
        struct file_difference difference = {0};
        char *was = file_join(folder, "manifest.json"), *is = file_join(again, "manifest.json");
        result = was && is ? compare_manifests(was, is, &difference)
                           : status_no_memory("a file name", 0);
        if (result == STATUS_OK && *difference.where) {
            *same = false;
            print_difference(folder, "manifest.json", &difference);
        }
        free(was);
        free(is);
    }
    return result;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

/* Runs it again into `again` and compares. */
static int verify_in(const struct verify_options *options, const char *folder, const char *again,
                     const struct manifest *manifest, int32_t *n_files, bool *same)
{
    struct dataset dataset;
    struct run_result result;
    struct run_request request = {
        .parameters = &manifest->parameters,
        .seed = manifest->seed,
        .folder = again,
        .kernel = options->compute.kernel,
        .n_threads = (int32_t)options->compute.n_threads,
        .is_quiet = true,
        .may_stop = true,
        .files = &dataset,
    };
    int status = run_kernel(manifest, folder, RUN_ANOTHER_KERNEL, &request.kernel);
    if (status == STATUS_OK)
        status = dataset_init(&dataset, &manifest->parameters, manifest->seed);
    if (status != STATUS_OK)
        return status;
    status = manifest_check_data(manifest, &dataset, folder);
    if (manifest->parameters.data.kind != DATA_FILES)
        request.files = NULL; /* generated from the seed */
    if (status == STATUS_OK)
        status = run_execute(&request, &result);
    dataset_free(&dataset);
    return status == STATUS_OK ? compare_all(folder, again, n_files, same) : status;
}

/* A folder for what is done again, to be removed with remove_again. */
static int make_again(char again[4096])
{
    const char *place = getenv("TMPDIR");
    snprintf(again, 4096, "%s/spinet-verify.XXXXXX", place && *place ? place : "/tmp");
    return mkdtemp(again) ? STATUS_OK
                          : status_fail(STATUS_USER, "%s: no folder can be made there", again);
}

static void remove_again(const char *again)
{
    nftw(again, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int verify_run(const struct verify_options *options, const char *folder, int32_t *n_files,
                      bool *same)
{
    static struct manifest manifest;
    char again[4096];
    int status = manifest_read(&manifest, folder);
    if (status == STATUS_OK)
        status = run_check_finished(folder);
    if (status != STATUS_OK)
        return status;
    status = make_again(again);
    if (status != STATUS_OK)
        return status;
    status = verify_in(options, folder, again, &manifest, n_files, same);
    remove_again(again);
    if (status <= STATUS_INTERRUPTED)
        return status_fail(status, "%s: stopped before it was verified", folder);
    return status;
}

/* ---- sweeps ---- */

static int is_run(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* All runs of FOLDER/runs, or --sample of them at even distances. */
static int verify_sweep(const struct verify_options *options, const char *runs, int32_t *n_differ)
{
    struct dirent **entries = NULL;
    const int n = scandir(runs, &entries, is_run, alphasort);
    if (n <= 0)
        return status_fail(STATUS_USER, "%s: holds no runs", runs);
    const int n_checked =
        options->n_sample > 0 && options->n_sample < n ? (int)options->n_sample : n;
    struct progress progress;
    int status = STATUS_OK;
    int32_t n_same = 0;
    progress_start(&progress, "verify", "runs", n_checked, false);
    for (int k = 0; k < n_checked && status == STATUS_OK && !interrupt_signal(); k++) {
        bool same = false;
        int32_t n_files;
        char *folder = file_join(runs, entries[(int64_t)k * n / n_checked]->d_name);
        status = folder ? verify_run(options, folder, &n_files, &same)
                        : status_no_memory("a file name", 0);
        n_same += same;
        *n_differ += status == STATUS_OK && !same;
        progress_update(&progress, k + 1, folder);
        free(folder);
    }
    progress_clear(&progress);
    for (int i = 0; i < n; i++)
        free(entries[i]);
    free(entries);
    if (status <= STATUS_INTERRUPTED || (status == STATUS_OK && interrupt_signal()))
        status = status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                             "stopped: %d runs were the same, %d differed", n_same, *n_differ);
    if (status == STATUS_OK)
        printf("%s: %d of %d runs verified, %d differ\n", runs, n_same, n_checked, *n_differ);
    return status;
}

/* results.csv against the result.csv of the runs. */
static int compare_results(const char *folder, struct file_difference *difference)
{
    char again[4096];
    int status = make_again(again);
    if (status != STATUS_OK)
        return status;
    char *was = file_join(folder, "results.csv"), *is = file_join(again, "results.csv");
    status = was && is ? gather_again(folder, is) : status_no_memory("a file name", 0);
    if (status == STATUS_OK)
        status = compare_lines(was, is, false, difference);
    remove_again(again);
    free(was);
    free(is);
    return status;
}

/* The table of a sweep. Where only shards were at work there is none yet, nor an experiment.json:
 * gathering writes both, the table first. */
static int verify_results(const char *folder, int32_t *n_results_differ)
{
    static const char *const needed[] = {"experiment.json", "conditions.json"};
    const bool has_results = file_exists_in(folder, "results.csv");
    struct file_difference difference = {0};
    int status = STATUS_OK;
    if (!has_results && !file_exists_in(folder, "experiment.json"))
        return STATUS_OK;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (has_results && !file_exists_in(folder, needed[i]))
            return status_fail(STATUS_USER,
                               "%s: results.csv cannot be compared: %s is missing beside it",
                               folder, needed[i]);
    if (has_results)
        status = compare_results(folder, &difference);
    else
        compare_presence(false, &difference);
    if (status == STATUS_OK && *difference.where) {
        ++*n_results_differ;
        print_difference(folder, "results.csv", &difference);
    }
    return status;
}

static int verify(const struct verify_options *options, const char *folder, int32_t *n_differ,
                  int32_t *n_results_differ)
{
    char *runs = file_join(folder, "runs");
    bool same = false;
    int32_t n_files = 0;
    int status;
    if (!runs)
        return status_no_memory("a file name", 0);
    if (!*folder) {
        status = status_fail(STATUS_USER, "verify: the name of a folder is empty");
    } else if (file_is_folder(runs)) {
        status = verify_sweep(options, runs, n_differ);
        if (status == STATUS_OK)
            status = verify_results(folder, n_results_differ);
    } else {
        status = verify_run(options, folder, &n_files, &same);
        *n_differ += status == STATUS_OK && !same;
        if (status == STATUS_OK && same)
            printf("%s: verified: %d files are identical\n", folder, n_files);
    }
    free(runs);
    return status;
}

int command_verify(int argc, const char **argv)
{
    struct verify_options options = {.compute = options_compute()};
    const struct poptOption table[] = {
        {"sample", 0, POPT_ARG_STRING, NULL, OPTION_SAMPLE,
         "of a sweep, only N runs at even distances (default: all)", "N"},
        THREADS_OPTION(THREADS_HELP),
        KERNEL_OPTION("how to compute (default: as the run was)"),
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int32_t n_differ = 0, n_results_differ = 0;
    int status = options_parse(argc, argv, table, "DIR...", take, &options, &context, &rest);
    interrupt_watch();
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK && !(rest && *rest))
        status = status_fail(STATUS_USER, "verify: name the folders of finished runs or sweeps");
    else
        for (; status == STATUS_OK && *rest; rest++)
            status = interrupt_signal() ? status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                                                      "%s: stopped before it was verified", *rest)
                                        : verify(&options, *rest, &n_differ, &n_results_differ);
    if (status == STATUS_OK && n_differ > 0)
        status =
            status_fail(STATUS_SYSTEM, "%d of the runs gave other results than before", n_differ);
    else if (status == STATUS_OK && n_results_differ > 0)
        status = status_fail(STATUS_SYSTEM,
                             "results.csv is not what the runs say: `spinet sweep … --gather` "
                             "writes it anew");
    poptFreeContext(context);
    return status;
}
