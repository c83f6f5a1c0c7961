/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The one mapping of what HTTP and the network say to the error domain. */
GError *cairn_api_error_from_status (guint status, SoupMessageHeaders *headers, GBytes *body, gint64 *pause_ms);
GError *cairn_api_error_from_type   (SoupMessageHeaders *headers);
GError *cairn_api_error_from_io     (const GError *error, SoupMessage *message, gboolean expired);

/* Whether a token is good, but the person must prove again who they are (RFC 9470 §3) */
gboolean cairn_api_error_wants_proof (SoupMessageHeaders *headers);

G_END_DECLS
