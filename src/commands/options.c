/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the options of a command with popt, strictly, and prints its help. */
#include "commands/options.h"

#include <math.h>
#include <omp.h>
#include <popt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/machine.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/suggest.h"
#include "core/utf8.h"
#include "store/run.h"

/* ---- threads ---- */

/* At most as many threads as processors were given to this job here: not every cluster enforces
 * that. */
static int threads_of_job(int n)
{
    static const char *const names[] = {
        "SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE",       "NSLOTS" /* Grid Engine */,
        "NCPUS" /* PBS Pro */, "PBS_NUM_PPN" /* Torque */, "LSB_DJOB_NUMPROC" /* LSF */,
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = getenv(names[i]);
        const long given = text ? strtol(text, NULL, 10) : 0;
        n = given > 0 && given < n ? (int)given : n;
    }
    return n;
}

/* More threads than a container's quota of processor time are all stopped when it is used up. */
static int threads_of_quota(int n)
{
    const double quota = ceil(machine_quota(""));
    return quota < n ? (int)quota : n;
}

/* The number of threads without --threads: one for each core, or as many as OMP_NUM_THREADS says
 * or, without that, as a batch system or a container's quota allows; up to THREADS_MAX. */
static int default_threads(void)
{
    const int most = omp_get_max_threads(), asked = most < THREADS_MAX ? most : THREADS_MAX;
    return getenv("OMP_NUM_THREADS") ? asked : threads_of_quota(threads_of_job(asked));
}

/* ---- help ---- */

enum { HELP_WIDTH = 100, HELP_COLUMN = 28 };

/* Prints a text broken at spaces into lines; all but the first are indented to the column. */
static void print_wrapped(const char *text, int column)
{
    int at = column;
    while (*text) {
        const int n = (int)strcspn(text, " "), width = (int)utf8_count(text, (size_t)n);
        if (at > column && at + 1 + width > HELP_WIDTH) {
            printf("\n%*s", column, "");
            at = column;
        }
        at += printf("%s%.*s", at > column ? " " : "", n, text) - n + width;
        text += n;
        text += strspn(text, " ");
    }
    printf("\n");
}

static void print_option(const struct option *option)
{
    char name[128];
    int n = option->letter ? snprintf(name, sizeof name, "  -%c, ", option->letter)
                           : snprintf(name, sizeof name, "      ");
    n += snprintf(name + n, sizeof name - (size_t)n, "--%s%s%s", option->name,
                  option->value ? " " : "", option->value ? option->value : "");
    const int width = (int)utf8_count(name, (size_t)n);
    if (width > HELP_COLUMN - 2)
        printf("%s\n%*s", name, HELP_COLUMN, "");
    else
        printf("%s%*s", name, HELP_COLUMN - width, "");
    print_wrapped(option->help, HELP_COLUMN);
}

static void print_help(const struct command *command)
{
    printf("Usage: spinet %s %s\n\n", command->name, command->usage);
    print_wrapped(command->description, 0);
    printf("\nOptions:\n");
    for (const struct option *option = command->options; option->name; option++)
        print_option(option);
    print_option(&(struct option){.name = "help", .letter = 'h', .help = "print this and stop"});
}

/* ---- reading the command line ---- */

int options_keep(struct command_values *values, char *text)
{
    char **kept = realloc(values->kept, ((size_t)values->n_kept + 1) * sizeof *kept);
    values->kept = kept ? kept : values->kept;
    if (!kept || !text) {
        free(text);
        return status_no_memory("the options", sizeof *kept);
    }
    kept[values->n_kept++] = text;
    return STATUS_OK;
}

static int set_parameter(struct command_values *values, const char *assignment)
{
    values->has_parameters = true;
    return parameters_set(&values->parameters, assignment);
}

/* Stores what one option says. `argument` is NULL if the option takes none. */
static int take_option(const struct option *option, void *values, const char *argument)
{
    char dashed[64], *at = (char *)values + option->at;
    snprintf(dashed, sizeof dashed, "--%s", option->name);
    if (option->sets)
        return set_parameter(values, option->sets);
    if (option->take)
        return option->take(values, argument);
    if (!option->value)
        *(bool *)at = true;
    else if (option->most == 0)
        memcpy(at, &argument, sizeof argument);
    else
        return options_number(dashed, argument, option->least, option->most, (void *)at);
    return STATUS_OK;
}

