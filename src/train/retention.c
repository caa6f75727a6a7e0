/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/retention.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"

const char *const size_class_names[N_SIZE_CLASSES] = {"all", "small", "middle", "large", "new"};

static int refuse(const char *text, const char *right)
{
    return status_fail(STATUS_USER, "record.test_days = \"%.100s\": expected %s", text, right);
}

int retention_init(struct retention *retention, const struct parameters *p)
{
    const char *text = p->record.test_days, *at = text;
    *retention = (struct retention){0};
    if (!*text)
        return STATUS_OK;
    TRY_NEW(retention->day, strlen(text), "the days of tests");
    for (bool more = true; more;) {
        double day;
        const int32_t n = retention->n_days;
        at += strspn(at, " ");
        const bool is_number = number_take(&at, &day);
        at += strspn(at, " ");
        more = *at == ',';
        if (!is_number || (*at && !more))
            return refuse(text, "days of rest, as \"0, 1, 5.5\"");
        if (day < 0 || (n > 0 && day <= retention->day[n - 1]))
            return refuse(text, "days from 0 on, in ascending order");
        if (day > p->rest.before_test_days) {
            char right[80];
            snprintf(right, sizeof right, "days up to rest.before_test_days = %g",
                     p->rest.before_test_days);
            return refuse(text, right);
        }
        if (n == RETENTION_DAYS_MAX)
            return refuse(text, "at most 64 days");
        retention->day[retention->n_days++] = day;
        at += more;
    }
    TRY_NEW(retention->row, retention->n_days * N_SIZE_CLASSES, "tests");
    return STATUS_OK;
}

void retention_free(struct retention *retention)
{
    free(retention->day);
    free(retention->row);
    free(retention->class_of);
    *retention = (struct retention){0};
}

int retention_begin(struct retention *retention, const struct parameters *p,
                    const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    if (retention->n_days == 0)
        return STATUS_OK;
    free(retention->class_of);
    retention->n_rows = 0;
    retention->n_ids = s->next_id;
    TRY_NEW(retention->class_of, s->next_id, "the size classes");
    for (int32_t i = 0; i < s->n; i++) {
        const double w = (double)s->weight[i];
        retention->class_of[s->id[i]] = w > p->stopping.strong_weight ? SIZE_LARGE
                                        : w > p->turnover.threshold   ? SIZE_MIDDLE
                                                                      : SIZE_SMALL;
    }
    return STATUS_OK;
}

static bool is_of(const struct retention *retention, int32_t id, enum size_class size_class)
{
    if (size_class == SIZE_ALL)
        return true;
    return (id < retention->n_ids ? retention->class_of[id] : SIZE_NEW) == (int)size_class;
}

static void count(const struct retention *retention, const struct plastic_synapses *s,
                  struct retention_row *row)
{
    double sum = 0;
    for (int32_t i = 0; i < s->n; i++)
        if (is_of(retention, s->id[i], (enum size_class)row->size_class)) {
            row->n_spines++;
            sum += (double)s->weight[i];
        }
    row->mean_weight = row->n_spines > 0 ? sum / row->n_spines : (double)NAN;
}

/* Tests the network with all weights of the row's size class set to 0, and sets them back. */
static int test_without(const struct retention *retention, struct presenter *presenter,
                        struct network *network, const struct dataset *dataset,
                        struct retention_row *row)
{
    struct plastic_synapses *s = &network->plastic;
    OWNED float *kept = NULL;
    TRY_NEW(kept, s->n, "the weights");
    memcpy(kept, s->weight, (size_t)s->n * sizeof *kept);
    for (int32_t i = 0; i < s->n; i++)
        if (row->size_class != SIZE_ALL &&
            is_of(retention, s->id[i], (enum size_class)row->size_class))
            s->weight[i] = 0;
    row->score = test_network(presenter, network, dataset, INT32_MAX, NULL);
    memcpy(s->weight, kept, (size_t)s->n * sizeof *kept);
    return STATUS_OK;
}

int retention_take(struct retention *retention, const struct parameters *p,
                   struct presenter *presenter, struct network *network,
                   const struct dataset *dataset, double days)
{
    memset(network->creb, 0, (size_t)network->layout.n_pyramidal * sizeof *network->creb);
    for (int k = 0; k < N_SIZE_CLASSES; k++) {
        struct retention_row *row = &retention->row[retention->n_rows++];
        *row = (struct retention_row){.days = days, .size_class = k};
        count(retention, &network->plastic, row);
        if (k != SIZE_ALL && (!p->record.silence_classes || row->n_spines == 0))
            continue;
        TRY(test_without(retention, presenter, network, dataset, row));
    }
    return STATUS_OK;
}
