/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readers of the golden data for tests. */
#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/status.h"
#include "core/text.h"
#include "store/snapshot.h"

static const char *golden_path(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "tests/golden/%s", name);
    return path;
}

void golden_read(struct golden_table *table, const char *name, int header)
{
    struct text_reader reader;
    *table = (struct golden_table){0};
    if (text_open(&reader, golden_path(name)) != STATUS_OK)
        fail_msg("%s", status_message());
    int more;
    size_t n = 0, capacity = 0;
    while ((more = text_next(&reader)) > 0) {
        if (header-- > 0)
            continue;
        int n_columns = 0;
        for (char *field = reader.text; field; n_columns++) {
            if (n == capacity) {
                capacity = capacity ? 2 * capacity : 4096;
                table->value = realloc(table->value, capacity * sizeof *table->value);
                assert_non_null(table->value);
            }
            table->value[n++] = strtod(field, NULL);
            field = strchr(field, ',');
            field = field ? field + 1 : NULL;
        }
        if (table->n_rows++ == 0)
            table->n_columns = n_columns;
        assert_int_equal(n_columns, table->n_columns);
    }
    assert_int_equal(more, 0);
    text_close(&reader);
}

void golden_free(struct golden_table *table)
{
    free(table->value);
    *table = (struct golden_table){0};
}

double golden_at(const struct golden_table *table, int row, int column)
{
    return table->value[(size_t)row * (size_t)table->n_columns + (size_t)column];
}

void golden_network(struct network *network, const char *name)
{
    struct parameters p;
    struct layout layout;
    struct synapse_row *rows;
    int32_t n_rows;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    assert_int_equal(layout_init(&layout, &p, GOLDEN_CLASSES, GOLDEN_INPUTS), STATUS_OK);
    if (snapshot_read(golden_path(name), &rows, &n_rows) != STATUS_OK ||
        network_init(network, &layout, rows, n_rows, (float)p.plasticity.eta_max) != STATUS_OK)
        fail_msg("%s", status_message());
    free(rows);
}

void golden_images(struct images *images, const char *name)
{
    if (images_read(images, golden_path(name), NULL, &IMAGE_FORM_USUAL) != STATUS_OK)
        fail_msg("%s", status_message());
}
