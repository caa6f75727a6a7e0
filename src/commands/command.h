/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_COMMAND_H
#define SPINET_COMMANDS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/parameters.h"

/* A subcommand is a table of options and one function. From the table the command line is read, and
 * help, manual and completion are made. */

/* An option. What the user gives is stored in the command's values at byte offset `at`: as a bool
 * if the option takes no value, as an int64_t if it has a range, else as a text (const char *; NULL
 * if the option is not given). With `take` or `sets` these store it instead. */
struct option {
    const char *name;
    char letter;       /* short form of the option, or 0 */
    const char *value; /* the value as the help names it; NULL: takes none */
    const char *help;
    size_t at;
    int64_t least, most, otherwise; /* range of a number, and its default */
    const char *sets;               /* "group.key=value": the option is short for --set of this */
    int (*take)(void *values, const char *argument);
};

enum { FILTERS_MAX = 16 };

/* Values that many commands have in common. The values of each command begin with this. */
struct command_values {
    struct parameters parameters; /* of --preset, --config and --set */
    bool has_parameters;          /* one of these, or an option that sets a parameter, was given */
    int64_t seed, n_threads;
    bool has_seed, has_threads;      /* --seed, --threads was given */
    const struct kernel *kernel;     /* NULL: --kernel was not given */
    const char *data;                /* the folder of --data, or NULL */
    const char *pictures;            /* "svg" or "png" of --pictures, or NULL */
    const char *filter[FILTERS_MAX]; /* [n_filters] of --filter */
    int n_filters;
    bool is_quiet;
    const char **arguments; /* [n_arguments + 1] words that are no options; the last is NULL */
    int n_arguments;
    const char **configs; /* [n_configs] the files of --config */
    int n_configs;
    char **kept; /* [n_kept] texts that are freed when the command has ended */
    int n_kept;
};

struct command {
    const char *name, *summary;   /* a few words */
    const char *description;      /* what it does and writes, in sentences */
    const char *usage;            /* what follows its name on the command line */
    const struct option *options; /* the last has no name */
    bool takes_arguments;
    size_t size; /* size of its values, in bytes; they are zero except for the options' defaults */
    int (*run)(void *values); /* prints its results to stdout; returns a status */
};

extern const struct command command_train, command_replay, command_shapes, command_sweep,
    command_search, command_experiment, command_experiments, command_verify, command_trace,
    command_maps, command_baselines, command_stats, command_report, command_spines, command_params,
    command_bench, command_manual, command_completion, command_surgery;

/* All of them; the last is NULL. */
extern const struct command *const commands[];

/* NULL if there is none of this name. */
const struct command *command_find(const char *name);
/* USER: "NAME: no such command". */
int command_unknown(const char *name);

/* Reads the command line (argv[0] is the command's name), and runs the command or prints its help.
 */
int command_run(const struct command *command, int argc, const char **argv);

#endif
