/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine slurm of `spinet experiment`. Its two scripts may also be started by hand. */
#include "sweep/slurm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/number.h"
#include "core/process.h"
#include "core/shared_file.h"
#include "core/status.h"

enum { ARGUMENTS_MAX = 40, JOB_MAX = 32 };

extern char **environ;

/* ---- what the cluster takes ---- */

/* The largest index of an array, which Slurm counts from 0; 0 if it does not say. */
static int64_t ask_for_largest_index(void)
{
    static const char key[] = "MaxArraySize";
    char *text = NULL;
    long long n = 0;
    const int code = process_run((const char *const[]){"scontrol", "show", "config", NULL}, &text);
    const char *at = code == 0 && text ? strstr(text, key) : NULL;
    if (at && sscanf(at + sizeof key - 1, " = %lld", &n) != 1)
        n = 0;
    free(text);
    return n > 0 ? n - 1 : 0;
}

int slurm_check(int64_t *n_shards)
{
    char *where = NULL;
    const int code =
        process_run((const char *const[]){"sh", "-c", "command -v sbatch", NULL}, &where);
    free(where);
    if (code != 0)
        return status_fail(STATUS_USER, "--engine slurm: there is no sbatch here");
    const int64_t most = ask_for_largest_index();
    if (most > 0 && *n_shards > most) {
        fprintf(stderr,
                "spinet: %lld shards in place of %lld: more than this cluster's "
                "MaxArraySize has room for\n",
                (long long)most, (long long)*n_shards);
        *n_shards = most;
    }
    return STATUS_OK;
}

/* ---- scripts ---- */

/* FOLDER/NAME: goes to the folder of this call and starts the program that this is. */
static int write_script(const char *folder, const char *name, const char *purpose,
                        const char *arguments)
{
    char program[SHARED_PATH_MAX];
    struct new_file file;
    char *here = get_current_dir_name();
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    int status = here && n > 0
                     ? file_create_in(&file, folder, name)
                     : status_fail(STATUS_SYSTEM, "%s: where spinet is cannot be told", name);
    if (status == STATUS_OK) {
        program[n] = '\0';
        fprintf(file.stream, "#!/bin/sh\n# %s\ncd ", purpose);
        process_put_quoted(file.stream, here);
        fputs(" || exit\nexec ", file.stream);
        process_put_quoted(file.stream, program);
        fprintf(file.stream, " %s\n", arguments);
        status = file_commit(&file);
    }
    free(here);
    return status;
}

/* "sweep FILE --out OUT --seeds …", in new memory. */
static char *print_call(const struct sweep *s, const char *command, const char *what,
                        const char *out, const char *more)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return NULL;
    fprintf(stream, "%s ", command);
    process_put_quoted(stream, what);
    fputs(" --out ", stream);
    process_put_quoted(stream, out);
    sweep_print_options(s, stream);
    fputs(more, stream);
    fclose(stream);
    return text;
}

static int write_scripts(const struct slurm_options *options, const struct sweep *s,
                         const char *name, const char *out, const char *folder)
{
    char of_shard[200], of_gather[100];
    snprintf(of_shard, sizeof of_shard,
             "%s --threads %lld --shard \"${1:-$SLURM_ARRAY_TASK_ID}/%lld\"",
             s->pictures ? " --pictures" : "", (long long)options->n_cores, (long long)s->n_shards);
    snprintf(of_gather, sizeof of_gather, " --gather --shards %lld", (long long)s->n_shards);
    char *shard = print_call(s, "sweep", s->file, out, of_shard);
    char *gather = print_call(s, "experiment", name, out, of_gather);
    int status = shard && gather ? file_make_folder(folder) : status_no_memory("a script", 0);
    if (status == STATUS_OK)
        status = write_script(folder, "shard.sh",
                              "One part of the runs: of the array job, or the one that is named.",
                              shard);
    if (status == STATUS_OK)
        status = write_script(folder, "gather.sh", "Results and report of the runs that are done.",
                              gather);
    free(shard);
    free(gather);
    return status;
}

/* ---- submitting ---- */

/* What a job says of itself to those it starts is not true of the ones that are submitted from
 * within it; and an array, or waiting for the end, is not for every sbatch to be told by the
 * environment. */
static void clean_environment(bool sets_memory)
{
    static const char *const not_ours[] = {
        "SLURM_ARRAY_",        "SLURM_JOB",        "SLURM_STEP",   "SLURM_TASK",
        "SLURM_NTASKS",        "SLURM_CPU",        "SLURM_MEM",    "SLURM_TRES",
        "SLURM_RESTART_COUNT", "SBATCH_ARRAY_INX", "SBATCH_WAIT=", "SBATCH_DEPENDENCY",
        "SBATCH_MEM_PER"};
    const size_t n = sizeof not_ours / sizeof *not_ours - !sets_memory;
    for (char **at = environ; *at;) {
        char name[256];
        size_t i = 0;
        while (i < n && strncmp(*at, not_ours[i], strlen(not_ours[i])) != 0)
            i++;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*at, "="), *at);
        if (i == n || unsetenv(name) != 0)
            at++;
        else
            at = environ;
    }
}

/* The number of a job in a line: "123", "123;cluster", or "Submitted batch job 123" of an sbatch
 * that does not mind --parsable. */
static bool take_job(const char *line, char job[JOB_MAX])
{
    static const char words[] = "Submitted batch job ";
    line += strspn(line, " \t");
    if (strncmp(line, words, sizeof words - 1) == 0)
        line += sizeof words - 1;
    const size_t n = strspn(line, "0123456789");
    const char *end = line + n;
    end += *end == ';' ? strcspn(end, "\n") : strspn(end, " \t\r");
    if (n == 0 || n >= JOB_MAX || (*end && *end != '\n'))
        return false;
    snprintf(job, JOB_MAX, "%.*s", (int)n, line);
    return true;
}

