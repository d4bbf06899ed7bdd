/* SPDX-License-Identifier: MIT
 *
 * counts: how often each of some texts came, in bounded memory: the first `cap` different ones are
 * told apart, what comes later is counted together. Texts are clean; they are told apart by their
 * first COUNTS_TEXT_MAX bytes.
 */
#ifndef NG_CONSOLE_COUNTS_H
#define NG_CONSOLE_COUNTS_H

#include "base/index.h"
#include "base/str.h"

#define COUNTS_TEXT_MAX 159

struct counted {
	uint64_t n;
	uint8_t text_n;
	char text[COUNTS_TEXT_MAX];
};

struct counts {
	struct counted *at; /* owned; `n` of them, in the order in which they came */
	uint32_t n, cap;
	struct index index;
	uint64_t other; /* of texts that found no place */
};

/* Memory comes with the first text; without any, all count as others. */
void counts_init(struct counts *c, uint32_t cap);
void counts_done(struct counts *c);
void counts_clear(struct counts *c);

void counts_add(struct counts *c, struct str text);

/* The order of c->at is another one: it was sorted. */
void counts_reindex(struct counts *c);

/* The most frequent, first to last, at most `most`; of equal ones what came first. Returns how
 * many. */
size_t counts_top(const struct counts *c, const struct counted **ret, size_t most);

static inline struct str counted_text(const struct counted *c)
{
	return (struct str){c->text, c->text_n};
}

#endif
