// SPDX-License-Identifier: MIT
#include "detect/matcher.h"

#include <errno.h>
#include <stdlib.h>

/* Stands with a state in `next` when some pattern ends in it, so that `found` is read only then. */
#define MATCHER_ENDS 0x8000u

static uint8_t folded(char c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Gives each byte value that occurs a column; returns the most states that there can be. */
static size_t take_columns(struct matcher *m, const struct matcher_pattern *patterns, size_t n)
{
	size_t states = 1;
	unsigned columns = 1;

	for (size_t i = 0; i < n; i++) {
		states += patterns[i].text.n;
		for (size_t k = 0; k < patterns[i].text.n; k++) {
			uint8_t *column = &m->column[folded(patterns[i].text.p[k])];
			if (!*column)
				*column = (uint8_t)columns++;
		}
	}
	for (int c = 'A'; c <= 'Z'; c++)
		m->column[c] = m->column[c | 0x20];
	while (1u << m->shift < columns)
		m->shift++;
	return states;
}

static void note(struct matcher_found *f, const struct matcher_found *other)
{
	f->bits |= other->bits;
	if (other->id < f->id)
		f->id = other->id;
}

static void add_pattern(struct matcher *m, const struct matcher_pattern *p)
{
	uint32_t state = 0;

	for (size_t i = 0; i < p->text.n; i++) {
		uint16_t *next = &m->next[state << m->shift | m->column[folded(p->text.p[i])]];
		if (!*next) {
			m->found[m->states].id = MATCHER_NO_ID;
			*next = (uint16_t)m->states++;
		}
		state = *next;
	}
	if (state)
		note(&m->found[state], &(struct matcher_found){p->bits, p->id});
}

/* Breadth first: what a state lacks, it has from the state of its longest proper ending. */
static void follow_failures(struct matcher *m, uint16_t *queue, uint16_t *fail)
{
	uint32_t head = 0, tail = 0;

	queue[tail++] = 0;
	while (head < tail) {
		uint32_t state = queue[head++];
		uint16_t *row = &m->next[state << m->shift];
		const uint16_t *other = &m->next[(uint32_t)fail[state] << m->shift];
		note(&m->found[state], &m->found[fail[state]]);
		for (uint32_t c = 1; c < 1u << m->shift; c++) {
			if (!row[c]) {
				row[c] = state ? other[c] : 0;
				continue;
			}
			fail[row[c]] = state ? other[c] : 0;
			queue[tail++] = row[c];
		}
	}
}

static void mark_ends(struct matcher *m)
{
	for (uint32_t i = 0; i < m->states << m->shift; i++)
		if (m->found[m->next[i]].id != MATCHER_NO_ID)
			m->next[i] |= MATCHER_ENDS;
}

int matcher_init(struct matcher *m, const struct matcher_pattern *patterns, size_t n)
{
	*m = (struct matcher){.states = 1};
	size_t most = take_columns(m, patterns, n);
	if (most > MATCHER_STATES_MAX)
		return -E2BIG;
	m->next = calloc(most << m->shift, sizeof *m->next);
	m->found = calloc(most, sizeof *m->found);
	uint16_t *queue = calloc(most, sizeof *queue), *fail = calloc(most, sizeof *fail);
	int err = m->next && m->found && queue && fail ? 0 : -ENOMEM;
	if (!err) {
		m->found[0].id = MATCHER_NO_ID;
		for (size_t i = 0; i < n; i++)
			add_pattern(m, &patterns[i]);
		follow_failures(m, queue, fail);
		mark_ends(m);
	}
	free(queue);
	free(fail);
	if (err)
		matcher_done(m);
	return err;
}

void matcher_done(struct matcher *m)
{
	free(m->next);
	free(m->found);
	*m = (struct matcher){0};
}

struct matcher_found matcher_run(const struct matcher *m, struct str text)
{
	struct matcher_found all = {.id = MATCHER_NO_ID};
	uint32_t state = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint32_t next = m->next[state << m->shift | m->column[(uint8_t)text.p[i]]];
		state = next & ~MATCHER_ENDS;
		if (next & MATCHER_ENDS)
			note(&all, &m->found[state]);
	}
	return all;
}
