// SPDX-License-Identifier: MIT
/* Who looks up, in this process. */
#include "enrich/look_link.h"
#include "enrich/looker.h"

#include <errno.h>
#include <stdio.h>

static int put(void *ctx, const union look_message *m)
{
	size_t n = look_size((enum look_kind)m->head.kind);

	return looker_take(ctx, m, n, clock_now()) == LOOK_FINE ? 0 : -EPIPE;
}

static ssize_t get(void *ctx, union look_message *ret_m)
{
	looker_turn(ctx, clock_now());
	if (!looker_next(ctx, ret_m))
		return -EAGAIN;
	looker_told(ctx);
	return (ssize_t)look_size((enum look_kind)ret_m->head.kind);
}

static int fd_of(void *ctx)
{
	return looker_fd(ctx);
}

static void end(void *ctx, char *buf, size_t cap)
{
	(void)ctx;
	snprintf(buf, cap, "the look-ups have ended");
}

const struct look_ops look_here = {.send = put, .receive = get, .fd = fd_of, .end = end};
