/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network as a CSV table of synapses: the format of the golden data. Checks the numbers of a row;
 * what the ids mean is network_init's concern. */
#include "store/snapshot.h"

#include "core/file.h"
#include "core/status.h"
#include "core/table.h"

/* A row as it is written: what follows from the ids stands behind them. */
struct explained_row {
    struct synapse_row synapse;             /* the first member */
    int32_t cell, class_label, row, column; /* -1 where there is none */
};

static const struct table_column columns[] = {
    TABLE_COLUMN(struct explained_row, synapse.source, WHOLE, "source_id"),
    TABLE_COLUMN(struct explained_row, synapse.dendrite, WHOLE, "dendrite_id"),
    TABLE_COLUMN(struct explained_row, synapse.weight, FLOAT, "weight", .format = "%.9g",
                 .most = 100),
    TABLE_COLUMN(struct explained_row, synapse.plastic, FLAG, "plastic"),
    TABLE_COLUMN(struct explained_row, cell, WHOLE, "cell"),
    TABLE_COLUMN(struct explained_row, class_label, WHOLE, "class", .may_be_empty = true),
    TABLE_COLUMN(struct explained_row, row, WHOLE, "row", .may_be_empty = true),
    TABLE_COLUMN(struct explained_row, column, WHOLE, "column", .may_be_empty = true),
};
static const struct table written = TABLE_OF("network.csv", struct explained_row, columns);
static const struct table to_read = {
    .row_size = sizeof(struct synapse_row), .column = columns, .n_columns = 4};

static int check_weight(const struct table_reader *reader, const void *row)
{
    const struct synapse_row *synapse = row;
    return synapse->plastic && synapse->weight > 1
               ? table_refuse_value(reader, "weight", "0 to 1, of a plastic synapse")
               : 1;
}

static int take_plastic(const struct table_reader *reader, const void *row)
{
    return ((const struct synapse_row *)row)->plastic ? check_weight(reader, row) : 0;
}

int snapshot_read(const char *path, struct synapse_row **rows, int32_t *n_rows)
{
    return table_read(&to_read, path, check_weight, rows, n_rows);
}

int snapshot_read_plastic(const char *path, struct synapse_row **rows, int32_t *n_rows)
{
    return table_read(&to_read, path, take_plastic, rows, n_rows);
}

/* Adds what the ids of a row stand for. Interneurons without a class have no label, sources other
 * than inputs no pixel. */
static struct explained_row explain(const struct synapse_row *row, const struct snapshot_key *key)
{
    const struct layout *layout = key->layout;
    const int32_t class_index = layout_population_of_dendrite(layout, row->dendrite)->class_index;
    const int32_t pixel = row->source - layout_first_input(layout);
    return (struct explained_row){.synapse = *row,
                                  .cell = layout_neuron(layout, row->dendrite),
                                  .class_label = class_index < 0 ? -1 : key->labels[class_index],
                                  .row = row->plastic ? pixel / key->width : -1,
                                  .column = row->plastic ? pixel % key->width : -1};
}

int snapshot_write(const char *path, const struct synapse_row *rows, int32_t n_rows,
                   const struct snapshot_key *key)
{
    struct new_file file;
    TRY(file_create(&file, path));
    table_put_heads(&written, file.stream);
    for (int32_t i = 0; i < n_rows; i++) {
        const struct explained_row row = explain(&rows[i], key);
        table_put_row(&written, &row, file.stream);
    }
    return file_commit(&file);
}
