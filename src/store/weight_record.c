/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A presentation's rows are begun while its calcium is there, which the consolidation clears, and
 * completed when all that follows the presentation is done. */
#include "store/records.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"

static const struct table_column columns[] = {
    TABLE_COLUMN(struct weight_row, presentation, WHOLE, "presentation"),
    TABLE_COLUMN(struct weight_row, id, WHOLE, "id"),
    TABLE_COLUMN(struct weight_row, weight, FLOAT, "weight", .format = "%.6f",
                 .may_be_empty = true),
    TABLE_COLUMN(struct weight_row, tag, FLOAT, "tag", .format = "%.4g", .may_be_empty = true),
    TABLE_COLUMN(struct weight_row, calcium, FLOAT, "calcium", .format = "%.4g",
                 .may_be_empty = true),
};
const struct table weight_table = TABLE_OF("synapse_weights.csv.gz", struct weight_row, columns);

void weight_record_free(struct weight_record *record)
{
    free(record->row);
    *record = (struct weight_record){0};
}

static int by_id(const void *a, const void *b)
{
    const int32_t first = ((const struct weight_row *)a)->id,
                  second = ((const struct weight_row *)b)->id;
    return (first > second) - (first < second);
}

/* Adds a row for each synapse, with its calcium if this is of a presentation. */
static int add_rows(struct weight_record *record, const struct plastic_synapses *s,
                    int32_t presentation)
{
    TRY_ROOM(record->row, record->capacity, record->n + s->n, "the weights");
    struct weight_row *row = record->row + record->n;
    for (int32_t i = 0; i < s->n; i++)
        row[i] = (struct weight_row){presentation, s->id[i], NAN, NAN,
                                     presentation > 0 ? s->calcium[i] : NAN};
    if (s->n > 0)
        qsort(row, (size_t)s->n, sizeof *row, by_id);
    record->n += s->n;
    return STATUS_OK;
}

/* Gives the last rows the weights and tags of the synapses that are still there. */
static void complete_rows(struct weight_record *record, const struct plastic_synapses *s)
{
    int64_t first = record->n;
    while (first > 0 &&
           record->row[first - 1].presentation == record->row[record->n - 1].presentation)
        first--;
    for (int32_t i = 0; i < s->n && record->n > 0; i++) {
        const struct weight_row key = {.id = s->id[i]};
        struct weight_row *row =
            bsearch(&key, record->row + first, (size_t)(record->n - first), sizeof key, by_id);
        if (!row)
            continue; /* it has just come */
        row->weight = s->weight[i];
        row->tag = s->tag[i];
    }
}

/* ---- observing ---- */

static bool is_due(const struct training *training, int32_t presentation)
{
    return presentation % training->parameters->record.weights_period == 0;
}

static int begun(struct observer *observer, const struct training *training)
{
    struct weight_record *record = (struct weight_record *)observer;
    TRY(add_rows(record, &training->network.plastic, 0));
    complete_rows(record, &training->network.plastic);
    return STATUS_OK;
}

static int presented(struct observer *observer, const struct training *training)
{
    const int32_t presentation = training->n_presentations + 1;
    return is_due(training, presentation) ? add_rows((struct weight_record *)observer,
                                                     &training->network.plastic, presentation)
                                          : STATUS_OK;
}

static int stepped(struct observer *observer, const struct training *training)
{
    if (is_due(training, training->n_presentations))
        complete_rows((struct weight_record *)observer, &training->network.plastic);
    return STATUS_OK;
}

void weight_record_init(struct weight_record *record)
{
    *record = (struct weight_record){.observer = {.begun = begun,
                                                  .presented = presented,
                                                  .stepped = stepped,
                                                  .observed = {{.table = &weight_table,
                                                                .name = "weights",
                                                                .rows = &record->row,
                                                                .n = &record->n,
                                                                .capacity = &record->capacity}}}};
}
