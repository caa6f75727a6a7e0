/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet manual: the manual page in mdoc(7), made from the tables of commands, options and
 * parameters, so that it cannot say anything else than the program does. */
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "core/parameters.h"
#include "core/status.h"
#include "core/version.h"

/* manual.mdoc: its name, and the page with places for what the tables give. */
static const char *const page[][2] = {
#include "commands/manual.mdoc.inc"
};

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
        else if (*text == '|')
            fputs(is_code ? "|" : " | ", out); /* a list of choices may be broken there */
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

static void put_parameters(const struct parameters *p, FILE *out)
{
    struct parameter_list list = {out, false};
    parameters_describe(p, put_parameter, &list);
    fputs(".El\n", out);
}

/* Prints what stands for the name of a place, "@DATE@". */
static void put_place(const char *name, const struct parameters *p, FILE *out)
{
    if (strcmp(name, "VERSION") == 0)
        fputs(version_number, out);
    else if (strcmp(name, "DATE") == 0)
        fprintf(out, "%s\n", version_date);
    else if (strcmp(name, "PARAMETERS") == 0)
        put_parameters(p, out);
    else
        for (const struct command *const *command = commands; *command; command++)
            put_command(*command, out);
}

static int print_manual(void *values)
{
    const struct command_values *v = values;
    char name[32];
    for (const char *at = page[0][1]; *at;) {
        const size_t n = strcspn(at, "@");
        fwrite(at, 1, n, stdout);
        at += n;
        if (sscanf(at, "@%31[A-Z]@", name) != 1)
            continue;
        put_place(name, &v->parameters, stdout);
        at += strlen(name) + 2;
        at += *at == '\n'; /* what stands alone on its line ends it by itself */
    }
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
