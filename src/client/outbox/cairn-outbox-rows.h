/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * CairnOutboxRow:
 * @number: its number here
 * @type: resource type
 * @identifier: what makes it the same thing however often it is sent: "system|value", or "Type/id" of what it writes
 * @state: "waiting", "sending", "refused" or "conflict"
 * @created: ms since 1970
 * @error: (nullable): why the portal did not take it
 * @text: the resource
 * @thread: (nullable): what must arrive in the order in which it was written
 * @target: (nullable): "Type/id" that it writes; %NULL creates
 * @version: (nullable): the version of @target that it changes
 * @tries: how often it was tried
 * @not_before: when it may be tried, ms since 1970
 * @quiet: whether nobody needs to see it
 *
 * Something that was written here and isn't at the portal yet.
 */
typedef struct
{
  gint64 number;
  char  *type;
  char  *identifier;
  char  *state;
  gint64 created;
  char  *error;
  char  *text;
  char  *thread;
  char  *target;
  char  *version;
  guint  tries;
  gint64 not_before;
  gboolean quiet;
} CairnOutboxRow;

void            cairn_outbox_row_free    (CairnOutboxRow *self);

/* On the database's thread */
gboolean        cairn_outbox_rows_add    (CairnConnection *connection, CairnOutboxRow *row, GError **error);
GPtrArray      *cairn_outbox_rows_list   (CairnConnection *connection, GError **error);
CairnOutboxRow *cairn_outbox_rows_next   (CairnConnection *connection, gint64 now, gint64 *next_time, GError **error);
gboolean        cairn_outbox_rows_update (CairnConnection *connection, const CairnOutboxRow *row, GError **error);
gboolean        cairn_outbox_rows_wake   (CairnConnection *connection, GError **error);
gboolean        cairn_outbox_rows_remove (CairnConnection *connection, gint64 number, GError **error);
gboolean        cairn_outbox_rows_rename (CairnConnection *connection, const char *thread, const char *reference, GError **error);
gboolean        cairn_outbox_rows_follow (CairnConnection *connection, const char *thread, GError **error);
gboolean        cairn_outbox_rows_drop_draft (CairnConnection *connection, const char *thread, GError **error);
CairnOutboxRow *cairn_outbox_rows_take   (CairnConnection *connection, gint64 number, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnOutboxRow, cairn_outbox_row_free)

G_END_DECLS
