/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_OPTIONS_H
#define SPINET_COMMANDS_OPTIONS_H

#include "commands/command.h"
#include "neuron/presentation.h"

/* What the options of the commands have in common: rows for their tables, and checks. */

/* Parameters, in the order they are given; --preset must come first. */
#define PARAMETER_OPTIONS                                                                          \
    {.name = "preset",                                                                             \
     .value = "authors|supplement",                                                                \
     .help = "start from these parameters (default: authors)",                                     \
     .take = options_take_preset},                                                                 \
        {.name = "config",                                                                         \
         .value = "FILE",                                                                          \
         .help = "read a parameter file; may be repeated",                                         \
         .take = options_take_config},                                                             \
    {                                                                                              \
        .name = "set", .value = "GROUP.KEY=VALUE",                                                 \
        .help = "set one parameter (`spinet params` lists them); may be repeated",                 \
        .take = options_take_set                                                                   \
    }

#define SEED_OPTION(text)                                                                          \
    {                                                                                              \
        .name = "seed", .value = "N", .help = text, .take = options_take_seed                      \
    }
#define THREADS_OPTION(text)                                                                       \
    {                                                                                              \
        .name = "threads", .value = "N", .help = text, .take = options_take_threads                \
    }
#define THREADS_HELP "threads (default: one a core); the results do not depend on it"
#define KERNEL_OPTION(text)                                                                        \
    {                                                                                              \
        .name = "kernel", .value = "fast|naive|portable|avx2|avx512", .help = text,                \
        .take = options_take_kernel                                                                \
    }
#define DATA_OPTION                                                                                \
    {                                                                                              \
        .name = "data", .value = "DIR",                                                            \
        .help = "folder that has the files of images (default: where the parameters say or, of a " \
                "run, where they were)",                                                           \
        .at = offsetof(struct command_values, data)                                                \
    }
#define PICTURES_OPTION(text)                                                                      \
    {                                                                                              \
        .name = "pictures", .value = "svg|png", .help = text, .take = options_take_pictures        \
    }
#define FILTER_OPTION(text)                                                                        \
    {                                                                                              \
        .name = "filter", .value = "COLUMN=VALUE", .help = text, .take = options_take_filter       \
    }
#define QUIET_OPTION                                                                               \
    {                                                                                              \
        .name = "quiet", .letter = 'q', .help = "no progress",                                     \
        .at = offsetof(struct command_values, is_quiet)                                            \
    }

int options_take_preset(void *values, const char *argument);
int options_take_config(void *values, const char *argument);
int options_take_set(void *values, const char *argument);
int options_take_seed(void *values, const char *argument);
int options_take_threads(void *values, const char *argument);
int options_take_kernel(void *values, const char *argument);
int options_take_pictures(void *values, const char *argument);
int options_take_filter(void *values, const char *argument);

/* The most threads that can be asked for: more help nobody, and each takes memory. */
enum { THREADS_MAX = 1024 };

/* Hands a text in new memory over to the command, which frees it at its end. SYSTEM if the text is
 * NULL. */
int options_keep(struct command_values *values, char *text);

/* Reads a whole number in a range. USER, naming the option. */
int options_number(const char *option, const char *text, int64_t least, int64_t most,
                   int64_t *number);

/* Checks, before the work rather than after it, that a file can be written at the path. USER,
 * naming the option if the path is empty. */
int options_check_file(const char *option, const char *path);

/* Refuses a path whose file would replace the input that is read or, if that is a folder, lie in
 * it. USER. */
int options_check_not_read(const char *option, const char *path, const char *input);

/* Takes parameters and seed, and the kernel unless --kernel was given, from the manifest of a run.
 * USER. */
struct manifest;
int options_take_run(struct command_values *values, const char *folder, struct manifest *manifest);

/* Prints "accuracy 0.9500 on 20 images (1 tie, …)", without an end of the line. */
struct score;
void options_print_score(const struct score *score);

/* Says a line on stderr, "spinet: …". */
void options_warn(const char *line);

#endif
