// SPDX-License-Identifier: MIT
#include "console/troubles.h"

#include "console/fleet_words.h"

#include "base/few.h"
#include "base/text.h"
#include "detect/flag_defs.h"
#include "model/alerts.h"
#include "model/sums.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define FLAGS_LOOKED  64
#define PLACES_LOOKED 512 /* connections, and hosts, that are looked at for a network's place */
#define ENDING_LOOK   (5 * USEC_PER_SEC) /* without a SYN cookie */
#define LAG_NOTABLE   (1u << 20)         /* bytes of log: less is read within two polls */

/* Of equal ones what only the whole fleet shows comes first: nobody else says it. */
static bool comes_after(const struct trouble *t, int gravity, bool fleet)
{
	return t->gravity < gravity || (t->gravity == gravity && fleet && !t->fleet);
}

/* Kept sorted: among equals the first stays first. The least is left out when it is full. */
static struct trouble *put(struct troubles *t, int gravity, bool fleet)
{
	size_t at = t->n;

	while (at > 0 && comes_after(&t->at[at - 1], gravity, fleet))
		at--;
	if (at == TROUBLES_MAX)
		return NULL;
	t->n += t->n < TROUBLES_MAX;
	memmove(&t->at[at + 1], &t->at[at], (t->n - at - 1) * sizeof t->at[0]);
	t->at[at] = (struct trouble){.gravity = gravity, .fleet = fleet};
	return &t->at[at];
}

static void __attribute__((format(printf, 3, 4)))
say(struct troubles *t, int gravity, const char *format, ...)
{
	struct trouble *at = put(t, gravity, false);
	va_list args;

	if (!at)
		return;
	va_start(args, format);
	vsnprintf(at->text, sizeof at->text, format, args);
	va_end(args);
}

struct short_count {
	char text[8];
};

static struct short_count short_count(uint64_t n)
{
	struct short_count s;

	text_count(s.text, n);
	return s;
}

static struct short_count short_bytes(uint64_t n)
{
	struct short_count s;

	text_bytes(s.text, n);
	return s;
}

/* Flags. */

static int gravity_of(const struct flag *flag)
{
	static const int gravities[] = {[SEVERITY_NONE] = GRAVITY_NOTE,
		[SEVERITY_NOTE] = GRAVITY_NOTE,
		[SEVERITY_SUSPECT] = GRAVITY_SUSPECT,
		[SEVERITY_ATTACK] = GRAVITY_ATTACK,
		[SEVERITY_ACT] = GRAVITY_ACT};

	return flag->severity < ARRAY_LEN(gravities) ? gravities[flag->severity] : GRAVITY_ACT;
}

static bool is_syn_flood(const char *name)
{
	return strcmp(name, "syn-flood") == 0 || strcmp(name, "syn-spoofed") == 0;
}

static bool place_of(struct culprit *c, const struct model *m, const struct host *h)
{
	text_copy(c->country, sizeof c->country, geo_country(h));
	c->asn = geo_asn(&m->geo, h);
	return c->country[0] || c->asn;
}

static void place_of_host(struct culprit *c, const struct model *m, const struct addr *ip)
{
	uint32_t id = model_find_host(m, ip);

	if (id != POOL_NONE)
		place_of(c, m, model_host(m, id));
}

/* Where one of it is, of those that stand first: who floods has many connections, or addresses. */
static bool place_of_some(struct culprit *c, const struct model *m, const struct prefix *p)
{
	uint32_t id = pool_next(&m->conns, 0);

	for (uint32_t i = 0; id != POOL_NONE && i < PLACES_LOOKED; i++) {
		const struct host *h = model_host(m, model_conn(m, id)->host);
		if (prefix_contains(p, &h->ip) && place_of(c, m, h))
			return true;
		id = pool_next(&m->conns, id + 1);
	}
	id = model_next_host(m, 0);
	for (uint32_t i = 0; id != POOL_NONE && i < PLACES_LOOKED; i++) {
		const struct host *h = model_host(m, id);
		if (prefix_contains(p, &h->ip) && place_of(c, m, h))
			return true;
		id = model_next_host(m, id + 1);
	}
	return false;
}

static void place_of_net(struct culprit *c, const struct model *m, const struct prefix *p)
{
	const struct registration *r = model_registration(m, &p->addr);

	if (!place_of_some(c, m, p) && r && !r->note[0])
		text_copy(c->country, sizeof c->country, str_of(r->country));
}

