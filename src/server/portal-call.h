/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "portal-config.h"
#include "server/audit/portal-audit.h"
#include "server/mail/portal-post.h"
#include "server/store/portal-access.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

#define PORTAL_FHIR_JSON "application/fhir+json; charset=utf-8"

typedef struct
{
  char *name;
  char *value;
} PortalParam;

typedef struct _PortalMagic PortalMagic;

/**
 * PortalService:
 * @page_key: seals the next-links
 * @dummy_hash: a password hash that nobody's password has
 * @audit: the server's thread's
 * @post: sends letters
 * @factor_key: seals the secrets of second factors
 * @magic: tells types by content, on the writer's thread
 * @terms: of use, with their @terms_version
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
  PortalPost   *post;
  GBytes       *factor_key;
  PortalMagic *magic;
  char         *terms;
  char         *terms_version;
} PortalService;

typedef struct _PortalRoute PortalRoute;

/**
 * PortalUpload:
 * @content: 0, or the store's temporary rows with the @parts that came before @tail
 * @length: of all of it, decoded
 * @hash: SHA-256 of it, in hex
 * @tail: the end, or all of it, if it is small
 * @rest: (nullable): of a Binary that came as JSON, its text without data
 * @media_type: (nullable): the whole Content-Type
 * @kept: whether a Binary has it now
 * @status: 0, or why it can't be taken, with @code, @detail (nullable) and @why
 *
 * A body that came in parts.
 */
typedef struct
{
  gint64      content;
  guint       parts;
  guint64     length;
  char        hash[65];
  GBytes     *tail;
  GBytes     *rest;
  char       *media_type;
  gboolean    complete;
  gboolean    kept;
  guint       status;
  const char *code;
  const char *detail;
  const char *why;
} PortalUpload;

/**
 * PortalParts:
 * @before: (nullable): what comes first
 * @content: 0, or what the store holds
 * @from: the first byte of it
 * @length: bytes of it
 * @base64: whether it goes out encoded
 * @after: (nullable): what comes last
 * @size: of all three as they go out
 *
 * An answer that goes out in parts.
 */
typedef struct
{
  GBytes  *before;
  gint64   content;
  goffset  from;
  goffset  length;
  gboolean base64;
  GBytes  *after;
  goffset  size;
} PortalParts;

/**
 * PortalCall:
 * @args: what the route's placeholders stand for, in order
 * @params: (element-type PortalParam): of the query, then of a form
 * @root: the portal's address with a "/" at its end; @base: that of FHIR, without
 * @languages: (nullable): what its sender reads, as in Accept-Language
 * @upload: (nullable): the body, where it came in parts; the message's
 * @basic: (nullable): what came for HTTP Basic instead of a @token
 * @input: (nullable): the body, and the @input_type that its Content-Type says, without parameters
 * @upgrade: whether it asks to go on as a WebSocket
 * @letters: whether letters were queued
 * @inside: whether it is part of a Bundle, whose transaction is open
 * @view: (nullable): set on routes that need a token
 * @action: (nullable): what the audit log calls this one, instead of the route's
 * @app: (nullable): the name of the app of others that this is about, likewise
 * @who: (nullable): the account, where there is no view, for the audit log
 * @about: (nullable): the patient, likewise
 * @entries: (nullable): what a Bundle asked for, by method and type, likewise
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
  char                *basic;
  char                *cookies;
  char                *address;
  char                *user_agent;
  char                *accept;
  char                *languages;
  char                *if_none_match;
  char                *if_match;
  char                *if_none_exist;
  char                *prefer;
  char                *input_type;
  GBytes              *input;
  PortalUpload        *upload;
  char                *security_context;
  char                *range;
  char                *if_range;
  gboolean             strict;
  gboolean             gzip;
  gboolean             form;
  gboolean             upgrade;
  gboolean             letters;
  gboolean             inside;
  PortalView          *view;
  const char          *action;
  char                *app;
  char                *who;
  char                *about;
  char                *entries;
  gint64               started;

  guint       status;
  GPtrArray  *headers;   /* PortalParam */
  const char *content_type;
  GBytes     *body;
  PortalParts *parts;        /* instead of a body */
} PortalCall;

PortalCall *portal_call_new          (const PortalService *service, const char *method, const char *path);
void        portal_call_free         (PortalCall *call);
void        portal_call_add_params   (PortalCall *call, const char *encoded);
const char *portal_call_get_param    (PortalCall *call, const char *name);

void        portal_call_add_header   (PortalCall *call, const char *name, const char *value);
void        portal_call_reply        (PortalCall *call, guint status, const char *content_type, GBytes *body);
void        portal_call_reply_take   (PortalCall *call, guint status, const char *content_type, char *text);
void        portal_call_reply_parts  (PortalCall *call, guint status, const char *content_type, const PortalParts *parts);
void        portal_parts_free        (PortalParts *parts);
void        portal_call_outcome      (PortalCall *call, guint status, const char *code, const char *diagnostics);
void        portal_call_refuse       (PortalCall *call, guint status, const char *code, const char *detail, const char *diagnostics);
void        portal_call_fail         (PortalCall *call, const GError *error);
void        portal_call_compress     (PortalCall *call);

G_END_DECLS
