// SPDX-License-Identifier: MIT
#include "base/file.h"
#include "base/num.h"
#include "fleet/nats_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS    5000
#define WRITE_MS      5000 /* a server that takes nothing is none */
#define PING_MS       10000
#define PINGS         2
#define SEED_FILE_MAX 4096
#define NKEY_CHARS    56 /* of a public key: 35 bytes in base32 */

const char *nats_words(natsStatus status)
{
	natsStatus last = NATS_OK;
	const char *text = nats_GetLastError(&last);

	if (last == NATS_OK || !text || !text[0])
		return natsStatus_GetText(status);
	/* "(conn.c:2088): No server available" */
	const char *words = text[0] == '(' ? strstr(text, "): ") : NULL;
	return words ? words + 3 : text;
}

static bool wants_tls(const struct engine_options *o)
{
	return strstr(o->url, "tls://") || o->files[ENGINE_CA] || o->files[ENGINE_CERT];
}

static natsStatus set_tls(natsOptions *opts, const struct engine_options *o)
{
	natsStatus s = natsOptions_SetSecure(opts, true);

	/* Without, the system's; the name in the certificate is checked either way. */
	if (s == NATS_OK && o->files[ENGINE_CA])
		s = natsOptions_LoadCATrustedCertificates(opts, o->files[ENGINE_CA]);
	if (s == NATS_OK && o->files[ENGINE_CERT])
		s = natsOptions_LoadCertificatesChain(
			opts, o->files[ENGINE_CERT], o->files[ENGINE_CERT_KEY]);
	return s;
}

/* A word of the file that begins as public keys of users do, and is as long. */
static bool find_public_key(char *text, char key[static NKEY_CHARS + 1])
{
	char *rest;

	for (char *w = strtok_r(text, " \t\r\n", &rest); w; w = strtok_r(NULL, " \t\r\n", &rest))
		if (w[0] == 'U' && strlen(w) == NKEY_CHARS) {
			memcpy(key, w, NKEY_CHARS + 1);
			return true;
		}
	return false;
}

static natsStatus set_nkey(natsOptions *opts, const char *path, char why[static BOX_WHY_MAX])
{
	char key[NKEY_CHARS + 1], *text;
	size_t n;

	if (file_read(path, SEED_FILE_MAX, &text, &n) < 0)
		return NATS_ERR;
	bool found = find_public_key(text, key);
	explicit_bzero(text, n);
	free(text);
	if (found)
		return natsOptions_SetNKeyFromSeed(opts, key, path);
	snprintf(why, BOX_WHY_MAX,
		"the nkey file lacks the public key (U...): nk -inkey FILE -pubout >>FILE");
	return NATS_ERR;
}

static natsStatus set_identity(
	natsOptions *opts, const struct engine_options *o, char why[static BOX_WHY_MAX])
{
	if (o->files[ENGINE_CREDENTIALS])
		return natsOptions_SetUserCredentialsFromFiles(
			opts, o->files[ENGINE_CREDENTIALS], NULL);
	return o->files[ENGINE_NKEY] ? set_nkey(opts, o->files[ENGINE_NKEY], why) : NATS_OK;
}

/* Threads of libnats. */

static void on_closed(natsConnection *nc, void *closure)
{
	struct box_item news = {.kind = BOX_CLOSED, .generation = (uint32_t)(uintptr_t)closure};
	const char *text = NULL;

	natsConnection_GetLastError(nc, &text);
	snprintf(news.text, sizeof news.text, "%s", text ? text : "");
	box_put_news(&news);
}

static void on_wrong(natsConnection *nc, natsSubscription *sub, natsStatus err, void *closure)
{
	struct box_item news = {.kind = BOX_WRONG, .generation = (uint32_t)(uintptr_t)closure};
	const char *text = NULL;

	(void)sub;
	natsConnection_GetLastError(nc, &text);
	snprintf(news.text, sizeof news.text, "%s",
		text && text[0] ? text : natsStatus_GetText(err));
	box_put_news(&news);
}

/* When the connection breaks it is over: there is one way to begin, which says why it fails. */
static natsStatus set_manners(natsOptions *opts, const char *name, void *closure)
{
	char called[FLEET_NAME_MAX + 16];

	snprintf(called, sizeof called, "nethergaze %s", name[0] ? name : "hub");
	natsStatus s = natsOptions_SetAllowReconnect(opts, false);
	if (s == NATS_OK)
		s = natsOptions_SetName(opts, called);
	if (s == NATS_OK)
		s = natsOptions_SetTimeout(opts, CONNECT_MS);
	if (s == NATS_OK)
		s = natsOptions_SetWriteDeadline(opts, WRITE_MS);
	if (s == NATS_OK)
		s = natsOptions_SetPingInterval(opts, PING_MS);
	if (s == NATS_OK)
		s = natsOptions_SetMaxPingsOut(opts, PINGS);
	if (s == NATS_OK)
		s = natsOptions_SetClosedCB(opts, on_closed, closure);
	if (s == NATS_OK)
		s = natsOptions_SetErrorHandler(opts, on_wrong, closure);
	return s;
}

natsStatus nats_link(const struct engine_options *o, uint32_t generation, natsConnection **ret_nc,
	char why[static BOX_WHY_MAX])
{
	natsOptions *opts = NULL;

	why[0] = '\0';
	natsStatus s = natsOptions_Create(&opts);
	if (s == NATS_OK)
		s = natsOptions_SetURL(opts, o->url);
	if (s == NATS_OK)
		s = set_manners(opts, o->name, (void *)(uintptr_t)generation);
	if (s == NATS_OK && wants_tls(o))
		s = set_tls(opts, o);
	if (s == NATS_OK)
		s = set_identity(opts, o, why);
	if (s == NATS_OK)
		s = natsConnection_Connect(ret_nc, opts);
	if (s != NATS_OK && !why[0])
		snprintf(why, BOX_WHY_MAX, "%s", nats_words(s));
	natsOptions_Destroy(opts);
	return s;
}

/* Without libnats, which starts threads when it is first called. "user:word@host:4222", "[::1]". */
static bool server_is_fine(struct str server)
{
	const struct str schemes[] = {STR_LIT("nats://"), STR_LIT("tls://")};
	uint64_t port = 1;

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (str_take(&server, schemes[i]))
			break;
	const char *user = server.n ? memrchr(server.p, '@', server.n) : NULL;
	if (user)
		server = str_skip(server, (size_t)(user + 1 - server.p));
	size_t n = server.n;
	while (n && server.p[n - 1] == '/')
		n--;
	const char *bracket = n ? memrchr(server.p, ']', n) : NULL;
	const char *colon = n ? memrchr(server.p, ':', n) : NULL;
	if (colon && (!bracket || colon > bracket)) {
		struct str text = {colon + 1, n - (size_t)(colon + 1 - server.p)};
		n = (size_t)(colon - server.p);
		if (num_u64(text, &port) < 0)
			port = 0;
	}
	return n && port && port <= UINT16_MAX;
}

bool nats_check(const char *url, struct reason *ret_reason)
{
	struct str rest = str_of(url);
	bool fine = rest.n > 0;

	while (rest.n && fine) {
		const char *comma = memchr(rest.p, ',', rest.n);
		size_t n = comma ? (size_t)(comma - rest.p) : rest.n;
		fine = server_is_fine((struct str){rest.p, n});
		rest = str_skip(rest, comma ? n + 1 : n);
	}
	reason_set(
		ret_reason, fine ? "%s" : "expected nats://HOST[:PORT] or tls://HOST[:PORT]%s", "");
	return fine;
}
