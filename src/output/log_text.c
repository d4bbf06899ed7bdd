// SPDX-License-Identifier: MIT
#include "output/log_text.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define PATH_MOST  400
#define AGENT_MOST 200
#define REFER_MOST 160
#define WORD_MOST  40

size_t utc_text(usec_t t, char buf[static UTC_TEXT_MAX])
{
	time_t seconds = (time_t)(t / USEC_PER_SEC);
	struct tm tm;
	size_t n = gmtime_r(&seconds, &tm) ? strftime(buf, UTC_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm)
					   : 0;

	buf[n] = '\0';
	return n;
}

static struct str or_dash(struct str s, size_t most)
{
	return s.n ? text_clip(s, most) : STR_LIT("-");
}

static int put_request(const struct journal_entry *e, const char *head, char *buf)
{
	char bytes[24] = "-", status[8] = "-";
	struct str proto = or_dash(journal_proto(e), WORD_MOST);

	if (e->bytes != ABSENT)
		snprintf(bytes, sizeof bytes, "%" PRIu64, e->bytes);
	if (e->status)
		snprintf(status, sizeof status, "%u", (unsigned)e->status);
	return snprintf(buf, LOG_TEXT_MAX, "%s \"%.*s %.*s %.*s\" %s %s \"%.*s\" \"%.*s\"", head,
		STR_FMT(or_dash(journal_method(e), WORD_MOST)),
		STR_FMT(or_dash(journal_path(e), PATH_MOST)), STR_FMT(proto), status, bytes,
		STR_FMT(or_dash(journal_referer(e), REFER_MOST)),
		STR_FMT(or_dash(journal_agent(e), AGENT_MOST)));
}

static int put_login(const struct journal_entry *e, const char *head, char *buf)
{
	const char *outcome = auth_outcome_name(e->outcome);
	int n = snprintf(buf, LOG_TEXT_MAX, "%s ssh: %s %.*s for %.*s", head,
		outcome ? outcome : "-", STR_FMT(or_dash(journal_text(e, JOURNAL_WAY), WORD_MOST)),
		STR_FMT(or_dash(journal_user(e), WORD_MOST)));

	if (e->times != ABSENT && e->times > 1 && n > 0 && n < LOG_TEXT_MAX)
		n += snprintf(buf + n, (size_t)(LOG_TEXT_MAX - n), ", %" PRIu64 " times", e->times);
	return n;
}

size_t log_text(const struct journal_entry *e, char buf[static LOG_TEXT_MAX])
{
	char head[UTC_TEXT_MAX + ADDR_TEXT_MAX + 1], when[UTC_TEXT_MAX], ip[ADDR_TEXT_MAX] = "-";

	utc_text(e->ts, when);
	if (!addr_is_unset(&e->ip))
		addr_format(&e->ip, ip);
	snprintf(head, sizeof head, "%s %s", when, ip);
	int n = journal_is_request(e) ? put_request(e, head, buf) : put_login(e, head, buf);
	return n < 0 ? 0 : n < LOG_TEXT_MAX ? (size_t)n : LOG_TEXT_MAX - 1;
}
