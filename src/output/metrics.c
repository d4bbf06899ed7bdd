// SPDX-License-Identifier: MIT
#include "output/metrics.h"

#include "base/num.h"
#include "base/text.h"
#include "detect/flag_defs.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>

#define PREFIX    "nethergaze_"
#define LABEL_MAX 384

struct metrics {
	FILE *out;
	const struct metrics_ask *ask;
	const struct machine *machine;
	const struct metric_family *family; /* whose samples are put; NULL: none */
};

struct metric_family {
	const char *name; /* in full, without "_total" */
	const char *unit; /* it ends in it; NULL: none */
	const char *help;
	bool counter;
	void (*put)(struct metrics *x);
};

/* Names. */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "203.0.113.9", with whatever follows its fourth number. */
static size_t v4_length(struct str s)
{
	unsigned dots = 0;
	struct addr a;
	size_t n = 0;

	for (; n < s.n && (is_digit(s.p[n]) || (s.p[n] == '.' && dots < 3)); n++)
		dots += s.p[n] == '.';
	return addr_parse((struct str){s.p, n}, &a) == 0 ? n : 0;
}

/* "2001:db8::1", without a dot that ends a sentence. */
static size_t v6_length(struct str s)
{
	struct addr a;
	size_t n = 0;

	while (n < s.n && (num_hex(s.p[n]) >= 0 || s.p[n] == '.' || s.p[n] == ':'))
		n++;
	while (n && s.p[n - 1] == '.')
		n--;
	return addr_parse((struct str){s.p, n}, &a) == 0 ? n : 0;
}

/* Of the address that begins here; 0: none does. */
static size_t address_length(struct str text, size_t at)
{
	struct str s = str_skip(text, at);
	char before = at ? text.p[at - 1] : ' ';
	size_t n = is_digit(before) ? 0 : v4_length(s);

	return n || num_hex(before) >= 0 || before == ':' ? n : v6_length(s);
}

size_t metrics_label(char *buf, size_t cap, struct str text)
{
	size_t w = 0;

	for (size_t i = 0; i < text.n && w + 3 < cap;) {
		size_t n = address_length(text, i);
		char c = text.p[i];
		if (n) {
			buf[w++] = '*';
			i += n;
			continue;
		}
		if (c == '"' || c == '\\' || c == '\n')
			buf[w++] = '\\';
		buf[w++] = c;
		if (c == '\n')
			buf[w - 1] = 'n';
		i++;
	}
	w = text_clip((struct str){buf, w}, w).n;
	buf[w] = '\0';
	return w;
}

const char *metrics_type(enum metrics_format format)
{
	return format == METRICS_OPEN ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
				      : "text/plain; version=0.0.4; charset=utf-8";
}

/* Samples. */

static void put_head(struct metrics *x, const struct metric_family *f)
{
	bool open = x->ask->format == METRICS_OPEN;
	const char *end = f->counter && !open ? "_total" : ""; /* each has its own idea of a name */

	x->family = f;
	fprintf(x->out, "# TYPE %s%s %s\n", f->name, end, f->counter ? "counter" : "gauge");
	if (open && f->unit)
		fprintf(x->out, "# UNIT %s %s\n", f->name, f->unit);
	fprintf(x->out, "# HELP %s%s %c%s\n", f->name, end, toupper((unsigned char)f->help[0]),
		f->help + 1);
}

/* labels: "a=\"b\",c=\"d\""; "" for none. */
static void put_u64(struct metrics *x, const char *labels, uint64_t v)
{
	if (v != ABSENT)
		fprintf(x->out, "%s%s%s%s%s %" PRIu64 "\n", x->family->name,
			x->family->counter ? "_total" : "", labels[0] ? "{" : "", labels,
			labels[0] ? "}" : "", v);
}

