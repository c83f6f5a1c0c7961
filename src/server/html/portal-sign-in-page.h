/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/people/portal-store-clients.h"

G_BEGIN_DECLS

typedef struct
{
  char *id;
  char *name;
} PortalPerson;

/**
 * PortalSignInPage:
 * @client: (nullable): the app, with @redirect, where it waits
 * @handle: (nullable): the session that its forms go on with
 * @username: (nullable): as it was typed
 * @recovery: whether a recovery code was typed
 * @wrong: (nullable): what was wrong with the form before
 *
 * What a page of the sign-in shows.
 */
typedef struct
{
  const PortalClient *client;
  const char         *redirect;
  const char         *handle;
  const char         *username;
  const char         *wrong;
  gboolean            recovery;
} PortalSignInPage;

void portal_sign_in_page_password (PortalCall *call, guint status, const PortalSignInPage *page);
void portal_sign_in_page_code     (PortalCall *call, guint status, const PortalSignInPage *page);
void portal_sign_in_page_terms    (PortalCall *call, guint status, const PortalSignInPage *page);
void portal_sign_in_page_consent  (PortalCall *call, const PortalSignInPage *page, const char *asked, const GPtrArray *people,
                                   const char *patient);
void portal_sign_in_page_waiting  (PortalCall *call, const PortalSignInPage *page);
void portal_sign_in_page_set_up   (PortalCall *call, const PortalSignInPage *page);
void portal_sign_in_page_dead     (PortalCall *call);
void portal_sign_in_page_stranger (PortalCall *call, const char *why);
void portal_sign_in_page_wait     (PortalCall *call, gint64 ms);
void portal_sign_in_page_failed   (PortalCall *call, const GError *error);

G_END_DECLS
