// SPDX-License-Identifier: MIT
/* What others ask of NATS, in a build without libnats: it has none, and says so. */
#include "fleet/nats.h"

#include <errno.h>
#include <stdlib.h>

#define MISSING "this build has no libnats"

static const char *missing(void)
{
	return MISSING;
}

static bool check(const char *url, struct reason *ret_reason)
{
	(void)url;
	reason_set(ret_reason, MISSING);
	return false;
}

static int run(const struct engine_options *o)
{
	(void)o;
	return EXIT_FAILURE;
}

int nats_set_up(
	const struct engine_options *o, const struct nats_limits *limits, struct reason *ret_said)
{
	(void)o;
	(void)limits;
	reason_set(ret_said, MISSING);
	return -EOPNOTSUPP;
}

const struct carrier_engine nats_engine = {.schemes = {"nats://", "tls://"},
	.hubs = true,
	.check = check,
	.missing = missing,
	.run = run};
