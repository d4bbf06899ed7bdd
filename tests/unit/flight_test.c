// SPDX-License-Identifier: MIT
/* The last minutes: what is packed comes out as it went in; what is kept is whole, bounded, and
 * begins with a picture. */
#include "unit.h"

#include "base/jsonw.h"
#include "event/json_write.h"
#include "record/flight.h"
#include "record/pack.h"

#include <errno.h>

#define T0      (INT64_C(1795335400) * USEC_PER_SEC)
#define SPAN    (300 * USEC_PER_SEC)
#define PLENTY  ((size_t)64 << 20)
#define PICTURE 3 /* events of one in these tests */

/* Packing. */

static void same_event(const struct event *a, const struct event *b)
{
	struct jsonw x = {0}, y = {0};

	json_put_event(&x, a);
	json_put_event(&y, b);
	assert_str((struct str){y.p, y.n - 1}, (x.p[x.n - 1] = '\0', x.p));
	assert_int_equal(a->machine, b->machine);
	jsonw_done(&x);
	jsonw_done(&y);
}

static void packs(const struct event *e, usec_t before)
{
	static struct pack_state state; /* it is large */
	size_t most;
	uint64_t fields = pack_fields(e, &most);
	unsigned char *buf = malloc(2 * most);

	/* Twice: the second time its texts are known. */
	assert_non_null(buf);
	state = (struct pack_state){.last = before};
	size_t n = pack_event(buf, e, fields, &state);
	assert_true(n <= most && state.last == e->ts);
	size_t again = pack_event(buf + n, e, fields, &state);
	assert_true(again <= n);
	const unsigned char *p = buf;
	struct event back;
	state = (struct pack_state){.last = before};
	assert_int_equal(unpack_event(&p, buf + n + again, &state, &back), 0);
	assert_true(p == buf + n && state.last == e->ts);
	same_event(e, &back);
	assert_int_equal(unpack_event(&p, buf + n + again, &state, &back), 0);
	assert_true(p == buf + n + again);
	same_event(e, &back);
	/* Cut anywhere, it is none, and nothing beyond is read. */
	for (size_t cut = 0; cut < n; cut++) {
		unsigned char *part = malloc(cut + 1);
		assert_non_null(part);
		memcpy(part, buf, cut);
		p = part;
		state = (struct pack_state){.last = before};
		assert_int_equal(unpack_event(&p, part + cut, &state, &back), -EINVAL);
		assert_true(p == part);
		free(part);
	}
	free(buf);
}

static void fill_field(struct event *e, const struct event_field *f, size_t i)
{
	void *at = (char *)e + f->offset;

	switch (f->type) {
	case FIELD_STR:
	case FIELD_WORDS:
	case FIELD_LINES:
	case FIELD_NUMBERS:
		*(struct str *)at = STR_LIT("some words\n and \xc3\xbc");
		break;
	case FIELD_ADDR:
		*(struct addr *)at = ip_of(i % 2 ? "2001:db8::1" : "203.0.113.5");
		break;
	case FIELD_PREFIX:
		assert_int_equal(prefix_parse(STR_LIT("198.51.100.0/24"), at), 0);
		break;
	case FIELD_U16:
		*(uint16_t *)at = UINT16_MAX;
		break;
	case FIELD_U32:
		*(uint32_t *)at = UINT32_MAX;
		break;
	case FIELD_BITS:
		*(uint32_t *)at = 3;
		break;
	case FIELD_U64:
		*(uint64_t *)at = INT64_MAX;
		break;
	case FIELD_USEC:
		*(usec_t *)at = i % 2 ? 1 : USEC_LIMIT - 1;
		break;
	case FIELD_BOOL:
	case FIELD_FLAG:
	case FIELD_ENUM:
		*(uint8_t *)at = 1;
		break;
	}
}

static void every_field_is_packed(void **state)
{
	(void)state;
	for (unsigned kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++) {
		struct event e = event_make((enum event_kind)kind, T0 + 7);
		for (size_t i = 0; i < event_kinds[kind].count; i++)
			if (event_kinds[kind].fields[i].required)
				fill_field(&e, &event_kinds[kind].fields[i], i);
		packs(&e, 0);
		for (size_t i = 0; i < event_kinds[kind].count; i++)
			fill_field(&e, &event_kinds[kind].fields[i], i);
		packs(&e, T0 + 9000); /* time may go back */
		e.machine = 5;
		packs(&e, 0);
	}
}

