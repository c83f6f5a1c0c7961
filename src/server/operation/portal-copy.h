/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/store/portal-store.h"

G_BEGIN_DECLS

#define PORTAL_COUNT_RESOURCES "SELECT count(*) FROM (SELECT 1 FROM version GROUP BY type, id)"

/* What making a backup and taking it back share */
typedef struct
{
  PortalStore     *store;
  const char      *file;
  CairnConnection *to;      /* of the rows that are copied */
  gint64           after;   /* only rows after this one */
  GError          *error;
  gint64           resources;
  gint64           rows;
} PortalCopy;

gboolean portal_copy_rows      (PortalCopy *copy, CairnConnection *from, GError **error);
char    *portal_copy_to_report (const PortalCopy *copy);

G_END_DECLS
