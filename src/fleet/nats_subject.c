// SPDX-License-Identifier: MIT
#include "fleet/nats_subject.h"

#include "base/num.h"
#include "base/text.h"

#include <string.h>

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

size_t nats_token(char token[static NATS_TOKEN_MAX], struct str name)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = 0;

	name = text_clip(name, FLEET_NAME_MAX - 1);
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		if (is_plain(name.p[i])) {
			token[n++] = name.p[i];
			continue;
		}
		token[n++] = '%';
		token[n++] = digits[c >> 4];
		token[n++] = digits[c & 15];
	}
	token[n] = '\0';
	return n;
}

bool nats_name(struct str token, char name[static FLEET_NAME_MAX], size_t *ret_n)
{
	size_t n = 0;

	while (token.n && n < FLEET_NAME_MAX - 1) {
		int high = token.n > 2 ? num_hex(token.p[1]) : -1;
		int low = token.n > 2 ? num_hex(token.p[2]) : -1;
		bool spelled = token.p[0] == '%';
		if (spelled ? high < 0 || low < 0 : !is_plain(token.p[0]))
			return false;
		name[n++] = spelled ? (char)(high << 4 | low) : token.p[0];
		token = str_skip(token, spelled ? 3 : 1);
	}
	*ret_n = n;
	return n && !token.n && text_is_clean((struct str){name, n});
}

enum fleet_what nats_subject_read(struct str subject, struct str *ret_token)
{
	const struct {
		struct str end;
		enum fleet_what what;
	} kinds[] = {{STR_LIT(".summary"), FLEET_SUMMARY}, {STR_LIT(".live"), FLEET_SUMMARY},
		{STR_LIT(".flag"), FLEET_FLAG}};

	if (!str_take(&subject, STR_LIT("ng.")))
		return FLEET_NOTHING;
	const char *dot = memchr(subject.p, '.', subject.n);
	if (!dot)
		return FLEET_NOTHING;
	struct str token = {subject.p, (size_t)(dot - subject.p)};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eq(str_skip(subject, token.n), kinds[i].end)) {
			*ret_token = token;
			return kinds[i].what;
		}
	return FLEET_NOTHING;
}
