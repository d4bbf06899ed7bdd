// SPDX-License-Identifier: MIT
#include "model/model.h"

#include "base/hash.h"

const struct host_proxy host_proxy_none;
const struct host_login host_login_none;

uint32_t model_find_host(const struct model *m, const struct addr *ip)
{
	index_for_each_match (&m->host_index, addr_hash(ip), id)
		if (addr_eq(&model_host(m, id)->ip, ip))
			return id;
	return POOL_NONE;
}
