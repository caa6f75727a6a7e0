/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/records.h"

#include "core/status.h"

static void add(struct observer *observer, struct observer **observers)
{
    observer->next = *observers;
    *observers = observer;
}

int records_init(struct records *records, const struct parameters *p, const struct dataset *dataset,
                 struct observer **observers)
{
    if (p->record.maps_period > 0) {
        TRY(map_history_init(&records->maps, dataset));
        add(&records->maps.observer, observers);
    }
    if (schedule_is_on(p)) {
        continual_init(&records->continual);
        add(&records->continual.observer, observers);
    }
    if (p->record.weights_period > 0) {
        weight_record_init(&records->weights);
        add(&records->weights.observer, observers);
    }
    if (p->plasticity.rule == RULE_DOPAMINE) {
        trials_init(&records->trials);
        add(&records->trials.observer, observers);
    }
    return STATUS_OK;
}

void records_free(struct records *records)
{
    map_history_free(&records->maps);
    continual_free(&records->continual);
    weight_record_free(&records->weights);
    trials_free(&records->trials);
}
