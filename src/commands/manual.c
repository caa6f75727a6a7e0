/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet manual: the manual page in mdoc(7), made from the tables of commands, options and
 * parameters, so that it cannot say anything else than the program does. */
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "core/parameters.h"
#include "core/status.h"
#include "core/version.h"

/* Prose between the generated parts; lines as mdoc wants them. */
static const char opening[] =
    ".Dt SPINET 1\n"
    ".Os spinet\n"
    ".Sh NAME\n"
    ".Nm spinet\n"
    ".Nd spiking networks whose synapses come and go\n"
    ".Sh SYNOPSIS\n"
    ".Nm\n"
    ".Ar COMMAND\n"
    ".Op Ar OPTION ...\n"
    ".Nm\n"
    ".Ar COMMAND\n"
    ".Fl -help\n"
    ".Nm\n"
    ".Fl -help | -version\n"
    ".Sh DESCRIPTION\n"
    ".Nm\n"
    "trains bio-realistic spiking networks: a two-stage dendritic integrate-and-fire network "
    "learns\n"
    "images by synaptic tag-and-capture, and every few presentations weak synapses are pruned and\n"
    "new ones grown.\n"
    "It computes the model of Malakasis, Chavlis and Poirazi (2023).\n"
    ".Pp\n"
    "Every constant of the model is a parameter.\n"
    "Results depend on parameters, data and seed alone, never on the number of threads.\n"
    ".Pp\n"
    "An option and its value are written as\n"
    ".Fl -seed Ar 2\n"
    "or\n"
    ".Fl -seed Ns = Ns Ar 2 .\n";

static const char before_parameters[] = ".Sh PARAMETERS\n"
                                        "Parameters are set, later ones over earlier ones, by\n"
                                        ".Fl -preset ,\n"
                                        "then by\n"
                                        ".Fl -config\n"
                                        "and\n"
                                        ".Fl -set\n"
                                        "in the order given.\n"
                                        "A parameter file holds groups of keys:\n"
                                        ".Bd -literal -offset indent\n"
                                        "turnover: { policy = \"none\"; period = 20; };\n"
                                        ".Ed\n"
                                        ".Pp\n"
                                        "which is the same as\n"
                                        ".Fl -set Ar turnover.policy=none\n"
                                        ".Fl -set Ar turnover.period=20 .\n"
                                        "The values below are those of the preset\n"
                                        ".Ql authors ,\n"
                                        "the default.\n";

static const char closing[] =
    ".Sh ENVIRONMENT\n"
    ".Bl -tag -width OMP_NUM_THREADS\n"
    ".It Ev OMP_NUM_THREADS\n"
    "threads of a run, and runs of a sweep at the same time, where\n"
    ".Fl -threads\n"
    "is not given. Without it they are at most as many as a batch system says to have given the\n"
    "job (Slurm, Grid Engine, PBS, LSF).\n"
    ".It Ev TMPDIR\n"
    "where\n"
    ".Cm verify\n"
    "works (default:\n"
    ".Pa /tmp ) .\n"
    ".El\n"
    ".Sh FILES\n"
    "A parameter or experiment file that is not where its relative path says is looked for among\n"
    "those that come with\n"
    ".Nm :\n"
    ".Bl -tag -width Ds\n"
    ".It Pa PREFIX/share/spinet/experiments\n"
    "the experiments,\n"
    ".Pa shapes.sweep\n"
    "and others, and the set-ups that they begin with,\n"
    ".Pa shapes.cfg\n"
    "and\n"
    ".Pa mnist.cfg .\n"
    ".It Pa PREFIX/share/spinet/datasets/fetch.sh\n"
    "fetches MNIST and Fashion-MNIST into\n"
    ".Pa datasets\n"
    "of the folder it is called in.\n"
    ".It Pa PREFIX/share/doc/spinet\n"
    "the model, every file format, a tutorial.\n"
    ".El\n"
    ".Sh EXIT STATUS\n"
    ".Bl -tag -width Ds\n"
    ".It 0\n"
    "all is well.\n"
    ".It 1\n"
    "the machine could not do it (disk full, no memory), or\n"
    ".Cm verify\n"
    "found a difference.\n"
    ".It 2\n"
    "a mistake in arguments, parameters or data; one line on stderr says where, what is there, "
    "and\n"
    "what would be right.\n"
    ".It 128 + N\n"
    "stopped by signal N; what was done is kept.\n"
    ".El\n"
    ".Sh EXAMPLES\n"
    "A network without turnover on hard shapes, with its second seed:\n"
    ".Bd -literal -offset indent\n"
    "spinet train --config experiments/shapes.cfg --set data.stability=0 \\e\n"
    "    --set data.overlap=4 --set turnover.policy=none --seed 2 --out hard\n"
    ".Ed\n"
    ".Pp\n"
    "The comparison of the paper on shapes, five seeds each, with its statistics and a report:\n"
    ".Bd -literal -offset indent\n"
    "spinet experiment shapes --runs 5\n"
    "spinet stats results/shapes/results.csv\n"
    ".Ed\n"
    ".Sh SEE ALSO\n"
    ".Rs\n"
    ".%A P. Malakasis\n"
    ".%A S. Chavlis\n"
    ".%A P. Poirazi\n"
    ".%T Synaptic turnover promotes efficient learning in bio-realistic spiking neural networks\n"
    ".%D 2023\n"
    ".Re\n";

