// SPDX-License-Identifier: MIT
#include "fleet/engine.h"

#include "base/num.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int engine_say(int fd, bool up, const char *why)
{
	char text[FLEET_WHY_MAX + 16], clean[FLEET_WHY_MAX + 16];
	int n = snprintf(text, sizeof text, "%s%s%.*s", up ? "up" : "down", why[0] ? ": " : "",
		FLEET_WHY_MAX - 1, why);

	return fleet_send(fd, &(struct fleet_message){.what = FLEET_STATE,
				      .text = {clean, text_sanitise(clean, sizeof clean,
							      (struct str){text, (size_t)n})}});
}

int engine_say_account(int fd, const struct engine_account *a)
{
	char text[128];
	int n = snprintf(text, sizeof text,
		"sent=%" PRIu64 " bytes=%" PRIu64 " refused=%" PRIu64 " dropped=%" PRIu64, a->sent,
		a->bytes, a->refused, a->dropped);

	return fleet_send(
		fd, &(struct fleet_message){.what = FLEET_ACCOUNT, .text = {text, (size_t)n}});
}

bool engine_read_state(struct str text, bool *ret_up, char why[static FLEET_WHY_MAX])
{
	bool up = str_take(&text, STR_LIT("up"));

	if (!up && !str_take(&text, STR_LIT("down")))
		return false;
	if (text.n && !str_take(&text, STR_LIT(": ")))
		return false;
	*ret_up = up;
	why[text_sanitise(why, FLEET_WHY_MAX - 1, text)] = '\0';
	return true;
}

bool engine_read_account(struct str text, struct engine_account *ret_account)
{
	struct engine_account a = {0};
	const struct {
		struct str name;
		uint64_t *value;
	} fields[] = {{STR_LIT("sent="), &a.sent}, {STR_LIT(" bytes="), &a.bytes},
		{STR_LIT(" refused="), &a.refused}, {STR_LIT(" dropped="), &a.dropped}};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (!str_take(&text, fields[i].name))
			return false;
		const char *space = memchr(text.p, ' ', text.n);
		struct str number = {text.p, space ? (size_t)(space - text.p) : text.n};
		if (num_u64(number, fields[i].value) < 0)
			return false;
		text = str_skip(text, number.n);
	}
	*ret_account = a;
	return text.n == 0;
}
