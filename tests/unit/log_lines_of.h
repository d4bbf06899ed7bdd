/* SPDX-License-Identifier: MIT
 * A journal to look at: lines that say which they are. */
#ifndef NG_TESTS_LOG_LINES_OF_H
#define NG_TESTS_LOG_LINES_OF_H

#include "facts.h"

#include "console/log_index.h"

#define ALL_TIME (3600 * USEC_PER_SEC)

static inline struct model *small_model(void)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	limits.journal_bytes = 1u << 18;
	return model_with(&limits);
}

/* Line i of n, from `from` on: a second apart, every third of another network, every fifth a 404,
 * of different lengths. */
static inline void log_lines(struct model *m, uint32_t from, uint32_t n)
{
	char path[300], tail[251];

	memset(tail, 'x', sizeof tail);
	for (uint32_t i = from; i < from + n; i++) {
		struct event e = event_make(EVENT_REQUEST, T0 + i * SEC);
		snprintf(path, sizeof path, "/%u?%.*s", i, (int)(i * 37 % 250), tail);
		e.request.ip = ip_of(i % 3 ? "203.0.113.9" : "198.51.100.7");
		e.request.path = str_of(path);
		e.request.status = i % 5 ? 200 : 404;
		model_apply(m, &e);
	}
}

static inline unsigned number_of_line(const struct journal_entry *e)
{
	unsigned number = 0;

	assert_non_null(e);
	assert_int_equal(sscanf(journal_path(e).p, "/%u?", &number), 1);
	return number;
}

static inline struct filter filter_of(const char *text)
{
	struct filter f;
	struct filter_error error;

	assert_int_equal(filter_compile(&f, str_of(text), NULL, &error), 0);
	return f;
}

static const struct filter everything;

static inline struct log_terms terms_of(const struct model *m)
{
	return (struct log_terms){
		.m = m, .filter = &everything, .highlight = &everything, .show_private = true};
}

#endif
