// SPDX-License-Identifier: MIT
/* The parts of a report that say what was found, and when. */
#include "output/report_parts.h"

#include "base/text.h"
#include "detect/flag_defs.h"

#include <inttypes.h>
#include <stdio.h>

#define FLAGS_LOOKED   256
#define TIMELINE_SHOWN 64

/* Whom a finding named, or something was done to. */

static void know(struct report_work *w, const struct prefix *p)
{
	if (w->known_count < REPORT_KNOWN_MAX)
		w->known[w->known_count++] = *p;
}

/* "203.0.113.0/24,198.51.100.9": what our own hands did something to. */
static void know_who(struct report_work *w, const char *who)
{
	struct str rest = str_of(who);
	struct prefix p;

	while (rest.n) {
		const char *comma = memchr(rest.p, ',', rest.n);
		size_t len = comma ? (size_t)(comma - rest.p) : rest.n;
		if (prefix_parse((struct str){rest.p, len}, &p) == 0)
			know(w, &p);
		rest = str_skip(rest, comma ? len + 1 : len);
	}
}

bool report_keeps(const void *work, const struct addr *a)
{
	const struct report_work *w = work;
	const struct model *m = w->ask.m;
	const struct flag *flag;

	if (machine_is_own(model_machine(m), a) || addr_is_loopback(a))
		return true;
	for (uint32_t i = 0; i < w->known_count; i++)
		if (prefix_contains(&w->known[i], a))
			return true;
	return flags_of_addr(&m->flags, a, false, &flag, 1) > 0 ||
	       flags_of_addr(&m->flags, a, true, &flag, 1) > 0;
}

/* What was found. */

static struct report_finding *add_finding(struct report_work *w, const char *name)
{
	enum flag_id id = flag_find(str_of(name));
	struct report_finding *f;

	if (w->finding_count == REPORT_FINDINGS_MAX) {
		w->findings_left_out++;
		return NULL;
	}
	f = &w->findings[w->finding_count++];
	*f = (struct report_finding){.title = id < FLAGS ? flag_defs[id].title : "",
		.disproof = id < FLAGS ? flag_defs[id].disproof : ""};
	text_copy(f->name, sizeof f->name, str_of(name));
	return f;
}

static void take_flag(struct report_work *w, const struct flag *flag)
{
	struct report_finding *f = add_finding(w, flag->name);

	if (!f)
		return;
	text_copy(f->who, sizeof f->who, str_of(flag->who));
	text_copy(f->evidence, sizeof f->evidence, str_of(flag->evidence));
	f->scope = flag->scope;
	f->severity = flag->severity;
	f->since = flag->since;
	f->prefix_count = flag->prefix_count;
	memcpy(f->prefixes, flag->prefixes, sizeof f->prefixes);
}

static void take_ended(struct report_work *w, const struct timeline_entry *e)
{
	struct report_finding *f = add_finding(w, e->name);

	if (!f)
		return;
	text_copy(f->who, sizeof f->who, str_of(e->who));
	text_copy(f->evidence, sizeof f->evidence, str_of(e->evidence));
	f->scope = e->scope;
	f->severity = e->severity;
	f->since = e->from;
	f->to = e->to;
	f->prefix_count = e->prefix_count;
	memcpy(f->prefixes, e->prefixes, sizeof f->prefixes);
}

/* Those that are over, the gravest first. */
static void take_all_ended(struct report_work *w)
{
	const struct timeline_entry *all[TIMELINE_MAX];
	size_t n = timeline_list(&w->ask.m->timeline, all, TIMELINE_MAX);

	for (unsigned severity = SEVERITY_ACT; severity >= SEVERITY_NOTE; severity--)
		for (size_t i = 0; i < n; i++)
			if (all[i]->kind == TIMELINE_FLAG && all[i]->to && !all[i]->explained &&
				all[i]->severity == severity)
				take_ended(w, all[i]);
	for (size_t i = 0; i < n; i++)
		for (uint8_t k = 0; k < all[i]->prefix_count; k++)
			know(w, &all[i]->prefixes[k]);
}

