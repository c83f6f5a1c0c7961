/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-json.h"

G_BEGIN_DECLS

/**
 * PortalItem:
 * @entry: its place in the file, from 0
 * @resource: its text; absent in a deletion
 * @id_made: whether the file had no legal id for it
 * @full_url: (nullable): what the file calls it
 * @if_none_exist: (nullable): identifier that must not be in the store yet
 * @remove: whether it deletes
 *
 * One thing that an imported file wants done.
 */
typedef struct
{
  guint     entry;
  CairnJson resource;
  char     *type;
  char     *id;
  gboolean  id_made;
  char     *full_url;
  char     *if_none_exist;
  gboolean  remove;
} PortalItem;

/**
 * PortalFile:
 * @name: as given
 * @items: (element-type PortalItem): in the order in which they are to be done
 * @error: (nullable): why the file can't be imported
 * @entries: (nullable): what the import did, how many of which types, for the audit log
 * @patients: (element-type utf8): whose records it touched, likewise
 *
 * A file to import, read and checked.
 */
typedef struct
{
  char      *name;
  GBytes    *bytes;
  GPtrArray *items;
  GError    *error;
  char      *entries;
  GHashTable *patients;
} PortalFile;

PortalFile *portal_file_read    (const char *path);
PortalFile *portal_file_parse   (const char *name, GBytes *bytes);
void        portal_file_free    (PortalFile *self);
gboolean    portal_type_is_place (const char *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalFile, portal_file_free)

G_END_DECLS
