/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/glossary.h"

#include <string.h>

#include "core/scope.h"
#include "core/status.h"

/* The value of a parameter that all runs share, or else its name. */
static void put_shared(FILE *out, const struct study *study, const char *group, const char *key)
{
    const json_t *value = study_shared(study, group, key);
    if (json_is_string(value))
        fputs(json_string_value(value), out);
    else if (value)
        fprintf(out, "%g", json_number_value(value));
    else
        fprintf(out, "%s.%s", group, key);
}

/* Puts words in which {group.key} stands for what put_shared puts. */
static void put_words(FILE *out, const struct study *study, const char *words)
{
    char group[32], key[64];
    for (const char *at; (at = strchr(words, '{')); words = strchr(at, '}') + 1) {
        fprintf(out, "%.*s", (int)(at - words), words);
        if (sscanf(at, "{%31[^.].%63[^}]}", group, key) == 2)
            put_shared(out, study, group, key);
    }
    fputs(words, out);
}

void glossary_put_stop(FILE *out, const void *of_study)
{
    const struct study *study = of_study;
    const char *by = json_string_value(study_shared(study, "stopping", "by"));
    if (!by)
        return;
    fputs(" Training stops ", out);
    if (strcmp(by, "strong") == 0)
        put_words(out, study,
                  "when at least {stopping.fraction} of the plastic synapses have a weight above "
                  "{stopping.strong_weight}, or ");
    else if (strcmp(by, "patience") == 0)
        put_words(out, study,
                  "when sample tests become no better, {stopping.patience} in a row, or ");
    put_words(out, study, "at {stopping.max_presentations} presentations.");
}

struct caption {
    const struct study *study;
    const char *words;
};

static void put_caption(FILE *out, const void *of_caption)
{
    const struct caption *caption = of_caption;
    put_words(out, caption->study, caption->words);
}

int glossary_begin_figure(struct figure *figure, const struct study *study, const char *look)
{
    TRY(figure_begin(figure, look));
    if (study_most_runs(study) == 1)
        figure_show_one(figure);
    const char *words = json_string_value(json_object_get(figure->json, "caption"));
    if (!words || !strchr(words, '{'))
        return STATUS_OK;
    OWNED char *caption = text_written(put_caption, &(struct caption){study, words});
    figure_say(figure, "caption", "%s", caption ? caption : "");
    return STATUS_OK;
}

/* What the words mean, as HTML; the last only where dopamine gates plasticity in some runs. */
static const struct word {
    const char *word, *meaning;
} words[] = {
    {"Network",
     "{pyramidal.neurons} pyramidal cells of {pyramidal.n_dendrites} dendrites, as many for each "
     "class, learn by plastic synapses from the pixels of the image. Interneurons inhibit them, "
     "and in training a teacher drives those of the image's class."},
    {"Images",
     "those of a data set, or (data.kind shapes) one of two shapes at a place drawn for each "
     "image: data.stability says how little it moves (0 hard, 1 medium, 2 easy), data.overlap how "
     "many pixels the places of the two overlap (4 hard, 2 medium, 0 easy)."},
    {"Turnover",
     "with policy none the wiring stays as it began; with others, plastic synapses of weight "
     "{turnover.threshold} or less are pruned every {turnover.period} presentations, and new ones "
     "grown where the policy says."},
    {"Accuracy",
     "the part of the test images answered right. The answer is the class with most active cells, "
     "those that spike more than {test.active_spikes} times while the image is shown "
     "(test.active_spikes), or, where test.readout is spikes, with most spikes. Without any the "
     "image is undecided, which is not right either. By all spikes (accuracy_spikes): always the "
     "class with most spikes."},
    {"Similarity",
     "how much nearer a class's map, the weights from each pixel onto its cells, is to the images "
     "of its own class than to those of the others: 1 at most, 0 if it is as near to them, below "
     "0 if it is nearer to theirs."},
    {"Reward",
     "dopamine decides which potentiation counts. With plasticity.gate reward it tells how far "
     "the reward differs from what was expected, and the teacher drives, whatever the image's "
     "class, the cells of the class that was answered; with one response (reward.responses), all. "
     "Cells with D2 receptors count against their class. With one response, not to respond "
     "answers the second class: a silent network is right on all its images, and none is "
     "undecided (docs/reward.md)."},
};
enum { N_WORDS = sizeof words / sizeof *words };

void glossary_put(FILE *html, const struct study *study)
{
    json_auto_t *rules = study_values_of(study, "plasticity", "rule");
    bool has_dopamine = false;
    for (size_t i = 0; i < json_array_size(rules); i++)
        has_dopamine |= strcmp(json_string_value(json_array_get(rules, i)), "dopamine") == 0;
    fputs("<dl class=\"about\">\n", html);
    for (int i = 0; i < (has_dopamine ? N_WORDS : N_WORDS - 1); i++) {
        fprintf(html, "<dt>%s</dt><dd>", words[i].word);
        put_words(html, study, words[i].meaning);
        fputs("</dd>\n", html);
    }
    fputs("<dt>In full</dt><dd>docs/model.md (§5, §6, §8) and docs/statistics.md of spinet, and "
          "the paper, <a "
          "href=\"https://doi.org/10.1101/2023.05.22.541722\">doi:10.1101/2023.05.22.541722</a>."
          "</dd></dl>\n",
          html);
}
