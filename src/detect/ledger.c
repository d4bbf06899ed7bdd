// SPDX-License-Identifier: MIT
#include "detect/ledger.h"

#define FIRST_LOOKED 512
#define THEN_EACH    16
#define SHARE_LEAST  20 /* one part of so many */

bool ledger_is_due(struct ledger *l)
{
	return l->looked++ < FIRST_LOOKED || l->looked % THEN_EACH == 0;
}

void ledger_tell(struct ledger *l, uint16_t port)
{
	uint32_t rarest = 0;

	for (uint32_t i = 0; i < l->n; i++) {
		if (l->at[i].port == port) {
			l->at[i].told++;
			return;
		}
		if (l->at[i].told < l->at[rarest].told)
			rarest = i;
	}
	if (l->n < LEDGER_PORTS)
		rarest = l->n++;
	l->at[rarest].port = port;
	l->at[rarest].told = 1;
}

bool ledger_speaks(const struct ledger *l, uint16_t port)
{
	uint64_t all = 0, told = 0;

	for (uint32_t i = 0; i < l->n; i++) {
		all += l->at[i].told;
		told += l->at[i].port == port ? l->at[i].told : 0;
	}
	/* A visitor who is logged in by SSH as well does not make SSH a web server. */
	return port == 80 || port == 443 || (told && told * SHARE_LEAST >= all);
}

bool ledger_is_tls(uint16_t port)
{
	return port == 443 || port == 8443 || port == 4443 || port == 9443;
}
