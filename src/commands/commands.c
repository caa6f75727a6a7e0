/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of subcommands. Help, manual page and completion are made from it. */
#include <stddef.h>
#include <string.h>

#include "commands/command.h"
#include "core/status.h"
#include "core/suggest.h"

const struct command commands[] = {
    {"train", "train and test one network",
     "Builds a network, trains it until enough synapses are strong or the images run out, tests it "
     "and writes a folder: manifest, results, learning curve, network, predictions and maps. A run "
     "that was stopped or killed goes on with --resume, to the same bytes.",
     command_train},
    {"replay", "present given images to a given network",
     "Reads a network and images, presents each image once and writes the number of spikes of "
     "every "
     "cell. With --train the network learns from them.",
     command_replay},
    {"shapes", "generate shape images",
     "Writes the paper's shapes as IDX files, as `data.kind = shapes` makes them, and a sheet that "
     "shows some of them.",
     command_shapes},
    {"sweep", "all runs of an experiment",
     "Trains a network for every condition and seed of an experiment file, several at a time, and "
     "writes results.csv. Stopped at any moment, the same command goes on; parts of the runs "
     "(--shard) may be run on many machines.",
     command_sweep},
    {"experiment", "reproduce an experiment, or all of them",
     "Does what `sweep` does, and all around it: fetches the data, runs every condition and seed, "
     "prints a table and draws the report. `spinet experiments` lists what can be named; a file of "
     "one's own can, too. Stopped at any moment, the same command goes on. `all` does one after "
     "the other and writes one page about them.",
     command_experiment},
    {"experiments", "list the experiments",
     "Prints the names and titles of the experiments in experiments/ here and of those that spinet "
     "comes with.",
     command_experiments},
    {"verify", "run finished runs again and compare every result",
     "Does runs again from their manifests, in a temporary folder, and compares every file and "
     "what the manifest says of the run. Takes folders of runs and of sweeps.",
     command_verify},
    {"trace", "look inside cells during one presentation",
     "Trains up to a presentation and records what chosen cells do in it: voltages of soma and "
     "dendrites, calcium and spikes in every millisecond, then tags, proteins, weights and CREB in "
     "every minute of the consolidation. Writes trace.h5 and a picture of each cell and of the "
     "population. RUN is the folder of a run, whose parameters and seed it takes.",
     command_trace},
    {"maps", "representation maps and similarity of finished runs",
     "Draws maps.png and writes maps.csv again from a run's network, and prints how similar maps "
     "and images are.",
     command_maps},
    {"stats", "groups, ANOVA and t-tests of a results file",
     "Prints means, standard deviations and confidence intervals of each group of runs, an "
     "analysis of variance over one or two factors, and t-tests, Student's and Welch's, with "
     "Bonferroni's correction.",
     command_stats},
    {"report", "charts and a page about sweeps and runs",
     "Writes report.html, one page with charts, statistics and maps, into the folder of a sweep or "
     "a run. Of several runs (--out), what differs between them is what is compared. With "
     "--overview, one page about many sweeps.",
     command_report},
    {"spines", "how spines lived in finished runs",
     "Reads the synapse logs of a finished run or sweep (train --log-synapses) and writes survival "
     "curves, sizes, densities and neighbours of the spines, as numbers and charts. With "
     "--stationary, simulates the intrinsic dynamics of spines without a network and compares the "
     "sizes with the stationary density; with --protocol, their number over days under drugs or "
     "stress, beside what was published.",
     command_spines},
    {"params", "list every parameter",
     "Prints each parameter with its value, unit, meaning, range and source. With --preset, "
     "--config and --set, the values they give: a way to check them.",
     command_params},
    {"bench", "measure how fast it is",
     "Times the parts of training on this machine, and networks of growing size.", command_bench},
    {"manual", "print the manual page",
     "Prints the manual page in mdoc; `spinet manual | man -l -` shows it.", command_manual},
    {"completion", "print the completion for bash",
     "Prints what bash needs to complete commands, options, parameters and their values; "
     "`eval \"$(spinet completion)\"` turns it on.",
     command_completion},
    {NULL, NULL, NULL, NULL},
};

const struct command *command_find(const char *name)
{
    for (const struct command *command = commands; command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

int command_unknown(const char *name)
{
    struct suggestion near = suggest_for(name);
    for (const struct command *command = commands; command->name; command++)
        suggest_offer(&near, command->name);
    return status_fail(STATUS_USER, "%s: no such command; %s", name,
                       suggest_words(&near, "`spinet --help` lists them"));
}
