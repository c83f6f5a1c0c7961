/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "portal-call.h"

G_BEGIN_DECLS

void portal_download_begin (SoupServerMessage *message, PortalStore *store, PortalParts *parts);

G_END_DECLS