/* What is missing after the option `given`, as "--out" or "-o". */
static const char *value_of(const struct command *command, const char *given)
{
    const struct option *o = command->options;
    while (o->name && strcmp(given + strspn(given, "-"), o->name) != 0 &&
           !(given[1] == o->letter && !given[2]))
        o++;
    return o->name ? o->value : "a value";
}

static int refuse_option(const struct command *command, const char *given, int why)
{
    char name[256], hint[300];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(given, "="), given);
    if (why == POPT_ERROR_NOARG)
        return status_fail(STATUS_USER,
                           "%s: missing argument: expected %s; `spinet %s --help` "
                           "lists the options",
                           given, value_of(command, given), command->name);
    struct suggestion near = suggest_for(name);
    for (const struct option *o = command->options; why == POPT_ERROR_BADOPT && o->name; o++) {
        char candidate[128];
        snprintf(candidate, sizeof candidate, "--%s", o->name);
        suggest_offer(&near, candidate);
    }
    snprintf(hint, sizeof hint, "`spinet %s --help` lists the options", command->name);
    return status_fail(STATUS_USER, "%s: %s; %s", given, poptStrerror(why),
                       suggest_words(&near, hint));
}

static int refuse_argument(const struct command *command, const char *argument)
{
    if (!command->options->name)
        return status_fail(STATUS_USER, "%s %.200s: expected no arguments", command->name,
                           argument);
    return status_fail(STATUS_USER,
                       "%s %.200s: expected options only, which begin with --: `spinet %s --help` "
                       "lists them",
                       command->name, argument, command->name);
}

/* Makes the table for popt: option i, from 0, has val i + 1, and --help, the last, the val that is
 * returned. */
static int make_table(const struct command *command, struct poptOption *table)
{
    int n = 0;
    for (const struct option *option = command->options; option->name; option++, n++)
        table[n] = (struct poptOption){.longName = option->name,
                                       .shortName = option->letter,
                                       .argInfo = option->value ? POPT_ARG_STRING : POPT_ARG_NONE,
                                       .val = n + 1};
    table[n] = (struct poptOption){.longName = "help", .shortName = 'h', .val = n + 1};
    table[n + 1] = (struct poptOption)POPT_TABLEEND;
    return n + 1;
}

static int read_options(const struct command *command, poptContext context, int val_of_help,
                        struct command_values *values, bool *is_help)
{
    int val;
    while ((val = poptGetNextOpt(context)) > 0) {
        const struct option *option = &command->options[val - 1];
        *is_help = val == val_of_help;
        if (*is_help)
            return STATUS_OK;
        char *argument = poptGetOptArg(context);
        if (option->value)
            TRY(options_keep(values, argument));
        TRY(take_option(option, values, argument));
    }
    if (val < -1)
        return refuse_option(command, poptBadOption(context, 0), val);
    static const char *none[] = {NULL};
    const char **arguments = poptGetArgs(context);
    values->arguments = arguments ? arguments : none;
    while (values->arguments[values->n_arguments])
        values->n_arguments++;
    return values->n_arguments > 0 && !command->takes_arguments
               ? refuse_argument(command, *values->arguments)
               : STATUS_OK;
}

static void free_context(poptContext *context)
{
    poptFreeContext(*context);
}

static void free_values(struct command_values **values)
{
    for (int i = 0; *values && i < (*values)->n_kept; i++)
        free((*values)->kept[i]);
    if (*values) {
        free((*values)->kept);
        free((*values)->configs);
    }
    free(*values);
}

static int set_defaults(const struct command *command, struct command_values *values)
{
    values->seed = 1;
    values->n_threads = default_threads();
    for (const struct option *option = command->options; option->name; option++)
        if (option->most > 0)
            *(int64_t *)(void *)((char *)values + option->at) = option->otherwise;
    return parameters_preset(&values->parameters, "authors");
}

int command_run(const struct command *command, int argc, const char **argv)
{
    enum { OPTIONS_MAX = 64 };
    struct poptOption table[OPTIONS_MAX];
    char name[64];
    bool is_help = false;
    const size_t size = command->size ? command->size : sizeof(struct command_values);
    SCOPED(free_values) struct command_values *values = calloc(1, size);
    snprintf(name, sizeof name, "spinet %s", command->name);
    const int val_of_help = make_table(command, table);
    SCOPED(free_context) poptContext context = poptGetContext(name, argc, argv, table, 0);
    if (!values || !context)
        return status_no_memory("the options", size);
    TRY(set_defaults(command, values));
    TRY(read_options(command, context, val_of_help, values, &is_help));
    if (!is_help)
        return command->run(values);
    print_help(command);
    return STATUS_OK;
}

