/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cairn-refusal.h"

G_BEGIN_DECLS

/**
 * CairnSignUpRule:
 * @CAIRN_SIGN_UP_CLOSED: the clinic makes accounts itself
 * @CAIRN_SIGN_UP_INVITATION: with an invitation from the clinic
 * @CAIRN_SIGN_UP_OPEN: by anybody, with or without an invitation
 *
 * Who may make an account.
 */
typedef enum
{
  CAIRN_SIGN_UP_CLOSED,
  CAIRN_SIGN_UP_INVITATION,
  CAIRN_SIGN_UP_OPEN,
} CairnSignUpRule;

/**
 * CairnNewcomer:
 * @invitation: (nullable): the clinic's invitation code; names and birth date are then not needed
 * @given: (nullable): given names as in papers
 * @family: (nullable): family name
 * @birth_date: (nullable): YYYY-MM-DD
 * @email: (nullable): where the code goes
 * @phone: (nullable): where it goes instead, with its country ("+1 555 0100")
 *
 * Who wants an account. The caller's; nothing is kept.
 */
typedef struct
{
  const char *invitation;
  const char *given;
  const char *family;
  const char *birth_date;
  const char *email;
  const char *phone;
} CairnNewcomer;

/**
 * CairnSignUp:
 *
 * Making an account at a portal, and the ways back into one ("Accounts" in the profile). One step at a time:
 * begin, verify, check, make; or recover-password, set-password. What the portal gave for the next step is kept
 * here and wiped at the end. Passwords and codes go nowhere but the portal. Main thread.
 */
#define CAIRN_TYPE_SIGN_UP (cairn_sign_up_get_type ())
G_DECLARE_FINAL_TYPE (CairnSignUp, cairn_sign_up, CAIRN, SIGN_UP, GObject)

void                cairn_sign_up_open_async             (const char *address, GCancellable *cancellable,
                                                          GAsyncReadyCallback callback, gpointer user_data);
CairnSignUp        *cairn_sign_up_open_finish            (GAsyncResult *result, GError **error);

/* What the portal says of its accounts */
const char         *cairn_sign_up_get_clinic             (CairnSignUp *self);
const char         *cairn_sign_up_get_support            (CairnSignUp *self);
const char         *cairn_sign_up_get_terms              (CairnSignUp *self);
CairnSignUpRule     cairn_sign_up_get_rule               (CairnSignUp *self);
guint               cairn_sign_up_get_password_min       (CairnSignUp *self);

/* Steps */
void                cairn_sign_up_begin_async            (CairnSignUp *self, const CairnNewcomer *person,
                                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                                          gpointer user_data);
void                cairn_sign_up_resend_async           (CairnSignUp *self, GCancellable *cancellable,
                                                          GAsyncReadyCallback callback, gpointer user_data);
void                cairn_sign_up_verify_async           (CairnSignUp *self, const char *code, GCancellable *cancellable,
                                                          GAsyncReadyCallback callback, gpointer user_data);
void                cairn_sign_up_check_async            (CairnSignUp *self, const char *username, const char *password,
                                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                                          gpointer user_data);
void                cairn_sign_up_make_async             (CairnSignUp *self, const char *username, const char *password,
                                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                                          gpointer user_data);
void                cairn_sign_up_recover_name_async     (CairnSignUp *self, const char *contact,
                                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                                          gpointer user_data);
void                cairn_sign_up_recover_password_async (CairnSignUp *self, const char *name,
                                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                                          gpointer user_data);
void                cairn_sign_up_set_password_async     (CairnSignUp *self, const char *code, const char *password,
                                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                                          gpointer user_data);
void                cairn_sign_up_reload_async           (CairnSignUp *self, GCancellable *cancellable,
                                                          GAsyncReadyCallback callback, gpointer user_data);
gboolean            cairn_sign_up_step_finish            (CairnSignUp *self, GAsyncResult *result, GError **error);

/* What the last step left */
const CairnRefusal *cairn_sign_up_get_refusal            (CairnSignUp *self);
const char         *cairn_sign_up_get_sent_to            (CairnSignUp *self);
gboolean            cairn_sign_up_get_sent_by_mail       (CairnSignUp *self);
int                 cairn_sign_up_get_resend_after       (CairnSignUp *self);
const char         *cairn_sign_up_get_username           (CairnSignUp *self);
gboolean            cairn_sign_up_get_linked             (CairnSignUp *self);

G_END_DECLS
