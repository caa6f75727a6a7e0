/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading options with popt, strictly. */
#include "commands/options.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/machine.h"
#include "core/number.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/suggest.h"
#include "core/utf8.h"

enum { OPTION_HELP = 1000 };

/* ---- help ---- */

enum { HELP_WIDTH = 100, HELP_COLUMN = 28 };

/* Prints a text, broken at spaces; lines but the first begin at the column. */
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

static void print_option(const struct poptOption *option)
{
    char name[128];
    int n = option->shortName ? snprintf(name, sizeof name, "  -%c, ", option->shortName)
                              : snprintf(name, sizeof name, "      ");
    n += snprintf(name + n, sizeof name - (size_t)n, "--%s%s%s", option->longName,
                  option->argDescrip ? " " : "", option->argDescrip ? option->argDescrip : "");
    const int width = (int)utf8_count(name, (size_t)n);
    if (width > HELP_COLUMN - 2)
        printf("%s\n%*s", name, HELP_COLUMN, "");
    else
        printf("%s%*s", name, HELP_COLUMN - width, "");
    print_wrapped(option->descrip, HELP_COLUMN);
}

static void print_help(const char *name, const char *usage, const struct poptOption *table)
{
    const struct command *command = command_find(name);
    printf("Usage: spinet %s %s\n\n", name, usage);
    if (command) {
        print_wrapped(command->description, 0);
        printf("\n");
    }
    printf("Options:\n");
    for (; table->longName; table++)
        print_option(table);
    print_option(&(struct poptOption){
        .longName = "help", .shortName = 'h', .descrip = "print this and stop"});
}

/* ---- descriptions ---- */

static struct {
    const struct command *command; /* which is described, or NULL */
    options_visitor *visit;
    void *data;
} describing;

void options_describe(const struct command *command, options_visitor *visit, void *data)
{
    const char *argv[] = {command->name, NULL};
    describing.command = command;
    describing.visit = visit;
    describing.data = data;
    command->run(1, argv);
    describing.command = NULL;
}

/* ---- parsing ---- */

static int refuse_option(const char *given, int why, const struct poptOption *table,
                         const char *command)
{
    char name[256], hint[300];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(given, "="), given);
    struct suggestion near = suggest_for(name);
    for (; why == POPT_ERROR_BADOPT && table->longName; table++) {
        char candidate[128];
        snprintf(candidate, sizeof candidate, "--%s", table->longName);
        suggest_offer(&near, candidate);
    }
    snprintf(hint, sizeof hint, "`spinet %s --help` lists the options", command);
    return status_fail(STATUS_USER, "%s: %s; %s", given, poptStrerror(why),
                       suggest_words(&near, hint));
}

int options_parse(int argc, const char **argv, const struct poptOption *table, const char *usage,
                  int (*take)(int val, const char *argument, void *data), void *data,
                  poptContext *context, const char ***rest)
{
    char name[64];
    const struct poptOption with_help[] = {
        {NULL, 0, POPT_ARG_INCLUDE_TABLE, (void *)table, 0, NULL, NULL},
        {"help", 'h', POPT_ARG_NONE, NULL, OPTION_HELP, NULL, NULL},
        POPT_TABLEEND,
    };
    if (describing.command) {
        describing.visit(describing.command, usage, table, describing.data);
        return OPTIONS_HELPED;
    }
    snprintf(name, sizeof name, "spinet %s", argv[0]);
    *context = poptGetContext(name, argc, argv, with_help, 0);
    if (!*context)
        return status_no_memory("the options", 0);
    int val;
    while ((val = poptGetNextOpt(*context)) > 0) {
        if (val == OPTION_HELP) {
            print_help(argv[0], usage, table);
            return OPTIONS_HELPED;
        }
        char *argument = poptGetOptArg(*context);
        const int result = take(val, argument ? argument : "", data);
        free(argument);
        if (result != STATUS_OK)
            return result;
    }
    if (val < -1)
        return refuse_option(poptBadOption(*context, 0), val, table, argv[0]);
    *rest = poptGetArgs(*context);
    return STATUS_OK;
}

int options_refuse_argument(const char *command, const char *argument)
{
    return status_fail(STATUS_USER,
                       "%s %.200s: expected options only, which begin with --: `spinet %s --help` "
                       "lists them",
                       command, argument, command);
}

int options_run_without(int argc, const char **argv, int (*print)(FILE *out))
{
    const struct poptOption table[] = {POPT_TABLEEND};
    poptContext context = NULL;
    const char **rest = NULL;
    int status = options_parse(argc, argv, table, "", NULL, NULL, &context, &rest);
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK && rest && *rest)
        status = status_fail(STATUS_USER, "%s %.200s: expected no arguments", argv[0], *rest);
    else if (status == STATUS_OK)
        status = print(stdout);
    poptFreeContext(context);
    return status;
}

int options_take_parameter(struct parameter_options *options, int val, const char *argument)
{
    if (val == OPTION_PRESET && options->any)
        return status_fail(STATUS_USER,
                           "--preset %s: expected before --config and --set, which it would undo",
                           argument);
    options->any = true;
    if (val == OPTION_PRESET)
        return parameters_preset(options->parameters, argument);
    if (val == OPTION_CONFIG)
        return parameters_read(options->parameters, argument);
    return parameters_set(options->parameters, argument);
}

/* At most what the job has been given here: not every cluster holds it to that. */
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

struct compute_options options_compute(void)
{
    const int most = omp_get_max_threads(), asked = most < THREADS_MAX ? most : THREADS_MAX;
    const int n = getenv("OMP_NUM_THREADS") ? asked : threads_of_quota(threads_of_job(asked));
    return (struct compute_options){.seed = 1, .n_threads = n};
}

int options_take_compute(struct compute_options *options, struct parameter_options *parameters,
                         int val, const char *argument)
{
    switch (val) {
    case OPTION_SEED:
        options->has_seed = true;
        return options_number("--seed", argument, 0, INT64_MAX, &options->seed);
    case OPTION_THREADS:
        return options_number("--threads", argument, 1, THREADS_MAX, &options->n_threads);
    case OPTION_KERNEL:
        options->kernel = kernel_find(argument);
        return options->kernel ? STATUS_OK : STATUS_USER;
    default:
        return options_take_parameter(parameters, val, argument);
    }
}

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
    struct new_file probe;
    if (!*path)
        return status_fail(STATUS_USER, "%s: the name of a file is empty", option);
    if (file_is_folder(path))
        return status_fail(STATUS_USER, "%s: is a folder, a file is needed", path);
    const int status = file_create(&probe, path);
    if (status == STATUS_OK)
        file_abandon(&probe);
    return status;
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