/* ---- options of many commands ---- */

int options_take_preset(void *values, const char *argument)
{
    struct command_values *v = values;
    if (v->has_parameters)
        return status_fail(STATUS_USER,
                           "--preset %s: expected before --config and --set, which it would undo",
                           argument);
    v->has_parameters = true;
    return parameters_preset(&v->parameters, argument);
}

int options_take_config(void *values, const char *argument)
{
    struct command_values *v = values;
    TRY_RESIZE(v->configs, v->n_configs + 1, "the options");
    v->configs[v->n_configs++] = argument;
    v->has_parameters = true;
    return parameters_read(&v->parameters, argument);
}

int options_take_set(void *values, const char *argument)
{
    return set_parameter(values, argument);
}

int options_take_seed(void *values, const char *argument)
{
    struct command_values *v = values;
    v->has_seed = true;
    return options_number("--seed", argument, 0, INT64_MAX, &v->seed);
}

int options_take_threads(void *values, const char *argument)
{
    struct command_values *v = values;
    v->has_threads = true;
    return options_number("--threads", argument, 1, THREADS_MAX, &v->n_threads);
}

int options_take_pictures(void *values, const char *argument)
{
    struct command_values *v = values;
    if (strcmp(argument, "svg") != 0 && strcmp(argument, "png") != 0)
        return status_fail(STATUS_USER, "--pictures %.100s: expected svg or png", argument);
    v->pictures = argument;
    return STATUS_OK;
}

int options_take_filter(void *values, const char *argument)
{
    struct command_values *v = values;
    if (v->n_filters == FILTERS_MAX)
        return status_fail(STATUS_USER, "--filter: expected at most %d", FILTERS_MAX);
    v->filter[v->n_filters++] = argument;
    return STATUS_OK;
}

int options_take_kernel(void *values, const char *argument)
{
    struct command_values *v = values;
    v->kernel = kernel_find(argument);
    return v->kernel ? STATUS_OK : STATUS_USER;
}

/* ---- checks ---- */

int options_number(const char *option, const char *text, int64_t least, int64_t most,
                   int64_t *number)
{
    int64_t value;
    if (!number_parse_whole(text, &value) || value < least || value > most)
        return status_fail(STATUS_USER, "%s %.100s: expected a whole number from %lld to %lld",
                           option, text, (long long)least, (long long)most);
    *number = value;
    return STATUS_OK;
}

int options_check_file(const char *option, const char *path)
{
    SCOPED(file_abandon) struct new_file probe = {0};
    if (!*path)
        return status_fail(STATUS_USER, "%s: the name of a file is empty", option);
    if (file_is_folder(path))
        return status_fail(STATUS_USER, "%s: is a folder, a file is needed", path);
    return file_create(&probe, path);
}

int options_check_not_read(const char *option, const char *path, const char *input)
{
    if (file_is_same(path, input))
        return status_fail(STATUS_USER, "%s %s: would replace %s, which is read: name another file",
                           option, path, input);
    if (file_is_folder(input) && file_is_within(path, input))
        return status_fail(STATUS_USER, "%s %s: is in %s, which is read: name a file elsewhere",
                           option, path, input);
    return STATUS_OK;
}

/* ---- runs ---- */

int options_take_run(struct command_values *values, const char *folder, struct manifest *manifest)
{
    if (!file_is_folder(folder))
        return shared_file_no_folder(folder);
    TRY(manifest_read(manifest, folder));
    values->parameters = manifest->parameters;
    values->seed = (int64_t)manifest->seed;
    return run_kernel(manifest, folder, &values->kernel);
}

void options_print_score(const struct score *score)
{
    printf("accuracy %.4f on %d images (%d tie%s, %d undecided; %.4f by all spikes)",
           score_accuracy(score), score->n, score->rule.n_ties, score->rule.n_ties == 1 ? "" : "s",
           score->rule.n_undecided, answer_counts_accuracy(&score->spikes, score->n));
}

void options_warn(const char *line)
{
    fprintf(stderr, "spinet: %s\n", line);
}