/* Prints text so that mdoc takes none of it for a request or an escape; `code` becomes bold. */
static void put_text(const char *text, FILE *out)
{
    bool is_code = false;
    if (*text == '.' || *text == '\'')
        fputs("\\&", out);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '`')
            fputs((is_code = !is_code) ? "\\fB" : "\\fR", out);
        else if (*text == '-')
            fputs(is_code || (text[1] == '-') ? "\\-" : "-", out);
        else
            fputc(*text, out);
    }
}

/* Prints one argument of a macro, quoted. */
static void put_argument(const char *text, FILE *out)
{
    fputs(" \"\\&", out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputs(*text == '"' ? "\"\"" : "\\e", out);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void put_option(const struct option *option, FILE *out)
{
    fputs(".It", out);
    if (option->letter)
        fprintf(out, " Fl %c ,", option->letter);
    fprintf(out, " Fl -%s", option->name);
    if (option->value) {
        fputs(" Ar", out);
        put_argument(option->value, out);
    }
    fputc('\n', out);
    put_text(option->help, out);
    fputc('\n', out);
}

static void put_command(const struct command *command, FILE *out)
{
    fprintf(out, ".Ss spinet %s\n.Dl", command->name);
    put_argument("spinet ", out);
    fprintf(out, " Ns %s Ns", command->name);
    put_argument(" ", out);
    fputs(" Ns", out);
    put_argument(command->usage, out);
    fputs("\n.Pp\n", out);
    put_text(command->description, out);
    fputs("\n.Bl -tag -width Ds\n", out);
    for (const struct option *option = command->options; option->name; option++)
        put_option(option, out);
    fputs(".It Fl h , Fl -help\nprint the usage and stop\n.El\n", out);
}

struct parameter_list {
    FILE *out;
    bool is_open;
};

static void put_parameter(const struct parameter_description *d, void *data)
{
    struct parameter_list *list = data;
    FILE *out = list->out;
    if (!d->name) {
        fprintf(out, "%s.Ss %s:", list->is_open ? ".El\n" : "", d->group);
        put_argument(d->meaning, out);
        fputs("\n.Bl -tag -width Ds\n", out);
        list->is_open = true;
        return;
    }
    fprintf(out, ".It Va %s.%s No = Li", d->group, d->name);
    put_argument(*d->value ? d->value : "\"\"", out);
    if (*d->unit) {
        fputs(" No", out);
        put_argument(d->unit, out);
    }
    fputc('\n', out);
    put_text(d->meaning, out);
    if (*d->range) {
        fputs("\n[", out);
        put_text(d->range, out);
        fputc(']', out);
    }
    fputc('\n', out);
}

static int print_manual(void *values)
{
    struct parameter_list list = {stdout, false};
    printf(".\\\" Made by `spinet manual` of spinet %s.\n.Dd %s\n%s.Sh COMMANDS\n", version_number,
           version_date, opening);
    for (const struct command *const *command = commands; *command; command++)
        put_command(*command, stdout);
    fputs(before_parameters, stdout);
    parameters_describe(&((struct command_values *)values)->parameters, put_parameter, &list);
    printf(".El\n%s", closing);
    return STATUS_OK;
}

const struct command command_manual = {
    .name = "manual",
    .summary = "print the manual page",
    .description = "Prints the manual page in mdoc; `spinet manual | man -l -` shows it.",
    .usage = "",
    .options = (const struct option[]){{0}},
    .run = print_manual,
};