static void add_net(struct report_work *w, const struct prefix *p)
{
	for (uint32_t i = 0; i < w->net_count; i++)
		if (w->nets[i].bits == p->bits && addr_eq(&w->nets[i].addr, &p->addr))
			return;
	if (w->net_count == REPORT_NETS_MAX)
		w->nets_left_out++;
	else
		w->nets[w->net_count++] = *p;
}

void report_collect(struct report_work *w)
{
	const struct model *m = w->ask.m;
	const struct flag *top[FLAGS_LOOKED];
	size_t n = flags_top(&m->flags, top, FLAGS_LOOKED);

	for (size_t i = 0; i < n; i++)
		if (!top[i]->cause[0])
			take_flag(w, top[i]);
	take_all_ended(w);
	for (uint32_t i = 0; i < acts_kept(&m->acts); i++)
		know_who(w, acts_latest(&m->acts, i)->who);
	for (uint32_t i = 0; i < w->finding_count; i++)
		for (uint8_t k = 0; k < w->findings[i].prefix_count; k++)
			add_net(w, &w->findings[i].prefixes[k]);
}

static const char *severity_word(uint8_t severity)
{
	static const char *const words[] = {[SEVERITY_NOTE] = "good to know",
		[SEVERITY_SUSPECT] = "suspect",
		[SEVERITY_ATTACK] = "attack",
		[SEVERITY_ACT] = "act now"};

	return severity < ARRAY_LEN(words) ? words[severity] : NULL;
}

/* "203.0.113.0/24, 198.51.100.0/24": with a blank after the commas between prefixes. */
static struct report_value who_value(struct report_build *b, const char *who, uint8_t scope)
{
	bool text_of_clients = scope == SCOPE_PATH || scope == SCOPE_AGENT;
	char text[FLAG_WHO_MAX * 2];
	size_t n = 0;

	for (const char *p = who; *p && n + 2 < sizeof text; p++) {
		text[n++] = *p;
		if (!text_of_clients && *p == ',')
			text[n++] = ' ';
	}
	return report_name(b, (struct str){text, n});
}

static void put_finding(struct report_work *w, struct report_finding *f)
{
	struct report_build *b = &w->b;
	struct report_card *card =
		report_card(b, str_of(f->title[0] ? f->title : f->name), f->severity);

	if (!card)
		return;
	card->badge = f->to ? "over" : severity_word(f->severity);
	report_put(b, card, (struct report_column){"flag", "flag"}, report_say(b, str_of(f->name)));
	report_put(b, card, (struct report_column){"who", "who"}, who_value(b, f->who, f->scope));
	report_put(b, card, (struct report_column){"evidence", "evidence"},
		report_say(b, str_of(f->evidence)));
	report_put(b, card, (struct report_column){"disproof", "wrong if"},
		report_say(b, str_of(f->disproof)));
	report_put(b, card, (struct report_column){"since", "since"}, report_time(f->since));
	report_put(b, card, (struct report_column){"until", "until"}, report_time(f->to));
	report_put(b, card, (struct report_column){"lasted", "for"},
		report_span((f->to ? f->to : w->ask.m->now) - f->since));
	report_put(b, card, (struct report_column){"lines", "from the log"},
		report_code(b, (struct str){f->lines, f->lines_n}));
}

bool report_findings(struct report_work *w)
{
	if (report_lines(w))
		return true;
	for (uint32_t i = 0; i < w->finding_count; i++)
		put_finding(w, &w->findings[i]);
	if (!w->finding_count)
		report_paragraph(&w->b, "Nothing stood out.");
	if (w->findings_left_out)
		report_paragraph(
			&w->b, "%" PRIu32 " more are not shown here.", w->findings_left_out);
	return false;
}

