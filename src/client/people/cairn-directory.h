/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cache/cairn-cache.h"
#include "client/cairn-recipients.h"
#include "client/outbox/cairn-message-limits.h"

G_BEGIN_DECLS

/**
 * CairnDirectory:
 * @recipients: (element-type CairnRecipient): whom one may write to, in order
 * @reply_hours: when an answer comes at the latest, 0 unknown
 * @emergency_text: (nullable): what to do in an emergency
 * @emergency_number: (nullable): whom to call then
 * @phone: (nullable): the clinic's own number
 * @limits: what a message may have
 *
 * What a portal says of writing to it.
 */
typedef struct
{
  GPtrArray *recipients;
  guint      reply_hours;
  char      *emergency_text;
  char      *emergency_number;
  char      *phone;
  CairnMessageLimits limits;
} CairnDirectory;

void            cairn_directory_free  (CairnDirectory *self);
CairnDirectory *cairn_directory_parse (GBytes *bytes, GError **error);

/* On the database's thread */
CairnDirectory *cairn_directory_load  (CairnConnection *connection, GError **error);
CairnDirectory *cairn_directory_store (CairnConnection *connection, GBytes *bytes, GError **error);
void            cairn_directory_forget (CairnConnection *connection);

CairnRecipient *cairn_recipient_new   (const char *reference, const char *name, const char *about, gboolean pool,
                                       guint reply_hours);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnDirectory, cairn_directory_free)

G_END_DECLS
