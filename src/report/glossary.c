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

/* ---- a word each ---- */

static bool is_shared_text(const struct study *study, const char *group, const char *key,
                           const char *text)
{
    const char *value = json_string_value(study_shared(study, group, key));
    return value && strcmp(value, text) == 0;
}

static bool is_of_reward(const struct study *study)
{
    return is_shared_text(study, "plasticity", "gate", "reward");
}

static bool is_of_dopamine(const struct study *study)
{
    return is_shared_text(study, "plasticity", "rule", "dopamine");
}

static bool has_one_response(const struct study *study)
{
    return is_of_dopamine(study) && is_shared_text(study, "reward", "responses", "one");
}

static void put_teacher(FILE *out, const struct study *study)
{
    if (is_of_reward(study) && has_one_response(study))
        fputs("a teacher drives all of them. Those of the first class speak for the one response, "
              "those of the second against it",
              out);
    else if (is_of_reward(study))
        fputs("a teacher drives those of the class that the network answered, whichever the "
              "image's is",
              out);
    else
        fputs("a teacher drives those of the image's class", out);
    if (is_of_reward(study))
        fputs("; which potentiation counts is decided by dopamine, which tells how far the reward "
              "differs from what was expected (docs/reward.md)",
              out);
    else if (!study_shared(study, "plasticity", "gate"))
        fputs("; with plasticity.gate reward, those of the class that it answered", out);
    fputc('.', out);
}

void glossary_put_silence(FILE *out, const void *of_study)
{
    if (has_one_response(of_study))
        fputs(" Not to respond answers the second class: a silent network, as it is before "
              "training, is right on all images of that class, and none is undecided.",
              out);
}

static void put_network(FILE *out, const void *of_study)
{
    const struct study *study = of_study;
    const struct results_column *synapses = results_find(&study->results, "synapses");
    if (!study_shared(study, "pyramidal", "neurons"))
        return;
    put_shared(out, study, "pyramidal", "neurons");
    fputs(" pyramidal cells of ", out);
    put_shared(out, study, "pyramidal", "n_dendrites");
    fputs(" dendrites, as many for each class, learn by ", out);
    if (synapses && synapses->n_levels == 1)
        fprintf(out, "%s ", synapses->levels[0]);
    fputs("plastic synapses from the pixels of the image. Interneurons inhibit them, and in "
          "training ",
          out);
    put_teacher(out, study);
}

/* " (0 hard, 1 medium, 2 easy): here 1" */
static void put_scale(FILE *out, const struct study *study, const char *key, const char *scale)
{
    const json_t *value = study_shared(study, "data", key);
    fprintf(out, " (data.%s: %s)", key, scale);
    if (value)
        fprintf(out, ", here %g", json_number_value(value));
}

static void put_images(FILE *out, const void *of_study)
{
    if (!is_shared_text(of_study, "data", "kind", "shapes"))
        return;
    fputs("one of two shapes at a place drawn for each image; how little it moves", out);
    put_scale(out, of_study, "stability", "0 hard, 1 medium, 2 easy");
    fputs("; how many pixels the places of the two overlap", out);
    put_scale(out, of_study, "overlap", "4 hard, 2 medium, 0 easy");
    fputc('.', out);
}

/* "with policy none the wiring stays; with random, every 10 presentations …" */
static void put_turnover(FILE *out, const void *of_study)
{
    const struct study *study = of_study;
    const struct results_column *policy = results_find(&study->results, "policy");
    bool has_none = false, has_parameters = false;
    int n = 0;
    for (int32_t c = 0; c < study->n_conditions; c++)
        has_parameters = has_parameters || study_parameters(study, c);
    for (int32_t i = 0; policy && i < policy->n_levels; i++)
        has_none = has_none || strcmp(policy->levels[i], "none") == 0;
    fputs(has_none ? "with policy none the wiring stays as it began" : "", out);
    for (int32_t i = 0; policy && i < policy->n_levels; i++)
        if (strcmp(policy->levels[i], "none") != 0)
            fprintf(out, "%s%s",
                    n++        ? ", "
                    : has_none ? "; with "
                               : "with policy ",
                    policy->levels[i]);
    if (n > 0 && has_parameters) {
        fputs(", plastic synapses of weight ", out);
        put_shared(out, study, "turnover", "threshold");
        fputs(" or less are pruned every ", out);
        put_shared(out, study, "turnover", "period");
        fputs(" presentations and new ones grown", out);
    } else if (n > 0)
        fputs(", weak plastic synapses are pruned again and again and new ones grown", out);
    if (has_none || n > 0)
        fputc('.', out);
}

static void put_accuracy(FILE *out, const void *of_study)
{
    const bool is_one = has_one_response(of_study),
               is_of_spikes = is_shared_text(of_study, "test", "readout", "spikes");
    fputs("the part of the test images answered right; ", out);
    fputs(is_one ? "the network responds, which answers the first class, if that class has more "
                 : "the answer is the class with most ",
          out);
    fputs(is_of_spikes ? "spikes" : "active cells", out);
    fputs(is_one ? " than the second" : "", out);
    if (!is_of_spikes) {
        fputs(". Active are those that spike more than ", out);
        put_shared(out, of_study, "test", "active_spikes");
        fputs(" times while the image is shown (test.active_spikes)", out);
    }
    fputs(is_one ? "." : "; without any the image is undecided, which is not right either.", out);
    if (!is_one && is_of_dopamine(of_study))
        fputs(" Cells with D1 receptors count for their class, those with D2 against it.", out);
    glossary_put_silence(out, of_study);
    if (!is_of_spikes)
        fputs(" By all spikes (accuracy_spikes): the same by spikes, with no such threshold.", out);
}

static void put_similarity(FILE *out, const void *of_study)
{
    (void)of_study;
    fputs("how much nearer a class's map, the weights from each pixel onto its cells, is to the "
          "images of its own class than to those of the others: 1 at most, 0 if it is as near to "
          "them, below 0 if it is nearer to theirs.",
          out);
}

int glossary_put(FILE *html, const struct study *study)
{
    static const struct {
        const char *word;
        text_put *put;
    } words[] = {{"Network", put_network},
                 {"Images", put_images},
                 {"Turnover", put_turnover},
                 {"Accuracy", put_accuracy},
                 {"Similarity", put_similarity}};
    fputs("<dl class=\"about\">\n", html);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        OWNED char *text = text_written(words[i].put, study);
        if (!text)
            return status_no_memory("the words", 0);
        if (*text)
            fprintf(html, "<dt>%s</dt>", words[i].word);
        if (*text)
            html_put_between(html, "<dd>", text, "</dd>\n");
    }
    fputs("<dt>In full</dt><dd>docs/model.md (§5, §6, §8) and docs/statistics.md of spinet, and "
          "the paper, <a "
          "href=\"https://doi.org/10.1101/2023.05.22.541722\">doi:10.1101/2023.05.22.541722</a>."
          "</dd></dl>\n",
          html);
    return STATUS_OK;
}
