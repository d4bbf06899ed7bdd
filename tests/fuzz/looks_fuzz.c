// SPDX-License-Identifier: MIT
/* Whatever a process that was taken over may say to the console. Of each packet the first byte says
 * how it is made: as it is, or with what an honest one would have in its head, so that the rest is
 * reached; then its length, then its bytes. What comes of it must be fit to be shown, and about
 * what was asked. */
#include "base/text.h"
#include "enrich/lookup.h"
#include "enrich/rdns.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ASKED   4
#define RAW     0x80 /* no head is made */
#define ADDRESS 0x40 /* that of the question */
#define PACKETS 64

static const char *const ips[ASKED] = {"8.8.8.8", "9.9.9.9", "2a00:1450::5", "1.1.1.1"};

static void require(int holds)
{
	if (!holds)
		abort();
}

static struct far {
	const uint8_t *data;
	size_t n;
	union look_message asked[2 * ASKED];
	unsigned asked_n;
} far;

static int put(void *ctx, const union look_message *m)
{
	struct far *f = ctx;

	if (f->asked_n < 2 * ASKED)
		f->asked[f->asked_n++] = *m;
	return 0;
}

static void make_head(uint8_t how, union look_message *m)
{
	const union look_message *q = &far.asked[far.asked_n ? how % far.asked_n : 0];
	uint32_t kind = LOOK_READY + how % (LOOK_KINDS - LOOK_READY);

	m->head = (struct look_head){LOOK_VERSION, kind};
	if (kind == LOOK_BEGUN || kind == LOOK_ANSWER || kind == LOOK_NAME)
		m->begun.id = q->ask.id; /* the same place in all of them */
	if (!(how & ADDRESS))
		return;
	if (kind == LOOK_ANSWER)
		memcpy(m->answer.ip, q->ask.ip, 16);
	else if (kind == LOOK_NAME)
		memcpy(m->name.ip, q->ask_name.ip, 16);
}

static ssize_t get(void *ctx, union look_message *ret_m)
{
	struct far *f = ctx;

	if (f->n < 2)
		return -EAGAIN;
	uint8_t how = f->data[0];
	size_t n = (size_t)f->data[1] * 16;
	f->data += 2;
	f->n -= 2;
	if (n > f->n)
		n = f->n;
	memset(ret_m, 0, sizeof *ret_m);
	memcpy(ret_m, f->data, n < sizeof *ret_m ? n : sizeof *ret_m);
	f->data += n;
	f->n -= n;
	if (how & RAW)
		return (ssize_t)n;
	make_head(how, ret_m);
	return (ssize_t)look_size((enum look_kind)ret_m->head.kind);
}

static int no_fd(void *ctx)
{
	(void)ctx;
	return -1;
}

static void end(void *ctx, char *buf, size_t cap)
{
	(void)ctx;
	snprintf(buf, cap, "it has ended");
}

static const struct look_ops ops = {.send = put, .receive = get, .fd = no_fd, .end = end};

static int was_asked(const struct prefix *net)
{
	struct addr a;

	for (int i = 0; i < ASKED; i++)
		if (addr_parse(str_of(ips[i]), &a) == 0 && prefix_contains(net, &a))
			return 1;
	return 0;
}

static void check(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	if (e->kind == EVENT_REGISTRATION) {
		const struct event_registration *r = &e->registration;
		require(was_asked(&r->net) && network_info_is_plausible(&r->net));
		require(text_is_clean(r->name) && text_is_clean(r->handle));
		require(text_is_clean(r->country) && text_is_clean(r->org));
		require(text_is_clean(r->abuse) && text_is_clean(r->registered));
		require(text_is_clean(r->note));
		require(!r->country.p || r->country.n == 2);
	} else if (e->kind == EVENT_RDNS) {
		require(was_asked(&(struct prefix){e->rdns.ip, ADDR_BITS}));
		require(text_is_clean(e->rdns.name) && text_is_clean(e->rdns.note));
		require(!e->rdns.confirmed || e->rdns.name.n);
	} else if (e->kind == EVENT_NOTE) {
		require(text_is_clean(e->note.text));
	} else if (e->kind == EVENT_ENRICHER) {
		require(text_is_clean(e->enricher.note));
		require(e->enricher.asked != ABSENT && e->enricher.failed != ABSENT);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event_sink sink = {.put = check};
	usec_t now = clock_now();

	far = (struct far){.data = data};
	struct look_link *link = look_link_new(&ops, &far);
	require(link != NULL);
	struct source *lookup = lookup_new(
		&(struct lookup_options){.link = link, .cache_ttl = 3600 * USEC_PER_SEC});
	struct source *rdns = rdns_new(link);
	require(lookup && rdns);
	for (int i = 0; i < ASKED; i++) {
		struct addr a;
		require(addr_parse(str_of(ips[i]), &a) == 0);
		lookup_want(lookup, &a, WANT_SOME);
		rdns_want(rdns, &a);
	}
	source_poll(lookup, now, &sink);
	source_poll(rdns, now, &sink);
	far.n = size;
	for (int i = 0; i < PACKETS && far.n && !look_link_gone(link); i++) {
		source_poll(look_link_source(link), now, &sink);
		source_poll(lookup, now, &sink);
		source_poll(rdns, now, &sink);
	}
	source_free(lookup);
	source_free(rdns);
	source_free(look_link_source(link));
	look_link_free(link);
	return 0;
}