/* The network that a prefix lies in, when it is no wider than those that are counted. */
static const struct network *network_of(const struct model *m, const struct prefix *p)
{
	struct prefix net = network_prefix(&p->addr);
	uint32_t id = p->bits < net.bits ? POOL_NONE : networks_find(&m->networks, &net);

	return id == POOL_NONE ? NULL : network_at(&m->networks, id);
}

static uint64_t half_open_of(const struct model *m, const struct prefix *p)
{
	const struct network *net = network_of(m, p);

	return net ? tcp_tally_half_open(&net->tcp) : 0;
}

static void name_prefix(
	struct culprit *c, const struct model *m, const struct prefix *p, bool is_flood)
{
	char text[PREFIX_TEXT_MAX];
	bool whole = p->bits == ADDR_BITS;

	prefix_format(p, text);
	text_copy(c->name, sizeof c->name, str_of(text));
	if (whole)
		addr_format(&p->addr, c->name);
	if (whole)
		place_of_host(c, m, &p->addr);
	else
		place_of_net(c, m, p);
	c->n = is_flood ? half_open_of(m, p) : 0;
}

static bool heavier(const void *a, const void *b, const void *ctx)
{
	(void)ctx;
	return ((const struct culprit *)a)->n > ((const struct culprit *)b)->n;
}

static bool is_named(const struct trouble *t, const char *name)
{
	for (uint32_t i = 0; i < t->who_count && i < TROUBLE_WHO_MAX; i++)
		if (strcmp(t->who[i].name, name) == 0)
			return true;
	return false;
}

/* The heaviest of a flood first, others in the flag's order; t->who_count counts those that find no
 * place, too. */
static void add_culprits(struct trouble *t, const struct model *m, const struct flag *flag)
{
	bool is_flood = is_syn_flood(flag->name);
	bool by_name = flag->scope == SCOPE_PATH || flag->scope == SCOPE_AGENT;
	uint32_t count = !flag->who[0]                    ? 0
			 : by_name || !flag->prefix_count ? 1
							  : flag->prefix_count;

	for (uint32_t i = 0; i < count; i++) {
		size_t kept = t->who_count < TROUBLE_WHO_MAX ? t->who_count : TROUBLE_WHO_MAX;
		struct culprit c = {.n = 0};
		if (by_name || !flag->prefix_count)
			text_copy(c.name, sizeof c.name, str_of(flag->who));
		else
			name_prefix(&c, m, &flag->prefixes[i], is_flood);
		if (is_named(t, c.name)) /* by another machine of the fleet */
			continue;
		few_put(t->who, &kept, TROUBLE_WHO_MAX, sizeof c, &c, heavier, NULL);
		t->who_count++;
	}
}

/* Of the same name as one that is there: its culprits join that one's. */
static struct trouble *same_as(struct troubles *t, const struct flag *flag)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->at[i].flag, flag->name) == 0)
			return &t->at[i];
	return NULL;
}

/* The evidence is as old as the last judgement. What can be counted now is: "254 half-open" of all,
 * as in the header. */
static void say_half_open(struct trouble *t, uint64_t half_open)
{
	char rest[sizeof t->text - 20]; /* beside the digits of any number */
	size_t digits = strspn(t->text, "0123456789");

	if (!digits || strncmp(t->text + digits, " half-open,", 11) != 0)
		return;
	text_copy(rest, sizeof rest, str_of(t->text + digits));
	snprintf(t->text, sizeof t->text, "%" PRIu64 "%s", half_open, rest);
}

/* The judgement waits some seconds before it takes a flood back. */
static bool is_ending(const struct model *m, uint64_t half_open)
{
	const struct window *cookies = &model_machine(m)->tcp_stats.cookies;

	return !half_open && window_sum(cookies, m->now, ENDING_LOOK) < 1;
}

/* What is true of a flood at this moment: how many, who, what share of all half-open ones they
 * have, and that there are none any more. */
static void update_flood(struct trouble *t, const struct model *m, uint64_t half_open)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < t->who_count && i < TROUBLE_WHO_MAX; i++)
		sum += t->who[i].n;
	if (sum && half_open)
		t->share = (uint32_t)(sum < half_open ? sum * 100 / half_open : 100);
	say_half_open(t, half_open);
	if (is_ending(m, half_open))
		t->caveat = "ending";
}

