/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-outbox.h"
#include "client/account/cairn-store.h"
#include "client/account/cairn-mutex.h"
#include "client/net/cairn-grant.h"
#include "cairn-outbox-files.h"
#include "cairn-outbox-rows.h"
#include "cairn-message-limits.h"

G_BEGIN_DECLS

/* Shared by the files of this folder; everybody else uses functions. */
struct _CairnOutbox
{
  GObject        parent_instance;

  CairnGrant    *grant;
  CairnDatabase *database;
  CairnStore    *store;         /* NULL once it is closed */
  GListStore    *items;
  GCancellable  *cancellable;
  CairnMutex    *mutex;         /* held while sending */
  char          *lock_name;
  guint          timer;
  GHashTable    *drafts;        /* key → what isn't on the disk yet */
  GHashTable    *draft_lines;   /* key → how a draft begins */
  guint          drafts_timer;
  GPtrArray     *files;         /* CairnFile, of drafts and of what waits */
  GHashTable    *file_lists;    /* "draft:" and a key, or "message:" and a number → GListStore of some of them */
  CairnMessageLimits limits;    /* of what is attached and sent */
  gboolean       sending;
  gboolean       again;         /* something came meanwhile */
};

/* What the database's thread is asked, or answers. */
typedef struct
{
  CairnOutboxRow *row;
  GBytes         *bytes;
  gint64          next_time;
  gboolean        failed;       /* a try that failed is written */
  char           *draft;        /* key of what goes with it */
  char           *reference;    /* what went is called at the portal */
  GArray         *numbers;      /* of files that go with it */
  GPtrArray      *files;        /* CairnOutboxFileRow that the portal doesn't have yet */
} CairnOutboxAsk;

void             cairn_outbox_ask_free    (gpointer ask);
void             cairn_outbox_refresh     (CairnOutbox *self);

GHashTable      *cairn_outbox_drafts_new   (void);
void             cairn_outbox_list_drafts  (CairnOutbox *self);
void             cairn_outbox_forget_draft (CairnOutbox *self, const char *key);
void             cairn_outbox_write_drafts (CairnOutbox *self);
void             cairn_outbox_rename_draft (CairnOutbox *self, const char *old, const char *new);

void             cairn_outbox_show_files   (CairnOutbox *self, GPtrArray *rows);
void             cairn_outbox_rename_files (CairnOutbox *self, const char *old, const char *new);
void             cairn_outbox_set_limits   (CairnOutbox *self, const CairnMessageLimits *limits);
const CairnMessageLimits *cairn_outbox_get_limits (CairnOutbox *self);
GListModel      *cairn_outbox_get_message_files (CairnOutbox *self, gint64 number);
void             cairn_outbox_upload_async  (CairnOutbox *self, GPtrArray *files, const char *thread, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
gboolean         cairn_outbox_upload_finish (GAsyncResult *result, GError **error);

CairnOutbox     *cairn_outbox_new         (CairnGrant *grant, CairnStore *store);
void             cairn_outbox_close       (CairnOutbox *self);

CairnOutboxItem *cairn_outbox_item_new    (const CairnOutboxRow *row);
void             cairn_outbox_item_update (CairnOutboxItem *self, const CairnOutboxRow *row);

/* Sending one row; its answer is in the cache when this is over. */
void             cairn_outbox_send_row_async  (CairnGrant *grant, CairnDatabase *cache, const CairnOutboxRow *row,
                                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char            *cairn_outbox_send_row_finish (GAsyncResult *result, GError **error);

G_END_DECLS
