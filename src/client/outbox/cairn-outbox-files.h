/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/files/cairn-pieces.h"

G_BEGIN_DECLS

/*
 * As a migration. A file belongs to a draft or to a message that waits, and goes with it. States: "reading" (its pieces are being
 * written), "here", "sent" (the portal has it) and "refused".
 */
#define CAIRN_OUTBOX_FILES_TABLES \
  "CREATE TABLE file (number INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL UNIQUE, draft TEXT, message INTEGER," \
  " position INTEGER NOT NULL, title TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL, state TEXT NOT NULL, error TEXT," \
  " created INTEGER NOT NULL);" \
  "CREATE INDEX file_message ON file (message);" \
  "CREATE INDEX file_draft ON file (draft);" \
  CAIRN_PIECES_TABLE \
  "CREATE TRIGGER file_gone AFTER DELETE ON file BEGIN DELETE FROM piece WHERE file = old.number; END;" \
  "CREATE TRIGGER outbox_gone AFTER DELETE ON outbox BEGIN DELETE FROM file WHERE message = old.number; END;"

/* Keys of drafts that nobody comes back to begin so. */
#define CAIRN_OUTBOX_PASSING "passing:"

/**
 * CairnOutboxFileRow:
 * @number: its number here
 * @uuid: what it is called at the portal
 * @draft: (nullable): key of the thread whose draft has it
 * @message: number of the message that has it, 0 for none
 * @position: among those of its message
 * @title: name of the file
 * @type: media type
 * @size: in bytes
 * @state: see above
 * @error: (nullable): why the portal did not take it
 * @created: ms since 1970
 *
 * A file that isn't at the portal yet, or whose message isn't.
 */
typedef struct
{
  gint64  number;
  char   *uuid;
  char   *draft;
  gint64  message;
  gint64  position;
  char   *title;
  char   *type;
  gint64  size;
  char   *state;
  char   *error;
  gint64  created;
} CairnOutboxFileRow;

void       cairn_outbox_file_row_free      (CairnOutboxFileRow *self);

/* On the database's thread */
gboolean   cairn_outbox_files_add          (CairnConnection *connection, CairnOutboxFileRow *row, GError **error);
gboolean   cairn_outbox_files_finish       (CairnConnection *connection, const CairnOutboxFileRow *row, GError **error);
gboolean   cairn_outbox_files_set_state    (CairnConnection *connection, gint64 number, const char *state, const char *words, GError **error);
gboolean   cairn_outbox_files_remove       (CairnConnection *connection, gint64 number, GError **error);
GPtrArray *cairn_outbox_files_list         (CairnConnection *connection, gint64 message, GError **error);
gboolean   cairn_outbox_files_give         (CairnConnection *connection, GArray *numbers, gint64 message, GError **error);
gboolean   cairn_outbox_files_take_back    (CairnConnection *connection, gint64 message, GError **error);
gboolean   cairn_outbox_files_send_again   (CairnConnection *connection, gint64 message, GError **error);
gboolean   cairn_outbox_files_retry        (CairnConnection *connection, gint64 message, GError **error);
gboolean   cairn_outbox_files_tidy         (CairnConnection *connection, gint64 before, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnOutboxFileRow, cairn_outbox_file_row_free)

G_END_DECLS