static void bytes_that_are_no_event(void **state)
{
	unsigned char bytes[32];
	const unsigned char *p;
	struct event e;
	static struct pack_state packing;
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		for (size_t j = 0; j < sizeof bytes; j++)
			bytes[j] = (unsigned char)((seed = seed * 1664525 + 1013904223) >> 24);
		bytes[0] %= EVENT_KINDS + 2;
		p = bytes;
		pack_begin(&packing);
		while (unpack_event(&p, bytes + sizeof bytes, &packing, &e) == 0)
			assert_true(p > bytes && p <= bytes + sizeof bytes);
	}
}

/* Keeping. */

struct ear {
	struct event_sink sink; /* first */
	size_t starts, marks, requests, ticks;
	usec_t first, last;
	uint64_t least, most; /* numbers of the requests */
};

static void hear(struct event_sink *sink, const struct event *event)
{
	struct ear *ear = (struct ear *)sink;
	uint64_t n = event->request.bytes;

	if (!ear->first)
		ear->first = event->ts;
	ear->last = event->ts;
	ear->starts += event->kind == EVENT_START;
	ear->marks += event->kind == EVENT_MARK;
	ear->ticks += event->kind == EVENT_TICK;
	if (event->kind != EVENT_REQUEST)
		return;
	if (ear->requests++ == 0)
		ear->least = n;
	else
		assert_int_equal(n, ear->most + 1); /* none is missing, none comes twice */
	ear->most = n;
}

/* A flight, and the run that it is of. */
struct run {
	struct flight *flight;
	usec_t now;
	uint64_t requests;
};

static struct run run_of(usec_t span, size_t memory)
{
	struct run r = {.now = T0,
		.flight = flight_new(&(struct flight_options){.span = span, .memory = memory})};

	assert_non_null(r.flight);
	return r;
}

static void put_picture(struct run *r)
{
	struct event start = event_make(EVENT_START, r->now), mark = event_make(EVENT_MARK, r->now);

	flight_begin(r->flight, r->now);
	flight_put(r->flight, &start);
	for (int i = 1; i < PICTURE; i++)
		flight_put(r->flight, &mark);
	flight_settle(r->flight);
}

static void request(struct run *r, size_t length)
{
	struct event e = event_make(EVENT_REQUEST, r->now);
	static char path[EVENT_TEXT_MAX];

	/* Not to be compressed into nothing. */
	for (size_t i = 0; i < length; i++)
		path[i] = (char)('a' + (r->requests * 7919 + i * (i ^ r->requests)) % 26);
	e.request.ip = ip_of("203.0.113.5");
	e.request.path = (struct str){path, length};
	e.request.bytes = r->requests++;
	flight_put(r->flight, &e);
}

/* As flight_record does. */
static void fly(struct run *r, unsigned seconds, unsigned requests, size_t length)
{
	for (unsigned s = 0; s < seconds; s++) {
		struct event tick = event_make(EVENT_TICK, r->now);
		for (unsigned i = 0; i < requests; i++)
			request(r, length);
		flight_put(r->flight, &tick);
		if (flight_is_due(r->flight, r->now))
			put_picture(r);
		while (flight_work(r->flight))
			;
		r->now += USEC_PER_SEC;
	}
}

static struct ear read_all(struct run *r)
{
	struct ear ear = {.sink = {.put = hear}};
	int got;

	flight_open(r->flight);
	while ((got = flight_read(r->flight, &ear.sink)) > 0)
		;
	assert_int_equal(got, 0);
	return ear;
}

static void nothing_is_kept_before_an_epoch(void **state)
{
	struct run r = run_of(SPAN, PLENTY);

	(void)state;
	request(&r, 10);
	assert_int_equal(flight_since(r.flight), 0);
	assert_true(flight_is_due(r.flight, T0));
	assert_int_equal(read_all(&r).requests, 0);
	flight_free(r.flight);
	flight_free(NULL);
}

static void a_short_run_is_kept_whole(void **state)
{
	struct run r = run_of(SPAN, PLENTY);

	(void)state;
	put_picture(&r);
	fly(&r, 200, 50, 40);
	struct ear ear = read_all(&r);
	assert_int_equal(ear.requests, 200 * 50);
	assert_int_equal(ear.least, 0);
	assert_int_equal(ear.ticks, 200);
	assert_true(ear.first == T0);
	assert_int_equal(ear.starts, 1); /* of later pictures, nothing */
	assert_int_equal(ear.marks, PICTURE - 1);
	/* And once more. */
	assert_int_equal(read_all(&r).requests, 200 * 50);
	flight_free(r.flight);
}