/* Looks for it among what else a site has sbatch say; the last one counts. */
static bool find_job(const char *text, char job[JOB_MAX])
{
    bool is_found = false;
    for (const char *line = text; *line; line += strspn(line, "\n")) {
        is_found |= take_job(line, job);
        line += strcspn(line, "\n");
    }
    return is_found;
}

/* The last line that says something. */
static void find_last_line(const char *text, char line[300])
{
    for (*line = '\0'; *text; text += strspn(text, "\r\n")) {
        const size_t n = strcspn(text, "\r\n");
        if (strspn(text, " \t") < n)
            snprintf(line, 300, "%.*s", n < 299 ? (int)n : 299, text);
        text += n;
    }
}

static int run_sbatch(const char *const *arguments, char job[JOB_MAX])
{
    char *said = NULL, last[300];
    const int code = process_run(arguments, &said);
    const bool is_found = said && find_job(said, job);
    find_last_line(said ? said : "", last);
    free(said);
    if (code != 0)
        return status_fail(STATUS_SYSTEM, "sbatch failed (exit code %d): %s", code, last);
    if (!is_found)
        return status_fail(STATUS_SYSTEM,
                           "sbatch printed no line with the number of a job; its last: %s", last);
    return STATUS_OK;
}

/* Where output goes, of a path in which Slurm would take % for its own. */
static char *print_output(const char *folder, const char *pattern)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (; out && *folder; folder++)
        fputs(*folder == '%' ? "%%" : (char[]){*folder, '\0'}, out);
    if (out) {
        fprintf(out, "/%s", pattern);
        fclose(out);
    }
    return text;
}

/* A call of sbatch while it is put together. */
struct call {
    int n;
    const char *word[ARGUMENTS_MAX];
};

static void add(struct call *call, const char *const *words)
{
    while (*words)
        call->word[call->n++] = *words++;
    call->word[call->n] = NULL;
}

static void add_limit(struct call *call, const char *name, const char *value, char text[256])
{
    snprintf(text, 256, "%s=%.200s", name, value ? value : "");
    if (value)
        add(call, (const char *const[]){text, NULL});
}

/* Submits FOLDER/NAME, whose output goes to FOLDER/PATTERN. */
static int submit(struct call call, const char *folder, const char *name, const char *pattern,
                  const char *const *words, char job[JOB_MAX])
{
    char *output = print_output(folder, pattern), *script = file_join(folder, name);
    add(&call, words);
    add(&call, (const char *const[]){"--output", output, script, NULL});
    const int status = output && script ? run_sbatch(call.word, job) : status_no_memory("a job", 0);
    free(output);
    free(script);
    return status;
}

static int submit_both(const struct slurm_options *options, const struct sweep *s,
                       const char *shards, const char *here, const char *folder)
{
    char limits[3][256], title[2][128], cores[32], dependency[JOB_MAX + 16], why[512];
    char array[JOB_MAX], gatherer[JOB_MAX];
    struct call call = {0};
    snprintf(title[0], sizeof *title, "spinet-%.100s", s->experiment.name);
    snprintf(title[1], sizeof *title, "spinet-%.100s-gather", s->experiment.name);
    snprintf(cores, sizeof cores, "%lld", (long long)options->n_cores);
    add(&call, (const char *const[]){"sbatch", "--parsable", "--chdir", here, NULL});
    add_limit(&call, "--partition", options->partition, limits[0]);
    add_limit(&call, "--time", options->time, limits[1]);
    add_limit(&call, "--mem", options->memory, limits[2]);
    int status =
        submit(call, folder, "shard.sh", "%A-%a.txt",
               (const char *const[]){"--job-name", title[0], "--array", shards, "--cpus-per-task",
                                     cores, "--requeue", "--open-mode", "append", NULL},
               array);
    if (status != STATUS_OK) {
        snprintf(why, sizeof why, "%.500s", status_message());
        return strstr(why, "array")
                   ? status_fail(status, "%s: with fewer --shards it may be let in", why)
                   : status;
    }
    snprintf(dependency, sizeof dependency, "afterany:%s", array);
    status = submit(call, folder, "gather.sh", "%j-gather.txt",
                    (const char *const[]){"--job-name", title[1], "--dependency", dependency, NULL},
                    gatherer);
    if (status != STATUS_OK) {
        snprintf(why, sizeof why, "%.500s", status_message());
        return status_fail(status,
                           "job %s runs the shards, but none gathers them: %s; once it has ended, "
                           "`sh %.300s/gather.sh` does",
                           array, why, folder);
    }
    printf("Job %s has shards %s of %lld, job %s gathers them: squeue -j %s,%s\n", array, shards,
           (long long)s->n_shards, gatherer, array, gatherer);
    return STATUS_OK;
}

int slurm_submit(const struct slurm_options *options, const struct sweep *s, const char *name,
                 const char *shards)
{
    char *here = get_current_dir_name();
    char *out = here && *s->folder != '/' ? file_join(here, s->folder) : strdup(s->folder);
    char *folder = out ? file_join(out, "slurm") : NULL;
    int status = here && folder ? STATUS_OK : status_no_memory("a file name", 0);
    if (status == STATUS_OK)
        status = write_scripts(options, s, name, out, folder);
    if (status == STATUS_OK) {
        clean_environment(options->memory != NULL);
        status = submit_both(options, s, shards, here, folder);
    }
    if (status == STATUS_OK)
        printf("Results will be in %s, what the jobs say in %s.\n"
               "If a task fails, the same command submits what is missing.\n",
               out, folder);
    free(here);
    free(out);
    free(folder);
    return status;
}
