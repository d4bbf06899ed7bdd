/* SPDX-License-Identifier: MIT
 *
 * vnstat: what `vnstat --json m -i IFACE` prints about the months of an interface. Nothing is
 * believed of the text: any program could have printed it.
 */
#ifndef NG_ACTION_VNSTAT_H
#define NG_ACTION_VNSTAT_H

#include "base/str.h"

#include <stdint.h>

#define VNSTAT_TEXT_MAX  (256u << 10) /* longer ones are refused; a month takes 90 bytes */
#define VNSTAT_WHY_MAX   160
#define VNSTAT_TIMEOUT_S 5

struct vnstat_month {
	uint32_t year, month; /* 2026, 1..12 */
	uint64_t rx, tx;      /* bytes */
};

/* The latest month of the interface. 0; -EINVAL: it is not vnstat's JSON of version 1 (KiB) or 2
 * (bytes); -ENOENT: it says nothing of this interface; -ENODATA: of no month yet. Then why, clean,
 * has the reason in words, for vnstat's own error message, too. */
int vnstat_read(struct str text, struct str interface, struct vnstat_month *ret,
	char why[static VNSTAT_WHY_MAX]);

#endif
