// SPDX-License-Identifier: MIT
#include "fleet/fleet_wire.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

bool fleet_message_is_fine(const struct fleet_message *m)
{
	return m->what > FLEET_NOTHING && m->what < FLEET_WHATS && m->at >= 0 &&
	       m->at < USEC_LIMIT && m->machine.n < FLEET_NAME_MAX && text_is_clean(m->machine) &&
	       m->text.n <= FLEET_TEXT_MAX;
}

/* recv(2) and send(2) say the same with several numbers when nobody is there. */
static int failed(void)
{
	return errno == ECONNRESET || errno == ENOTCONN || errno == EPIPE ? -EPIPE : -errno;
}

int fleet_send(int fd, const struct fleet_message *m)
{
	struct fleet_head head = {.what = (uint32_t)m->what,
		.machine_n = (uint32_t)m->machine.n,
		.token = m->token,
		.text_n = m->text.n,
		.at = m->at};
	struct iovec parts[] = {{&head, sizeof head},
		{(void *)(uintptr_t)m->machine.p, m->machine.n},
		{(void *)(uintptr_t)m->text.p, m->text.n}};
	const struct msghdr packet = {.msg_iov = parts, .msg_iovlen = ARRAY_LEN(parts)};
	ssize_t n;

	if (!fleet_message_is_fine(m))
		return -EMSGSIZE;
	do
		n = sendmsg(fd, &packet, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return 0;
	return errno == EWOULDBLOCK || errno == ENOBUFS ? -EAGAIN : failed();
}

int fleet_read(const char *packet, size_t n, struct fleet_message *ret)
{
	struct fleet_head head;

	if (n < sizeof head || n > FLEET_PACKET_MAX)
		return -EPROTO;
	memcpy(&head, packet, sizeof head);
	size_t rest = n - sizeof head;
	if (head.what >= FLEET_WHATS || head.machine_n > rest ||
		head.text_n != rest - head.machine_n)
		return -EPROTO;
	struct fleet_message m = {.what = (enum fleet_what)head.what,
		.token = head.token,
		.at = head.at,
		.machine = {packet + sizeof head, head.machine_n},
		.text = {packet + sizeof head + head.machine_n, head.text_n}};
	if (!fleet_message_is_fine(&m))
		return -EPROTO;
	*ret = m;
	return 0;
}

int fleet_receive(int fd, char buf[static FLEET_PACKET_MAX], struct fleet_message *ret)
{
	ssize_t n;

	do
		n = recv(fd, buf, FLEET_PACKET_MAX, MSG_DONTWAIT | MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : failed();
	if (n == 0)
		return -EPIPE;
	int err = fleet_read(buf, (size_t)n, ret);
	return err ? err : 1;
}
