// SPDX-License-Identifier: MIT
#include "detect/herd.h"

#include "base/text.h"
#include "detect/hll.h"

#include <errno.h>
#include <stdlib.h>

#define MINUTE (60 * USEC_PER_SEC)

int herds_init(struct herds *t, uint32_t keys)
{
	*t = (struct herds){.at = aligned_alloc(_Alignof(struct herd), keys * sizeof *t->at)};
	if (t->at && spacesaving_init(&t->counts, keys) == 0)
		return 0;
	herds_done(t);
	return -ENOMEM;
}

void herds_done(struct herds *t)
{
	spacesaving_done(&t->counts);
	free(t->at);
	*t = (struct herds){0};
}

int herds_copy(struct herds *to, const struct herds *from)
{
	int err = herds_init(to, from->counts.cap);

	if (err)
		return err;
	spacesaving_done(&to->counts);
	err = spacesaving_copy(&to->counts, &from->counts);
	if (err) {
		herds_done(to);
		return err;
	}
	memcpy(to->at, from->at, from->counts.used * sizeof *to->at);
	to->began = from->began;
	to->unseen = from->unseen;
	to->is_frozen = from->is_frozen;
	return 0;
}

static uint32_t number_of(usec_t t, usec_t step)
{
	return t < 0 ? 0 : (uint32_t)(t / step);
}

/* A half that is over counts in its minute. */
static void fold(struct herd *h, const struct herd_half *half)
{
	uint32_t number = half->turn / (uint32_t)(MINUTE / HERD_TURN) + 1;
	struct herd_past *past = &h->past[number % HERD_MINUTES];

	if (past->number > number)
		return;
	if (past->number < number)
		*past = (struct herd_past){.number = number};
	past->client_errors += half->of_class[4];
	past->server_errors += half->of_class[5];
	hll_merge(past->sources, half->sources, HERD_SOURCE_BITS);
}

/* The half that counts now. What comes from before its turn is counted in it as well. */
static struct herd_half *half_of(struct herd *h, uint32_t turn)
{
	struct herd_half *newest = &h->half[h->half[1].turn > h->half[0].turn];

	if (newest->turn >= turn)
		return newest;
	struct herd_half *half = &h->half[turn & 1];
	if (half->requests)
		fold(h, half);
	memset(half, 0, sizeof *half);
	half->turn = turn;
	return half;
}

static void count_minute(struct herd *h, uint32_t minute, uint32_t weight)
{
	uint32_t steps = minute - h->minute;

	if ((int32_t)steps > 0) {
		if (steps > HERD_MINUTES)
			steps = HERD_MINUTES;
		for (uint32_t i = 0; i < steps; i++)
			h->of_minute[(minute - i) % HERD_MINUTES] = 0;
		h->minute = minute;
	}
	h->of_minute[h->minute % HERD_MINUTES] += weight;
}

/* Its usual is what the table knows: that there was nothing of it since the table began. The halves
 * are cleared when their turn comes. */
static void start(struct herds *t, struct herd *h, usec_t now, uint64_t key, struct str said)
{
	struct str text = text_clip(said, HERD_TEXT_MAX);

	memset(h, 0, offsetof(struct herd, half));
	h->half[0].turn = h->half[1].turn = 0;
	h->half[0].requests = h->half[1].requests = 0;
	for (int i = 0; i < HERD_MINUTES; i++)
		h->past[i].number = 0;
	h->key = key;
	h->first = now;
	h->text_n = (uint8_t)text.n;
	memcpy(h->text, text.n ? text.p : "", text.n);
	baseline_roll(&t->unseen, now, false);
	h->usual = t->unseen;
}

static void count(struct herd_half *half, const struct herd_request *r, uint32_t weight)
{
	uint32_t status_class = r->status / 100u;

	half->requests += weight;
	half->failed += r->is_failed ? weight : 0;
	half->assets += r->is_asset ? weight : 0;
	half->referred += r->is_referred ? weight : 0;
	half->of_class[status_class < HERD_STATUS_CLASS ? status_class : 0] += weight;
	hll_add(half->sources, HERD_SOURCE_BITS, r->source);
	if (!r->query)
		return;
	half->queries += weight;
	hll_add(half->query_strings, HERD_QUERY_BITS, r->query);
}

