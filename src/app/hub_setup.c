// SPDX-License-Identifier: MIT
#include "app/hub_setup.h"

#include "app/engine_files.h"
#include "app/plain_text.h"
#include "app/privilege.h"
#include "base/text.h"
#include "config/exit_code.h"
#include "fleet/engines.h"
#include "fleet/nats.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A server's words are among it. */
static int say(FILE *out, enum exit_code code, const struct reason *what)
{
	char clean[REASON_MAX];
	struct str shown =
		plain_text(clean, text_sanitise(clean, sizeof clean, str_of(what->text)));

	fprintf(out, "%shub-setup: %.*s\n", out == stderr ? "nethergaze: " : "", STR_FMT(shown));
	return (int)code;
}

/* From here on it has the network, and nothing else. */
static int set_up(const struct options *o, struct engine_files *files, struct reason *said)
{
	const struct fleet_options *f = fleet_options_set();
	const struct nats_limits limits = {.age = f->stream_age, .bytes = f->stream_bytes};
	struct engine_options to = {.url = f->hub_setup, .name = ""};
	struct reason lacks;

	int err = engine_files_put(files, to.files);
	if (err) {
		reason_set_error(said, err);
		return err;
	}
	privilege_drop(PRIVILEGE_CARRIER, o, &lacks);
	return nats_set_up(&to, &limits, said);
}

int hub_setup(const struct options *o)
{
	const struct fleet_options *f = fleet_options_set();
	const struct carrier_engine *engine = engine_of(f->hub_setup);
	struct engine_files files;
	struct reason said;

	if (engine != &nats_engine) {
		reason_set(&said, "%.200s: expected nats://HOST[:PORT] or tls://HOST[:PORT]",
			f->hub_setup);
		return say(stderr, EXIT_USAGE, &said);
	}
	bool fine = engine_files_read(&files, f, &said);
	int err = fine ? set_up(o, &files, &said) : -EINVAL;
	engine_files_done(&files);
	if (err)
		return say(stderr, err == -EINVAL ? EXIT_USAGE : EXIT_FAILED, &said);
	return say(stdout, EXIT_DONE, &said);
}
