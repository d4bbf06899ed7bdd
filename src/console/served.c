// SPDX-License-Identifier: MIT
#include "console/served.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define LOOKED_AT   2048 /* connections */
#define PORTS_LOOK  32   /* different ports among them */
#define NAMES_LOOK  256  /* owners that are looked for */
#define TARGET_MOST 80   /* percent of the half-open ones that make a port the target */

/* Who answers HTTP. Names of processes, as the kernel cuts them. */
static const char *const servers[] = {"nginx", "apache2", "httpd", "caddy", "haproxy", "lighttpd",
	"traefik", "envoy", "varnishd", "openresty", "angie", "litespeed", "h2o", "hitch",
	"docker-proxy", "gunicorn", "uvicorn", "node", "puma", "php-fpm"};

struct port {
	uint16_t port;
	int server; /* of servers[], or -1 */
	uint32_t conns, half_open;
};

struct ports {
	struct port at[PORTS_LOOK];
	size_t n;
	uint32_t half_open, names;
};

static int server_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(servers); i++)
		if (strncmp(name, servers[i], strlen(servers[i])) == 0)
			return (int)i;
	return -1;
}

static struct port *port_at(struct ports *p, uint16_t number)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i].port == number)
			return &p->at[i];
	if (p->n == PORTS_LOOK)
		return NULL;
	p->at[p->n] = (struct port){.port = number, .server = -1};
	return &p->at[p->n++];
}

static void count(struct ports *p, const struct model *m, const struct conn *c)
{
	struct port *port = c->dir == DIR_OUT || conn_is_closed(c) ? NULL : port_at(p, c->lport);

	if (!port)
		return;
	port->conns++;
	if (c->state == TCP_SYN_RECV) {
		port->half_open++;
		p->half_open++;
	} else if (port->server < 0 && c->inode && p->names < NAMES_LOOK) {
		const struct label *owner = model_owner(m, c);
		p->names++;
		port->server = owner ? server_of(owner->text) : -1;
	}
}

static bool is_web(const struct port *p)
{
	return p->server >= 0 || p->port == 80 || p->port == 443;
}

static int by_number(const void *a, const void *b)
{
	return ((const struct port *)a)->port - ((const struct port *)b)->port;
}

/* The log's name says whose it is, where no owner does. */
static const char *server_of_logs(const struct machine *machine)
{
	for (uint32_t i = 0; i < machine->log_count; i++)
		for (size_t k = 0; k < ARRAY_LEN(servers); k++)
			if (strstr(machine->logs[i].name, servers[k]))
				return servers[k];
	return NULL;
}

/* "nginx :80 :443" */
static void name(struct served *s, struct ports *p, const struct model *m)
{
	const char *server = NULL;
	char text[SERVED_TEXT_MAX] = "";
	size_t used = 0, shown = 0;

	qsort(p->at, p->n, sizeof p->at[0], by_number);
	for (size_t i = 0; i < p->n && !server; i++)
		server = p->at[i].server < 0 ? NULL : servers[p->at[i].server];
	if (!server)
		server = server_of_logs(model_machine(m));
	if (server)
		used = (size_t)snprintf(text, sizeof text, "%s", server);
	for (size_t i = 0; i < p->n && shown < SERVED_PORTS; i++)
		if (is_web(&p->at[i]) && used + 8 < sizeof text) {
			used += (size_t)snprintf(text + used, sizeof text - used, "%s:%u",
				used ? " " : "", (unsigned)p->at[i].port);
			shown++;
		}
	if (shown || !s->text[0])
		memcpy(s->text, text, sizeof text);
}

void served_look(struct served *s, const struct model *m)
{
	struct ports p = {.n = 0};
	uint32_t id = pool_next(&m->conns, 0);

	for (uint32_t i = 0; id != POOL_NONE && i < LOOKED_AT; i++) {
		count(&p, m, model_conn(m, id));
		id = pool_next(&m->conns, id + 1);
	}
	s->target = 0;
	for (size_t i = 0; i < p.n; i++)
		if (p.at[i].half_open * 100 > p.half_open * TARGET_MOST)
			s->target = p.at[i].port;
	name(s, &p, m);
}
