// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"
#include "app/journal_plan.h"
#include "app/ssh_log.h"

#include "base/text.h"
#include "helper/program.h"
#include "log/journal_place.h"
#include "log/journal_reader.h"

#include <stdlib.h>
#include <time.h>

#define TEXT_MAX 512

static void print_place(FILE *out, const struct journal_plan *plan)
{
	char dirs[JOURNAL_DIRS_MAX][PATH_MAX], why[JOURNAL_WHY_MAX], text[TEXT_MAX];
	size_t n = journal_place_dirs(&plan->place, dirs);
	enum log_state state = journal_place_look(&plan->place, why);

	snprintf(text, sizeof text, "%.200s%s%.200s%s%s", dirs[0], n > 1 ? " or " : "",
		n > 1 ? dirs[1] : "", why[0] ? ": " : "", why);
	doctor_mark(out, state == LOG_READING, text);
}

/* What reads it: NULL, if the library does not. */
static const struct journal_lib *print_means(FILE *out)
{
	char path[PROGRAM_PATH_MAX], text[PROGRAM_PATH_MAX + 64];
	const char *why;
	const struct journal_lib *lib = journal_lib_load(&why);

	doctor_mark(out, lib != NULL, lib ? JOURNAL_LIB_NAME " reads it" : why);
	if (lib)
		return lib;
	if (program_find("journalctl", path) == 0) {
		snprintf(text, sizeof text, "%s is run instead", path);
		doctor_mark(out, true, text);
	} else {
		doctor_mark(out, false, "journalctl is not installed either");
		doctor_under(out, "install libsystemd0, or systemd, to have the journal read");
	}
	return NULL;
}

/* A unit whose name is mistyped has none. */
static void print_input(
	FILE *out, const struct journal_plan *plan, size_t i, const struct journal_lib *lib)
{
	const struct log_journal_options options = {
		.inputs = &plan->inputs[i], .input_count = 1, .place = plan->place, .lib = lib};
	const char *label = plan->inputs[i].label;
	char text[TEXT_MAX], when[32] = "";
	usec_t last = 0;
	struct tm tm;

	int err = lib ? journal_read_last(&options, &last) : 0;
	time_t t = (time_t)(last / USEC_PER_SEC);
	if (last && localtime_r(&t, &tm))
		strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(text, sizeof text, "%s%s%s", label,
		!lib      ? ""
		: err     ? ": "
		: when[0] ? ": last entry at "
			  : ": no entry yet",
		err ? strerror(-err) : when);
	doctor_mark(out, !lib || when[0], text);
	if (plan->inputs[i].only_root)
		doctor_under(out, "what sshd logs as root: logins");
}

void doctor_journal(FILE *out, const struct options *options)
{
	struct journal_plan *plan = malloc(sizeof *plan);
	char text[64];

	fputs("\nThe journal of systemd\n", out);
	if (!plan) {
		doctor_under(out, "out of memory");
		return;
	}
	journal_plan_init(plan, options);
	if (plan->count) {
		print_place(out, plan);
		const struct journal_lib *lib = print_means(out);
		for (size_t i = 0; i < plan->count; i++)
			print_input(out, plan, i, lib);
	} else {
		doctor_under(out, "not read: --journal UNIT reads what a unit logs, and the SSH "
				  "server's entries are read where it has no other log");
	}
	if (plan->dropped) {
		snprintf(text, sizeof text, "%zu further units are left out: no room",
			plan->dropped);
		doctor_under(out, text);
	}
	free(plan);
}
