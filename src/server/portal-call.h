/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-config.h"
#include "server/audit/portal-audit.h"
#include "server/store/portal-access.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

#define PORTAL_FHIR_JSON "application/fhir+json; charset=utf-8"

typedef struct
{
  char *name;
  char *value;
} PortalParam;

/**
 * PortalService:
 * @page_key: seals the next-links
 * @dummy_hash: a password hash that nobody's password has
 * @audit: the server's thread's
 *
 * What every request may use; constant while the server runs.
 */
typedef struct
{
  PortalConfig *config;
  PortalStore  *store;
  GBytes       *page_key;
  char         *dummy_hash;
  PortalAudit  *audit;
} PortalService;

typedef struct _PortalRoute PortalRoute;

/**
 * PortalCall:
 * @args: what the route's placeholders stand for, in order
 * @params: (element-type PortalParam): of the query, then of a form
 * @root: the portal's address with a "/" at its end; @base: that of FHIR, without
 * @input: (nullable): the body, and the @input_type that its Content-Type says, without parameters
 * @inside: whether it is part of a Bundle, whose transaction is open
 * @view: (nullable): set on routes that need a token
 * @who: (nullable): the account, where there is no view, for the audit log
 * @about: (nullable): the patient, likewise
 * @started: ms
 *
 * One request and its answer, away from libsoup: handlers run on other threads and see only this.
 */
typedef struct
{
  const PortalService *service;
  const PortalRoute   *route;
  char                *method;
  char                *path;
  char                *args[4];
  GPtrArray           *params;
  char                *root;
  char                *base;
  char                *token;
  char                *address;
  char                *accept;
  char                *if_none_match;
  char                *if_match;
  char                *if_none_exist;
  char                *prefer;
  char                *input_type;
  GBytes              *input;
  gboolean             strict;
  gboolean             gzip;
  gboolean             form;
  gboolean             inside;
  PortalView          *view;
  char                *who;
  char                *about;
  gint64               started;

  guint       status;
  GPtrArray  *headers;   /* PortalParam */
  const char *content_type;
  GBytes     *body;
} PortalCall;

PortalCall *portal_call_new          (const PortalService *service, const char *method, const char *path);
void        portal_call_free         (PortalCall *call);
void        portal_call_add_params   (PortalCall *call, const char *encoded);
const char *portal_call_get_param    (PortalCall *call, const char *name);

void        portal_call_add_header   (PortalCall *call, const char *name, const char *value);
void        portal_call_reply        (PortalCall *call, guint status, const char *content_type, GBytes *body);
void        portal_call_reply_take   (PortalCall *call, guint status, const char *content_type, char *text);
void        portal_call_outcome      (PortalCall *call, guint status, const char *code, const char *diagnostics);
void        portal_call_fail         (PortalCall *call, const GError *error);
void        portal_call_compress     (PortalCall *call);

G_END_DECLS
