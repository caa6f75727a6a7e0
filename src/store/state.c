/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/scope.h"
#include "core/status.h"

/* ---- living spines ---- */

static const struct spinet_field life_fields[] = {
    FIELD(struct life, "input", INT32, input),
    FIELD(struct life, "dendrite", INT32, dendrite),
    FIELD(struct life, "position", FLOAT, position_um),
    FIELD(struct life, "born", INT32, born),
    FIELD(struct life, "died", INT32, died),
    FIELD(struct life, "born_day", FLOAT, born_day),
    FIELD(struct life, "died_day", FLOAT, died_day),
    FIELD(struct life, "weight_at_birth", FLOAT, weight_at_birth),
    FIELD(struct life, "weight_max", FLOAT, weight_max),
    FIELD(struct life, "weight", FLOAT, weight),
    FIELD(struct life, "last_potentiated", INT32, last_potentiated),
    FIELD(struct life, "judged_at", INT32, judged_at),
    FIELD(struct life, "birth", INT32, birth),
    FIELD(struct life, "death", INT32, death),
    FIELD(struct life, "is_restored", INT32, is_restored),
};
enum { N_FIELDS = sizeof life_fields / sizeof *life_fields };
_Static_assert(sizeof(struct life) == (size_t)N_FIELDS * sizeof(int32_t), "all of a life is kept");

static bool is_life(const struct network *network, const struct life *life)
{
    const struct layout *layout = &network->layout;
    const struct lives *lives = network->lives;
    return life->input >= 0 && life->input < layout->n_inputs && life->dendrite >= 0 &&
           life->dendrite < layout->n_pyramidal_dendrites && life->position_um >= 0 &&
           life->position_um <= lives->dendrite_um && life->birth >= 0 && life->birth < N_BIRTHS &&
           life->death >= 0 && life->death < N_DEATHS && life->born >= 0 &&
           life->born <= lives->presentation && life->died >= 0 &&
           life->died <= lives->presentation && life->last_potentiated >= -1 &&
           life->last_potentiated <= lives->presentation && life->judged_at >= JUDGED_UNFIT;
}

void spine_state_move_lives(struct archive *archive, struct network *network)
{
    struct lives *lives = network->lives;
    const int32_t n = archive->loads ? network->plastic.next_id : lives->n;
    const int64_t found = archive_length(archive, "lives/input", SPINET_INT32, n, INT32_MAX);
    if (found != n)
        archive_refuse(archive, "lives: %lld of them, %d were expected", (long long)found, n);
    if (archive_has_loaded(archive))
        archive->status = lives_reserve(lives, n);
    archive_rows(archive, "lives", life_fields, N_FIELDS, lives->life, sizeof *lives->life, n);
    for (int32_t i = 0; i < n && archive_has_loaded(archive); i++)
        if (!is_life(network, &lives->life[i]))
            archive_refuse(archive, "lives: %d cannot be of this network", i);
    lives->n = archive_has_loaded(archive) ? n : lives->n;
}

void spine_state_move_clock(struct archive *archive, double *day, int32_t *step, double *carried)
{
    static const char name_of_day[] = "state/day", name_of_carried[] = "state/spine_carried";
    enum { STEPS_MAX = 1000000000 };
    archive_number(archive, name_of_day, SPINET_DOUBLE, day, "day");
    if (archive_has_loaded(archive) && !(isfinite(*day) && *day >= 0))
        archive_refuse(archive, "%s: %g is no time", name_of_day, *day);
    archive_integer(archive, "state/spine_steps", 0, STEPS_MAX, step);
    archive_number(archive, name_of_carried, SPINET_DOUBLE, carried, NULL);
    if (archive_has_loaded(archive) && !(*carried >= -1 && *carried <= 1))
        archive_refuse(archive, "%s: %g is not a part of one", name_of_carried, *carried);
}

void spine_state_move_targets(struct archive *archive, struct homeostasis *homeostasis)
{
    static const char name[] = HOMEOSTATIC_TARGETS;
    const int64_t n_cells = homeostasis->n_cells, n = homeostasis->has_target ? n_cells : 0;
    const int64_t found = archive_length(archive, name, SPINET_FLOAT, n, n_cells);
    if (found != 0 && found != n_cells)
        archive_refuse(archive, "%s: of %lld cells, expected %lld", name, (long long)found,
                       (long long)n_cells);
    archive_values(archive, name, SPINET_FLOAT, 1, &found, homeostasis->target, NULL);
    for (int64_t k = 0; k < found && archive_has_loaded(archive); k++)
        if (!(homeostasis->target[k] >= 0 && homeostasis->target[k] <= PROJECTION_WEIGHT_MAX))
            archive_refuse(archive, "%s: %g of cell %lld is no mean weight", name,
                           (double)homeostasis->target[k], (long long)k);
    homeostasis->has_target = archive_has_loaded(archive) ? found > 0 : homeostasis->has_target;
}

/* ---- policies and rules ---- */

/* Its name, PREFIX/name, and its fields; `own` is the name of one that a program brings along, else
 * NULL, and then the parameter `key` has it. False if what is loaded is another's, or failed. */
static bool move_memory(struct archive *archive, const char *prefix, const char *own,
                        const struct parameters *p, const char *key,
                        const struct spinet_field *fields, int32_t n_fields, void *state,
                        bool may_be_another)
{
    char name[ARCHIVE_NAME_MAX];
    const char *who = own ? own : parameters_choice(p, key);
    snprintf(name, sizeof name, "%s/name", prefix);
    OWNED char *found = archive_text(archive, name, who);
    const bool is_another = found && strcmp(found, who) != 0;
    if (is_another && !may_be_another)
        archive_refuse(archive, "is of another run: its %s differs", prefix);
    if (!is_another)
        archive_state(archive, prefix, fields, n_fields, state);
    return archive->status == STATUS_OK && !is_another;
}

void memory_move(struct archive *archive, struct training *training, bool may_be_another)
{
    const struct parameters *p = training->parameters;
    const struct turnover_policy *policy = training->turnover.policy;
    const struct plasticity_rule *rule = training->consolidation.rule;
    const bool is_policys =
        move_memory(archive, "policy", policy->name, p, "turnover.policy", policy->fields,
                    policy->n_fields, training->turnover.state, may_be_another);
    if (is_policys && archive->loads && policy->check)
        archive_take(archive, "policy/", policy->check(&training->turnover, &training->network));
    move_memory(archive, "rule", rule->name, p, "plasticity.rule", rule->fields, rule->n_fields,
                training->consolidation.rule_state, may_be_another);
}
