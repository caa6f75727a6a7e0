/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which shard of a sweep runs what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "sweep/sweep.h"

struct card {
    double cost;
    int32_t run;
};

static int compare_cards(const void *a, const void *b)
{
    const struct card *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost > y->cost ? -1 : 1;
    return (x->run > y->run) - (x->run < y->run);
}

int shards_deal(struct sweep *s)
{
    struct card *cards = malloc(((size_t)s->n_runs + 1) * sizeof *cards);
    if (!cards)
        return status_no_memory("the shards", (size_t)s->n_runs * sizeof *cards);
    for (int32_t i = 0; i < s->n_runs; i++)
        cards[i] = (struct card){s->run[i].cost, i};
    qsort(cards, (size_t)s->n_runs, sizeof *cards, compare_cards);
    for (int32_t i = 0; i < s->n_runs; i++)
        s->run[cards[i].run].shard = s->n_shards > 0 ? (int32_t)(i % s->n_shards) : 0;
    free(cards);
    return STATUS_OK;
}

void shards_list_missing(const struct sweep *s, char *text, size_t size)
{
    static const char ellipsis[] = ",…";
    bool *is_missing = calloc((size_t)s->n_shards + 1, sizeof *is_missing);
    size_t length = 0;
    *text = '\0';
    for (int32_t i = 0; is_missing && i < s->n_runs; i++)
        is_missing[s->run[i].shard] |= !s->run[i].is_done;
    for (int64_t first = 0; is_missing && first < s->n_shards; first++) {
        char part[64];
        int64_t last = first;
        if (!is_missing[first])
            continue;
        while (last + 1 < s->n_shards && is_missing[last + 1])
            last++;
        const char *comma = length > 0 ? "," : "";
        if (last > first)
            snprintf(part, sizeof part, "%s%lld-%lld", comma, (long long)first + 1,
                     (long long)last + 1);
        else
            snprintf(part, sizeof part, "%s%lld", comma, (long long)first + 1);
        if (length + strlen(part) + sizeof ellipsis > size) {
            snprintf(text + length, size - length, "%s", ellipsis);
            break;
        }
        length += (size_t)snprintf(text + length, size - length, "%s", part);
        first = last;
    }
    free(is_missing);
}
