/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Their fields say what is in them (include/spinet.h). */
#include "store/memory.h"

#include <stdlib.h>
#include <string.h>

#include "core/status.h"

/* Of the memory of a policy or rule, as its fields have it. */
static const enum hdf5_type field_types[] = {
    [SPINET_UINT8] = HDF5_UINT8, [SPINET_INT32] = HDF5_INT32,   [SPINET_INT64] = HDF5_INT64,
    [SPINET_FLOAT] = HDF5_FLOAT, [SPINET_DOUBLE] = HDF5_DOUBLE,
};
static const size_t field_sizes[] = {
    [SPINET_UINT8] = 1, [SPINET_INT32] = 4,  [SPINET_INT64] = 8,
    [SPINET_FLOAT] = 4, [SPINET_DOUBLE] = 8,
};

static const char *name_of(const char *own, const struct training *training, const char *key)
{
    return own ? own : parameters_choice(training->parameters, key);
}

/* What a policy or a rule remembers, PREFIX/FIELD, and its name, PREFIX/name. */
static int write_memory(struct hdf5_file *file, const char *prefix, const char *who,
                        const struct spinet_field *fields, int32_t n_fields, const void *state)
{
    char name[128];
    snprintf(name, sizeof name, "%s/name", prefix);
    int result = hdf5_write_text(file, name, who);
    for (int32_t i = 0; i < n_fields && result == STATUS_OK; i++) {
        const void *values = (const char *)state + fields[i].offset;
        int64_t n = fields[i].n;
        if (n == 0) {
            const struct spinet_array *array = values;
            n = array->n;
            values = array->values;
        }
        snprintf(name, sizeof name, "%s/%s", prefix, fields[i].name);
        result = hdf5_write(file, name, field_types[fields[i].type], 1, &n, values, NULL);
    }
    return result;
}

int memory_write(struct hdf5_file *file, const struct training *training)
{
    const struct turnover_policy *policy = training->turnover.policy;
    const struct plasticity_rule *rule = training->consolidation.rule;
    const int result =
        write_memory(file, "policy", name_of(policy->name, training, "turnover.policy"),
                     policy->fields, policy->n_fields, training->turnover.state);
    return result == STATUS_OK
               ? write_memory(file, "rule", name_of(rule->name, training, "plasticity.rule"),
                              rule->fields, rule->n_fields, training->consolidation.rule_state)
               : result;
}

static int read_field(struct hdf5_file *file, const char *name, const struct spinet_field *field,
                      void *state)
{
    const enum hdf5_type type = field_types[field->type];
    void *values = (char *)state + field->offset;
    int64_t n = field->n;
    if (n == 0) {
        struct spinet_array *array = values;
        int result = hdf5_dimensions(file, name, type, 1, &n);
        if (result != STATUS_OK)
            return result;
        free(array->values);
        array->values = values = malloc((size_t)n * field_sizes[field->type] + 1);
        array->n = values ? n : 0;
        if (!values)
            return status_no_memory(file->path, (size_t)n * field_sizes[field->type]);
    }
    return hdf5_read(file, name, type, 1, &n, values);
}

/* Whether the memory in the file is of another policy or rule, or there is none. */
static int is_of_another(struct hdf5_file *file, const char *prefix, const char *who, bool *is)
{
    char name[128], *text = NULL;
    snprintf(name, sizeof name, "%s/name", prefix);
    const int result = hdf5_read_text(file, name, &text);
    *is = result == STATUS_OK && strcmp(text, who) != 0;
    free(text);
    return result;
}

/* *is_read: whether it is of this one; else nothing is read, or that is refused. */
static int read_memory(struct hdf5_file *file, const char *prefix, const char *who,
                       const struct spinet_field *fields, int32_t n_fields, void *state,
                       bool may_be_another, bool *is_read)
{
    char name[128];
    bool is_another;
    int result = is_of_another(file, prefix, who, &is_another);
    *is_read = result == STATUS_OK && !is_another;
    if (result == STATUS_OK && is_another && !may_be_another)
        return status_fail(STATUS_USER, "%s: is of another run: its %s differs", file->path,
                           prefix);
    for (int32_t i = 0; i < n_fields && result == STATUS_OK && *is_read; i++) {
        snprintf(name, sizeof name, "%s/%s", prefix, fields[i].name);
        result = read_field(file, name, &fields[i], state);
    }
    return result;
}

/* What the policy says of its memory, after it was read. */
static int check_policy(const struct hdf5_file *file, const struct training *training)
{
    const struct turnover_policy *policy = training->turnover.policy;
    const int result =
        policy->check ? policy->check(&training->turnover, &training->network) : STATUS_OK;
    if (result != STATUS_USER)
        return result;
    char why[256];
    snprintf(why, sizeof why, "%s", status_message());
    return status_fail(STATUS_USER, "%s: policy/%s", file->path, why);
}

int memory_read(struct hdf5_file *file, struct training *training, bool may_be_another)
{
    const struct turnover_policy *policy = training->turnover.policy;
    const struct plasticity_rule *rule = training->consolidation.rule;
    bool is_read;
    int result =
        read_memory(file, "rule", name_of(rule->name, training, "plasticity.rule"), rule->fields,
                    rule->n_fields, training->consolidation.rule_state, may_be_another, &is_read);
    if (result == STATUS_OK)
        result = read_memory(file, "policy", name_of(policy->name, training, "turnover.policy"),
                             policy->fields, policy->n_fields, training->turnover.state,
                             may_be_another, &is_read);
    return result == STATUS_OK && is_read ? check_policy(file, training) : result;
}