static void a_long_run_is_kept_for_its_span(void **state)
{
	struct run r = run_of(SPAN, PLENTY);

	(void)state;
	put_picture(&r);
	for (int i = 0; i < 40; i++) {
		fly(&r, 50, 20, 40);
		if (r.now - T0 < SPAN * 6 / 5)
			continue;
		usec_t kept = r.now - flight_since(r.flight);
		assert_true(kept >= SPAN && kept <= SPAN * 6 / 5 + 2 * USEC_PER_SEC);
	}
	struct ear ear = read_all(&r);
	assert_int_equal(ear.starts, 1);
	assert_int_equal(ear.most, r.requests - 1);
	assert_true(ear.first == flight_since(r.flight));
	flight_free(r.flight);
}

static void memory_bounds_it(void **state)
{
	const size_t memory = (size_t)1 << 20;
	struct run r = run_of(SPAN, memory);

	(void)state;
	put_picture(&r);
	for (int i = 0; i < 100; i++) {
		fly(&r, 1, 500, 200);
		assert_true(flight_bytes(r.flight) <= memory + (128u << 10));
	}
	struct ear ear = read_all(&r);
	assert_true(ear.requests > 0 && ear.requests < r.requests / 4);
	assert_int_equal(ear.most, r.requests - 1); /* it is the oldest that is missing */
	assert_int_equal(flight_lost(r.flight).too_large, 0);
	assert_int_equal(ear.starts, 1);
	flight_free(r.flight);
}

/* A picture that does not fit at all: nothing is kept, and nothing breaks. */
static void what_never_fits(void **state)
{
	struct run r = run_of(SPAN, 1u << 16);

	(void)state;
	flight_begin(r.flight, r.now);
	for (int i = 0; i < 3000; i++)
		request(&r, 300);
	flight_settle(r.flight);
	assert_int_equal(flight_since(r.flight), 0);
	assert_int_equal(flight_bytes(r.flight), 0);
	assert_true(flight_is_due(r.flight, r.now));
	assert_int_equal(flight_lost(r.flight).too_large, 1);
	assert_int_equal(flight_lost(r.flight).refused, 0);
	flight_free(r.flight);
}

static void a_text_longer_than_a_block(void **state)
{
	struct run r = run_of(SPAN, PLENTY);
	static char longest[100000];
	struct event e = event_make(EVENT_NOTE, T0);

	(void)state;
	memset(longest, 'x', sizeof longest);
	put_picture(&r);
	e.note.text = (struct str){longest, sizeof longest};
	flight_put(r.flight, &e);
	fly(&r, 2, 5, 100);
	assert_int_equal(read_all(&r).requests, 10);
	flight_free(r.flight);
}

/* What comes while it is read is read as well, and nothing of it goes meanwhile. */
static void read_while_it_goes_on(void **state)
{
	struct run r = run_of(SPAN, (size_t)1 << 20);
	struct ear ear = {.sink = {.put = hear}};
	int got, turns = 0;

	(void)state;
	put_picture(&r);
	fly(&r, 20, 200, 200);
	uint64_t had = r.requests;
	flight_open(r.flight);
	while ((got = flight_read(r.flight, &ear.sink)) > 0)
		if (turns++ < 20)
			fly(&r, 1, 20, 200);
	assert_int_equal(got, 0);
	assert_true(r.requests >= had + 20);
	assert_int_equal(ear.most, r.requests - 1);
	assert_int_equal(ear.starts, 1);
	flight_free(r.flight);
}

/* Its reader does not come: it may get twice as large, and then the reader is told. */
static void a_reader_that_is_too_slow(void **state)
{
	const size_t memory = (size_t)1 << 20;
	struct run r = run_of(SPAN, memory);
	struct ear ear = {.sink = {.put = hear}};

	(void)state;
	put_picture(&r);
	fly(&r, 5, 100, 200);
	flight_open(r.flight);
	assert_int_equal(flight_read(r.flight, &ear.sink), 1);
	fly(&r, 100, 500, 200);
	assert_true(flight_bytes(r.flight) <= 2 * memory + (128u << 10));
	assert_int_equal(flight_read(r.flight, &ear.sink), -EOVERFLOW);
	/* The next one finds it in order. */
	struct ear again = read_all(&r);
	assert_int_equal(again.most, r.requests - 1);
	assert_true(flight_bytes(r.flight) <= memory);
	flight_free(r.flight);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_packed),
		cmocka_unit_test(bytes_that_are_no_event),
		cmocka_unit_test(nothing_is_kept_before_an_epoch),
		cmocka_unit_test(a_short_run_is_kept_whole),
		cmocka_unit_test(a_long_run_is_kept_for_its_span),
		cmocka_unit_test(memory_bounds_it),
		cmocka_unit_test(what_never_fits),
		cmocka_unit_test(a_text_longer_than_a_block),
		cmocka_unit_test(read_while_it_goes_on),
		cmocka_unit_test(a_reader_that_is_too_slow),
	};

	return cmocka_run_group_tests_name("the last minutes", tests, NULL, NULL);
}