/* The herd, with so many more requests; what they were like is for the caller to count. */
static struct herd *touch(
	struct herds *t, usec_t now, uint64_t key, struct str text, uint32_t weight)
{
	struct spacesaving_hit hit =
		spacesaving_add(&t->counts, key, weight, number_of(now, USEC_PER_SEC));
	struct herd *h = &t->at[hit.id];

	if (!t->began) {
		t->began = now;
		baseline_begin(&t->unseen, now);
	}
	if (hit.is_new) {
		start(t, h, now, key, text);
		h->over = hit.over;
	}
	if (now > h->last)
		h->last = now;
	window_add(&h->rate, now, weight);
	baseline_add(&h->usual, now, weight, t->is_frozen);
	count_minute(h, number_of(now, MINUTE), weight);
	return h;
}

struct herd *herds_add(struct herds *t, usec_t now, const struct herd_request *r)
{
	uint32_t weight = r->weight ? r->weight : 1;
	struct herd *h = touch(t, now, r->key, r->text, weight);

	count(half_of(h, number_of(now, HERD_TURN)), r, weight);
	return h;
}

void herds_add_share(struct herds *t, usec_t now, const struct herd_share *s)
{
	struct herd *h = touch(t, now, s->key, s->text, s->requests);
	struct herd_half *half = half_of(h, number_of(now, HERD_TURN));
	uint64_t errors = (uint64_t)s->client_errors + s->server_errors;

	half->requests += s->requests;
	half->failed += s->failed;
	half->assets += s->assets;
	half->referred += s->referred;
	half->queries += s->queries;
	half->lone += s->lone;
	half->of_class[4] += s->client_errors;
	half->of_class[5] += s->server_errors;
	half->of_class[0] += errors < s->requests ? s->requests - (uint32_t)errors : 0;
	if (s->sources)
		hll_merge(half->sources, s->sources, HERD_SOURCE_BITS);
}

static void take_back(struct herd *h, uint32_t turn)
{
	struct herd_half *half = &h->half[turn & 1];

	if (half->turn == turn && half->lone > 0)
		half->lone--;
}

static void no_longer_lone(struct herds *t, struct herd_lone *lone)
{
	struct index_walk walk;
	uint32_t id = index_first(&t->counts.index, (uint64_t)lone->tag << 32, &walk);

	lone->is_over = 1;
	if (id == INDEX_NONE)
		return;
	take_back(&t->at[id], lone->turn);
	if (lone->was_before)
		take_back(&t->at[id], lone->turn - 1);
}

void herds_note_lone(struct herds *t, struct herd *h, struct herd_lone *lone, usec_t now)
{
	uint32_t turn = number_of(now, HERD_TURN); /* 30 bits reach to the year 2990 */
	uint32_t tag = (uint32_t)(h->key >> 32);

	if (lone->is_over)
		return;
	if (!lone->tag)
		lone->tag = tag;
	if (lone->tag != tag) {
		no_longer_lone(t, lone);
		return;
	}
	if (lone->turn == turn)
		return;
	lone->was_before = lone->turn == turn - 1;
	lone->turn = turn & ((1u << 30) - 1);
	half_of(h, turn)->lone++;
}

const struct herd *herds_find(const struct herds *t, uint64_t key)
{
	uint32_t id = spacesaving_find(&t->counts, key);

	return id == SPACESAVING_NONE ? NULL : &t->at[id];
}

size_t herds_top(const struct herds *t, usec_t now, usec_t span, const struct herd **ret, size_t k)
{
	double best[HERDS_MAX];
	size_t n = 0;

	if (k > HERDS_MAX)
		k = HERDS_MAX;
	for (uint32_t id = 0; k > 0 && id < t->counts.used; id++) {
		const struct herd *h = &t->at[id];
		double requests = span <= WINDOW_SPAN ? window_sum(&h->rate, now, span)
						      : herd_five_minutes(h, now);
		if (requests <= 0 || (n == k && requests <= best[n - 1]))
			continue;
		size_t at = n < k ? n++ : n - 1;
		for (; at > 0 && best[at - 1] < requests; at--) {
			best[at] = best[at - 1];
			ret[at] = ret[at - 1];
		}
		best[at] = requests;
		ret[at] = h;
	}
	return n;
}

uint64_t herd_most(const struct herds *t, const struct herd *h)
{
	return spacesaving_count(&t->counts, (uint32_t)(h - t->at));
}

uint64_t herd_least(const struct herds *t, const struct herd *h)
{
	return herd_most(t, h) - h->over;
}

