/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-api.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

SoupMessage *cairn_api_message_new (const CairnApiRequest *request);

G_END_DECLS