static void put_double(struct metrics *x, const char *labels, double v)
{
	if (!isnan(v))
		fprintf(x->out, "%s%s%s%s%s %.15g\n", x->family->name,
			x->family->counter ? "_total" : "", labels[0] ? "{" : "", labels,
			labels[0] ? "}" : "", v);
}

static void put_named(struct metrics *x, const char *label, const char *name, uint64_t v)
{
	char labels[LABEL_MAX + 32], value[LABEL_MAX];

	metrics_label(value, sizeof value, str_of(name));
	snprintf(labels, sizeof labels, "%s=\"%s\"", label, value);
	put_u64(x, labels, v);
}

/* The figures. */

static bool ends_in(const char *name, const char *unit)
{
	size_t n = strlen(name), u = strlen(unit);

	return n > u && name[n - u - 1] == '_' && strcmp(name + n - u, unit) == 0;
}

static const char *unit_of(const char *name)
{
	static const char *const units[] = {"bytes", "seconds", "ratio"};

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (ends_in(name, units[i]))
			return units[i];
	return NULL;
}

static void put_figure(struct metrics *x, const struct figure *f, const struct figure_view *view)
{
	char name[96];
	const struct metric_family family = {.name = name,
		.unit = unit_of(f->metric.name),
		.help = f->metric.help ? f->metric.help : f->help,
		.counter = f->metric.counter};

	snprintf(name, sizeof name, PREFIX "%s", f->metric.name);
	put_head(x, &family);
	if (f->unit == FIGURE_PERCENT)
		put_double(x, "", figure_value(f, view) / 100);
	else if (f->unit == FIGURE_RATE)
		put_double(x, "", figure_value(f, view));
	else
		put_u64(x, "", figure_number(f, view));
	x->family = NULL; /* it was ours */
}

/* The judgement. */

static void put_flags(struct metrics *x)
{
	const struct flags *flags = &x->ask->m->flags;
	uint64_t n[FLAGS + 1] = {0};

	for (uint32_t id = flags_next(flags, 0); id != POOL_NONE; id = flags_next(flags, id + 1))
		n[flag_find(str_of(flags_at(flags, id)->name))]++;
	for (int i = 0; i < FLAGS; i++)
		put_named(x, "flag", flag_defs[i].name, n[i]);
	if (n[FLAGS]) /* of a recording by another version */
		put_named(x, "flag", "other", n[FLAGS]);
}

static void put_severity(struct metrics *x)
{
	put_u64(x, "", x->machine->verdict.severity);
}