/* What stands beside the names need not stand in the evidence: ", 100% from 2 networks". */
static void drop_share(char *text)
{
	char *from = strstr(text, "% from "), *end;

	if (!from)
		return;
	end = from + strcspn(from, ",;");
	while (from > text && *from != ',')
		from--;
	memmove(from, end, strlen(end) + 1);
}

/* ", 0 requests" with the figures: whoever floods asks for nothing. */
static void add_requests(struct trouble *t, const struct model *m, const struct flag *flag)
{
	char rest[sizeof t->text];
	uint64_t sum = 0;
	size_t n = strcspn(t->text, ";");

	for (uint32_t i = 0; i < flag->prefix_count; i++) {
		const struct network *net = network_of(m, &flag->prefixes[i]);
		if (!net)
			return;
		sum += network_requests(&m->networks, net);
	}
	if (!flag->prefix_count || !model_machine(m)->log_count)
		return;
	snprintf(rest, sizeof rest, "%s", t->text + n);
	snprintf(t->text + n, sizeof t->text - n, ", %s request%s%s", short_count(sum).text,
		sum == 1 ? "" : "s", rest);
}

static void begin_flag(
	struct trouble *t, const struct flag *flag, const struct trouble_facts *facts)
{
	enum flag_id id = flag_find(str_of(flag->name));

	text_copy(t->flag, sizeof t->flag, str_of(flag->name));
	text_copy(t->title, sizeof t->title, str_of(id < FLAGS ? flag_defs[id].title : flag->name));
	t->letter = id < FLAGS ? flag_defs[id].letter : '!';
	t->since = flag->since;
	text_copy(t->text, sizeof t->text, str_of(flag->evidence));
	text_copy(t->disproof, sizeof t->disproof, str_of(flag->disproof));
	if (is_syn_flood(flag->name)) {
		t->port = facts->target;
		t->caveat = flag->prefix_count ? "maybe forged" : NULL;
		drop_share(t->text);
		add_requests(t, facts->m, flag);
	}
}

static void add_machine(struct trouble *t, uint32_t number)
{
	for (uint32_t i = 0; i < t->on_count && i < TROUBLE_ON_MAX; i++)
		if (t->on[i] == number)
			return;
	if (number && t->on_count++ < TROUBLE_ON_MAX)
		t->on[t->on_count - 1] = number;
}

bool trouble_is_of(const struct trouble_facts *facts, const struct flag *flag)
{
	return !facts->member || flag->machine == facts->member->number;
}

static void add_flags(struct troubles *t, const struct trouble_facts *facts)
{
	const struct flag *top[FLAGS_LOOKED];
	size_t n = flags_top(&facts->m->flags, top, FLAGS_LOOKED);

	for (size_t i = 0; i < n; i++) {
		if (top[i]->cause[0] || !trouble_is_of(facts, top[i]))
			continue;
		struct trouble *at = same_as(t, top[i]);
		if (!at) {
			at = put(t, gravity_of(top[i]), top[i]->scope == SCOPE_FLEET);
			if (!at)
				continue;
			begin_flag(at, top[i], facts);
			t->findings += at->gravity >= GRAVITY_SUSPECT;
		}
		at->since = top[i]->since < at->since ? top[i]->since : at->since;
		add_culprits(at, facts->m, top[i]);
		add_machine(at, top[i]->machine);
	}
}

/* What cannot be seen. */

static void say_log(struct troubles *t, int gravity, const struct model_log *log)
{
	bool why = log->state == LOG_UNREADABLE && log->note[0];

	say(t, gravity, "log %s%s%.80s%s: %.160s", log_state_name(log->state), why ? " (" : "",
		why ? log->note : "", why ? ")" : "", log->name);
}

/* Those that hold requests, or might. */
static void add_logs(struct troubles *t, const struct machine *machine)
{
	uint32_t bad = 0, good = 0;

	for (uint32_t i = 0; i < machine->log_count; i++) {
		const struct model_log *log = &machine->logs[i];
		if (!model_log_has_requests(log))
			continue;
		bad += model_log_is_bad(log);
		good += !model_log_is_bad(log);
	}
	bool sees = machine->sees & CAN_SEE_CONNS;
	if (!good && machine->source[0])
		say(t, GRAVITY_BLIND, "No access log is read: requests are missing.%s%s%s",
			sees ? " Connections are seen (" : "", sees ? machine->source : "",
			sees ? ")." : "");
	for (uint32_t i = 0; i < machine->log_count && bad; i++)
		if (!machine->logs[i].errors && model_log_is_bad(&machine->logs[i]))
			say_log(t, GRAVITY_LOG, &machine->logs[i]);
}

