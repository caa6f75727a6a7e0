/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the tables that protocol_study.h writes, which say all that is drawn. */
#include "report/sections.h"

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "spines/published.h"

struct moment {
    const char *protocol;
    double day, density, formed, lost, alive, size;
};

struct finding {
    const char *protocol, *what, *words;
    double from_day, to_day, low, high, found;
    bool is_given;
};

#define PERCENT(member, name)                                                                      \
    TABLE_COLUMN(struct moment, member, NUMBER, name, .may_be_empty = true)
static const struct table_column moment_columns[] = {
    TABLE_COLUMN(struct moment, protocol, TEXT, "protocol"),
    TABLE_COLUMN(struct moment, day, NUMBER, "day"),
    PERCENT(density, "density_percent"),
    PERCENT(formed, "formed_percent"),
    PERCENT(lost, "lost_percent"),
    PERCENT(alive, "new_alive_percent"),
    PERCENT(size, "size_percent"),
};
static const struct table moment_table = TABLE_OF("protocols.csv", struct moment, moment_columns);

static const struct table_column finding_columns[] = {
    TABLE_COLUMN(struct finding, protocol, TEXT, "protocol"),
    TABLE_COLUMN(struct finding, what, TEXT, "what"),
    TABLE_COLUMN(struct finding, from_day, NUMBER, "from_day"),
    TABLE_COLUMN(struct finding, to_day, NUMBER, "to_day"),
    TABLE_COLUMN(struct finding, low, NUMBER, "low_percent"),
    TABLE_COLUMN(struct finding, high, NUMBER, "high_percent"),
    TABLE_COLUMN(struct finding, is_given, FLAG, "is_given"),
    TABLE_COLUMN(struct finding, words, TEXT, "words"),
    TABLE_COLUMN(struct finding, found, NUMBER, "found_percent"),
};
static const struct table finding_table =
    TABLE_OF("published.csv", struct finding, finding_columns);

struct tables {
    struct moment *moment;
    struct finding *finding;
    int32_t n_moments, n_findings;
};

static void free_tables(struct tables *t)
{
    table_free(&moment_table, t->moment, t->n_moments);
    table_free(&finding_table, t->finding, t->n_findings);
}

/* What is drawn of them is said by the look of each figure (looks.json, shapes.js). */
static int put_figure(struct page *page, const struct tables *t, const char *look)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, look));
    figure_set(&figure, "source %s", published_source);
    figure_put_table(&figure, "moments", &moment_table, t->moment, (size_t)t->n_moments);
    figure_put_table(&figure, "findings", &finding_table, t->finding, (size_t)t->n_findings);
    return page_put_figure(page, &figure);
}

bool protocol_figures_any(const char *folder)
{
    return file_exists_in(folder, moment_table.file);
}

int protocol_figures_put(struct page *page, const char *folder)
{
    static const char *const looks[] = {"protocols-density", "protocols-turnover",
                                        "protocols-survival", "protocols-size"};
    SCOPED(free_tables) struct tables t = {0};
    TRY(table_read_in(&moment_table, folder, &t.moment, &t.n_moments));
    TRY(table_read_in(&finding_table, folder, &t.finding, &t.n_findings));
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        TRY(put_figure(page, &t, looks[i]));
    return STATUS_OK;
}
