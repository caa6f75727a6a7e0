/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/table_json.h"

#include <math.h>

json_t *table_json_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

static json_t *value_to_json(const struct table_column *column, const void *value)
{
    const double *pair = value;
    const char *text = NULL;
    switch (column->type) {
    case TABLE_WHOLE:
        return column->may_be_empty && *(const int32_t *)value == -1
                   ? json_null()
                   : json_integer(*(const int32_t *)value);
    case TABLE_FLAG:
        return json_boolean(*(const bool *)value);
    case TABLE_FLOAT:
        return table_json_number((double)*(const float *)value);
    case TABLE_NUMBER:
        return table_json_number(*pair);
    case TABLE_PAIR:
        return json_pack("[oo]", table_json_number(pair[0]), table_json_number(pair[1]));
    case TABLE_CHOICE:
        return json_string(column->words[*(const int32_t *)value]);
    case TABLE_TEXT:
        text = *(const char *const *)value;
        break;
    }
    return text ? json_string(text) : json_null();
}

json_t *table_row_to_json(const struct table *table, const void *row)
{
    json_t *object = json_object();
    for (int i = 0; i < table->n_columns; i++) {
        const struct table_column *column = &table->column[i];
        json_object_set_new(object, column->name,
                            value_to_json(column, (const char *)row + column->at));
    }
    return object;
}

json_t *table_to_json(const struct table *table, const void *rows, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list,
                              table_row_to_json(table, (const char *)rows + i * table->row_size));
    return list;
}

json_t *table_columns_to_json(const struct table *table, const void *rows, size_t n)
{
    json_t *columns = json_object();
    for (int c = 0; c < table->n_columns; c++) {
        json_t *list = json_array();
        const char *value = (const char *)rows + table->column[c].at;
        for (size_t i = 0; i < n; i++, value += table->row_size)
            json_array_append_new(list, value_to_json(&table->column[c], value));
        json_object_set_new(columns, table->column[c].name, list);
    }
    return columns;
}
