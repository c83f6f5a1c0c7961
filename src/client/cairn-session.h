/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cairn-account.h"
#include "cairn-credentials.h"
#include "cairn-document.h"
#include "cairn-home.h"
#include "cairn-outbox.h"
#include "cairn-sync.h"
#include "fhir/cairn-facts.h"

G_BEGIN_DECLS

/**
 * CairnSessionState:
 * @CAIRN_SESSION_CLOSED: nothing is open any more
 * @CAIRN_SESSION_OPENING: keyring and cache are being opened
 * @CAIRN_SESSION_OPEN: the record can be read
 * @CAIRN_SESSION_LOCKED: nothing may be shown until cairn_session_unlock_async(); sync goes on
 * @CAIRN_SESSION_EXPIRED: the record can be read; the portal wants a new sign-in
 * @CAIRN_SESSION_SIGNED_OUT: everything of the account was wiped here
 */
typedef enum
{
  CAIRN_SESSION_CLOSED,
  CAIRN_SESSION_OPENING,
  CAIRN_SESSION_OPEN,
  CAIRN_SESSION_LOCKED,
  CAIRN_SESSION_EXPIRED,
  CAIRN_SESSION_SIGNED_OUT,
} CairnSessionState;

/**
 * CairnSession:
 *
 * Everything about one open account that needs no screen. Used on the main context's thread, which
 * it never blocks.
 *
 * Properties, notified on the main context:
 * "account" (#CairnAccount), "state" (#CairnSessionState), "expired" (whether the portal wants a new sign-in, also
 * while locked), "online" (whether the portal answered last time), "patient-name" and "patient-birth-date" (from the
 * cached Patient, %NULL before it came), "sync" (#CairnSync), "error" (#GError, the last problem worth saying,
 * %NULL when there is none), "remembered" (%FALSE when nothing outlives the program: not kept signed in, or no
 * keyring), "cache-renewed" (the cache was damaged or its key lost, and was made anew), "outbox-kept-aside" (path of an outbox
 * that could not be opened and was moved away, else %NULL), "n-new" (how many records are new since the last look), "n-unread" (how many messages were not read) and "lock-seconds" (writable; idle time until it locks,
 * 0 never; CAIRN_LOCK_SECONDS overrides it).
 *
 * Signals: "changed": the cache has changed; at most four times a second. "arrived" (guint): so many unread messages have come that
 * were not there before, for a notification without content; told while it is locked, too.
 */
#define CAIRN_TYPE_SESSION (cairn_session_get_type ())
G_DECLARE_FINAL_TYPE (CairnSession, cairn_session, CAIRN, SESSION, GObject)

