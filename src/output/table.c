// SPDX-License-Identifier: MIT
#include "output/table.h"

#include "base/text.h"
#include "model/alerts.h"
#include "model/figures.h"
#include "model/layout.h"
#include "output/judgement.h"
#include "output/since.h"

#include <errno.h>
#include <inttypes.h>

/* A line being printed. Spaces are owed until text follows: at the end of a line they are only
 * noise in a mail or a paste. */
struct line {
	FILE *out;
	int owed;
};

static void print_cell(struct line *line, const struct layout_column *lc, struct str s)
{
	int pad = lc->width - text_width(s);

	if (lc->column->right)
		line->owed += pad;
	if (s.n) {
		fprintf(line->out, "%*s%.*s", line->owed, "", STR_FMT(s));
		line->owed = 0;
	}
	line->owed += 1 + (lc->column->right ? 0 : pad);
}

static void print_titles(FILE *out, const struct layout *l, enum group_by by)
{
	struct line line = {out, 0};

	for (size_t i = 0; i < l->n; i++)
		print_cell(&line, &l->at[i],
			text_cut(str_of(column_title(l->at[i].column, by)), l->at[i].width));
	fputc('\n', out);
}

static void print_row(
	FILE *out, const struct layout *l, const struct model *m, const struct subject *s)
{
	struct line line = {out, 0};
	char buf[HOST_LAST_MAX * 2];

	for (size_t i = 0; i < l->n; i++) {
		struct str cell = layout_cell(&l->at[i], m, s, buf, sizeof buf);
		/* Nobody knows what reads this: plain ASCII, whatever the locale. */
		if (str_eq(cell, STR_LIT(CELL_DASH)))
			cell = STR_LIT("-");
		print_cell(&line, &l->at[i], cell);
	}
	fputc('\n', out);
}

/* "12 connections, 3 established, …": figures, and what stands between one and the next. */
static void print_sums(FILE *out, const struct model *m, const struct figure_view *view)
{
	static const char *const shown[][2] = {{"conns", ", "}, {"established", ", "},
		{"half_open", "; "}, {"ips", "; "}, {"requests", ", "}, {"bytes", "\n"}};
	const struct machine *here = model_machine(m);

	fprintf(out, "%s%sconnections: %s%s%s\n", here->name, here->name[0] ? ", " : "",
		here->source[0] ? here->source : "none", here->probes[0] ? ", " : "", here->probes);
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		const struct figure *f = figure_find(shown[i][0]);
		uint64_t n = figure_number(f, view);
		char text[FIGURE_TEXT_MAX];
		if (n == ABSENT)
			continue;
		figure_text(f, view, text);
		if (f->unit == FIGURE_COUNT) /* in full */
			snprintf(text, sizeof text, "%" PRIu64, n);
		fprintf(out, "%s %s%s", text, figure_title(f, view), shown[i][1]);
	}
}

/* "eth0: in 1.2M/s, out 3.4M/s", or why that is not known. */
static void print_traffic(FILE *out, const struct traffic *t)
{
	char in[8], sent[8];

	if (t->in != ABSENT && t->out != ABSENT) {
		text_bytes(in, t->in);
		text_bytes(sent, t->out);
		fprintf(out, "%s: in %s/s, out %s/s", t->name, in, sent);
		if (t->month_rx != ABSENT && t->month_tx != ABSENT) {
			text_bytes(in, t->month_rx);
			text_bytes(sent, t->month_tx);
			fprintf(out, "; %s: in %s, out %s (vnstat)", t->month, in, sent);
		}
		fputc('\n', out);
	} else if (t->name[0] && t->note[0]) {
		fprintf(out, "%s: %s\n", t->name, t->note);
	}
}

static bool is_first_of_format(const struct machine *here, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (strcmp(here->logs[k].format, here->logs[i].format) == 0)
			return false;
	return true;
}

/* "logs: 3 read as combined, 1 read as main (nginx)" */
static void print_formats(FILE *out, const struct machine *here)
{
	bool any = false;

	for (uint32_t i = 0; i < here->log_count; i++) {
		unsigned n = 0;
		if (!here->logs[i].format[0] || here->logs[i].errors ||
			!is_first_of_format(here, i))
			continue;
		for (uint32_t k = i; k < here->log_count; k++)
			n += strcmp(here->logs[k].format, here->logs[i].format) == 0;
		fprintf(out, "%s%u read as %s", any ? ", " : "logs: ", n, here->logs[i].format);
		any = true;
	}
	if (any)
		fputc('\n', out);
}

