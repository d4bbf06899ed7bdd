// SPDX-License-Identifier: MIT
#include "output/judgement.h"

#include <inttypes.h>

#define FLAGS_SHOWN 20

static void print_lines(FILE *out, const char *head, const char *lines)
{
	for (const char *p = lines; *p;) {
		size_t n = strcspn(p, "\n");
		fprintf(out, "%s%.*s\n", head, (int)n, p);
		p += n + (p[n] == '\n');
	}
}

/* "flag scanner: 203.0.113.9, for 20 s: 43 different paths answered 4xx, …" */
static void print_flag(FILE *out, const struct model *m, const struct flag *flag)
{
	int64_t age = (m->now - flag->since) / USEC_PER_SEC;

	fprintf(out, "flag %s: %s%sfor %" PRId64 " s", flag->name, flag->who,
		flag->who[0] ? ", " : "", age > 0 ? age : 0);
	fprintf(out, "%s%s", flag->evidence[0] ? ": " : "", flag->evidence);
	fprintf(out, "%s%s\n", flag->cause[0] ? "; part of " : "", flag->cause);
}

bool judgement_print(FILE *out, const struct model *m)
{
	const struct verdict *v = &model_machine(m)->verdict;
	const struct flag *flags[FLAGS_SHOWN];
	size_t n = flags_top(&m->flags, flags, FLAGS_SHOWN);

	if (v->text[0])
		fprintf(out, "verdict: %s\n", v->text);
	if (v->learning_s)
		fprintf(out, "learning what is usual here, for %" PRIu32 " s more\n",
			v->learning_s);
	print_lines(out, "cannot be judged: ", v->held);
	for (size_t i = 0; i < n; i++)
		print_flag(out, m, flags[i]);
	if (m->flags.pool.live > n)
		fprintf(out, "and %" PRIu32 " more flags\n", m->flags.pool.live - (uint32_t)n);
	if (m->flags.lost)
		fprintf(out, "dropped: %" PRIu64 " flags, the table was full\n", m->flags.lost);
	return v->text[0] || n;
}
