// SPDX-License-Identifier: MIT
/* Any bytes come to the metrics port. */
#include "app/http_request.h"

#include <stdint.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_request request, again;
	struct str text = {(const char *)data, size};
	enum http_status status = http_request_read(text, &request);

	require(status == HTTP_MORE || http_reason(status)[0]);
	require(status != HTTP_MORE || size < HTTP_REQUEST_MAX);
	require(status != HTTP_TOO_LARGE || size >= HTTP_REQUEST_MAX);
	if (status != HTTP_OK)
		return 0;
	/* What an answer was due to stays one, whatever comes behind it; and it comes once. */
	size_t least = size < HTTP_REQUEST_MAX ? size : HTTP_REQUEST_MAX;
	if (least > 2048)
		return 0; /* it would take long */
	while (least && http_request_read((struct str){text.p, least - 1}, &again) == HTTP_OK)
		least--;
	require(least > 2 && data[least - 1] == '\n');
	require(http_request_read((struct str){text.p, least}, &again) == HTTP_OK);
	require(again.head == request.head && again.open_metrics == request.open_metrics);
	for (size_t n = 0; n<least; n += least - n> 80 ? 61 : 1)
		require(http_request_read((struct str){text.p, n}, &again) != HTTP_OK);
	return 0;
}