/* What is missing is said before the rows that it would be missing from. */
static void print_trouble(FILE *out, const struct figure_view *view)
{
	const struct machine *here = view->machine;

	if (here->note[0])
		fprintf(out, "note: %s\n", here->note);
	for (uint32_t i = 0; i < here->log_count; i++) {
		const struct model_log *log = &here->logs[i];
		const char *state = log_state_name(log->state);
		if (!state)
			state = log->note[0] ? "not followed" : "not yet read";
		if (log->errors)
			continue;
		if (log->state != LOG_READING)
			fprintf(out, "log %s: %s%s%s\n", log->name, state, log->note[0] ? ": " : "",
				log->note);
		if (log->buffered[0])
			fprintf(out, "log %s: buffered by the server (%s): requests come late\n",
				log->name, log->buffered);
		if (log->rejected)
			fprintf(out,
				"log %s: %" PRIu64 " of %" PRIu64
				" lines in no known format, such as: %s\n",
				log->name, log->rejected, log->lines, log->sample);
	}
	if (view->sums.log_skipped)
		fprintf(out, "log bytes skipped: %" PRIu64 "\n", view->sums.log_skipped);
	if (view->sums.log_missed)
		fprintf(out,
			"rotations missed: %" PRIu64 " (files gone before they could be read)\n",
			view->sums.log_missed);
	if (here->logs_not_followed)
		fprintf(out, "logs not followed, for want of room: %" PRIu64 "\n",
			here->logs_not_followed);
	if (here->unaddressed)
		fprintf(out, "requests that name no address: %" PRIu64 "\n", here->unaddressed);
	if (here->lost)
		fprintf(out, "lost: %" PRIu64 " records\n", here->lost);
	if (view->m->evicted)
		fprintf(out, "dropped: %" PRIu64 " addresses, the table was full\n",
			view->m->evicted);
}

static void print_alerts(FILE *out, const struct model *m, bool show_private)
{
	struct alerts alerts;

	alerts_of(&alerts, m, show_private);
	for (size_t i = 0; i < alerts.n; i++)
		if (alerts.at[i].of != ALERT_VERDICT) /* it stands at the top */
			fprintf(out, "server: %s\n", alerts.at[i].text);
}

static void print_hidden(FILE *out, const struct machine *here, bool show_private)
{
	if (!show_private && here->totals[1].ips)
		fprintf(out,
			"%" PRIu64 " private addresses are hidden; --show-private-ips shows them\n",
			here->totals[1].ips);
}

/* Widens the name's column to what the rows at hand need. */
static int name_width(const struct model *m, enum group_by by, const struct rows *rows)
{
	int width = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		struct subject s = subject_at(m, by, rows->ids[i]);
		int w = layout_name_width(m, &s);
		width = w > width ? w : width;
	}
	return width;
}

static void print_left_out(FILE *out, const struct filter *filter, const struct rows *rows)
{
	char hidden[FILTER_BOUNDS_TEXT_MAX] = "";

	if (!filter || !rows->left_out)
		return;
	if (filter->env.bounds)
		filter_bounds_text(filter->env.bounds, hidden);
	fprintf(out, "%" PRIu32 " of %" PRIu32 " rows are left out%s%s%s%s\n", rows->left_out,
		rows->left_out + rows->matched, filter->count ? " by the filter " : "",
		filter->text, hidden[0] ? ": the configuration " : "", hidden);
}

static void print_rows(
	FILE *out, const struct model *m, const struct table_view *view, const struct rows *rows)
{
	struct layout l;

	if (!rows->n)
		return;
	layout_fit(&l, m,
		&(struct layout_wish){.by = view->by,
			.width = view->width,
			.name_width = name_width(m, view->by, rows)});
	fputc('\n', out);
	print_titles(out, &l, view->by);
	for (uint32_t i = 0; i < rows->n; i++) {
		struct subject s = subject_at(m, view->by, rows->ids[i]);
		print_row(out, &l, m, &s);
	}
}

int table_print(FILE *out, const struct model *m, const struct table_view *view)
{
	struct query q = {.by = view->by,
		.show_private = view->show_private,
		.filter = view->filter,
		.limit = UINT32_MAX};
	struct figure_view sums = figures_view(m, view->show_private);
	struct rows rows = {0};
	int r = query_run(m, &q, &rows);

	if (r < 0)
		return r;
	bool judged = judgement_print(out, m);
	if (since_print(out, m, view->detect, view->show_private) || judged)
		fputc('\n', out);
	print_sums(out, m, &sums);
	print_alerts(out, m, view->show_private);
	print_traffic(out, &sums.machine->traffic);
	print_formats(out, sums.machine);
	print_trouble(out, &sums);
	print_hidden(out, sums.machine, view->show_private);
	print_left_out(out, view->filter, &rows);
	print_rows(out, m, view, &rows);
	rows_done(&rows);
	return fflush(out) == 0 && !ferror(out) ? 0 : -EIO;
}
