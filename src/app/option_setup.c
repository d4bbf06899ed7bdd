// SPDX-License-Identifier: MIT
#include "app/option_setup.h"

#include "app/flag_options.h"
#include "app/fleet_options.h"
#include "app/hook_options.h"
#include "app/journal_plan.h"
#include "app/key_options.h"
#include "app/metrics_server.h"
#include "base/text.h"
#include "detect/flag_defs.h"
#include "detect/patterns.h"
#include "enrich/fetch.h"
#include "enrich/whois.h"
#include "fleet/otlp_url.h"
#include "log/format_string.h"
#include "log/formats.h"
#include "model/filter.h"

#include <errno.h>

/* Where the machine's configuration lies is the Makefile's to say. */
#ifndef NG_SYSCONFDIR
#define NG_SYSCONFDIR "/etc"
#endif
const char option_setup_machine_dir[] = NG_SYSCONFDIR "/nethergaze";

_Static_assert(OPTION_WHY_MAX == FORMAT_STRING_ERROR_MAX, "a reason fits");

/* "auto|combined|…" */
static const char *format_names(void)
{
	static char names[128];
	size_t n = (size_t)snprintf(names, sizeof names, "auto");

	for (size_t i = 0; i < log_format_count && n < sizeof names; i++)
		n += (size_t)snprintf(names + n, sizeof names - n, "|%s", log_formats[i].name);
	return names;
}

static int check_format(struct str text, char why[static OPTION_WHY_MAX])
{
	struct log_format *format = NULL;

	if (!format_string_is(text))
		return -EINVAL;
	int err = format_string_new(text, LOG_DIALECT_GUESS, text, &format, why);
	format_string_free(format);
	return err;
}

static int check_filter(struct str text, char why[static OPTION_WHY_MAX])
{
	const struct filter_env env = {.flag_at = flag_name_at, .has_mark = true};
	struct filter_error error;
	char complaint[FILTER_COMPLAINT_MAX];
	struct filter f;

	if (filter_compile(&f, text, &env, &error) == 0)
		return 0;
	size_t n = filter_complaint(&error, text, complaint);
	text_copy(why, OPTION_WHY_MAX, (struct str){complaint, n});
	return -EINVAL;
}

/* As the judgement understands it. */
static int check_pattern(struct str text, char why[static OPTION_WHY_MAX])
{
	char buf[PATTERN_TEXT_MAX];

	if (!text.n || text.n > PATTERN_TEXT_MAX)
		return -EINVAL;
	if (patterns_understand(text, buf) >= PATTERN_LEAST)
		return 0;
	snprintf(why, OPTION_WHY_MAX, "it is in too many paths; expected at least %d characters",
		PATTERN_LEAST);
	return -EINVAL;
}

/* A server that look-ups may go to, as they will judge it: one that is named wrongly would only be
 * found out at the first question. */
static int check_whois_server(struct str text,
	char why[static OPTION_WHY_MAX]) /* NOLINT(readability-non-const-parameter) */
{
	char server[WHOIS_HOST_MAX], host[WHOIS_HOST_MAX];
	unsigned port;

	(void)why;
	if (text.n >= sizeof server)
		return -EINVAL;
	text_copy(server, sizeof server, text);
	return fetch_server(server, true, host, sizeof host, &port) < 0 ? -EINVAL : 0;
}

static int check_unit(struct str text, char why[static OPTION_WHY_MAX])
{
	return journal_plan_check(text, why, OPTION_WHY_MAX);
}

static int check_metrics(struct str text,
	char why[static OPTION_WHY_MAX]) /* NOLINT(readability-non-const-parameter) */
{
	struct metrics_place place;

	(void)why;
	return metrics_place_parse(text, &place);
}

/* A header with the end of a line in it would be two. */
static int check_otlp_header(struct str text, char why[static OPTION_WHY_MAX])
{
	const char *fault = otlp_header_fault(text);

	text_copy(why, OPTION_WHY_MAX, str_of(fault));
	return fault ? -EINVAL : 0;
}

const struct options_setup *option_setup(void)
{
	static struct option_check checks[] = {
		{.key = "log_format",
			.others = "a format string as in nginx's log_format or Apache's LogFormat",
			.check = check_format},
		{.key = "whois.server",
			.others = "a name or address of a host, or HOST:PORT",
			.check = check_whois_server},
		{.key = "journal.units",
			.others = "a unit, or CONTAINER_NAME=NAME or SYSLOG_IDENTIFIER=NAME",
			.check = check_unit},
		{.key = "metrics.listen",
			.others = "PORT, ADDR:PORT or [ADDR]:PORT",
			.check = check_metrics},
		{.key = "otlp.headers", .others = "\"Name: value\"", .check = check_otlp_header},
		{.key = "view.filter", .others = "a filter", .check = check_filter},
		{.key = "filters.exploit_path_patterns",
			.others = "a part of a path, or an array of them",
			.check = check_pattern},
	};
	static struct option_table tables[FLAGS + FLEET_OPTION_TABLES + 2];
	static struct options_setup setup = {.machine_dir = option_setup_machine_dir,
		.tables = tables,
		.checks = checks,
		.check_count = ARRAY_LEN(checks),
		.table_count = ARRAY_LEN(tables)};

	checks[0].choices = format_names();
	tables[0] = key_option_table();
	tables[1] = hook_option_table();
	memcpy(tables + 2, flag_option_tables(), FLAGS * sizeof tables[0]);
	memcpy(tables + 2 + FLAGS, fleet_option_tables(), FLEET_OPTION_TABLES * sizeof tables[0]);
	return &setup;
}
