/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-call.h"
#include "server/store/portal-index.h"

G_BEGIN_DECLS

typedef enum
{
  PORTAL_EDIT_CREATE,
  PORTAL_EDIT_UPDATE,
  PORTAL_EDIT_PATCH,
  PORTAL_EDIT_DELETE,
} PortalEditKind;

/**
 * PortalEdit:
 * @id: (nullable): what is edited, or is to be made under this id
 * @condition: (nullable) (element-type PortalParam): finds what is edited, or what must not be there
 * @if_match: (nullable): the versions that it may be
 * @input: a resource, or a patch
 * @content: 0, or what the store has of a Binary beside its text; @content_now likewise
 * @content_kept: whether @content is the Binary's now
 * @exists: whether a condition found what was to be made
 * @status: of the answer; from 400 on, @code, @detail (nullable) and @why say why it was refused
 * @text: (nullable): what there is now
 *
 * One change that somebody asks for, and what came of it.
 */
typedef struct
{
  PortalEditKind  kind;
  char           *type;
  char           *id;
  GPtrArray      *condition;
  char           *if_match;
  CairnJson       input;
  gint64          content;

  gboolean        aimed;
  gboolean        exists;
  gboolean        make;
  guint           status;
  const char     *code;
  const char     *detail;
  char           *why;
  GBytes         *text;
  gint64          content_now;
  gboolean        content_kept;
  gint64          version;
  gint64          updated;
} PortalEdit;

/**
 * PortalEditing:
 * @names: (nullable): what the urn:uuid of a Bundle's entries stand for
 * @made: set of "Type/id" that this transaction has written
 * @together: whether what they point at, and messages, are held against @made at the end, by who runs them
 *
 * What the edits of one transaction share.
 */
typedef struct
{
  PortalCall      *call;
  CairnConnection *db;
  PortalWrite     *write;
  GHashTable      *names;
  GHashTable      *made;
  gboolean         together;
} PortalEditing;

PortalEdit *portal_edit_new    (PortalEditKind kind, const char *type, const char *id);
void        portal_edit_free   (PortalEdit *self);
void        portal_edit_refuse (PortalEdit *self, guint status, const char *code, const char *why);
GPtrArray  *portal_edit_parse_condition (const char *query);

gboolean    portal_edit_aim    (PortalEdit *self, PortalEditing *editing, GError **error);
gboolean    portal_edit_run    (PortalEdit *self, PortalEditing *editing, GError **error);

/* Its parts (portal-edit-text.c) */
char       *portal_edit_prepare (PortalEdit *self, PortalEditing *editing, CairnJson resource, gsize *length,
                                 GError **error);
gboolean    portal_edit_check_points (PortalEdit *self, PortalEditing *editing, CairnJson resource, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalEdit, portal_edit_free)

G_END_DECLS
