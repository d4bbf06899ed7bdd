// SPDX-License-Identifier: MIT
#include "enrich/upstreams.h"

#include "enrich/fetch.h"

#include <stdio.h>
#include <string.h>

#define BETWEEN       (200 * USEC_PER_MSEC)
#define FAILURES_MOST 3
#define REST_FAILED   (60 * USEC_PER_SEC)
#define REST_DEFAULT  (60 * USEC_PER_SEC)
#define REST_LEAST    (1 * USEC_PER_SEC)
#define REST_MOST     (FETCH_RETRY_MOST * USEC_PER_SEC)

static struct upstream *room(struct upstreams *s)
{
	struct upstream *oldest = NULL;

	if (s->n < UPSTREAMS_MAX)
		return &s->at[s->n++];
	for (size_t i = 0; i < s->n; i++)
		if (!s->at[i].busy && (!oldest || s->at[i].used < oldest->used))
			oldest = &s->at[i];
	return oldest;
}

struct upstream *upstreams_get(struct upstreams *s, const char *host, unsigned port, usec_t now)
{
	char name[UPSTREAM_NAME_MAX];

	snprintf(name, sizeof name, "%.255s:%u", host, port & 0xffff);
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->at[i].name, name) == 0) {
			s->at[i].used = now;
			return &s->at[i];
		}
	struct upstream *fresh = room(s);
	if (!fresh)
		return NULL;
	*fresh = (struct upstream){.used = now};
	memcpy(fresh->name, name, sizeof name);
	return fresh;
}

usec_t upstream_wait(const struct upstream *s, usec_t now)
{
	if (s->busy)
		return BETWEEN;
	return s->next > now ? s->next - now : 0;
}

void upstream_begin(struct upstream *s, usec_t now)
{
	s->busy = true;
	s->used = now;
	s->next = now + BETWEEN;
	s->refusal = NULL;
}

void upstream_answered(struct upstream *s, usec_t now)
{
	s->busy = false;
	s->failures = 0;
	if (s->next < now + BETWEEN)
		s->next = now + BETWEEN;
}

void upstream_failed(struct upstream *s, usec_t now)
{
	s->busy = false;
	if (++s->failures < FAILURES_MOST)
		return;
	s->next = now + REST_FAILED;
}

void upstream_rest(struct upstream *s, usec_t wait, const char *refusal, usec_t now)
{
	s->busy = false;
	if (wait == 0)
		wait = REST_DEFAULT;
	if (wait < REST_LEAST)
		wait = REST_LEAST;
	if (wait > REST_MOST)
		wait = REST_MOST;
	s->next = now + wait;
	s->refusal = refusal;
}