/* Opening and signing in */
void               cairn_session_sign_in_async        (const char          *portal_address,
                                                       const char          *username,
                                                       const char          *password,
                                                       const char          *otp,
                                                       gboolean             keep,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
void               cairn_session_sign_in_with_async   (const char          *portal_address,
                                                       CairnCredentials    *credentials,
                                                       gboolean             keep,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
CairnSession      *cairn_session_sign_in_finish       (GAsyncResult        *result,
                                                       GError             **error);
void               cairn_session_find_async           (const char          *portal_address,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
gboolean           cairn_session_find_finish          (GAsyncResult        *result,
                                                       GError             **error);
gboolean           cairn_session_needs_otp            (const GError        *error);
gboolean           cairn_session_needs_terms          (const GError        *error);
gboolean           cairn_session_needs_set_up         (const GError        *error);
void               cairn_session_open_async           (CairnAccount        *account,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
CairnSession      *cairn_session_open_finish          (GAsyncResult        *result,
                                                       GError             **error);
void               cairn_session_sign_in_again_async  (CairnSession        *self,
                                                       const char          *password,
                                                       const char          *otp,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
void               cairn_session_sign_in_again_with_async (CairnSession        *self,
                                                           CairnCredentials    *credentials,
                                                           GCancellable        *cancellable,
                                                           GAsyncReadyCallback  callback,
                                                           gpointer             user_data);
gboolean           cairn_session_sign_in_again_finish (CairnSession        *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);
void               cairn_session_sign_out_async       (CairnSession        *self,
                                                       gboolean             discard_unsent,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
gboolean           cairn_session_sign_out_finish      (CairnSession        *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);
void               cairn_session_close                (CairnSession        *self);

/* Live */
void               cairn_session_start_live           (CairnSession        *self);

/* Locking */
void               cairn_session_lock                 (CairnSession        *self);
void               cairn_session_unlock_async         (CairnSession        *self,
                                                       const char          *password,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
gboolean           cairn_session_unlock_finish        (CairnSession        *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);
int                cairn_session_get_unlock_tries     (CairnSession        *self);
void               cairn_session_touch                (CairnSession        *self);
void               cairn_session_set_lock_seconds     (CairnSession        *self,
                                                       guint                seconds);

/* Reading */
void               cairn_session_load_async           (CairnSession        *self,
                                                       const char          *reference,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
CairnFacts        *cairn_session_load_finish          (CairnSession        *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);
void               cairn_session_load_text_async      (CairnSession        *self,
                                                       const char          *reference,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
GBytes            *cairn_session_load_text_finish     (CairnSession        *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);
CairnDocumentPlace cairn_session_locate_document      (CairnSession         *self,
                                                       const CairnAttachment *attachment,
                                                       char                 **address);
void               cairn_session_open_document_async  (CairnSession          *self,
                                                       const char            *reference,
                                                       const CairnAttachment *attachment,
                                                       CairnDocumentProgress  progress,
                                                       gpointer               progress_data,
                                                       GCancellable          *cancellable,
                                                       GAsyncReadyCallback    callback,
                                                       gpointer               user_data);
CairnDocument     *cairn_session_open_document_finish (CairnSession        *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);
void               cairn_session_load_home_async      (CairnSession        *self,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
CairnHome         *cairn_session_load_home_finish     (CairnSession        *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);
void               cairn_session_load_home_more_async  (CairnSession        *self,
                                                        GCancellable        *cancellable,
                                                        GAsyncReadyCallback  callback,
                                                        gpointer             user_data);
CairnHomeMore     *cairn_session_load_home_more_finish (CairnSession        *self,
                                                        GAsyncResult        *result,
                                                        GError             **error);
void               cairn_session_load_clinic_async    (CairnSession        *self,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
char              *cairn_session_load_clinic_finish   (CairnSession        *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);
void               cairn_session_count_unsent_async   (CairnSession        *self,
                                                       GCancellable        *cancellable,
                                                       GAsyncReadyCallback  callback,
                                                       gpointer             user_data);
gssize             cairn_session_count_unsent_finish  (CairnSession        *self,
                                                       GAsyncResult        *result,
                                                       GError             **error);

/* What is new */
void               cairn_session_note_opened          (CairnSession        *self,
                                                       const char          *reference);
void               cairn_session_note_look            (CairnSession        *self);

/* State */
CairnAccount      *cairn_session_get_account            (CairnSession *self);
CairnSessionState  cairn_session_get_state              (CairnSession *self);
gboolean           cairn_session_get_expired            (CairnSession *self);
gboolean           cairn_session_get_online             (CairnSession *self);
gboolean           cairn_session_get_remembered         (CairnSession *self);
gboolean           cairn_session_get_cache_renewed      (CairnSession *self);
const char        *cairn_session_get_outbox_kept_aside  (CairnSession *self);
const char        *cairn_session_get_patient_name       (CairnSession *self);
const char        *cairn_session_get_patient_birth_date (CairnSession *self);
guint              cairn_session_get_n_new              (CairnSession *self);
guint              cairn_session_get_n_unread           (CairnSession *self);
CairnSync         *cairn_session_get_sync               (CairnSession *self);
CairnOutbox       *cairn_session_get_outbox             (CairnSession *self);
const GError      *cairn_session_get_error              (CairnSession *self);

G_END_DECLS