static void put_held(struct metrics *x)
{
	uint64_t n = 0;

	for (const char *p = x->machine->verdict.held; *p; n++) {
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	put_u64(x, "", n);
}

static void put_learning(struct metrics *x)
{
	put_u64(x, "", x->machine->verdict.learning_s);
}

/* What the machine can see. */

static void put_source(struct metrics *x)
{
	if (x->machine->source[0])
		put_named(x, "source", x->machine->source, 1);
}

static void put_sees(struct metrics *x)
{
	for (unsigned i = 0; i < CAPABILITIES; i++)
		put_named(x, "capability", enum_name(&capabilities, i), x->machine->sees >> i & 1);
}

static void put_states(struct metrics *x)
{
	for (unsigned i = TCP_ESTABLISHED; i < TCP_STATES; i++) {
		uint64_t n = x->machine->totals[0].tcp.states[i];
		if (x->ask->show_private)
			n += x->machine->totals[1].tcp.states[i];
		if (i != TCP_CLOSE && i != TCP_LISTEN && model_knows_conns(x->ask->m))
			put_named(x, "state", tcp_state_name(i), n);
	}
}

/* Losses: all that something was left out of. */

static void put_losses(struct metrics *x)
{
	const struct model *m = x->ask->m;
	const struct machine *machine = x->machine;
	const struct {
		const char *what;
		uint64_t n;
	} losses[] = {
		{"kernel records", machine->lost_ring},
		{"other records", machine->lost - machine->lost_ring},
		{"transitions hidden by interrupts", machine->missed},
		{"addresses", m->evicted},
		{"connections", m->conns_evicted},
		{"flags", m->flags.lost},
		{"guards", m->guards.lost},
		{"blocks", m->blocks.dropped},
		{"places", m->geo.dropped},
		{"timeline entries", m->timeline.dropped},
		{"scrapes", x->ask->self->refused + x->ask->self->timed_out},
	};

	for (size_t i = 0; i < ARRAY_LEN(losses); i++)
		put_named(x, "what", losses[i].what, losses[i].n);
}

/* Logs. */

typedef uint64_t log_value_fn(const struct model_log *log);

static uint64_t log_bad(const struct model_log *log)
{
	return model_log_is_bad(log);
}

static uint64_t log_lines(const struct model_log *log)
{
	return log->lines;
}

static uint64_t log_rejected(const struct model_log *log)
{
	return log->rejected;
}

static uint64_t log_ignored(const struct model_log *log)
{
	return log->ignored;
}

static uint64_t log_skipped(const struct model_log *log)
{
	return log->skipped;
}

static uint64_t log_lag(const struct model_log *log)
{
	return log->lag;
}

static uint64_t log_missed(const struct model_log *log)
{
	return log->missed;
}

static void put_logs(struct metrics *x, log_value_fn *value)
{
	const struct machine *machine = x->machine;
	uint64_t others = 0;

	for (uint32_t i = 0; i < machine->log_count; i++) {
		uint64_t n = value(&machine->logs[i]);
		if (i < METRICS_LOGS_MAX)
			put_named(x, "log", machine->logs[i].name, n);
		else
			others += n == ABSENT ? 0 : n;
	}
	if (machine->log_count > METRICS_LOGS_MAX)
		put_named(x, "log", "others", others);
}

static void put_log_bad(struct metrics *x)
{
	put_logs(x, log_bad);
}

static void put_log_lines(struct metrics *x)
{
	put_logs(x, log_lines);
}

static void put_log_rejected(struct metrics *x)
{
	put_logs(x, log_rejected);
}

static void put_log_ignored(struct metrics *x)
{
	put_logs(x, log_ignored);
}

static void put_log_skipped(struct metrics *x)
{
	put_logs(x, log_skipped);
}

static void put_log_lag(struct metrics *x)
{
	put_logs(x, log_lag);
}

static void put_log_missed(struct metrics *x)
{
	put_logs(x, log_missed);
}

/* Lookups: databases, registries, resolvers, and the lists of what is kept out. */

static void put_lookups(struct metrics *x)
{
	const struct enrichers *all = &x->ask->m->enrichers;

	for (uint32_t i = 0; i < all->n; i++) {
		const struct enricher *e = &all->at[i];
		const struct cell_of {
			const char *outcome;
			uint64_t n;
		} counts[] = {{"asked", e->asked}, {"answered", e->answered}, {"failed", e->failed},
			{"dropped", e->dropped}};
		for (size_t k = 0; k < ARRAY_LEN(counts); k++) {
			char labels[96], what[48];
			metrics_label(what, sizeof what, str_of(e->what));
			snprintf(labels, sizeof labels, "lookup=\"%s\",outcome=\"%s\"", what,
				counts[k].outcome);
			put_u64(x, labels, counts[k].n);
		}
	}
}

static void put_waiting(struct metrics *x)
{
	for (uint32_t i = 0; i < x->ask->m->enrichers.n; i++) {
		const struct enricher *e = &x->ask->m->enrichers.at[i];
		put_named(x, "lookup", e->what, e->waiting);
	}
}

static void put_lookup_bad(struct metrics *x)
{
	for (uint32_t i = 0; i < x->ask->m->enrichers.n; i++) {
		const struct enricher *e = &x->ask->m->enrichers.at[i];
		put_named(x, "lookup", e->what, !enricher_is_fine(e));
	}
}

/* The program. */

static void put_build(struct metrics *x)
{
	put_named(x, "version", x->ask->version, 1);
}

static void put_time(struct metrics *x)
{
	put_double(x, "", (double)x->ask->m->now / 1e6);
}

static void put_cpu(struct metrics *x)
{
	put_double(x, "", (double)x->ask->self->cpu / 1e6);
}

static void put_began(struct metrics *x)
{
	put_double(x, "", (double)x->ask->self->began / 1e6);
}

static void put_scrapes(struct metrics *x)
{
	const struct metrics_self *self = x->ask->self;

	put_named(x, "outcome", "answered", self->answered);
	put_named(x, "outcome", "failed", self->failed);
	put_named(x, "outcome", "refused", self->refused);
	put_named(x, "outcome", "timed out", self->timed_out);
}

static const struct metric_family families[] = {
	{PREFIX "flags", NULL, "Judgements that hold now, by name", false, put_flags},
	{PREFIX "severity", NULL,
		"Gravity of what the verdict rests on: 0 nothing stands out, 1 a note, 2 suspect, "
		"3 an attack, 4 act now",
		false, put_severity},
	{PREFIX "flags_held", NULL, "Judgements that cannot be made, for what is not known", false,
		put_held},
	{PREFIX "learning_seconds", "seconds", "Time until it is known what is usual here", false,
		put_learning},
	{PREFIX "source_info", NULL, "Where connections come from", false, put_source},
	{PREFIX "sees", NULL, "Whether the sources can see this", false, put_sees},
	{PREFIX "connections_by_state", NULL, "TCP connections by state", false, put_states},
	{PREFIX "losses", NULL, "What was lost or left out, by what it was", true, put_losses},
	{PREFIX "log_unreadable", NULL, "1: the log ought to be followed and cannot be read", false,
		put_log_bad},
	{PREFIX "log_file_lines", NULL, "Lines read from the log", true, put_log_lines},
	{PREFIX "log_file_lines_rejected", NULL, "Its lines in no known format", true,
		put_log_rejected},
	{PREFIX "log_file_lines_ignored", NULL, "Its lines that are nothing to count", true,
		put_log_ignored},
	{PREFIX "log_file_skipped_bytes", "bytes", "Bytes of it that were passed over", true,
		put_log_skipped},
	{PREFIX "log_file_lag_bytes", "bytes", "Bytes of it that are yet to be read", false,
		put_log_lag},
	{PREFIX "log_file_rotations_missed", NULL, "Files of it gone before they were read whole",
		true, put_log_missed},
	{PREFIX "lookups", NULL,
		"Questions to databases, registries, resolvers and lists of blocks", true,
		put_lookups},
	{PREFIX "lookups_waiting", NULL, "Questions that wait", false, put_waiting},
	{PREFIX "lookup_unusable", NULL, "1: something is wrong with it", false, put_lookup_bad},
	{PREFIX "build_info", NULL, "The program", false, put_build},
	{PREFIX "time_seconds", "seconds",
		"Time up to which everything is counted, since the epoch", false, put_time},
	{PREFIX "scrapes", NULL, "Requests to the metrics port", true, put_scrapes},
	{"process_cpu_seconds", "seconds", "CPU time of this process", true, put_cpu},
	{"process_start_time_seconds", "seconds", "When the process began, since the epoch", false,
		put_began},
};

void metrics_print(FILE *out, const struct metrics_ask *ask)
{
	const struct figure_view view = figures_view(ask->m, ask->show_private);
	struct metrics x = {.out = out, .ask = ask, .machine = view.machine};

	for (size_t i = 0; i < figure_count; i++)
		if (figures[i].metric.name)
			put_figure(&x, &figures[i], &view);
	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		put_head(&x, &families[i]);
		families[i].put(&x);
	}
	if (ask->format == METRICS_OPEN)
		fputs("# EOF\n", out);
}
