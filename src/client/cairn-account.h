/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * CairnAccount:
 *
 * One account that this machine knows: whose record, on which portal. Immutable; holds no secret
 * and no patient's name.
 *
 * Properties, all construct-only: "name" (short, file-safe and stable, as "account" in the command
 * line's contract), "portal" (FHIR base without a slash at its end), "username", "patient" (id of the
 * Patient resource) and "keep" (whether the sign-in is kept when the program ends).
 */
#define CAIRN_TYPE_ACCOUNT (cairn_account_get_type ())
G_DECLARE_FINAL_TYPE (CairnAccount, cairn_account, CAIRN, ACCOUNT, GObject)

CairnAccount *cairn_account_new          (const char   *portal,
                                          const char   *username,
                                          const char   *patient,
                                          gboolean      keep);
const char   *cairn_account_get_name     (CairnAccount *self);
const char   *cairn_account_get_portal   (CairnAccount *self);
const char   *cairn_account_get_username (CairnAccount *self);
const char   *cairn_account_get_patient  (CairnAccount *self);
gboolean      cairn_account_get_keep     (CairnAccount *self);
char         *cairn_account_dup_host     (CairnAccount *self);

G_END_DECLS
