/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session/cairn-session-private.h"
#include "server/portal.h"

#define CLINIC_PASSWORD "a long sample password"
#define CLINIC_PATIENT "pat-1"

/**
 * Clinic:
 *
 * The real portal in process, with a folder of its own and one account, "anna".
 */
typedef struct
{
  char         *folder;
  PortalConfig *config;
  Portal       *portal;
  GSocket      *held;     /* its port, while the portal is down */
} Clinic;

int           client_test_run        (int argc, char **argv, void (*add) (void));
void          client_test_done       (GObject *source, GAsyncResult *result, gpointer data);
GAsyncResult *client_test_wait       (GAsyncResult **result);
void          client_test_spin_at    (gboolean (*is_over) (gpointer data), gpointer data, const char *where);
void          client_test_finalize_at (gpointer object, const char *where);
void          client_test_remove_all (const char *path);

Clinic       *clinic_new             (void);
void          clinic_free            (Clinic *self);
void          clinic_load            (Clinic *self, const char *resources);
char         *clinic_observations    (guint from, guint n, const char *status);
void          clinic_stop            (Clinic *self);
void          clinic_start           (Clinic *self);
CairnSession *clinic_sign_in         (Clinic *self, gboolean keep);
CairnSession *clinic_open            (CairnAccount *account, GError **error);
CairnSyncReport *clinic_sync         (CairnSession *session);
gint64        clinic_count           (CairnSession *session, const char *type);
void          clinic_sign_out        (CairnSession *session);
char         *clinic_take_letter     (Clinic *clinic, const char *kind, const char *to);
char         *clinic_code_in         (const char *letter);

#define client_test_spin(is_over, data) client_test_spin_at (is_over, data, G_STRLOC)
#define client_test_finalize(object) client_test_finalize_at (object, G_STRLOC)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Clinic, clinic_free)
