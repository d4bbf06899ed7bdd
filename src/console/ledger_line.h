/* SPDX-License-Identifier: MIT
 *
 * ledger_line: what became of who knocked: SYNs, handshakes, bytes, requests, in one line. What is
 * not known is said to be not known, and is not 0.
 */
#ifndef NG_CONSOLE_LEDGER_LINE_H
#define NG_CONSOLE_LEDGER_LINE_H

#include <stddef.h>
#include <stdint.h>

/* ABSENT (event.h): not known. */
struct ledger_facts {
	uint64_t syns, handshakes;
	uint64_t earlier; /* connections that are held and whose handshake was not seen */
	uint64_t rx, tx, requests;
};

#define LEDGER_LINE_MAX 256

/* "SYN 212 > handshakes 212 > in 41k, out 31k > requests 212, 1.0/conn", with `arrow` between
 * the steps and `dash` for what is not known. Returns its length. */
size_t ledger_line(const struct ledger_facts *f, const char *arrow, const char *dash,
	char buf[static LEDGER_LINE_MAX]);

#endif
