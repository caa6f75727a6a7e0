/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine slurm of `spinet experiment`. Its two scripts may also be started by hand. */
#include "commands/conduct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/process.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"

enum { JOB_MAX = 32 };

extern char **environ;

/* ---- what the cluster takes ---- */

/* The largest index of an array, which Slurm counts from 0; 0 if it does not say. */
static int64_t ask_for_largest_index(void)
{
    static const char key[] = "MaxArraySize";
    OWNED char *text = NULL;
    long long n = 0;
    const int code = process_run((const char *const[]){"scontrol", "show", "config", NULL}, &text);
    const char *at = code == 0 && text ? strstr(text, key) : NULL;
    return at && sscanf(at + sizeof key - 1, " = %lld", &n) == 1 && n > 0 ? n - 1 : 0;
}

int slurm_check(int64_t *n_shards)
{
    OWNED char *where = NULL;
    if (process_run((const char *const[]){"sh", "-c", "command -v sbatch", NULL}, &where) != 0)
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

/* FOLDER/NAME, which goes to the folder of this call and starts the program that this is: "sweep
 * FILE --out OUT --seeds …" and what else is given. */
static int write_script(const struct sweep *s, const char *folder, const char *name,
                        const char *purpose, const char *command, const char *what, const char *out,
                        const char *more)
{
    char program[SHARED_PATH_MAX];
    SCOPED(file_abandon) struct new_file file = {0};
    OWNED char *here = get_current_dir_name();
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (!here || n <= 0)
        return status_fail(STATUS_SYSTEM, "%s: where spinet is cannot be told", name);
    program[n] = '\0';
    TRY(file_create_in(&file, folder, name));
    fprintf(file.stream, "#!/bin/sh\n# %s\ncd ", purpose);
    process_put_quoted(file.stream, here);
    fputs(" || exit\nexec ", file.stream);
    process_put_quoted(file.stream, program);
    fprintf(file.stream, " %s ", command);
    process_put_quoted(file.stream, what);
    fputs(" --out ", file.stream);
    process_put_quoted(file.stream, out);
    sweep_print_options(s, file.stream);
    if (s->data) {
        fputs(" --data ", file.stream);
        process_put_quoted(file.stream, s->data);
    }
    fprintf(file.stream, "%s\n", more);
    return file_commit(&file);
}

static int write_scripts(const struct slurm_options *options, const struct sweep *s,
                         const char *name, const char *out, const char *folder)
{
    char of_shard[200];
    snprintf(of_shard, sizeof of_shard,
             "%s --threads %lld --shard \"${1:-$SLURM_ARRAY_TASK_ID}/%lld\"",
             s->pictures ? " --pictures" : "", (long long)options->n_cores, (long long)s->n_shards);
    TRY(file_make_folder(folder));
    TRY(write_script(s, folder, "shard.sh",
                     "One part of the runs: of the array job, or the one that is named.", "sweep",
                     s->file, out, of_shard));
    return write_script(s, folder, "gather.sh", "Results and report of the runs that are done.",
                        "experiment", name, out, " --gather");
}

/* ---- submitting ---- */

/* Removes environment variables that sbatch would take for options of the new jobs: those by which
 * Slurm describes the job that this program may run in, and those by which a user would make every
 * job an array, or have sbatch wait for its end or for another job. The last name, a default for
 * the memory, is removed only where --memory says another. */
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

/* Looks through what sbatch said, among which a site may have put other things: the last line, and
 * the last number of a job, "123", "123;cluster" or, of an sbatch that does not mind --parsable,
 * "Submitted batch job 123". False without one. */
static bool find_job(char *said, char last[300], char job[JOB_MAX])
{
    static const char words[] = "Submitted batch job ";
    bool is_found = false;
    *last = '\0';
    for (char *rest = said, *line; (line = strtok_r(rest, "\r\n", &rest));) {
        char number[JOB_MAX], more[2];
        if (line[strspn(line, " \t")])
            snprintf(last, 300, "%s", line);
        line += strspn(line, " \t");
        line += strncmp(line, words, sizeof words - 1) == 0 ? sizeof words - 1 : 0;
        if (sscanf(line, "%31[0-9] %1[^;]", number, more) != 1)
            continue;
        strcpy(job, number);
        is_found = true;
    }
    return is_found;
}

static int run_sbatch(const char *const *arguments, char job[JOB_MAX])
{
    OWNED char *said = NULL;
    char last[300] = "";
    const int code = process_run(arguments, &said);
    const bool is_found = said && find_job(said, last, job);
    if (code != 0)
        return status_fail(STATUS_SYSTEM, "sbatch failed (exit code %d): %s", code, last);
    if (!is_found)
        return status_fail(STATUS_SYSTEM,
                           "sbatch printed no line with the number of a job; its last: %s", last);
    return STATUS_OK;
}

/* "FOLDER/PATTERN" for --output, in new memory: a % of the folder is doubled, since Slurm puts
 * numbers of jobs in place of %A and its like. */
static char *print_output(const char *folder, const char *pattern)
{
    char *text = calloc(2 * strlen(folder) + strlen(pattern) + 2, 1), *at = text;
    for (; text && *folder; folder++) {
        *at++ = *folder;
        if (*folder == '%')
            *at++ = '%';
    }
    if (text)
        sprintf(at, "/%s", pattern);
    return text;
}

/* The values of sbatch's options for one job; NULL: the option is left out. */
struct job {
    const char *here, *script, *output, *name, *array, *dependency;
    const char *cores; /* a task; NULL for the job that gathers */
};

/* Submits FOLDER/SCRIPT. */
static int submit(const struct slurm_options *options, const char *folder, const struct job *job,
                  char number[JOB_MAX])
{
    OWNED char *output = print_output(folder, job->output),
               *script = file_join(folder, job->script);
    const char *const pairs[][2] = {
        {"--chdir", job->here},
        {"--partition", options->partition},
        {"--time", options->time},
        {"--mem", options->memory},
        {"--job-name", job->name},
        {"--array", job->array},
        {"--cpus-per-task", job->cores},
        {"--open-mode", job->cores ? "append" : NULL},
        {"--dependency", job->dependency},
        {"--output", output},
    };
    enum { N_PAIRS = sizeof pairs / sizeof *pairs };
    const char *words[2 * N_PAIRS + 5] = {"sbatch", "--parsable"};
    int n = 2;
    if (!output || !script)
        return status_no_memory("a job", 0);
    for (int i = 0; i < N_PAIRS; i++)
        if (pairs[i][1]) {
            words[n++] = pairs[i][0];
            words[n++] = pairs[i][1];
        }
    if (job->cores)
        words[n++] = "--requeue";
    words[n] = script;
    return run_sbatch(words, number);
}

static int submit_both(const struct slurm_options *options, const struct sweep *s,
                       const char *shards, const char *here, const char *folder)
{
    char title[2][128], cores[32], dependency[JOB_MAX + 16];
    char array[JOB_MAX], gatherer[JOB_MAX];
    snprintf(title[0], sizeof *title, "spinet-%.100s", s->experiment.name);
    snprintf(title[1], sizeof *title, "spinet-%.100s-gather", s->experiment.name);
    snprintf(cores, sizeof cores, "%lld", (long long)options->n_cores);
    const struct job of_shards = {here, "shard.sh", "%A-%a.txt", title[0], shards, NULL, cores};
    const struct job of_gather = {here,       "gather.sh", "%j-gather.txt", title[1], NULL,
                                  dependency, NULL};
    int status = submit(options, folder, &of_shards, array);
    if (status != STATUS_OK)
        return strstr(status_message(), "array")
                   ? status_fail(status, "%s: with fewer --shards it may be let in",
                                 status_message())
                   : status;
    snprintf(dependency, sizeof dependency, "afterany:%s", array);
    status = submit(options, folder, &of_gather, gatherer);
    if (status != STATUS_OK)
        return status_fail(status,
                           "job %s runs the shards, but none gathers them: %s; once it has ended, "
                           "`sh %.300s/gather.sh` does",
                           array, status_message(), folder);
    printf("Job %s has shards %s of %lld, job %s gathers them: squeue -j %s,%s\n", array, shards,
           (long long)s->n_shards, gatherer, array, gatherer);
    return STATUS_OK;
}

int slurm_submit(const struct slurm_options *options, const struct sweep *s, const char *name,
                 const char *shards)
{
    OWNED char *here = get_current_dir_name();
    OWNED char *out = here && *s->folder != '/' ? file_join(here, s->folder) : strdup(s->folder);
    OWNED char *folder = out ? file_join(out, "slurm") : NULL;
    if (!here || !folder)
        return status_no_memory("a file name", 0);
    TRY(write_scripts(options, s, name, out, folder));
    clean_environment(options->memory != NULL);
    TRY(submit_both(options, s, shards, here, folder));
    printf("Results will be in %s, what the jobs say in %s.\n"
           "If a task fails, the same command submits what is missing.\n",
           out, folder);
    return STATUS_OK;
}
