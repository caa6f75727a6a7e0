/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_EXPERIMENTS_H
#define SPINET_COMMANDS_EXPERIMENTS_H

#include <stdint.h>

#include "sweep/experiment.h"

/* The experiments that can be named: those in experiments/ here, and those that spinet comes with.
 */
enum { EXPERIMENTS_MAX = 200, EXPERIMENT_PATH_MAX = 512 };
struct experiment_list {
    int n;
    struct listed_experiment {
        char name[EXPERIMENT_NAME_MAX], title[256];
        int32_t place;       /* its place in `spinet experiment all`; 0: it is not part of that */
    } item[EXPERIMENTS_MAX]; /* ordered by place, then by name */
};
void experiments_list(struct experiment_list *list);

/* Finds the file of an experiment: *file becomes `name`, if that is a path, or `path`, which
 * becomes experiments/NAME.sweep. USER: "NAME: no such experiment". */
int experiments_find(const char *name, char path[EXPERIMENT_PATH_MAX], const char **file);

#endif
