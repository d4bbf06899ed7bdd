// SPDX-License-Identifier: MIT
/* Any packet between the console and the carrier's process, and any subject of a NATS server: here
 * is what whoever takes them may rely on. */
#include "base/text.h"
#include "fleet/engine.h"
#include "fleet/nats_subject.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_words(struct str text)
{
	struct engine_account account;
	char why[FLEET_WHY_MAX];
	bool up;

	if (engine_read_state(text, &up, why))
		require(text_is_clean(str_of(why)));
	engine_read_account(text, &account);
}

static void check_subject(struct str text)
{
	char name[FLEET_NAME_MAX], token[NATS_TOKEN_MAX];
	struct str read = STR_ABSENT;
	size_t n = 0;

	enum fleet_what what = nats_subject_read(text, &read);
	require(what == FLEET_NOTHING || what == FLEET_SUMMARY || what == FLEET_FLAG);
	if (what == FLEET_NOTHING || !nats_name(read, name, &n))
		return;
	require(n > 0 && n < FLEET_NAME_MAX && text_is_clean((struct str){name, n}));
	/* Another token may be of the same name, but the name has one. */
	size_t token_n = nats_token(token, (struct str){name, n});
	char again[FLEET_NAME_MAX];
	size_t again_n = 0;
	require(nats_name((struct str){token, token_n}, again, &again_n));
	require(again_n == n && memcmp(again, name, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str all = {(const char *)data, size};
	struct fleet_message m;

	check_words(all);
	check_subject(all);
	if (fleet_read((const char *)data, size, &m) < 0)
		return 0;
	require(m.what > FLEET_NOTHING && m.what < FLEET_WHATS);
	require(m.machine.n < FLEET_NAME_MAX && text_is_clean(m.machine));
	require(m.text.n <= FLEET_TEXT_MAX && m.at >= 0);
	require(m.machine.p + m.machine.n == m.text.p);
	require(m.text.p + m.text.n == (const char *)data + size);
	check_words(m.text);
	check_subject(m.text);
	return 0;
}
