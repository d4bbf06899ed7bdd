// SPDX-License-Identifier: MIT
#include "detect/crawlers.h"

#include "base/hash.h"
#include "detect/range_names.h"
#include "event/lost.h"

#define JUDGES (TAKER_KIND(EVENT_REQUEST) | TAKER_KIND(EVENT_RDNS) | TAKER_KIND(EVENT_TICK))

struct finding {
	enum claim_outcome outcome;
	const char *by;
};

static const struct finding unverified = {CLAIM_UNVERIFIED, NULL};

/* What the ranges and the name say. */

static struct finding by_ranges(
	const struct crawlers *c, const struct agent *agent, const struct addr *ip)
{
	size_t number = agent_number(agent);
	uint64_t refute = c->refute[number] & ranges_speak_of(c->ranges, ip);

	if (!(c->confirm[number] | refute))
		return unverified;
	if (c->confirm[number] & ranges_files(c->ranges, ip))
		return (struct finding){CLAIM_CONFIRMED, "ranges"};
	return refute && !addr_is_local(ip) ? (struct finding){CLAIM_REFUTED, "ranges"}
					    : unverified;
}

static struct finding by_name(
	const struct crawlers *c, const struct agent *agent, const struct addr *ip)
{
	const struct address_name *name = model_address_name(c->model, ip);

	if (!agent->domains[0] || !name || !name->told)
		return unverified;
	if (name->confirmed && agent_owns(agent, str_of(name->name)))
		return (struct finding){CLAIM_CONFIRMED, "rdns"};
	if (addr_is_local(ip) || (c->only_confirmed && !name->confirmed))
		return unverified;
	return (struct finding){CLAIM_REFUTED, "rdns"};
}

static struct finding judge(
	const struct crawlers *c, const struct agent *agent, const struct addr *ip)
{
	struct finding ranges = by_ranges(c, agent, ip), name = unverified;

	if (ranges.outcome != CLAIM_CONFIRMED)
		name = by_name(c, agent, ip);
	if (name.outcome == CLAIM_CONFIRMED || ranges.outcome == CLAIM_UNVERIFIED)
		return name;
	return ranges;
}

static void tell(struct crawlers *c, const struct agent *agent, const struct addr *ip,
	const struct finding *found, usec_t ts)
{
	struct event e = event_make(EVENT_CRAWLER, ts);

	e.crawler.ip = *ip;
	e.crawler.name = str_of(agent->name);
	e.crawler.outcome = (uint8_t)found->outcome;
	e.crawler.by = str_of(found->by);
	event_put(c->sink, &e);
}

/* What is taken. */

/* NULL: no crawler. An agent is looked for once, until another takes its place. */
static const struct agent *agent_of(struct crawlers *c, struct str text)
{
	uint64_t hash = hash_bytes(text.p, text.n);
	size_t at = hash & (CRAWLERS_AGENTS - 1);

	if (c->seen[at].hash != hash) {
		const struct agent *agent = agents_find(&c->agents, text);
		c->seen[at].hash = hash;
		c->seen[at].agent = agent && agent_is_crawler(agent) ? agent : NULL;
	}
	return c->seen[at].agent;
}

static void take_request(struct crawlers *c, const struct event *event)
{
	const struct event_request *r = &event->request;
	const struct agent *agent = r->agent.n ? agent_of(c, r->agent) : NULL;
	const struct addr *ip = request_address(r);

	if (!agent || addr_is_unset(ip) || claims_find(&c->model->claims, ip, str_of(agent->name)))
		return;
	if (model_find_host(c->model, ip) == POOL_NONE || !claims_has_room(&c->model->claims, ip)) {
		c->not_told++;
		return;
	}
	struct finding found = judge(c, agent, ip);
	tell(c, agent, ip, &found, event->ts);
}