static void add_source(struct troubles *t, const struct machine *machine)
{
	if (strcmp(machine->source, "none") == 0)
		say(t, GRAVITY_BLIND, "No connections are seen%s%s: only what the logs tell",
			machine->note[0] ? ", " : "", machine->note);
	else if (machine->note[0])
		say(t, GRAVITY_PROBE, "%s: %s", machine->source[0] ? machine->source : "source",
			machine->note);
}

/* Most lines, and not some odd one, make a log unreadable. */
static void add_rejected(
	struct troubles *t, const struct machine *machine, const struct model_sums *sums)
{
	const char *sample = "";

	if (!sums->log_rejected)
		return;
	for (uint32_t i = 0; i < machine->log_count; i++)
		if (!machine->logs[i].errors && machine->logs[i].rejected)
			sample = machine->logs[i].sample;
	say(t, sums->log_rejected * 2 > sums->log_lines ? GRAVITY_LOG : GRAVITY_SOME_LINES,
		"%s of %s log line%s in no known format (i: which)%s%.100s",
		short_count(sums->log_rejected).text, short_count(sums->log_lines).text,
		sums->log_lines == 1 ? "" : "s", sample[0] ? ", e.g. " : "", sample);
}

static void add_missed_logs(
	struct troubles *t, const struct machine *machine, const struct model_sums *sums)
{
	uint64_t missed = sums->log_missed, left_out = machine->logs_not_followed;

	if (left_out)
		say(t, GRAVITY_LOST, "%s log%s not followed (no room)", short_count(left_out).text,
			left_out == 1 ? "" : "s");
	if (missed)
		say(t, GRAVITY_LOST, "%s rotation%s missed: lines gone before they could be read",
			short_count(missed).text, missed == 1 ? "" : "s");
}

static void add_losses(
	struct troubles *t, const struct trouble_facts *facts, const struct model_sums *sums)
{
	const struct machine *machine = model_machine(facts->m);
	uint64_t lost = machine->lost - machine->lost_ring; /* the rest is among the alerts */

	if (lost)
		say(t, GRAVITY_LOST, "%s record%s lost: what is shown is less than there was",
			short_count(lost).text, lost == 1 ? "" : "s");
	if (facts->m->evicted)
		say(t, GRAVITY_FULL, "%s address%s dropped (table full)",
			short_count(facts->m->evicted).text, facts->m->evicted == 1 ? "" : "es");
	if (facts->m->conns_evicted)
		say(t, GRAVITY_FULL, "%s connection%s dropped (table full), of who has most",
			short_count(facts->m->conns_evicted).text,
			facts->m->conns_evicted == 1 ? "" : "s");
	if (sums->log_lag >= LAG_NOTABLE)
		say(t, GRAVITY_LAG, "logs are %s ahead of what is shown",
			short_bytes(sums->log_lag).text);
	if (sums->log_skipped)
		say(t, GRAVITY_LAG, "%s of log skipped", short_bytes(sums->log_skipped).text);
	add_missed_logs(t, machine, sums);
}

static void add_buffered(struct troubles *t, const struct machine *machine)
{
	for (uint32_t i = 0; i < machine->log_count; i++)
		if (!machine->logs[i].errors && machine->logs[i].buffered[0])
			say(t, GRAVITY_DELAYED,
				"log %.120s: buffered by the server, entries appear with a delay",
				machine->logs[i].name);
}

/* What the kernel's counters say. */

static bool has_flag(const struct troubles *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->at[i].flag, name) == 0)
			return true;
	return false;
}

/* It stands in the list already, as a finding with a name and a culprit. */
static bool is_told(const struct troubles *t, const struct alert *a)
{
	bool flood = has_flag(t, "syn-flood") || has_flag(t, "syn-spoofed");

	switch (a->of) {
	case ALERT_VERDICT:
		return true;
	case ALERT_SOURCES:
	case ALERT_COOKIES:
		return flood;
	case ALERT_QUEUE:
		return has_flag(t, "accept-queue");
	default:
		return false;
	}
}

static void add_alerts(struct troubles *t, const struct trouble_facts *facts)
{
	struct alerts alerts;

	alerts_of(&alerts, facts->m, facts->show_private);
	for (size_t i = 0; i < alerts.n; i++) {
		const struct alert *a = &alerts.at[i];
		int gravity = a->of == ALERT_LOST      ? GRAVITY_LOST
			      : a->of == ALERT_SOURCES ? GRAVITY_SERVER + 1 /* names first */
			      : a->bad                 ? GRAVITY_SERVER
						       : GRAVITY_ALERT;
		if (!is_told(t, a))
			say(t, gravity, "%s", a->text);
	}
}