static void add_half(struct herd_recent *r, const struct herd_half *half)
{
	r->requests += half->requests;
	r->failed += half->failed;
	r->assets += half->assets;
	r->referred += half->referred;
	r->queries += half->queries;
	for (int i = 0; i < HERD_STATUS_CLASS; i++)
		r->of_class[i] += half->of_class[i];
}

void herd_recent(const struct herd *h, usec_t now, struct herd_recent *ret)
{
	uint8_t sources[1 << HERD_SOURCE_BITS] = {0}, queries[1 << HERD_QUERY_BITS] = {0};
	uint32_t turn = number_of(now, HERD_TURN);
	double visits = 0, lone = 0; /* a source of both halves is in each of the two twice */

	*ret = (struct herd_recent){0};
	for (int i = 0; i < 2; i++) {
		const struct herd_half *half = &h->half[i];
		if (turn - half->turn > 1)
			continue;
		add_half(ret, half);
		hll_merge(sources, half->sources, HERD_SOURCE_BITS);
		hll_merge(queries, half->query_strings, HERD_QUERY_BITS);
		visits += hll_count(half->sources, HERD_SOURCE_BITS);
		lone += half->lone;
	}
	ret->sources = hll_count(sources, HERD_SOURCE_BITS);
	ret->query_strings = hll_count(queries, HERD_QUERY_BITS);
	ret->loners = lone < visits ? lone / visits : visits > 0;
}

usec_t herd_recent_span(const struct herd *h, usec_t now)
{
	usec_t from = (now / HERD_TURN - 1) * HERD_TURN;

	return now - (h->first > from ? h->first : from);
}

void herd_recent_sources(
	const struct herd *h, usec_t now, uint8_t ret[static 1 << HERD_SOURCE_BITS])
{
	memset(ret, 0, 1 << HERD_SOURCE_BITS);
	for (int i = 0; i < 2; i++)
		if (number_of(now, HERD_TURN) - h->half[i].turn <= 1)
			hll_merge(ret, h->half[i].sources, HERD_SOURCE_BITS);
}

uint32_t herd_five_minutes(const struct herd *h, usec_t now)
{
	uint32_t sum = 0, age = number_of(now, MINUTE) - h->minute;

	for (uint32_t i = 0; age + i < HERD_MINUTES; i++)
		sum += h->of_minute[(h->minute - i) % HERD_MINUTES];
	return sum;
}

/* Its minute is one of the five that end with now's; number: of the minute, plus one. */
static bool is_of_five(uint32_t number, usec_t now)
{
	uint32_t newest = number_of(now, MINUTE) + 1;

	return number && newest - number < HERD_MINUTES;
}

void herd_five(const struct herd *h, usec_t now, struct herd_five *ret)
{
	uint8_t sources[1 << HERD_SOURCE_BITS] = {0};

	*ret = (struct herd_five){.requests = herd_five_minutes(h, now)};
	for (int i = 0; i < HERD_MINUTES; i++) {
		const struct herd_past *past = &h->past[i];
		if (!is_of_five(past->number, now))
			continue;
		ret->client_errors += past->client_errors;
		ret->server_errors += past->server_errors;
		hll_merge(sources, past->sources, HERD_SOURCE_BITS);
	}
	for (int i = 0; i < 2; i++) {
		const struct herd_half *half = &h->half[i];
		if (!half->requests ||
			!is_of_five(half->turn / (uint32_t)(MINUTE / HERD_TURN) + 1, now))
			continue;
		ret->client_errors += half->of_class[4];
		ret->server_errors += half->of_class[5];
		hll_merge(sources, half->sources, HERD_SOURCE_BITS);
	}
	ret->sources = hll_count(sources, HERD_SOURCE_BITS);
}

double herd_per_minute(const struct herds *t, const struct herd *h, usec_t now)
{
	usec_t span = (HERD_MINUTES - 1) * MINUTE + now % MINUTE;

	if (span > now - t->began)
		span = now - t->began;
	if (span < WINDOW_STEP)
		span = WINDOW_STEP;
	return herd_five_minutes(h, now) * (double)MINUTE / (double)span;
}

double herd_growth(const struct herds *t, const struct herd *h, usec_t now)
{
	struct baseline rolled = h->usual;

	baseline_roll(&rolled, now, t->is_frozen);
	return baseline_growth(&rolled, now);
}
