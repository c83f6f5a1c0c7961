/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"

G_BEGIN_DECLS

/**
 * PortalDevice:
 * @id: of the grant
 * @name: (nullable): what it calls itself
 * @created: ms
 * @used: ms, when it last renewed its tokens
 *
 * Where an account is signed in.
 */
typedef struct
{
  char  *id;
  char  *client;
  char  *name;
  char  *patient;
  gint64 created;
  gint64 used;
} PortalDevice;

void       portal_device_free              (PortalDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalDevice, portal_device_free)

gboolean   portal_store_set_factor         (CairnConnection *db, const char *account, const char *sealed, gint64 step,
                                            gint64 now, GError **error);
gboolean   portal_store_set_factor_step    (CairnConnection *db, const char *account, gint64 step, GError **error);
gboolean   portal_store_set_factor_draft   (CairnConnection *db, const char *account, const char *sealed, gint64 until,
                                            GError **error);
gboolean   portal_store_load_factor_draft  (CairnConnection *db, const char *account, gint64 now, char **sealed, GError **error);
gboolean   portal_store_add_recovery_code  (CairnConnection *db, const char *account, const char *hash, GError **error);
gboolean   portal_store_take_recovery_code (CairnConnection *db, const char *account, const char *hash, gboolean *had,
                                            GError **error);
gboolean   portal_store_count_recovery_codes (CairnConnection *db, const char *account, gint64 *n, GError **error);
gboolean   portal_store_drop_recovery_codes (CairnConnection *db, const char *account, GError **error);

GPtrArray *portal_store_list_devices       (CairnConnection *db, const char *account, gint64 now, GError **error);
gboolean   portal_store_prove_grant        (CairnConnection *db, const char *grant, gint64 now, GError **error);
gboolean   portal_store_use_grant          (CairnConnection *db, const char *grant, gint64 now, GError **error);

G_END_DECLS
