/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/* Rows of the sign-in tables. Hashes are SHA-256 of secrets that are kept nowhere; times are ms. */
typedef struct
{
  char  *client;
  char  *scope;
  char  *challenge;
  gint64 expires;
  char  *account;     /* NULL until the password was right */
  gint64 stage;       /* 0 nothing is proved, 1 the password, 2 the second factor too */
  gint64 tries;       /* of codes that were wrong */
  char  *nonce;       /* NULL, or what the ID token is to say again */
  char  *redirect;    /* NULL, or where a browser is sent back to */
  char  *state;       /* NULL, or what it takes along */
  char  *browser;     /* NULL, or the hash of what the browser keeps */
} PortalSession;

typedef struct
{
  char  *client;
  char  *account;
  char  *patient;
  char  *scope;
  char  *challenge;
  gint64 expires;
  char  *used_by;     /* NULL, the grant that it became, or "" when it was spoilt */
  char  *device;      /* what it calls itself, or NULL */
  char  *nonce;       /* NULL, or what the ID token is to say again */
  char  *redirect;    /* NULL, or where it was sent to */
} PortalCode;

typedef struct
{
  char    *id;
  char    *account;
  char    *patient;
  char    *client;
  char    *scope;
  gboolean revoked;   /* or its account is disabled, or no longer linked with the patient */
  char    *role;           /* of staff, on a grant without a patient */
  char    *practitioner;
  char    *device;
  gint64   proved;         /* when password and second factor were last given */
  gint64   expires;        /* of the access token that it was found by, or 0 */
} PortalGrant;

typedef struct
{
  char  *grant;
  gint64 expires;
  gint64 replaced;         /* 0 while it is the last of its family */
  char  *successor_hash;
  char  *successor;        /* sealed */
} PortalRefresh;

void     portal_session_free           (PortalSession *session);
void     portal_code_free              (PortalCode *code);
void     portal_grant_free             (PortalGrant *grant);
void     portal_refresh_free           (PortalRefresh *refresh);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalSession, portal_session_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalCode, portal_code_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalGrant, portal_grant_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalRefresh, portal_refresh_free)

/* Loading answers TRUE with NULL when there is none */
gboolean portal_store_save_session     (CairnConnection *db, const char *hash, const PortalSession *session,
                                        GError **error);
gboolean portal_store_load_session     (CairnConnection *db, const char *hash, PortalSession **session, GError **error);
gboolean portal_store_drop_session     (CairnConnection *db, const char *hash, GError **error);
gboolean portal_store_add_code         (CairnConnection *db, const char *hash, const PortalCode *code, GError **error);
gboolean portal_store_load_code        (CairnConnection *db, const char *hash, PortalCode **code, GError **error);
gboolean portal_store_use_code         (CairnConnection *db, const char *hash, const char *used_by, GError **error);
gboolean portal_store_add_grant        (CairnConnection *db, const PortalGrant *grant, gint64 now, GError **error);
gboolean portal_store_load_grant       (CairnConnection *db, const char *id, PortalGrant **grant, GError **error);
gboolean portal_store_revoke_grant     (CairnConnection *db, const char *id, GError **error);
gboolean portal_store_revoke_others    (CairnConnection *db, const char *account, const char *kept, gint64 *n, GError **error);
gboolean portal_store_add_access       (CairnConnection *db, const char *hash, const char *grant, gint64 expires,
                                        GError **error);
gboolean portal_store_find_access      (CairnConnection *db, const char *hash, gint64 now, PortalGrant **grant,
                                        GError **error);
gboolean portal_store_drop_access      (CairnConnection *db, const char *hash, GError **error);
gboolean portal_store_add_refresh      (CairnConnection *db, const char *hash, const char *grant, gint64 expires,
                                        GError **error);
gboolean portal_store_load_refresh     (CairnConnection *db, const char *hash, PortalRefresh **refresh, GError **error);
gboolean portal_store_replace_refresh  (CairnConnection *db, const char *hash, gint64 now, gint64 expires,
                                        const char *successor_hash, const char *successor, GError **error);
gboolean portal_store_forget_expired   (CairnConnection *db, gint64 now, gint64 replaced_before, GError **error);

G_END_DECLS
