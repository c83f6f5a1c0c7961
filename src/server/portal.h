/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "portal-config.h"
#include "server/store/portal-store.h"

G_BEGIN_DECLS

/* The client id of Cairn's own app and cairnctl, the only ones that may ask for a password. */
#define PORTAL_OWN_CLIENT "cairn"

/**
 * Portal:
 *
 * A whole portal: the encrypted store in its folder and, once started, the server on a thread and
 * main context of its own. `cairn-portal serve` runs one; tests run as many as they like in process,
 * on port 0. All functions block and may be called from any one thread that isn't the portal's.
 */
#define PORTAL_TYPE_PORTAL (portal_get_type ())
G_DECLARE_FINAL_TYPE (Portal, portal, PORTAL, PORTAL, GObject)

Portal     *portal_new          (PortalConfig *config);
gboolean    portal_open         (Portal *self, GError **error);
gboolean    portal_is_empty     (Portal *self, gboolean *empty, GError **error);
gboolean    portal_start        (Portal *self, GError **error);
void        portal_stop         (Portal *self);
const char *portal_get_url      (Portal *self);
const char *portal_get_fhir_url (Portal *self);
const char *portal_get_metrics_url (Portal *self);

/* What the commands of the same names do; JSON as `--json` prints it */
char       *portal_import       (Portal *self, const char *const *files, gboolean strict, gboolean *ok, GError **error);
char       *portal_import_text  (Portal *self, const char *json, gboolean *ok, GError **error);
char       *portal_account_add_patient (Portal *self, const char *username, const char *email, const char *patient,
                                        const char *password, GError **error);

PortalStore *portal_get_store   (Portal *self);
void        portal_set_support      (Portal *self, const char *support);

G_END_DECLS
