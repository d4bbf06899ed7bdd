// SPDX-License-Identifier: MIT
/*
 * Our own table of nftables. It hooks prerouting, before connection tracking (-200) and before
 * anything else that accepts: a flood makes no entries there, established connections are cut, and
 * ports that containers publish, which never pass the input hook, are covered as well.
 */
#include "action/ways_parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void lines_put(struct lines *l, const char *format, ...)
{
	va_list args;

	if (l->full)
		return;
	va_start(args, format);
	int n = vsnprintf(l->p + l->n, l->cap - l->n, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= l->cap - l->n) {
		l->p[l->n] = '\0';
		l->full = true;
		return;
	}
	l->n += (size_t)n;
}

bool prefix_within(const struct prefix *a, const struct prefix *b)
{
	return prefix_is_v4(a) == prefix_is_v4(b) && b->bits <= a->bits &&
	       prefix_contains(b, &a->addr);
}

const char *prefix_short(const struct prefix *p, char buf[static PREFIX_TEXT_MAX])
{
	if (p->bits == ADDR_BITS)
		addr_format(&p->addr, buf);
	else
		prefix_format(p, buf);
	return buf;
}

/* Without auto-merge, for the reason in the header. The counters say what each prefix has dropped;
 * nft has them for elements from 0.9.5 on. */
static const char table[] =
	"add table inet " BLOCK_TABLE "\n"
	"add set inet " BLOCK_TABLE
	" block4 { type ipv4_addr; flags interval, timeout; counter; }\n"
	"add set inet " BLOCK_TABLE
	" block6 { type ipv6_addr; flags interval, timeout; counter; }\n"
	"add chain inet " BLOCK_TABLE
	" prerouting { type filter hook prerouting priority -310; policy accept; }\n"
	"flush chain inet " BLOCK_TABLE " prerouting\n"
	"add rule inet " BLOCK_TABLE " prerouting ip saddr @block4 counter drop\n"
	"add rule inet " BLOCK_TABLE " prerouting ip6 saddr @block6 counter drop\n";

static void put_family(struct lines *l, bool v4, const char *before, const char *after,
	const struct prefix *prefixes, uint32_t count, uint32_t seconds)
{
	char text[PREFIX_TEXT_MAX], span[BLOCK_TIME_TEXT_MAX];
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (prefix_is_v4(&prefixes[i]) != v4)
			continue;
		if (n++ == 0)
			lines_put(l, before, v4 ? '4' : '6');
		else
			lines_put(l, ", ");
		lines_put(l, "%s", prefix_short(&prefixes[i], text));
		if (seconds)
			lines_put(l, " timeout %s", block_time_text(seconds, span));
	}
	if (n)
		lines_put(l, "%s", after);
}

void put_elements(struct lines *l, const char *before, const char *after,
	const struct prefix *prefixes, uint32_t count, uint32_t seconds)
{
	put_family(l, true, before, after, prefixes, count, seconds);
	put_family(l, false, before, after, prefixes, count, seconds);
}

#define ADD    "add element inet " BLOCK_TABLE " block%c { "
#define DELETE "delete element inet " BLOCK_TABLE " block%c { "

static int written(const struct lines *l)
{
	return l->full ? -E2BIG : (int)l->n;
}

static bool are_refused(const struct prefix *prefixes, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (block_refusal(&prefixes[i]))
			return true;
	return false;
}

// NOLINTNEXTLINE(readability-non-const-parameter): lines_put writes there
int block_script(const struct block_steps *s, char *buf, size_t cap)
{
	struct lines l = {.p = buf, .cap = cap};

	if (s->count > BLOCK_PREFIXES_MAX || s->out >= s->count || s->seconds > BLOCK_SECONDS_MAX ||
		are_refused(s->prefixes, s->count))
		return -EINVAL;
	lines_put(&l, "%s", table);
	put_elements(&l, DELETE, " }\n", s->prefixes, s->out, 0);
	put_elements(&l, ADD, " }\n", s->prefixes + s->out, s->count - s->out, s->seconds);
	return written(&l);
}

/* nft refuses to delete what is not there, and "destroy" is newer (1.0.7): so each is put in first,
 * which changes nothing when it is there. One after the other, for an error should name one. */
// NOLINTNEXTLINE(readability-non-const-parameter)
int unblock_script(const struct prefix *prefixes, uint32_t count, char *buf, size_t cap)
{
	struct lines l = {.p = buf, .cap = cap};

	if (count == 0 || count > BLOCK_PREFIXES_MAX || are_refused(prefixes, count))
		return -EINVAL;
	lines_put(&l, "%s", table);
	for (uint32_t i = 0; i < count; i++) {
		put_elements(&l, ADD, " }\n", &prefixes[i], 1, 0);
		put_elements(&l, DELETE, " }\n", &prefixes[i], 1, 0);
	}
	return written(&l);
}

/* Another prefix of the plan has this one in it, or is the same and stands before it. */
static bool is_repeated(const struct block_plan *plan, uint32_t i)
{
	const struct prefix *p = &plan->prefixes[i];

	for (uint32_t k = 0; k < plan->count; k++)
		if (k != i && prefix_within(p, &plan->prefixes[k]) &&
			(plan->prefixes[k].bits < p->bits || k < i))
			return true;
	return false;
}

static const struct block_held *wider_than(const struct block_plan *plan, const struct prefix *p)
{
	for (uint32_t k = 0; k < plan->held_count; k++)
		if (plan->held[k].net.bits < p->bits && prefix_within(p, &plan->held[k].net))
			return &plan->held[k];
	return NULL;
}

static int push(struct block_steps *s, const struct prefix *p)
{
	if (s->count == BLOCK_PREFIXES_MAX)
		return -E2BIG;
	s->prefixes[s->count++] = *p;
	return 0;
}

/* What is held within a prefix goes out. */
static int push_held(struct block_steps *s, const struct block_plan *plan, const struct prefix *p)
{
	int err = 0;

	for (uint32_t k = 0; k < plan->held_count && !err; k++)
		if (prefix_within(&plan->held[k].net, p))
			err = push(s, &plan->held[k].net);
	return err;
}

int block_steps(const struct block_plan *plan, struct block_steps *ret_steps)
{
	struct block_steps s = {.seconds = plan->seconds};
	bool in[BLOCK_PREFIXES_MAX] = {false};
	int err = 0;

	if (plan->count == 0 || plan->count > BLOCK_PREFIXES_MAX ||
		plan->seconds > BLOCK_SECONDS_MAX || are_refused(plan->prefixes, plan->count))
		return -EINVAL;
	for (uint32_t i = 0; i < plan->count && !err; i++) {
		const struct block_held *held = wider_than(plan, &plan->prefixes[i]);
		if (is_repeated(plan, i))
			continue;
		in[i] = !held;
		s.covered += held != NULL;
		s.sooner += held && held->left_s &&
			    (plan->seconds == 0 || held->left_s < plan->seconds);
		if (!held)
			err = push_held(&s, plan, &plan->prefixes[i]);
	}
	s.out = s.count;
	for (uint32_t i = 0; i < plan->count && !err; i++)
		if (in[i])
			err = push(&s, &plan->prefixes[i]);
	if (!err && s.out == s.count)
		err = -EALREADY;
	if (!err)
		*ret_steps = s;
	return err;
}
