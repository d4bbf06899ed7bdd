/* SPDX-License-Identifier: MIT
 *
 * look_serve: what the process that looks up does: it answers the questions that come over its end
 * of a SOCK_SEQPACKET pair until nobody is there to ask.
 */
#ifndef NG_ENRICH_LOOK_SERVE_H
#define NG_ENRICH_LOOK_SERVE_H

#include "enrich/looker.h"

struct look_serve_options {
	struct looker_options looker;
	int fd;      /* its end of the pair */
	int signals; /* a signalfd; SIGTERM ends it */
	int err;     /* of the set-up, a negative errno: that is all it says; or 0 */
	uint32_t uid;
};

/* Why this build looks nothing up, in words; NULL: it does. */
const char *look_missing(void);

/* Begins with LOOK_READY. The process's exit status. */
int look_serve(const struct look_serve_options *options, struct looker_files *files);

#endif
