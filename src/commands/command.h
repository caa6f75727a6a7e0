/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_COMMAND_H
#define SPINET_COMMANDS_COMMAND_H

/* A subcommand. `run` gets its own arguments (argv[0] is its name), prints its results to stdout
 * and returns a status; main prints the message and exits. */
struct command {
    const char *name, *summary; /* a few words */
    const char *description;    /* what it does and writes, in sentences: for help and manual */
    int (*run)(int argc, const char **argv);
};

/* All of them; the last has no name. */
extern const struct command commands[];

/* NULL if there is none of this name. */
const struct command *command_find(const char *name);
/* USER: "NAME: no such command". */
int command_unknown(const char *name);

int command_train(int argc, const char **argv);
int command_replay(int argc, const char **argv);
int command_shapes(int argc, const char **argv);
int command_sweep(int argc, const char **argv);
int command_experiment(int argc, const char **argv);
int command_experiments(int argc, const char **argv);
int command_trace(int argc, const char **argv);
int command_verify(int argc, const char **argv);
int command_maps(int argc, const char **argv);
int command_stats(int argc, const char **argv);
int command_report(int argc, const char **argv);
int command_spines(int argc, const char **argv);
int command_params(int argc, const char **argv);
int command_bench(int argc, const char **argv);
int command_manual(int argc, const char **argv);
int command_completion(int argc, const char **argv);

#endif
