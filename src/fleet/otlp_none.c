// SPDX-License-Identifier: MIT
/* What others ask of OTLP, in a build without libcurl: it has none, and says so. */
#include "fleet/otlp_send.h"

#include <stdlib.h>

#define MISSING "this build has no libcurl"

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

const struct carrier_engine otlp_engine = {.schemes = {"otlp+https://", "otlp+http://"},
	.check = check,
	.missing = missing,
	.run = run};
