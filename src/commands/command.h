/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_COMMAND_H
#define SPINET_COMMANDS_COMMAND_H

/* The subcommands. Each gets its own arguments (argv[0] is its name), prints its results to stdout
 * and returns a status; main prints the message and exits. */
int command_train(int argc, const char **argv);
int command_replay(int argc, const char **argv);
int command_shapes(int argc, const char **argv);
int command_sweep(int argc, const char **argv);
int command_verify(int argc, const char **argv);
int command_maps(int argc, const char **argv);
int command_stats(int argc, const char **argv);
int command_report(int argc, const char **argv);
int command_spines(int argc, const char **argv);
int command_params(int argc, const char **argv);
int command_bench(int argc, const char **argv);

#endif
