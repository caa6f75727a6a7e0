/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_OPTIONS_H
#define SPINET_COMMANDS_OPTIONS_H

#include <popt.h>
#include <stdbool.h>
#include <stdint.h>

#include "commands/command.h"
#include "core/parameters.h"
#include "neuron/presentation.h"

/* What the options of a subcommand have in common. Options are popt tables; one with `val` 0 is
 * stored by popt where its `arg` points, the others come to the command's own switch. */

/* Parses all options; calls `take` (or NULL) for those with val > 0. On --help prints the help and
 * returns OPTIONS_HELPED. USER for unknown options and missing values. *rest: the arguments left,
 * valid as long as *context, which the caller frees with poptFreeContext. */
enum { OPTIONS_HELPED = 1 };
int options_parse(int argc, const char **argv, const struct poptOption *table, const char *usage,
                  int (*take)(int val, const char *argument, void *data), void *data,
                  poptContext *context, const char ***rest);

/* USER: a word that is no option, for commands that take options only. */
int options_refuse_argument(const char *command, const char *argument);

/* A whole command that takes no options and no arguments, and prints to stdout. */
int options_run_without(int argc, const char **argv, int (*print)(FILE *out));

/* Asks for the options of a command rather than running it: calls `visit` with the usage and the
 * table that the command gives to options_parse. Not for two threads at a time. */
typedef void options_visitor(const struct command *command, const char *usage,
                             const struct poptOption *table, void *data);
void options_describe(const struct command *command, options_visitor *visit, void *data);

/* The options of parameters, in the order they were given: --preset, --config, --set. */
struct parameter_options {
    struct parameters *parameters;
    bool any;
};
enum { OPTION_PRESET = 1001, OPTION_CONFIG, OPTION_SET };
#define PARAMETER_OPTIONS                                                                          \
    {"preset",                                                                                     \
     0,                                                                                            \
     POPT_ARG_STRING,                                                                              \
     NULL,                                                                                         \
     OPTION_PRESET,                                                                                \
     "start from these parameters (default: authors)",                                             \
     "authors|supplement"},                                                                        \
        {"config",        0,                                                                       \
         POPT_ARG_STRING, NULL,                                                                    \
         OPTION_CONFIG,   "read a parameter file; may be repeated",                                \
         "FILE"},                                                                                  \
    {                                                                                              \
        "set", 0, POPT_ARG_STRING, NULL, OPTION_SET,                                               \
            "set one parameter (`spinet params` lists them); may be repeated", "GROUP.KEY=VALUE"   \
    }

/* Takes one of them; --preset must come first. */
int options_take_parameter(struct parameter_options *options, int val, const char *argument);

/* What a command computes with, besides parameters. */
struct compute_options {
    int64_t seed, n_threads;
    bool has_seed;               /* --seed was given */
    const struct kernel *kernel; /* NULL: --kernel was not given */
};
enum { OPTION_SEED = 1101, OPTION_THREADS, OPTION_KERNEL };
#define SEED_OPTION(help)                                                                          \
    {                                                                                              \
        "seed", 0, POPT_ARG_STRING, NULL, OPTION_SEED, help, "N"                                   \
    }
#define THREADS_OPTION(help)                                                                       \
    {                                                                                              \
        "threads", 0, POPT_ARG_STRING, NULL, OPTION_THREADS, help, "N"                             \
    }
#define THREADS_HELP "threads (default: one a core); the results do not depend on it"
#define KERNEL_OPTION(help)                                                                        \
    {                                                                                              \
        "kernel", 0, POPT_ARG_STRING, NULL, OPTION_KERNEL, help, "fast|naive|portable|avx2|avx512" \
    }

/* Where the files of data are, `where` being a char * of the command's. */
#define DATA_OPTION(where)                                                                         \
    {                                                                                              \
        "data", 0, POPT_ARG_STRING, where, 0,                                                      \
            "folder that has the files of images (default: where the parameters say or, of a "     \
            "run, "                                                                                \
            "where they were)",                                                                    \
            "DIR"                                                                                  \
    }

/* Nobody is helped by more, and each takes memory. */
enum { THREADS_MAX = 1024 };

/* Seed 1, no kernel, and a thread a core, or as many as OMP_NUM_THREADS says, or, without that, as
 * a batch system or a container's quota gives; up to THREADS_MAX. */
struct compute_options options_compute(void);

/* Takes one of them, or one of parameters. `parameters` NULL: the command has no such. */
int options_take_compute(struct compute_options *options, struct parameter_options *parameters,
                         int val, const char *argument);

/* A whole number in a range. USER, naming the option. */
int options_number(const char *option, const char *text, int64_t least, int64_t most,
                   int64_t *number);

/* Whether a file could be written there: asked before the work rather than after it. USER, for an
 * empty name with the option's. */
int options_check_file(const char *option, const char *path);

/* USER if writing there would replace what is read: the input itself or, of a folder, what lies in
 * it. */
int options_check_not_read(const char *option, const char *path, const char *input);

#endif
