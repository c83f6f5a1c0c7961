/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of portal-staff. */
#pragma once

#include "portal-staff.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

/**
 * Desk:
 * @type: (nullable): of the reference, with its @id
 * @out: what will be printed, of @n things so far
 * @error: (nullable): what went wrong inside a walk
 *
 * One command of somebody who works here, on the writer's thread.
 */
typedef struct
{
  PortalStaffWork *work;
  CairnConnection *db;
  char            *type;
  char            *id;
  GString         *out;
  guint            n;
  GError          *error;
} Desk;

void desk_clear (Desk *desk);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_clear)

/* One message of a thread */
typedef struct
{
  char    *id;
  gint64   sent;      /* ms, by the sender's clock */
  gint64   made;      /* ms, when it came here */
  gboolean patients;  /* from the patient's side */
  gboolean received;
  GBytes  *text;      /* where it is asked for */
} DeskMessage;

typedef struct
{
  Desk      *desk;
  gboolean   with_text;
  char      *id;
  gint64     version;
  gint64     updated;
  char      *patient;   /* nullable */
  GBytes    *head;
  GPtrArray *messages;  /* DeskMessage, oldest first; the head is one */
} DeskThread;

void     desk_thread_clear        (DeskThread *thread);
gboolean desk_thread_load         (DeskThread *thread, const char *id, GError **error);
void     desk_thread_describe     (const DeskThread *thread);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DeskThread, desk_thread_clear)

gboolean portal_desk_fail         (GError **error, int code, const char *message);
void     portal_desk_add_text     (GString *out, const char *name, const char *value);
GPtrArray *portal_desk_list_hands (Desk *desk, GError **error);
gboolean portal_desk_list_threads (Desk *desk, GError **error);
gboolean portal_desk_work_thread  (Desk *desk, GError **error);

G_END_DECLS
