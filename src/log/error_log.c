// SPDX-License-Identifier: MIT
#include "log/error_log.h"

#include "log/error_apache.h"
#include "log/error_nginx.h"

#include <errno.h>

int log_error(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	int err = log_error_nginx(self, line, scratch, ret);

	return err == -EINVAL ? log_error_apache(self, line, scratch, ret) : err;
}

static int parse_error_log(const struct log_format *self, struct str line,
	struct log_scratch *scratch, struct event *ret)
{
	int err = log_error(self, line, scratch, ret);

	return err == -EINVAL ? -ENOMSG : err;
}

const struct log_format log_error_log = {
	"error log", "nginx's or Apache's error log", parse_error_log, false, false, NULL};
