/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a patient would call a record. Immutable. */
#include "config.h"

#include "cairn-summary.h"

#include <glib/gi18n-lib.h>

static const CairnKind kinds[] = {
  { "test-result", NC_("kind", "Test results"), "cairn-lab-symbolic", TRUE },
  { "vital-sign", NC_("kind", "Vital signs"), "emblem-favorite-symbolic", TRUE },
  { "report", NC_("kind", "Reports"), "x-office-document-symbolic", TRUE },
  { "visit", NC_("kind", "Visits"), "system-users-symbolic", TRUE },
  { "condition", NC_("kind", "Conditions"), "document-properties-symbolic", TRUE },
  { "medication", NC_("kind", "Medications"), "cairn-pill-symbolic", TRUE },
  { "allergy", NC_("kind", "Allergies"), "dialog-warning-symbolic", TRUE },
  { "immunization", NC_("kind", "Immunizations"), "cairn-syringe-symbolic", TRUE },
  { "procedure", NC_("kind", "Procedures"), "object-select-symbolic", TRUE },
  { "order", NC_("kind", "Orders and referrals"), "document-edit-symbolic", TRUE },
  { "imaging", NC_("kind", "Imaging"), "image-x-generic-symbolic", TRUE },
  { "document", NC_("kind", "Documents and notes"), "text-x-generic-symbolic", TRUE },
  { "care-plan", NC_("kind", "Care plans and goals"), "emblem-ok-symbolic", TRUE },
  { "lifestyle", NC_("kind", "Lifestyle and surveys"), "view-list-symbolic", TRUE },
  { "family-history", NC_("kind", "Family history"), "system-users-symbolic", TRUE },
  { "device", NC_("kind", "Devices"), "application-x-addon-symbolic", TRUE },
  { "appointment", NC_("kind", "Appointments"), "x-office-calendar-symbolic", TRUE },
  { "message", NC_("kind", "Messages"), "mail-unread-symbolic", TRUE },
  { "form", NC_("kind", "Forms"), "view-list-symbolic", TRUE },
  { "coverage", NC_("kind", "Insurance"), "channel-secure-symbolic", TRUE },
  { "other", NC_("kind", "Other records"), "document-open-recent-symbolic", TRUE },
  { "provenance", NC_("kind", "Where records come from"), "document-properties-symbolic", FALSE },
  { "person", NC_("kind", "Patient"), "avatar-default-symbolic", FALSE },
  { "directory", NC_("kind", "People and places"), "system-users-symbolic", FALSE },
};

/**
 * cairn_kind_list:
 *
 * Returns: (transfer none) (array zero-terminated=1): all kinds, in the order in which they are offered
 */
const CairnKind *const *
cairn_kind_list (void)
{
  static const CairnKind *list[G_N_ELEMENTS (kinds) + 1];
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        list[i] = &kinds[i];
      g_once_init_leave (&once, 1);
    }
  return (const CairnKind *const *) list;
}

/**
 * cairn_kind_lookup:
 * @id: a kind's id
 *
 * Returns: (transfer none): that kind; "other" for an unknown id
 */
const CairnKind *
cairn_kind_lookup (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].id, id) == 0)
      return &kinds[i];
  return cairn_kind_lookup ("other");
}
