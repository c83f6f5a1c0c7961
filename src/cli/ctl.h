/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session/cairn-session-private.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Exit codes of the contract */
enum
{
  CTL_DONE = 0,
  CTL_FAILED = 1,
  CTL_USAGE = 2,
  CTL_PARTIAL = 3,
  CTL_SIGN_IN = 4,
  CTL_LOCKED = 5,
};

/* What a command line says. */
typedef struct
{
  char    *account;
  gboolean json;
  char   **arguments;   /* after the command */

  char    *username;
  gboolean password_stdin;
  gboolean otp_stdin;
  char    *search;
  char    *since;
  char    *until;
  int      limit;
  int      offset;
  gboolean discard_unsent;
  char    *file;
  char    *to;
  char    *thread;
  char    *topic;
  gboolean text_stdin;
  char   **attach;

  CairnSession *session;   /* that the command opened */
} Ctl;

/* Commands: each returns an exit code */
int           ctl_sign_in    (Ctl *ctl);
int           ctl_status     (Ctl *ctl);
int           ctl_unlock     (Ctl *ctl);
int           ctl_sign_out   (Ctl *ctl);
int           ctl_sync       (Ctl *ctl);
int           ctl_outbox     (Ctl *ctl);
int           ctl_send       (Ctl *ctl);
int           ctl_message    (Ctl *ctl);
int           ctl_counts     (Ctl *ctl);
int           ctl_list       (Ctl *ctl);
int           ctl_show       (Ctl *ctl);
int           ctl_quarantine (Ctl *ctl);

/* Output */
int           ctl_fail       (Ctl *ctl, const GError *error);
int           ctl_usage      (Ctl *ctl, const char *format, ...) G_GNUC_PRINTF (2, 3);
char         *ctl_dup_json   (JsonBuilder *builder);
void          ctl_print_json (JsonBuilder *builder);
void          ctl_add_error  (JsonBuilder *builder, const GError *error);
void          ctl_add_string (JsonBuilder *builder, const char *name, const char *value);
void          ctl_print      (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Opening */
CairnAccount *ctl_find_account (Ctl *ctl, int *code);
CairnSession *ctl_open         (Ctl *ctl, gboolean reads_records, int *code);
GAsyncResult *ctl_wait         (GAsyncResult **result);
void          ctl_send_waiting (CairnSession *session, gboolean all);
void          ctl_done_cb      (GObject *source, GAsyncResult *result, gpointer data);

G_END_DECLS
