/* SPDX-License-Identifier: MIT
 *
 * ledger: which local ports the access logs speak for. A connection without a request means
 * something only where requests would be told: nginx's own connections to a backend, SSH, a metrics
 * port are silent and innocent.
 */
#ifndef NG_DETECT_LEDGER_H
#define NG_DETECT_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#define LEDGER_PORTS 64 /* the least told one makes way */

struct ledger {
	struct {
		uint16_t port;
		uint64_t told; /* requests whose address held a connection there */
	} at[LEDGER_PORTS];
	uint32_t n;
	uint64_t looked; /* requests that were looked at, and passed over */
};

/* A request is looked at: the first few hundred, then one of sixteen. */
bool ledger_is_due(struct ledger *l);

/* Its address holds a connection to this port. */
void ledger_tell(struct ledger *l, uint16_t port);

/* Requests that come by this port are in a log that is read. What nobody has asked at yet counts by
 * its number: HTTP's and HTTPS's own. */
bool ledger_speaks(const struct ledger *l, uint16_t port);

/* A port where TLS is spoken, by its number. */
bool ledger_is_tls(uint16_t port);

#endif
