/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/glossary.h"

#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/html.h"

/* The value of a parameter that all runs share, or else its name. */
static void put_shared(FILE *out, const struct study *study, const char *group, const char *key)
{
    const json_t *value = study_shared(study, group, key);
    if (value)
        fprintf(out, "%g", json_number_value(value));
    else
        fprintf(out, "%s.%s", group, key);
}

void glossary_put_stop(FILE *out, const void *of_study)
{
    const struct study *study = of_study;
    const json_t *rule = study_shared(study, "stopping", "by");
    const char *by = rule ? json_string_value(rule) : "";
    if (!*by)
        return;
    fputs(" Training stops ", out);
    if (strcmp(by, "strong") == 0) {
        fputs("when at least ", out);
        put_shared(out, study, "stopping", "fraction");
        fputs(" of the plastic synapses have a weight above ", out);
        put_shared(out, study, "stopping", "strong_weight");
        fputs(", or ", out);
    } else if (strcmp(by, "patience") == 0) {
        fputs("when sample tests become no better, ", out);
        put_shared(out, study, "stopping", "patience");
        fputs(" in a row, or ", out);
    }
    fputs("at ", out);
    put_shared(out, study, "stopping", "max_presentations");
    fputs(" presentations.", out);
}

/* "with none the wiring stays; with random, every 10 presentations …" */
static void put_turnover(FILE *out, const struct study *study)
{
    const struct results_column *policy = results_find(&study->results, "policy");
    bool has_none = false;
    int n = 0;
    for (int32_t i = 0; policy && i < policy->n_levels; i++)
        has_none = has_none || strcmp(policy->levels[i], "none") == 0;
    fprintf(out, "Turnover: %s", has_none ? "with policy none the wiring stays as it began" : "");
    for (int32_t i = 0; policy && i < policy->n_levels; i++)
        if (strcmp(policy->levels[i], "none") != 0)
            fprintf(out, "%s%s",
                    n++        ? ", "
                    : has_none ? "; with "
                               : "with policy ",
                    policy->levels[i]);
    if (n > 0 && json_object_size(study->shared) > 0) {
        fputs(", plastic synapses of weight ", out);
        put_shared(out, study, "turnover", "threshold");
        fputs(" or less are pruned every ", out);
        put_shared(out, study, "turnover", "period");
        fputs(" presentations and new ones grown", out);
    } else if (n > 0)
        fputs(", weak plastic synapses are pruned again and again and new ones grown", out);
    fputs(". ", out);
}

static void put_words(FILE *out, const void *of_study)
{
    const struct study *study = of_study;
    const json_t *readout = study_shared(study, "test", "readout");
    put_turnover(out, study);
    fputs(
        "Accuracy: the part of the test images answered right; the answer is the class with most ",
        out);
    fputs(readout && strcmp(json_string_value(readout), "spikes") == 0
              ? "spikes"
              : "cells that spike more often than the read-out's threshold, or, by all spikes "
                "(accuracy_spikes), with most spikes",
          out);
    fputs(". Similarity: how much nearer a class's map, the weights from each pixel onto "
          "its cells, is to the images of its own class than to those of the others: 1 at most, 0 "
          "if it is as near to them, below 0 if it is nearer to theirs.",
          out);
}

int glossary_put(FILE *html, const struct study *study)
{
    OWNED char *text = text_written(put_words, study);
    if (!text)
        return status_no_memory("the words", 0);
    html_put_between(html, "<p class=\"about\">", text, "</p>\n");
    fputs("<p class=\"about\">What the words mean in full: docs/model.md (§5, §6, §8) and "
          "docs/statistics.md of spinet, and the paper, <a "
          "href=\"https://doi.org/10.1101/2023.05.22.541722\">doi:10.1101/2023.05.22.541722</a>."
          "</p>\n",
          html);
    return STATUS_OK;
}
