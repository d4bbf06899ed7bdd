/* SPDX-License-Identifier: MIT
 *
 * logs: which access logs a run follows, and in which formats: what --log-path names; else what the
 * configuration of the web servers says; else the places where logs usually lie.
 */
#ifndef NG_APP_LOGS_H
#define NG_APP_LOGS_H

#include "app/options.h"
#include "source/log_tail.h"
#include "source/server_conf.h"

enum logs_origin {
	LOGS_NAMED,      /* by --log-path */
	LOGS_CONFIGURED, /* in a server's configuration */
	LOGS_USUAL       /* nobody says anything */
};

struct logs_plan {
	enum logs_origin origin;
	struct server_confs *confs;
	struct log_format *custom;       /* compiled from --log-format, or NULL */
	const struct log_format *format; /* of all logs; NULL: auto */
	struct log_input *inputs;
	size_t input_count;
	char **usual; /* paths that inputs borrow; owned */
};

/* 0 or -ENOMEM; then, too, logs_plan_done is right. */
int logs_plan_init(struct logs_plan *p, const struct options *o);
void logs_plan_done(struct logs_plan *p);

#endif