static void add_fleet(struct troubles *t, const struct trouble_facts *facts)
{
	static const int gravities[HAVINGS] = {[HAS_GONE] = GRAVITY_LOST,
		[HAS_REFUSED] = GRAVITY_LOG,
		[HAS_SILENCE] = GRAVITY_ALERT,
		[HAS_CLOCK] = GRAVITY_ALERT,
		[HAS_MISSED] = GRAVITY_LAG,
		[HAS_DROPPED] = GRAVITY_LAG,
		[HAS_LOST] = GRAVITY_FULL};
	const struct fleet *f = model_fleet(facts->m);
	struct fleet_words words;

	if (!f)
		return;
	for (size_t i = 0; i < t->n && !facts->member; i++) {
		struct trouble *at = &t->at[i];
		size_t n = at->on_count < TROUBLE_ON_MAX ? at->on_count : TROUBLE_ON_MAX;
		fleet_names(f, at->on, n, at->on_count, at->machines, sizeof at->machines);
	}
	fleet_words(f, facts->member, &words);
	for (int i = 0; i < HAVINGS; i++)
		if (words.text[i][0])
			say(t, gravities[i], "%s", words.text[i]);
}

/* A hub reads nothing of its own. */
static void add_inputs(
	struct troubles *t, const struct machine *machine, const struct model_sums *sums)
{
	add_source(t, machine);
	add_logs(t, machine);
	add_rejected(t, machine, sums);
	add_buffered(t, machine);
}

void troubles_of(struct troubles *t, const struct trouble_facts *facts)
{
	const struct machine *machine = model_machine(facts->m);
	struct model_sums sums = model_sum(facts->m, facts->show_private);

	t->n = 0;
	t->findings = 0;
	add_flags(t, facts);
	for (size_t i = 0; i < t->n; i++)
		if (is_syn_flood(t->at[i].flag) && !t->at[i].on_count)
			update_flood(&t->at[i], facts->m, sums.half_open);
	add_fleet(t, facts);
	if (!model_fleet(facts->m))
		add_inputs(t, machine, &sums);
	if (!facts->member) {
		add_losses(t, facts, &sums);
		add_alerts(t, facts);
	}
	while (facts->brief && t->n && t->at[t->n - 1].gravity < GRAVITY_ALERT)
		t->n--;
	if (facts->notice[0])
		say(t, GRAVITY_TERMINAL, "%s", facts->notice);
}

static const struct trouble *first_finding(const struct troubles *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->at[i].flag[0] && t->at[i].gravity >= GRAVITY_SUSPECT)
			return &t->at[i];
	return NULL;
}

/* A mere note marks its row with a letter, too. */
static uint32_t count_notes(const struct troubles *t)
{
	uint32_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->at[i].flag[0] && t->at[i].gravity < GRAVITY_SUSPECT;
	return n;
}

/* What is grave is shouted. */
static void shout(char *text)
{
	for (char *p = text; *p; p++)
		*p = (char)toupper((unsigned char)*p);
}

bool troubles_word(const struct troubles *t, char buf[static TROUBLE_WORD_MAX])
{
	const struct trouble *first = first_finding(t);
	char title[sizeof first->title];

	if (first) {
		memcpy(title, first->title, sizeof title);
		if (first->gravity >= GRAVITY_ATTACK)
			shout(title);
		snprintf(buf, TROUBLE_WORD_MAX, "%s", title);
		if (t->findings > 1)
			snprintf(buf, TROUBLE_WORD_MAX, "%s +%" PRIu32, title, t->findings - 1);
		return true;
	}
	int gravity = t->n ? t->at[0].gravity : 0;
	bool blind = gravity == GRAVITY_BLIND || gravity == GRAVITY_LOST || gravity <= GRAVITY_LOG;
	uint32_t notes = count_notes(t);
	if (gravity < GRAVITY_CALM && notes)
		snprintf(buf, TROUBLE_WORD_MAX, "calm, %" PRIu32 " note%s", notes,
			notes == 1 ? "" : "s");
	else
		strcpy(buf, gravity < GRAVITY_CALM ? "calm" : blind ? "half blind" : "trouble");
	return gravity >= GRAVITY_CALM;
}
