// SPDX-License-Identifier: MIT
#include "output/table.h"

#include "base/text.h"
#include "model/alerts.h"
#include "model/layout.h"

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

static void print_titles(FILE *out, const struct layout *l)
{
	struct line line = {out, 0};

	for (size_t i = 0; i < l->n; i++)
		print_cell(
			&line, &l->at[i], text_cut(str_of(l->at[i].column->title), l->at[i].width));
	fputc('\n', out);
}

static void print_host(
	FILE *out, const struct layout *l, const struct model *m, const struct host *h)
{
	struct line line = {out, 0};
	char buf[HOST_LAST_MAX * 2];

	for (size_t i = 0; i < l->n; i++)
		print_cell(&line, &l->at[i], layout_cell(&l->at[i], m, h, buf, sizeof buf));
	fputc('\n', out);
}

static void print_sums(FILE *out, const struct model *m, const struct model_sums *sums)
{
	char bytes[8];

	text_bytes(bytes, sums->bytes);
	fprintf(out, "%s%sconnections: %s%s%s\n", m->machine_name, m->machine_name[0] ? ", " : "",
		m->source[0] ? m->source : "none", m->probes[0] ? ", " : "", m->probes);
	fprintf(out,
		"%" PRIu64 " connections, %" PRIu64 " established, %" PRIu64 " half-open; %" PRIu64
		" IPs; %" PRIu64 " requests, %s sent\n",
		sums->conns, sums->established, sums->half_open, sums->ips, sums->requests, bytes);
}

static bool is_first_of_format(const struct model *m, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (strcmp(m->logs[k].format, m->logs[i].format) == 0)
			return false;
	return true;
}

/* "logs: 3 read as combined, 1 read as main (nginx)" */
static void print_formats(FILE *out, const struct model *m)
{
	bool any = false;

	for (uint32_t i = 0; i < m->log_count; i++) {
		unsigned n = 0;
		if (!m->logs[i].format[0] || !is_first_of_format(m, i))
			continue;
		for (uint32_t k = i; k < m->log_count; k++)
			n += strcmp(m->logs[k].format, m->logs[i].format) == 0;
		fprintf(out, "%s%u read as %s", any ? ", " : "logs: ", n, m->logs[i].format);
		any = true;
	}
	if (any)
		fputc('\n', out);
}

/* What is missing is said before the rows that it would be missing from. */
static void print_trouble(FILE *out, const struct model *m, const struct model_sums *sums)
{
	if (m->note[0])
		fprintf(out, "note: %s\n", m->note);
	for (uint32_t i = 0; i < m->log_count; i++) {
		const struct model_log *log = &m->logs[i];
		const char *state = log_state_name(log->state);
		if (log->state != LOG_READING)
			fprintf(out, "log %s: %s%s%s\n", log->name, state ? state : "not yet read",
				log->note[0] ? ": " : "", log->note);
		if (log->buffered[0])
			fprintf(out, "log %s: buffered by the server (%s): requests come late\n",
				log->name, log->buffered);
		if (log->rejected)
			fprintf(out,
				"log %s: %" PRIu64 " of %" PRIu64
				" lines in no known format, such as: %s\n",
				log->name, log->rejected, log->lines, log->sample);
	}
	if (sums->log_skipped)
		fprintf(out, "log bytes skipped: %" PRIu64 "\n", sums->log_skipped);
	if (m->unaddressed)
		fprintf(out, "requests that name no address: %" PRIu64 "\n", m->unaddressed);
	if (m->lost)
		fprintf(out, "lost: %" PRIu64 " records\n", m->lost);
	if (m->evicted)
		fprintf(out, "dropped: %" PRIu64 " addresses, the table was full\n", m->evicted);
}

static void print_words(FILE *out, const struct model *m, bool show_private)
{
	struct alerts words;

	alerts_of(&words, m, show_private);
	for (size_t i = 0; i < words.n; i++)
		fprintf(out, "host: %s\n", words.at[i].text);
}

static void print_hidden(FILE *out, const struct model *m, bool show_private)
{
	if (!show_private && m->totals[1].ips)
		fprintf(out,
			"%" PRIu64 " private addresses are hidden; --show-private-ips shows them\n",
			m->totals[1].ips);
}

int table_print(FILE *out, const struct model *m, bool show_private, int width)
{
	struct query q = {.show_private = show_private, .limit = UINT32_MAX};
	struct model_sums sums = model_sum(m, show_private);
	struct rows rows = {0};
	struct layout l;
	int ip_width = 0, r = query_run(m, &q, &rows);

	if (r < 0)
		return r;
	for (uint32_t i = 0; i < rows.n; i++) {
		int w = layout_ip_width(model_host(m, rows.ids[i]));
		ip_width = w > ip_width ? w : ip_width;
	}
	layout_fit(&l, m, width, ip_width, NULL);
	print_sums(out, m, &sums);
	print_words(out, m, show_private);
	print_formats(out, m);
	print_trouble(out, m, &sums);
	print_hidden(out, m, show_private);
	if (rows.n) {
		fputc('\n', out);
		print_titles(out, &l);
	}
	for (uint32_t i = 0; i < rows.n; i++)
		print_host(out, &l, m, model_host(m, rows.ids[i]));
	rows_done(&rows);
	return fflush(out) == 0 && !ferror(out) ? 0 : -EIO;
}
