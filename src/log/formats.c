// SPDX-License-Identifier: MIT
#include "log/formats.h"

#include "log/clf.h"
#include "log/error_log.h"
#include "log/haproxy.h"
#include "log/json.h"
#include "log/known_formats.h"
#include "log/squid.h"
#include "log/sshd.h"

#include <errno.h>

/* In the order in which they are tried. */
const struct log_format log_formats[] = {
	{"combined", "NCSA combined: common with referer and agent", log_clf_combined, false,
		false},
	{"common", "NCSA common; what follows the size is ignored", log_clf_common, true, false},
	{"json", "one object a line, of Caddy, Traefik, or with nginx's or Apache's names",
		log_json, false, false},
	{"haproxy", "HAProxy's httplog and httpslog", log_haproxy, false, false},
	{"npm", "Nginx Proxy Manager's", log_known, false, false},
	{"envoy", "Envoy's and Istio's default", log_known, false, false},
	{"squid", "Squid's own", log_squid, false, false},
	{"alb", "AWS Application Load Balancer's", log_known, false, false},
	{"uvicorn", "uvicorn's", log_known, false, false},
	{"error", "the error logs of nginx and Apache 2.4", log_error, false, true},
	{"sshd", "OpenSSH's lines in the system's log", log_sshd, false, false},
};
static const struct log_format *const sshd = &log_formats[ARRAY_LEN(log_formats) - 1];
const size_t log_format_count = ARRAY_LEN(log_formats);

const struct log_format *log_format_find(struct str name)
{
	for (size_t i = 0; i < log_format_count; i++)
		if (str_eq(name, str_of(log_formats[i].name)))
			return &log_formats[i];
	return NULL;
}

int log_parse(struct str line, const struct log_format **hint, struct log_scratch *scratch,
	struct event *ret)
{
	const struct log_format *first = *hint;
	int err;

	if (log_sshd_claims(line)) {
		err = log_format_parse(sshd, line, scratch, ret);
		*hint = err == -EINVAL ? first : sshd;
		return err;
	}
	err = first ? log_format_parse(first, line, scratch, ret) : -EINVAL;

	for (size_t i = 0; err == -EINVAL && i < log_format_count; i++) {
		const struct log_format *f = &log_formats[i];
		if (f == first || f->is_part || (f->is_beside && !first))
			continue;
		err = log_format_parse(f, line, scratch, ret);
		if (err != -EINVAL && !f->is_beside)
			*hint = f;
	}
	return err;
}
