// SPDX-License-Identifier: MIT
#include "model/filter_bounds.h"

#include "model/network.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define FILTER_BOUNDS_NONE                                    \
	((struct filter_bounds){.allow.by_age = IDLIST_EMPTY, \
		.deny.by_age = IDLIST_EMPTY,                  \
		.near.by_age = IDLIST_EMPTY})

static int add(struct prefixes *t, const struct prefix *p)
{
	return prefixes_set(t, p) ? 0 : -ENOMEM;
}

static int read_list(struct prefixes *t, char *const *texts, size_t n)
{
	int err = n > FILTER_BOUNDS_MAX ? -E2BIG : 0;
	struct prefix p;

	for (size_t i = 0; i < n && !err; i++)
		err = prefix_parse(str_of(texts[i]), &p) < 0 ? -EINVAL : add(t, &p);
	return err;
}

static int note_near(struct filter_bounds *b)
{
	int err = 0;

	for (const struct prefix_item *item = prefixes_oldest(&b->allow); item && !err;
		item = prefixes_newer(&b->allow, item)) {
		struct prefix net = network_prefix(&item->prefix.addr);
		err = add(&b->near, &net);
	}
	return err;
}

int filter_bounds_init(struct filter_bounds *b, char *const *allow, size_t allow_n,
	char *const *deny, size_t deny_n)
{
	struct prefixes *const tables[] = {&b->allow, &b->deny, &b->near};
	int err = 0;

	*b = FILTER_BOUNDS_NONE;
	if (!allow_n && !deny_n)
		return 0;
	b->allow_n = (uint32_t)allow_n;
	b->deny_n = (uint32_t)deny_n;
	for (size_t i = 0; i < ARRAY_LEN(tables) && !err; i++)
		err = prefixes_init(tables[i], sizeof(struct prefix_item), FILTER_BOUNDS_MAX, NULL);
	if (!err)
		err = read_list(&b->allow, allow, allow_n);
	if (!err)
		err = read_list(&b->deny, deny, deny_n);
	if (!err)
		err = note_near(b);
	return err;
}

void filter_bounds_done(struct filter_bounds *b)
{
	if (!filter_bounds_hide(b))
		return;
	prefixes_done(&b->allow);
	prefixes_done(&b->deny);
	prefixes_done(&b->near);
	*b = FILTER_BOUNDS_NONE;
}

void filter_bounds_text(const struct filter_bounds *b, char buf[static FILTER_BOUNDS_TEXT_MAX])
{
	size_t n = 0;

	buf[0] = '\0';
	if (b->allow_n)
		n = (size_t)snprintf(buf, FILTER_BOUNDS_TEXT_MAX,
			"shows only %" PRIu32 " network%s", b->allow_n, b->allow_n == 1 ? "" : "s");
	if (b->deny_n)
		snprintf(buf + n, FILTER_BOUNDS_TEXT_MAX - n, "%shides %" PRIu32 " network%s",
			n ? ", " : "", b->deny_n, b->deny_n == 1 ? "" : "s");
}

bool filter_bounds_hide(const struct filter_bounds *b)
{
	return b->allow_n || b->deny_n;
}

bool filter_bounds_have(const struct filter_bounds *b, const struct addr *ip)
{
	if (addr_is_unset(ip))
		return !b->allow_n;
	return (!b->allow_n || prefixes_match(&b->allow, ip, 128)) &&
	       (!b->deny_n || !prefixes_match(&b->deny, ip, 128));
}

bool filter_bounds_touch(const struct filter_bounds *b, const struct prefix *net)
{
	if (b->deny_n && prefixes_match(&b->deny, &net->addr, net->bits))
		return false;
	return !b->allow_n || prefixes_match(&b->allow, &net->addr, net->bits) ||
	       prefixes_find(&b->near, net);
}
