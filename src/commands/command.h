/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_COMMAND_H
#define SPINET_COMMANDS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/parameters.h"

/* A subcommand is data and one function: the command line is read, and help, manual and completion
 * are made, from its table of options. */

/* What an option says is kept in the command's values, at byte `at`: a bool if it takes no value,
 * an int64_t if it has a range, else a text (const char *, NULL where it is not given). With `take`
 * or `sets` it is kept by these. */
struct option {
    const char *name;
    char letter;       /* short for the name, or 0 */
    const char *value; /* the value as the help names it; NULL: takes none */
    const char *help;
    size_t at;
    int64_t least, most, otherwise; /* the range, and the number where it is not given */
    const char *sets;               /* the assignment to a parameter that it is short for */
    int (*take)(void *values, const char *argument);
};

/* What any command may be told. The values of each command begin with this. */
struct command_values {
    struct parameters parameters; /* of --preset, --config and --set */
    bool has_parameters;          /* one of these, or an option that sets a parameter, was given */
    int64_t seed, n_threads;
    bool has_seed, has_threads;  /* --seed, --threads was given */
    const struct kernel *kernel; /* NULL: --kernel was not given */
    const char *data;            /* the folder of --data, or NULL */
    bool is_quiet;
    const char **arguments; /* [n_arguments + 1] what is no option; the last is NULL */
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
    size_t size; /* of its values, which are zero but for what the options' defaults say */
    int (*run)(void *values); /* prints its results to stdout; returns a status */
};

extern const struct command command_train, command_replay, command_shapes, command_sweep,
    command_experiment, command_experiments, command_verify, command_trace, command_maps,
    command_stats, command_report, command_spines, command_params, command_bench, command_manual,
    command_completion;

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
