/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TESTS_GOLDEN_H
#define SPINET_TESTS_GOLDEN_H

#include "data/images.h"
#include "network/network.h"

/* What the authors' program did: tests/golden/README.md. */

enum { GOLDEN_NEURONS = 120, GOLDEN_DENDRITES = 1200, GOLDEN_INPUTS = 400, GOLDEN_CLASSES = 2 };

/* A table of numbers, [n_rows][n_columns]; words become 0. */
struct golden_table {
    int n_rows, n_columns;
    double *value;
};

/* Reads tests/golden/NAME, without its first line if `header`. Fails the test if it cannot. */
void golden_read(struct golden_table *table, const char *name, int header);
void golden_free(struct golden_table *table);
double golden_at(const struct golden_table *table, int row, int column);

/* tests/golden/NAME as a network of the default parameters. */
void golden_network(struct network *network, const char *name);

/* tests/golden/NAME as images. */
void golden_images(struct images *images, const char *name);

#endif
