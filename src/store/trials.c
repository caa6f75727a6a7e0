/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/trials.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "plasticity/dopamine.h"
#include "store/archive.h"

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

static int begun(struct observer *observer, const struct training *training)
{
    (void)training;
    ((struct trials *)observer)->n = 0;
    return STATUS_OK;
}

static int shown(struct observer *observer, const struct showing *showing)
{
    struct trials *trials = (struct trials *)observer;
    trials->image = showing->image;
    trials->cue = showing->label;
    return STATUS_OK;
}

static struct trial_row row_of(const struct trials *trials, const struct training *training)
{
    const struct parameters *p = training->parameters;
    const struct reward_trial *trial = &training->gate.trial;
    const int32_t number = training->n_presentations + 1, *label = training->dataset->classes.label;
    const struct dopamine_effect effect = dopamine_act(p, number, trial->error);
    struct trial_row row = {number,
                            trials->image,
                            trials->cue,
                            -1,
                            -1,
                            -1,
                            NAN,
                            NAN,
                            (float)effect.dopamine_hz,
                            (float)effect.consequence[0],
                            (float)effect.consequence[1]};
    if (p->plasticity.gate != GATE_REWARD)
        return row;
    row.answer = trial->answer < 0 ? -1 : label[trial->answer];
    row.response = label[trial->response];
    row.reward = trial->is_rewarded;
    row.expected = (float)trial->expected;
    row.error = (float)trial->error;
    return row;
}

static int presented(struct observer *observer, const struct training *training)
{
    struct trials *trials = (struct trials *)observer;
    if (trials->n == trials->capacity) {
        trials->capacity = 2 * trials->capacity + 256;
        TRY_RESIZE(trials->row, trials->capacity, "the trials");
    }
    trials->row[trials->n++] = row_of(trials, training);
    return STATUS_OK;
}

static void move(struct observer *observer, struct training *training, struct archive *archive)
{
    struct trials *trials = (struct trials *)observer;
    (void)training;
    archive_table(archive, "trials", &trials_table, &trials->row, &trials->n);
    trials->capacity = trials->n;
}

static int finished(struct observer *observer, const struct training *training, const char *folder)
{
    const struct trials *trials = (const struct trials *)observer;
    (void)training;
    return table_write(&trials_table, trials->row, (size_t)trials->n, folder);
}

void trials_init(struct trials *trials)
{
    *trials = (struct trials){.observer = {.begun = begun,
                                           .shown = shown,
                                           .presented = presented,
                                           .move = move,
                                           .finished = finished}};
}

void trials_free(struct trials *trials)
{
    free(trials->row);
    *trials = (struct trials){0};
}
