/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-refusal.h"
#include "client/cairn-session.h"

G_BEGIN_DECLS

/**
 * CairnDevice:
 * @id: the portal's name for it
 * @name: (nullable): what it called itself when it signed in
 * @client: (nullable): the program
 * @created: when it was signed in, ms since 1970 UTC
 * @used: when it last asked for something, ms since 1970 UTC
 * @current: whether it is this one
 *
 * Where the account is signed in.
 */
typedef struct
{
  char    *id;
  char    *name;
  char    *client;
  gint64   created;
  gint64   used;
  gboolean current;
} CairnDevice;

/**
 * CairnConnectedApp:
 * @id: the portal's name for it
 * @name: what it calls itself
 * @site: (nullable): its web page
 * @scope: what it may see and do (SMART App Launch 2.2 §3)
 * @self_registered: whether nobody at the clinic has looked at it
 * @stays: whether it goes on without the person being there
 * @connected: when it was first let in, ms since 1970 UTC
 * @used: when it last asked for something, ms since 1970 UTC
 *
 * A program of somebody else's that was let into the record.
 */
typedef struct
{
  char    *id;
  char    *name;
  char    *site;
  char    *scope;
  gboolean self_registered;
  gboolean stays;
  gint64   connected;
  gint64   used;
} CairnConnectedApp;

/**
 * CairnActivity:
 * @time: when, ms since 1970 UTC
 * @action: what was done, in the profile's words, such as "sign-in"
 * @done: %FALSE when it was refused
 * @address: (nullable): the network address that it came from
 * @app: (nullable): what the app of others calls itself that it was about
 *
 * What was done with an account.
 */
typedef struct
{
  gint64   time;
  char    *action;
  gboolean done;
  char    *address;
  char    *app;
} CairnActivity;

/**
 * CairnSecurity:
 *
 * One's own account at the portal as its owner sees and changes it ("Accounts" in the profile): second factor, e-mail address
 * and telephone number, devices, connected apps, password, activity. What is asked of the portal is a step and ends in
 * cairn_security_step_finish(); why it was refused is then in cairn_security_get_refusal().
 *
 * Some steps need a fresh proof (RFC 9470). Such a step stays open, "proving" is set, and either cairn_security_prove_async()
 * lets it go on or cairn_security_give_up() ends it with %G_IO_ERROR_CANCELLED. Who drops the object gives up first.
 *
 * Passwords and codes go nowhere but the portal. Main thread.
 */
#define CAIRN_TYPE_SECURITY (cairn_security_get_type ())
G_DECLARE_FINAL_TYPE (CairnSecurity, cairn_security, CAIRN, SECURITY, GObject)

CairnSecurity      *cairn_security_new                     (CairnSession *session);

/* Steps */
void                cairn_security_load_async              (CairnSecurity *self, GCancellable *cancellable,
                                                            GAsyncReadyCallback callback, gpointer user_data);
void                cairn_security_load_activity_async     (CairnSecurity *self, GCancellable *cancellable,
                                                            GAsyncReadyCallback callback, gpointer user_data);
void                cairn_security_prove_async             (CairnSecurity *self, const char *password, const char *code,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                                            gpointer user_data);
void                cairn_security_give_up                 (CairnSecurity *self);
void                cairn_security_set_password_async      (CairnSecurity *self, const char *password,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                                            gpointer user_data);
void                cairn_security_begin_contact_async     (CairnSecurity *self, const char *contact,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                                            gpointer user_data);
void                cairn_security_resend_contact_async    (CairnSecurity *self, GCancellable *cancellable,
                                                            GAsyncReadyCallback callback, gpointer user_data);
void                cairn_security_confirm_contact_async   (CairnSecurity *self, const char *code,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                                            gpointer user_data);
void                cairn_security_begin_factor_async      (CairnSecurity *self, GCancellable *cancellable,
                                                            GAsyncReadyCallback callback, gpointer user_data);
void                cairn_security_confirm_factor_async    (CairnSecurity *self, const char *code,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                                            gpointer user_data);
void                cairn_security_renew_codes_async       (CairnSecurity *self, GCancellable *cancellable,
                                                            GAsyncReadyCallback callback, gpointer user_data);
void                cairn_security_remove_factor_async     (CairnSecurity *self, GCancellable *cancellable,
                                                            GAsyncReadyCallback callback, gpointer user_data);
void                cairn_security_sign_out_device_async   (CairnSecurity *self, const char *id,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                                            gpointer user_data);
void                cairn_security_sign_out_others_async   (CairnSecurity *self, GCancellable *cancellable,
                                                            GAsyncReadyCallback callback, gpointer user_data);
void                cairn_security_disconnect_app_async    (CairnSecurity *self, const char *id,
                                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                                            gpointer user_data);
gboolean            cairn_security_step_finish             (CairnSecurity *self, GAsyncResult *result, GError **error);

/* What is known */
CairnSession       *cairn_security_get_session             (CairnSecurity *self);
const CairnRefusal *cairn_security_get_refusal             (CairnSecurity *self);
gboolean            cairn_security_get_proving             (CairnSecurity *self);
const char         *cairn_security_get_clinic              (CairnSecurity *self);
const char         *cairn_security_get_support             (CairnSecurity *self);
const char         *cairn_security_get_username            (CairnSecurity *self);
const char         *cairn_security_get_email               (CairnSecurity *self);
const char         *cairn_security_get_phone               (CairnSecurity *self);
int                 cairn_security_get_resend_after        (CairnSecurity *self);
guint               cairn_security_get_password_min        (CairnSecurity *self);
gboolean            cairn_security_get_factor              (CairnSecurity *self);
gint64              cairn_security_get_factor_since        (CairnSecurity *self);
int                 cairn_security_get_codes_left          (CairnSecurity *self);
const char         *cairn_security_get_factor_key          (CairnSecurity *self);
const char         *cairn_security_get_factor_uri          (CairnSecurity *self);
const char *const  *cairn_security_get_new_codes           (CairnSecurity *self);
void                cairn_security_forget_secrets          (CairnSecurity *self);
GPtrArray          *cairn_security_get_devices             (CairnSecurity *self);
GPtrArray          *cairn_security_get_apps                (CairnSecurity *self);
GPtrArray          *cairn_security_get_activity            (CairnSecurity *self);
gboolean            cairn_security_get_more_activity       (CairnSecurity *self);

G_END_DECLS
