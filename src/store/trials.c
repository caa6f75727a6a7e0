/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/records.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "plasticity/dopamine.h"

static const struct table_column columns[] = {
    TABLE_COLUMN(struct trial_row, presentation, WHOLE, "presentation"),
    TABLE_COLUMN(struct trial_row, image, WHOLE, "image"),
    TABLE_COLUMN(struct trial_row, cue, WHOLE, "cue"),
    TABLE_COLUMN(struct trial_row, answer, WHOLE, "answer", .may_be_empty = true),
    TABLE_COLUMN(struct trial_row, response, WHOLE, "response", .may_be_empty = true),
    TABLE_COLUMN(struct trial_row, reward, WHOLE, "reward", .may_be_empty = true, .most = 1),
    TABLE_COLUMN(struct trial_row, expected, FLOAT, "expected_reward", .format = "%.6f",
                 .may_be_empty = true),
    TABLE_COLUMN(struct trial_row, error, FLOAT, "prediction_error", .format = "%.6f",
                 .may_be_empty = true),
    TABLE_COLUMN(struct trial_row, dopamine_hz, FLOAT, "dopamine_hz", .format = "%.4f"),
    TABLE_COLUMN(struct trial_row, d1, FLOAT, "d1_consequence", .format = "%.6f"),
    TABLE_COLUMN(struct trial_row, d2, FLOAT, "d2_consequence", .format = "%.6f"),
};
const struct table trials_table = TABLE_OF("trials.csv", struct trial_row, columns);

static int shown(struct observer *observer, const struct showing *showing)
{
    ((struct trials *)observer)->next = (struct trial_row){.image = showing->image,
                                                           .cue = showing->label,
                                                           .answer = -1,
                                                           .response = -1,
                                                           .reward = -1,
                                                           .expected = NAN,
                                                           .error = NAN};
    return STATUS_OK;
}

/* Adds what became of the image shown last. */
static void describe(struct trial_row *row, const struct training *training)
{
    const struct parameters *p = training->parameters;
    const struct reward_trial *trial = &training->gate.trial;
    const int32_t *label = training->dataset->classes.label;
    row->presentation = training->n_presentations + 1;
    const struct dopamine_effect effect = dopamine_act(p, row->presentation, trial->error);
    row->dopamine_hz = (float)effect.dopamine_hz;
    row->d1 = (float)effect.consequence[0];
    row->d2 = (float)effect.consequence[1];
    if (p->plasticity.gate != GATE_REWARD)
        return;
    row->answer = trial->answer < 0 ? -1 : label[trial->answer];
    row->response = label[trial->response];
    row->reward = trial->is_rewarded;
    row->expected = (float)trial->expected;
    row->error = (float)trial->error;
}

static int presented(struct observer *observer, const struct training *training)
{
    struct trials *trials = (struct trials *)observer;
    TRY_ROOM(trials->row, trials->capacity, trials->n + 1, "the trials");
    describe(&trials->next, training);
    trials->row[trials->n++] = trials->next;
    return STATUS_OK;
}

void trials_init(struct trials *trials)
{
    *trials = (struct trials){.observer = {.shown = shown,
                                           .presented = presented,
                                           .observed = {{.table = &trials_table,
                                                         .name = "trials",
                                                         .rows = &trials->row,
                                                         .n = &trials->n,
                                                         .capacity = &trials->capacity}}}};
}

void trials_free(struct trials *trials)
{
    free(trials->row);
    *trials = (struct trials){0};
}
