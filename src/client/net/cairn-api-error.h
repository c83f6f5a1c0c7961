/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The one mapping of what HTTP and the network say to the error domain. */
GError *cairn_api_error_from_status (guint status, SoupMessageHeaders *headers, GBytes *body, gint64 *pause_ms);
GError *cairn_api_error_from_type   (SoupMessageHeaders *headers);
GError *cairn_api_error_from_io     (const GError *error, SoupMessage *message, gboolean expired);

G_END_DECLS
