/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_TABLE_JSON_H
#define SPINET_STORE_TABLE_JSON_H

#include <jansson.h>

#include "core/table.h"

/* A number, null for what is not finite. NULL without memory. */
json_t *table_json_number(double number);

/* A row as an object, its keys the heads: numbers as numbers, the scale left out, pairs as lists of
 * two; null for nothing and for what is not finite. NULL without memory. */
json_t *table_row_to_json(const struct table *table, const void *row);

/* Rows as a list of such objects. */
json_t *table_to_json(const struct table *table, const void *rows, size_t n);

/* The same values as an object of columns, a list each by its head: a third of the text. */
json_t *table_columns_to_json(const struct table *table, const void *rows, size_t n);

#endif
