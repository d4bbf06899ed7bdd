// SPDX-License-Identifier: MIT
#include "fleet/engines.h"

#include "fleet/nats.h"
#include "fleet/otlp_send.h"

#include <string.h>

static const struct carrier_engine *const engines[] = {&nats_engine, &otlp_engine};

const struct carrier_engine *engine_of(const char *url)
{
	for (size_t i = 0; i < ARRAY_LEN(engines); i++)
		for (const char *const *scheme = engines[i]->schemes; *scheme; scheme++)
			if (strncmp(url, *scheme, strlen(*scheme)) == 0)
				return engines[i];
	return NULL;
}
