// SPDX-License-Identifier: MIT
/* What is missing from a report, and how what is there was seen. */
#include "output/report_parts.h"

#include "base/text.h"
#include "model/sums.h"
#include "output/log_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const struct report_column unseen_columns[] = {{"what", "what"}, {"why", "why"}};

static void __attribute__((format(printf, 4, 5)))
say(struct report_work *w, struct report_table *t, const char *what, const char *format, ...)
{
	struct report_value *row = report_row(&w->b, t);
	char text[REPORT_TEXT_MAX];
	va_list args;

	if (!row)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	row[0] = report_say(&w->b, str_of(what));
	row[1] = report_say(&w->b, str_of(text));
}

/* "silent: the log is buffered", a line each. */
static void say_held(struct report_work *w, struct report_table *t, const struct verdict *v)
{
	for (const char *p = v->held; *p;) {
		size_t n = strcspn(p, "\n");
		say(w, t, "not judged", "%.*s", (int)n, p);
		p += n + (p[n] == '\n');
	}
	if (v->learning_s)
		say(w, t, "not judged",
			"what is usual here was still being learnt, for %" PRIu32 " s more",
			v->learning_s);
}

static void say_source(struct report_work *w, struct report_table *t)
{
	const struct machine *machine = model_machine(w->ask.m);

	if (strcmp(machine->source, "none") == 0 || !machine->source[0])
		say(w, t, "connections", "no source of connections%s%s: only what the logs tell",
			machine->note[0] ? ", " : "", machine->note);
	else if (machine->note[0])
		say(w, t, "connections", "%s: %s", machine->source, machine->note);
	else if (!(machine->sees & CAN_SEE_HANDSHAKES))
		say(w, t, "connections", "%s: short connections are missed", machine->source);
	if (model_is_uncorrelated(w->ask.m))
		say(w, t, "joining",
			"the addresses in the logs are not those that connect: a proxy may stand "
			"between");
}

static void say_log(struct report_work *w, struct report_table *t, const struct model_log *log)
{
	const char *state = log_state_name(log->state);

	if (model_log_is_bad(log))
		say(w, t, "log", "%s: %s%s%s", log->name, state ? state : "not read",
			log->note[0] ? ", " : "", log->note);
	if (log->buffered[0])
		say(w, t, "log", "%s: the server holds lines back (%s): they come late", log->name,
			log->buffered);
	if (log->rejected)
		say(w, t, "log",
			"%s: %" PRIu64 " of %" PRIu64 " lines in no known format, such as: %s",
			log->name, log->rejected, log->lines, log->sample);
	if (log->skipped)
		say(w, t, "log", "%s: %" PRIu64 " bytes passed over", log->name, log->skipped);
}

static void say_logs(struct report_work *w, struct report_table *t)
{
	const struct machine *machine = model_machine(w->ask.m);
	uint32_t read = 0;

	for (uint32_t i = 0; i < machine->log_count; i++) {
		const struct model_log *log = &machine->logs[i];
		read += model_log_has_requests(log) && !model_log_is_bad(log);
		if (!log->errors)
			say_log(w, t, log);
	}
	if (!read && machine->log_count)
		say(w, t, "requests", "no access log was read");
	else if (!machine->log_count && !machine->totals[0].log.requests)
		say(w, t, "requests", "no access log is known");
	if (machine->unaddressed)
		say(w, t, "requests", "%" PRIu64 " name no address", machine->unaddressed);
}

/* "12 records were lost: …" of what cannot be 0. */
static void say_lost(struct report_work *w, struct report_table *t, uint64_t n, const char *one,
	const char *many)
{
	if (n)
		say(w, t, "lost", "%" PRIu64 " %s", n, n == 1 ? one : many);
}