/* What nobody answers takes nothing back. */
static void take_name(struct crawlers *c, const struct event *event)
{
	const struct claim *claims[CLAIMS_OF_ADDRESS];
	const struct addr *ip = &event->rdns.ip;
	size_t n = claims_of(&c->model->claims, ip, claims);

	for (size_t i = 0; i < n; i++) {
		const struct agent *agent = agent_named(str_of(claims[i]->name));
		struct finding found = agent ? judge(c, agent, ip) : unverified;
		if (found.outcome != CLAIM_UNVERIFIED && found.outcome != claims[i]->outcome)
			tell(c, agent, ip, &found, event->ts);
	}
}

/* An outcome of the recording, or the one that followed it from here. */
static void take_recorded(struct crawlers *c, const struct event *event)
{
	const struct event_crawler *e = &event->crawler;
	const struct agent *agent = agent_named(e->name);
	struct finding found = agent ? by_ranges(c, agent, &e->ip) : unverified;
	bool named = e->outcome == CLAIM_CONFIRMED && str_eq(e->by, STR_LIT("rdns"));

	if (found.outcome == CLAIM_UNVERIFIED || (uint8_t)found.outcome == e->outcome)
		return;
	if (found.outcome == CLAIM_CONFIRMED || !named)
		tell(c, agent, &e->ip, &found, event->ts);
}

static void take_start(struct crawlers *c, const struct event *event)
{
	uint64_t recorded = c->ranges->files ? TAKER_KIND(EVENT_CRAWLER) : 0;

	c->only_confirmed = event->start.schema == 0;
	c->taker.kinds = TAKER_KIND(EVENT_START) | (event->start.schema ? recorded : JUDGES);
}

static void take_tick(struct crawlers *c, const struct event *event)
{
	put_lost(c->sink, event->ts, "crawlers", c->not_told);
	c->not_told = 0;
}

static void take(struct taker *taker, const struct event *event)
{
	struct crawlers *c = (struct crawlers *)taker;

	switch (event->kind) {
	case EVENT_START:
		take_start(c, event);
		break;
	case EVENT_REQUEST:
		take_request(c, event);
		break;
	case EVENT_RDNS:
		take_name(c, event);
		break;
	case EVENT_CRAWLER:
		take_recorded(c, event);
		break;
	case EVENT_TICK:
		take_tick(c, event);
		break;
	default:
		break;
	}
}

static void begin(struct crawlers *c)
{
	c->only_confirmed = c->replaying; /* until the recording says that it is younger */
	c->taker.kinds = JUDGES | (c->replaying ? TAKER_KIND(EVENT_START) : 0);
	c->not_told = 0;
}

static void restart(struct taker *taker, const struct model *model)
{
	struct crawlers *c = (struct crawlers *)taker;

	c->model = model;
	begin(c);
}

/* Which files are for whom. */
static void assign_files(struct crawlers *c)
{
	for (uint32_t file = 0; file < c->ranges->files; file++) {
		struct str name = str_of(c->ranges->names[file]);
		const uint64_t bit = UINT64_C(1) << file;
		const struct agent *agent;
		for (size_t i = 0; (agent = agent_at(i)); i++) {
			enum range_role role = range_role(name, agent);
			c->confirm[i] |= role == RANGE_LABEL ? 0 : bit;
			c->refute[i] |= role == RANGE_DECIDES ? bit : 0;
		}
	}
}

int crawlers_init(struct crawlers *c, const struct crawlers_options *o)
{
	size_t bad;

	*c = (struct crawlers){
		.taker = {.name = "crawlers", .take = take, .restart = restart},
		.ranges = o->ranges,
		.model = o->model,
		.sink = o->sink,
		.replaying = o->replaying,
	};
	begin(c);
	assign_files(c);
	return agents_init(&c->agents, NULL, 0, &bad);
}

void crawlers_done(struct crawlers *c)
{
	agents_done(&c->agents);
}

bool crawlers_need_name(const struct claim *claim)
{
	const struct agent *agent = agent_named(str_of(claim->name));

	return agent && agent->domains[0] && claim->outcome != CLAIM_CONFIRMED;
}
