/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-accounts.h"
#include "client/net/cairn-grant.h"
#include "client/cairn-session.h"
#include "client/account/cairn-store.h"
#include "client/live/cairn-live.h"
#include "client/outbox/cairn-outbox-private.h"

G_BEGIN_DECLS

typedef enum
{
  CAIRN_SESSION_OPEN_DEFAULT = 0,
  CAIRN_SESSION_NO_IDLE_LOCK = 1 << 0,   /* a program without a screen never locks */
} CairnSessionOpenFlags;

/* Shared by the files of this folder; everybody else uses functions. */
struct _CairnSession
{
  GObject       parent_instance;

  CairnAccount *account;
  CairnGrant   *grant;
  CairnStore   *store;           /* NULL once it is closed */
  CairnSync    *sync;
  CairnOutbox  *outbox;
  CairnLive    *live;            /* NULL until somebody wants it */
  GArray       *unread;          /* gint64, places of messages that were unread at the last look; NULL before that */
  GError       *error;
  char         *patient_name;
  char         *patient_birth_date;
  char         *outbox_kept_aside;
  CairnSessionState state;       /* as last told */
  int           unlock_tries;    /* -1 when the portal was asked */
  guint         lock_seconds;
  gint64        last_use;        /* monotonic */
  gint64        last_use_clock;  /* the same by the clock on the wall */
  gint64        last_use_saved;  /* monotonic */
  GFileMonitor *monitor;         /* of what other processes say of the account */
  gint64        look;            /* how far the portal's clock had come at the last look, ms since 1970 UTC */
  guint         n_new;
  guint         n_unread;
  guint         idle_timer;
  guint         changed_timer;
  guint         gone_timer;
  guint         wording_timer;
  gboolean      was_synced;      /* at the last look for messages */
  gboolean      locked;
  gboolean      signed_out;
  gboolean      remembered;
  gboolean      cache_renewed;
  gboolean      renewing;
};

CairnSession  *cairn_session_new               (CairnAccount *account, CairnGrant *grant, CairnStore *store);
void           cairn_session_open_full_async   (CairnAccount *account, CairnSessionOpenFlags flags, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
CairnGrant    *cairn_session_get_grant         (CairnSession *self);
CairnStore    *cairn_session_get_store         (CairnSession *self);
CairnStore    *cairn_session_steal_store       (CairnSession *self);
CairnDatabase *cairn_session_get_database      (CairnSession *self, gboolean reads_records, GError **error);
void           cairn_session_take_error        (CairnSession *self, GError *error);
void           cairn_session_take_patient      (CairnSession *self, char *name, char *birth_date);
void           cairn_session_set_locked        (CairnSession *self, gboolean locked);
void           cairn_session_note_changed      (CairnSession *self);
void           cairn_session_keep_password     (CairnSession *self, const char *password);
void           cairn_session_arm_idle          (CairnSession *self);
void           cairn_session_note_use          (CairnSession *self);
void           cairn_session_save_last_use     (CairnSession *self);
void           cairn_session_watch_others      (CairnSession *self);
void           cairn_session_set_signed_out    (CairnSession *self);
void           cairn_session_set_n_new         (CairnSession *self, guint n_new);
void           cairn_session_set_n_unread      (CairnSession *self, guint n_unread);
void           cairn_session_note_arrived      (CairnSession *self, guint n_messages);
void           cairn_session_look_for_messages (CairnSession *self);
void           cairn_session_count_news        (CairnSession *self);
void           cairn_session_check_wording     (CairnSession *self);
void           cairn_session_settle_news       (CairnSession *self);
gint64         cairn_session_open_news         (CairnStore *store);
void           cairn_session_fetch_document_async  (CairnSession *self, const char *reference, const CairnAttachment *attachment,
                                                    CairnDocumentProgress progress, gpointer progress_data, GCancellable *cancellable,
                                                    GAsyncReadyCallback callback, gpointer user_data);
GInputStream  *cairn_session_fetch_document_finish (CairnSession *self, GAsyncResult *result, GError **error);
void           cairn_session_read_patient      (CairnConnection *connection, const char *patient, char **name,
                                                char **birth_date);
void           cairn_session_load_patient      (CairnSession *self);

G_END_DECLS
