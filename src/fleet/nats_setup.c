// SPDX-License-Identifier: MIT
#include "fleet/nats_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define API_MS      10000
#define NS_PER_USEC 1000

static const char *subjects[] = {"ng.*.summary", "ng.*.flag"};

/* What is not said here stays as it is, in a stream that is there. */
static void set_limits(jsStreamConfig *config, const struct nats_limits *limits)
{
	config->Subjects = subjects;
	config->SubjectsLen = ARRAY_LEN(subjects);
	config->MaxAge = limits->age * NS_PER_USEC;
	config->MaxBytes = (int64_t)limits->bytes;
	config->Discard = js_DiscardOld;
}

static natsStatus add(jsCtx *js, const struct nats_limits *limits, jsErrCode *ret_code)
{
	jsStreamConfig config;

	jsStreamConfig_Init(&config);
	config.Name = NATS_STREAM;
	config.Description = "what nethergaze publishes";
	config.Storage = js_FileStorage;
	config.Retention = js_LimitsPolicy;
	set_limits(&config, limits);
	return js_AddStream(NULL, js, &config, NULL, ret_code);
}

static natsStatus update(
	jsCtx *js, const jsStreamInfo *info, const struct nats_limits *limits, jsErrCode *ret_code)
{
	jsStreamConfig config = *info->Config;

	set_limits(&config, limits);
	return js_UpdateStream(NULL, js, &config, NULL, ret_code);
}

static natsStatus set_up(
	jsCtx *js, const struct nats_limits *limits, bool *ret_made, jsErrCode *ret_code)
{
	jsStreamInfo *info = NULL;
	natsStatus s = js_GetStreamInfo(&info, js, NATS_STREAM, NULL, ret_code);

	*ret_made = s == NATS_NOT_FOUND;
	if (s == NATS_NOT_FOUND) {
		*ret_code = 0;
		s = add(js, limits, ret_code);
	} else if (s == NATS_OK) {
		s = update(js, info, limits, ret_code);
	}
	jsStreamInfo_Destroy(info);
	return s;
}

/* What a user without permission sees is that nobody answers. */
static void say_why_not(struct reason *ret_said, natsStatus s, jsErrCode code)
{
	if (s == NATS_NO_RESPONDERS || code == JSNotEnabledErr || code == JSNotEnabledForAccountErr)
		reason_set(ret_said,
			"the server has no JetStream for this user: expected jetstream {} in its "
			"configuration (and in the account's)");
	else if (s == NATS_TIMEOUT)
		reason_set(ret_said,
			"the server does not answer: expected permission to publish $JS.API.> and "
			"to subscribe _INBOX.>");
	else
		reason_set(ret_said, "stream " NATS_STREAM ": %.200s", nats_words(s));
}

static int set_up_by(natsConnection *nc, const struct nats_limits *limits, struct reason *ret_said)
{
	jsOptions options;
	jsErrCode code = 0;
	jsCtx *js = NULL;
	bool made = false;

	jsOptions_Init(&options);
	options.Wait = API_MS;
	natsStatus s = natsConnection_JetStream(&js, nc, &options);
	if (s == NATS_OK)
		s = set_up(js, limits, &made, &code);
	if (s == NATS_OK)
		reason_set(ret_said,
			"stream " NATS_STREAM " %s: ng.*.summary and ng.*.flag, kept for %" PRId64
			" s, at most %" PRIu64 " bytes; the oldest goes first",
			made ? "made" : "updated", (int64_t)(limits->age / USEC_PER_SEC),
			limits->bytes);
	else
		say_why_not(ret_said, s, code);
	jsCtx_Destroy(js);
	return s == NATS_OK ? 0 : -EIO;
}

int nats_set_up(
	const struct engine_options *o, const struct nats_limits *limits, struct reason *ret_said)
{
	natsConnection *nc = NULL;
	char why[BOX_WHY_MAX];

	if (!nats_check(o->url, ret_said))
		return -EINVAL;
	if (box_init(0) < 0 || nats_link(o, 0, &nc, why) != NATS_OK) {
		reason_set(ret_said, "cannot connect: %s", why);
		return -ECONNREFUSED;
	}
	int err = set_up_by(nc, limits, ret_said);
	natsConnection_Destroy(nc);
	return err;
}