static void say_losses(struct report_work *w, struct report_table *t)
{
	const struct model *m = w->ask.m;
	const struct machine *machine = model_machine(m);

	say_lost(w, t, machine->lost - machine->lost_ring, "record: there was more than is shown",
		"records: there was more than is shown");
	say_lost(w, t, machine->lost_ring, "record of the kernel, made up for by a listing",
		"records of the kernel, made up for by a listing");
	say_lost(w, t, m->evicted, "address, the table was full", "addresses, the table was full");
	say_lost(
		w, t, m->flags.lost, "finding, the table was full", "findings, the table was full");
}

static void say_time(struct report_work *w, struct report_table *t)
{
	const struct model *m = w->ask.m;
	uint64_t oldest = journal_oldest(&m->journal);
	const struct journal_entry *e = oldest ? journal_at(&m->journal, oldest) : NULL;
	char from[UTC_TEXT_MAX], kept[UTC_TEXT_MAX];

	utc_text(m->started, from);
	say(w, t, "time", "nothing before %s was watched", from);
	if (!e || !m->journal.tail || e->before == 0)
		return;
	utc_text(e->ts, kept);
	say(w, t, "time", "single requests before %s are no longer kept, only counts", kept);
}

static void say_hidden(struct report_work *w, struct report_table *t)
{
	uint64_t n = model_machine(w->ask.m)->totals[1].ips;

	if (n && !w->ask.show_private)
		say(w, t, "hidden", "%" PRIu64 " private address%s", n, n == 1 ? "" : "es");
	if (w->ask.filter)
		say(w, t, "hidden",
			"addresses, networks, systems and countries that do not pass the filter");
	if (w->report.redacted)
		say(w, t, "masked",
			"addresses that nothing was found about (their network stays), and what "
			"looks like a secret in a URL");
}

bool report_unseen(struct report_work *w)
{
	struct report_table *t = report_table(&w->b, unseen_columns, ARRAY_LEN(unseen_columns),
		"Nothing is known to "
		"be missing.");

	say_held(w, t, &model_machine(w->ask.m)->verdict);
	say_source(w, t);
	say_logs(w, t);
	say_losses(w, t);
	say_time(w, t);
	say_hidden(w, t);
	if (!w->ask.detect)
		say(w, t, "not judged",
			"this run did not judge: findings are those of the recording");
	return false;
}

static bool is_first_of_format(const struct machine *machine, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (strcmp(machine->logs[k].format, machine->logs[i].format) == 0)
			return false;
	return true;
}

static void put_formats(struct report_work *w, struct report_card *facts)
{
	const struct machine *machine = model_machine(w->ask.m);
	char text[REPORT_TEXT_MAX] = "";
	size_t n = 0;

	for (uint32_t i = 0; i < machine->log_count && n + 256 < sizeof text; i++) {
		uint32_t same = 0;
		if (!machine->logs[i].format[0] || !is_first_of_format(machine, i))
			continue;
		for (uint32_t k = i; k < machine->log_count; k++)
			same += strcmp(machine->logs[k].format, machine->logs[i].format) == 0;
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%" PRIu32 " read as %s",
			n ? ", " : "", same, machine->logs[i].format);
	}
	report_put(&w->b, facts, (struct report_column){"logs", "logs"},
		report_say(&w->b, str_of(text)));
}

bool report_sources(struct report_work *w)
{
	struct report_build *b = &w->b;
	const struct machine *machine = model_machine(w->ask.m);
	struct model_sums sums = model_sum(w->ask.m, w->ask.show_private);
	struct report_card *facts = report_facts(b);

	report_put(b, facts, (struct report_column){"source", "connections"},
		report_say(b, str_of(machine->source)));
	report_put(b, facts, (struct report_column){"probes", "probes"},
		report_say(b, str_of(machine->probes)));
	put_formats(w, facts);
	report_put(b, facts, (struct report_column){"log_lines", "lines read"},
		report_count(sums.log_lines));
	report_put(b, facts, (struct report_column){"recording", "recording"},
		report_name(b, str_of(w->ask.recording)));
	report_put(b, facts, (struct report_column){"version", "nethergaze"},
		report_say(b, str_of(w->ask.version)));
	return false;
}