/* The timeline: begun and over, marked and done, in the order of time. */

enum {
	TIME_AT,
	TIME_WHAT,
	TIME_WHO,
	TIME_SAID,
	TIME_COLUMNS
};

static const struct report_column time_columns[] = {
	{"at", "time (UTC)"}, {"what", "what"}, {"who", "who"}, {"said", "figures"}};

struct happening {
	usec_t at;
	const struct timeline_entry *of; /* or NULL */
	const struct act *act;
	bool over;
};

struct happenings {
	struct happening at[TIMELINE_MAX * 2 + ACTS_MAX];
	size_t n;
};

/* Sorted as it grows: what is added is mostly the latest. */
static void add(struct happenings *h, struct happening one)
{
	size_t at = h->n++;

	while (at > 0 && h->at[at - 1].at > one.at) {
		h->at[at] = h->at[at - 1];
		at--;
	}
	h->at[at] = one;
}

static void collect_happenings(const struct model *m, struct happenings *h)
{
	const struct timeline_entry *all[TIMELINE_MAX];
	size_t n = timeline_list(&m->timeline, all, TIMELINE_MAX);

	h->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (all[i]->explained)
			continue;
		add(h, (struct happening){.at = all[i]->from, .of = all[i]});
		if (all[i]->kind == TIMELINE_FLAG && all[i]->to)
			add(h, (struct happening){.at = all[i]->to, .of = all[i], .over = true});
	}
	for (uint32_t i = acts_kept(&m->acts); i-- > 0;)
		add(h, (struct happening){.at = acts_latest(&m->acts, i)->ts,
			       .act = acts_latest(&m->acts, i)});
}

static void put_act(struct report_work *w, struct report_value *row, const struct act *act)
{
	struct report_build *b = &w->b;

	row[TIME_WHAT].kind = REPORT_TEXT;
	row[TIME_WHAT].text = report_format(b, "%s%s", act->what, act->ok ? "" : ", failed");
	row[TIME_WHO] = report_name(b, str_of(act->who));
	row[TIME_SAID] = report_say(b, str_of(act->result));
}

static void put_entry(
	struct report_work *w, struct report_value *row, const struct timeline_entry *e, bool over)
{
	struct report_build *b = &w->b;
	enum flag_id id = flag_find(str_of(e->name));
	const char *title = id < FLAGS ? flag_defs[id].title : e->name;

	row[TIME_WHAT].kind = REPORT_TEXT;
	if (e->kind == TIMELINE_MARK) {
		row[TIME_WHAT].text = report_format(b, "mark%s%s", e->name[0] ? ": " : "", e->name);
		return;
	}
	row[TIME_WHAT].text = report_format(b, "%s: %s", over ? "over" : "begins", title);
	row[TIME_WHO] = who_value(b, e->who, e->scope);
	if (over || !e->to)
		row[TIME_SAID] = report_say(b, str_of(e->evidence));
}

bool report_timeline(struct report_work *w)
{
	struct report_table *t = report_table(
		&w->b, time_columns, TIME_COLUMNS, "Nothing was found, marked or done.");
	struct happenings h;
	size_t i = 0;

	collect_happenings(w->ask.m, &h);
	if (h.n > TIMELINE_SHOWN)
		i = h.n - TIMELINE_SHOWN;
	uint64_t left_out = i + w->ask.m->timeline.dropped;
	for (; i < h.n; i++) {
		struct report_value *row = report_row(&w->b, t);
		if (!row)
			break;
		row[TIME_AT] = report_time(h.at[i].at);
		if (h.at[i].act)
			put_act(w, row, h.at[i].act);
		else if (h.at[i].of)
			put_entry(w, row, h.at[i].of, h.at[i].over);
	}
	if (left_out)
		report_paragraph(
			&w->b, "%" PRIu64 " earlier or lesser entries are left out.", left_out);
	return false;
}
