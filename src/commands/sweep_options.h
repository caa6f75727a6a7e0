/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_SWEEP_OPTIONS_H
#define SPINET_COMMANDS_SWEEP_OPTIONS_H

#include "commands/options.h"
#include "sweep/sweep.h"

/* The options of a sweep, which `spinet sweep` and `spinet experiment` take. The values of both
 * begin with this. */
struct sweep_values {
    struct command_values common;
    struct sweep sweep;
    const char *folder; /* of --out, or NULL */
    bool has_seeds;     /* --seeds was given */
};

#define SWEEP_AT(member) .at = offsetof(struct sweep_values, sweep.member)
#define SWEEP_SET_OPTION                                                                           \
    {                                                                                              \
        .name = "set", .value = "GROUP.KEY=VALUE",                                                 \
        .help = "set a parameter of all runs; may be repeated", .take = sweep_take_set             \
    }
#define SWEEP_FRESH_OPTION                                                                         \
    {                                                                                              \
        "fresh", 0, NULL, "run all again", SWEEP_AT(is_fresh)                                      \
    }
#define SWEEP_OPTIONS                                                                              \
    {"runs", 0,     "N", "seeds 1 to N (default: what the experiment says)", SWEEP_AT(n_seeds),    \
     1,      100000},                                                                              \
        {.name = "seeds",                                                                          \
         .value = "A..B",                                                                          \
         .help = "these seeds (default: 1 to --runs)",                                             \
         .take = sweep_take_seeds},                                                                \
        {"held-out", 0, NULL,                                                                      \
         "fresh seeds, at which no setting was chosen: 100 above the others, as 101 to 120",       \
         SWEEP_AT(is_held_out)},                                                                   \
        DATA_OPTION, THREADS_OPTION("runs at the same time (default: one a core)"),                \
        {.name = "only",                                                                           \
         .value = "FACTOR=LEVEL|…",                                                                \
         .help = "only these levels of a factor (default: all); may be repeated",                  \
         .take = sweep_take_only},                                                                 \
        {"full", 0, NULL, "the experiment's full version, as its file says", SWEEP_AT(is_full)},   \
        SWEEP_SET_OPTION,                                                                          \
        {.name = "shard",                                                                          \
         .value = "I/N",                                                                           \
         .help = "only the I-th of N parts of the runs (default: all); may run beside the other "  \
                 "parts",                                                                          \
         .take = sweep_take_shard},                                                                \
        {.name = "gather",                                                                         \
         .help = "run nothing: results.csv from the runs done",                                    \
         .take = sweep_take_gather},                                                               \
        {.name = "resume",                                                                         \
         .help = "keep the runs that are done (the default)",                                      \
         .take = sweep_take_resume},                                                               \
        SWEEP_FRESH_OPTION,                                                                        \
        {"dry-run", 0, NULL,                                                                       \
         "only print the runs and the time they may take, from a short try of each condition",     \
         SWEEP_AT(is_dry)},                                                                        \
        {"pictures", 0, NULL,                                                                      \
         "draw maps and learning curve of each run, of at most 20 its page, too",                  \
         SWEEP_AT(pictures)},                                                                      \
        QUIET_OPTION

int sweep_take_seeds(void *values, const char *argument);
int sweep_take_only(void *values, const char *argument);
int sweep_take_set(void *values, const char *argument);
int sweep_take_shard(void *values, const char *argument);
int sweep_take_gather(void *values, const char *argument);
int sweep_take_resume(void *values, const char *argument);

/* Copies what the command's common options say into values->sweep. */
void sweep_options_complete(struct sweep_values *values);

/* Refuses options that do not go together. USER. */
int sweep_options_check(const struct sweep *s);

#endif
