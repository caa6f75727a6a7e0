/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_PARAMETERS_H
#define SPINET_CORE_PARAMETERS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { PARAMETER_TEXT_MAX = 1024, CLASSES_MAX = 100 };

struct label_list {
    int32_t n;
    int32_t label[CLASSES_MAX]; /* ascending, each once */
};

/* The place of a label in a list, -1 if it is not there. */
static inline int32_t label_index(const struct label_list *list, int32_t label)
{
    for (int32_t i = 0; i < list->n; i++)
        if (list->label[i] == label)
            return i;
    return -1;
}

/* The labels with `between` them, "3, 8"; cut short to `size` bytes. Returns text. */
const char *label_list_text(const struct label_list *list, const char *between, char *text,
                            size_t size);

/* One member for each parameter, as parameters.def declares them: parameters.turnover.period … */
struct parameters {
#define GROUP(name, concern) struct {
#define END(name)                                                                                  \
    }                                                                                              \
    name;
#define INTEGER(group, name, ...) int32_t name;
#define REAL(group, name, ...)    double name;
#define SWITCH(group, name, ...)  bool name;
#define CHOICE(group, name, ...)  int32_t name;
#define TEXT(group, name, ...)    char name[PARAMETER_TEXT_MAX];
#define LABELS(group, name, ...)  struct label_list name;
#include "core/parameters.def"
};

/* The values of the CHOICEs, in the order of their declaration. */
enum data_kind { DATA_SHAPES, DATA_FILES };
enum data_order { ORDER_FILE, ORDER_SHUFFLED };
enum dendrite_type { DENDRITE_SUPRALINEAR, DENDRITE_SUBLINEAR, DENDRITE_LINEAR };
enum prp_mode { PRP_SOMATIC, PRP_DENDRITIC, PRP_BOTH };
enum prp_trigger { PRP_TRIGGER_CELL, PRP_TRIGGER_BRANCH };
enum turnover_policy_choice {
#define POLICY(capitals, name) TURNOVER_##capitals,
#include "core/policies.def"
#undef POLICY
    N_TURNOVER_POLICIES
};
enum plasticity_rule_choice {
#define RULE(capitals, name) RULE_##capitals,
#include "core/rules.def"
#undef RULE
    N_PLASTICITY_RULES
};
enum input_channels { CHANNELS_INTENSITY, CHANNELS_EDGES, CHANNELS_ON_OFF };
enum sampling { SAMPLING_UNIFORM, SAMPLING_ACTIVE };
enum stopping_by { STOPPING_BY_STRONG, STOPPING_BY_PRESENTATIONS, STOPPING_BY_PATIENCE };
enum rest_reactivation { REACTIVATION_IMAGES, REACTIVATION_NOISE };
enum test_from { FROM_TEST, FROM_VALIDATION };
enum test_readout { READOUT_ACTIVE, READOUT_SPIKES };
enum plasticity_gate { GATE_NONE, GATE_CLASS, GATE_ERROR, GATE_SHUFFLED, GATE_REWARD };
enum reward_responses { RESPONSES_CLASS, RESPONSES_ONE };
enum intrinsic_form {
    INTRINSIC_NONE,
    INTRINSIC_GEOMETRIC_OU,
    INTRINSIC_KESTEN,
    INTRINSIC_LOGNORMAL
};
enum protocol_preset {
    PROTOCOL_NONE,
    PROTOCOL_KETAMINE,
    PROTOCOL_PSILOCYBIN,
    PROTOCOL_5_MEO_DMT,
    PROTOCOL_COCAINE,
    PROTOCOL_ALLOPREGNANOLONE,
    PROTOCOL_DIAZEPAM,
    PROTOCOL_ZOLPIDEM,
    PROTOCOL_CHRONIC_STRESS,
    PROTOCOL_STRESS_THEN_KETAMINE,
    PROTOCOL_KETAMINE_THEN_STRESS
};
enum homeostasis_synapses { HOMEOSTASIS_PLASTIC, HOMEOSTASIS_ALL };
enum intrinsic_boundary { INTRINSIC_ELIMINATE, INTRINSIC_REFLECT };
enum intrinsic_birth_rule { INTRINSIC_BIRTHS_BALANCE, INTRINSIC_BIRTHS_RATE };

/* Fills in a preset: "authors" (the default) or "supplement". USER for another name. */
int parameters_preset(struct parameters *p, const char *preset);

/* Reads a libconfig file of groups of keys; other values in `p` stay. USER with file and line. */
int parameters_read(struct parameters *p, const char *path);

/* Sets one parameter by "group.key=value". USER. */
int parameters_set(struct parameters *p, const char *assignment);

/* Checks what a range of a single parameter cannot express: that parameters fit together. USER. */
int parameters_validate(const struct parameters *p);

enum parameter_kind {
    PARAMETER_UNKNOWN,
    PARAMETER_GROUP,
    PARAMETER_INTEGER,
    PARAMETER_REAL,
    PARAMETER_SWITCH,
    PARAMETER_CHOICE,
    PARAMETER_TEXT,
    PARAMETER_LABELS
};

/* Description of a parameter or, if name is NULL, of a group of them (its meaning says what they
 * are about). */
struct parameter_description {
    enum parameter_kind kind;
    const char *group, *name;
    const char *value;        /* as one would write it; "" for no text */
    const char *unit, *range; /* range: "0 … 500", "none|random", or "" */
    const char *source, *meaning;
};

/* Calls `visit` for each group and, after it, its parameters, in the order of parameters.def. */
void parameters_describe(const struct parameters *p,
                         void (*visit)(const struct parameter_description *description, void *data),
                         void *data);

/* Prints every parameter with value, unit, range, source and meaning. */
void parameters_print(const struct parameters *p, FILE *out);

/* For readers of other formats than libconfig. parameters_kind: the kind of a parameter.
 * parameters_store: sets it by a text, as --set does. parameters_refuse: says that `given` is no
 * such value. Their messages begin with `where`. USER. */
enum parameter_kind parameters_kind(const char *group, const char *name);
int parameters_store(struct parameters *p, const char *group, const char *name, const char *text,
                     const char *where);
int parameters_refuse(const char *group, const char *name, const char *given, const char *where);

/* The value of "group.key", as one would write it. USER if there is no such parameter. */
int parameters_get(const struct parameters *p, const char *key, char *text, size_t size);

/* The word that stands for the value of a CHOICE, as in parameters_choice(p, "turnover.policy"). */
const char *parameters_choice(const struct parameters *p, const char *key);

#endif
