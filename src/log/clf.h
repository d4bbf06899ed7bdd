/* SPDX-License-Identifier: MIT
 *
 * clf: the formats that descend from NCSA's Common Log Format. See log_format.parse for the
 * contract of both.
 */
#ifndef NG_LOG_CLF_H
#define NG_LOG_CLF_H

#include "log/format.h"

/* host ident user [time] "request" status bytes "referer" "agent" …; all behind the bytes may be
 * missing, or be more. */
int log_clf_combined(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

/* The same without referer and agent: what stands there means something else. */
int log_clf_common(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

#endif
