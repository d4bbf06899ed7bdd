// SPDX-License-Identifier: MIT
#include "source/log_parse.h"

#include "source/log_clf.h"
#include "source/log_haproxy.h"
#include "source/log_json.h"
#include "source/log_sshd.h"

#include <errno.h>

/* In the order in which they are tried. "combined" takes common lines too. */
const struct log_format log_formats[] = {
	{"combined", "NCSA combined: common with referer and agent", log_clf_combined},
	{"common", "NCSA common; what follows the size is ignored", log_clf_common},
	{"json", "one object a line, of Caddy, Traefik, or with nginx's or Apache's names",
		log_json},
	{"haproxy", "HAProxy's httplog and httpslog", log_haproxy},
	{"sshd", "OpenSSH's lines in the system's log", log_sshd},
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
		if (&log_formats[i] == first)
			continue;
		err = log_format_parse(&log_formats[i], line, scratch, ret);
		if (err != -EINVAL)
			*hint = &log_formats[i];
	}
	return err;
}
