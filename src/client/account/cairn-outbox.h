/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * CairnOutboxRow:
 * @number: its number here
 * @type: resource type
 * @state: "waiting" or "refused"
 * @created: ms since 1970
 * @error: (nullable): why the portal refused it
 *
 * Something that waits to be sent.
 */
typedef struct
{
  gint64 number;
  char  *type;
  char  *state;
  gint64 created;
  char  *error;
} CairnOutboxRow;

void           cairn_outbox_row_free   (CairnOutboxRow *self);

CairnDatabase *cairn_outbox_open       (const char *path, GBytes *key, char **kept_aside, GError **error);
char          *cairn_outbox_keep_aside (const char *path, GError **error);

/* On the database's thread */
GPtrArray     *cairn_outbox_list       (CairnConnection *connection, GError **error);

G_END_DECLS
