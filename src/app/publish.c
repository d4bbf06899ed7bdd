// SPDX-License-Identifier: MIT
#include "app/publish.h"

#include "app/fleet_key.h"
#include "base/text.h"
#include "event/json_write.h"

void publish_send(struct publish *p, enum fleet_what what, uint64_t token)
{
	if (p->text.failed)
		p->failed++;
	else if (p->text.n)
		p->o.to.put(p->o.to.ctx, what, token, (struct str){p->text.p, p->text.n});
	jsonw_clear(&p->text);
	p->text.failed = false;
}

/* Sets. */

static bool is_live(const struct publish *p)
{
	return p->o.model->now < p->live_until;
}

static usec_t every(const struct publish *p)
{
	return is_live(p) ? USEC_PER_SEC : p->o.fleet->interval;
}

/* What all flags come to, as it may leave. */
static struct str verdict_of(const struct publish *p, struct detail_texts *texts)
{
	const struct verdict *v = &model_machine(p->o.model)->verdict;
	struct event e = event_make(EVENT_VERDICT, 0), told;

	if (!v->severity || !v->text[0])
		return STR_ABSENT;
	e.verdict.text = str_of(v->text);
	detail_of(&told, texts, &e, &p->o.model->flags, &p->head);
	return told.verdict.text;
}

void publish_renew_head(struct publish *p, struct detail_texts *ret_texts)
{
	const struct publish_to *to = &p->o.to;

	if (!p->o.fleet->publish_name)
		p->head.name = str_of(model_machine(p->o.model)->name);
	p->head.every = every(p);
	p->head.dropped = p->failed + (to->dropped ? to->dropped(to->ctx) : 0);
	p->head.show_private = *p->o.show_private;
	p->head.verdict = verdict_of(p, ret_texts);
}

static void put_set(struct publish *p)
{
	struct detail_texts texts;

	publish_renew_head(p, &texts);
	p->head.seq++;
	record_set_put(&p->set, &p->text, p->o.model, p->o.detect, &p->head);
	publish_send(p, FLEET_SUMMARY, 0);
	p->head.verdict = STR_ABSENT; /* it was borrowed */
	p->gathering = false;
}

static bool gather(struct publish *p)
{
	return record_set_step(&p->set, p->o.model, p->o.detect, *p->o.show_private);
}

static void put_set_at_once(struct publish *p)
{
	record_set_begin(&p->set);
	while (!gather(p))
		;
	put_set(p);
}

static void take_tick(struct publish *p, usec_t now)
{
	if (now < p->next || p->gathering)
		return;
	p->next = now + every(p);
	if (p->o.replaying) {
		put_set_at_once(p);
		return;
	}
	record_set_begin(&p->set);
	p->gathering = true;
}

static bool poll_set(struct taker *taker, usec_t now)
{
	struct publish *p = (struct publish *)taker;

	(void)now;
	if (!p->gathering)
		return false;
	if (!gather(p))
		return true;
	put_set(p);
	return false;
}

/* What comes at once. */

/* Of the seed nobody needs to know: what is hashed by it could be guessed. */
static void put_start(struct publish *p, usec_t now)
{
	struct event e = event_make(EVENT_START, now);

	if (p->begun)
		return;
	p->begun = true;
	e.start.version = p->head.version;
	e.start.host = p->head.name.n ? p->head.name : str_of(model_machine(p->o.model)->name);
	e.start.schema = EVENT_SCHEMA;
	json_put_event(&p->text, &e);
	publish_send(p, FLEET_SUMMARY, 0);
}

/* Its figures change all the time: it is told when it is about something else, and else with each
 * set. */
static bool is_news(struct publish *p, const struct event *event)
{
	const struct event_verdict *v = &event->verdict;

	if (event->kind != EVENT_VERDICT)
		return true;
	uint64_t hash = hash_bytes(v->cause.n ? v->cause.p : "", v->cause.n) + v->severity;
	if (hash == p->verdict && p->verdict_told)
		return false;
	p->verdict = hash;
	p->verdict_told = event->ts;
	return true;
}

static void put_judged(struct publish *p, const struct event *event)
{
	struct detail_texts texts;
	struct event e;

	detail_of(&e, &texts, event, &p->o.model->flags, &p->head);
	json_put_event(&p->text, &e);
	publish_send(p, FLEET_FLAG, 0);
}

static void take(struct taker *taker, const struct event *event)
{
	struct publish *p = (struct publish *)taker;

	if (!p->o.sets_only)
		put_start(p, event->ts);
	if (event->kind == EVENT_TICK)
		take_tick(p, event->ts);
	else if (event->kind != EVENT_START && !event->machine && !p->o.sets_only &&
		 is_news(p, event))
		put_judged(p, event);
}

static void flush(struct taker *taker)
{
	const struct publish_to *to = &((struct publish *)taker)->o.to;

	if (to->flush)
		to->flush(to->ctx);
}

static void restart(struct taker *taker, const struct model *model)
{
	struct publish *p = (struct publish *)taker;

	p->o.model = model;
	p->gathering = false;
	p->next = p->live_until = 0;
}

void publish_init(struct publish *p, const struct publish_options *o)
{
	*p = (struct publish){
		.taker = {.name = "publish",
			.kinds = TAKER_KIND(EVENT_START) | TAKER_KIND(EVENT_TICK) |
				 TAKER_KIND(EVENT_FLAG) | TAKER_KIND(EVENT_VERDICT),
			.take = take,
			.poll = poll_set,
			.flush = flush,
			.restart = restart},
		.o = *o,
		.head = {.version = STR_LIT(NG_VERSION),
			.sketch = fleet_sketch(o->fleet),
			.detail = (enum set_detail)o->fleet->detail,
			.key = fleet_text_key(o->fleet)},
	};
	if (o->fleet->publish_name) {
		size_t n =
			text_sanitise(p->name, sizeof p->name - 1, str_of(o->fleet->publish_name));
		p->head.name = (struct str){p->name, n};
	}
}

void publish_done(struct publish *p)
{
	jsonw_done(&p->text);
	*p = (struct publish){0};
}

void publish_live(struct publish *p, usec_t span)
{
	usec_t now = p->o.model->now;

	p->live_until = span ? now + span : 0;
	if (span && p->next > now + USEC_PER_SEC)
		p->next = now;
}

void publish_finish(struct publish *p)
{
	if (p->begun || p->o.sets_only)
		put_set_at_once(p);
}
