/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"
#include "server/store/portal-access.h"

G_BEGIN_DECLS

#define PORTAL_REPLY_HOURS_URL "https://cairnhealth.github.io/fhir/reply-hours"
#define PORTAL_POOL_CODE "messages"   /* of HealthcareService.category */

/**
 * PortalRecipient:
 * @reference: "Type/id"
 * @pool: whether it is several people who share the work
 * @about: (nullable): what they do
 * @reply_hours: within how many hours they mean to answer
 *
 * Somebody a patient may write to.
 */
typedef struct
{
  char    *reference;
  char    *name;
  char    *about;
  gboolean pool;
  int      reply_hours;
} PortalRecipient;

GPtrArray       *portal_recipients_list (CairnConnection *db, const PortalConfig *config, const char *patient, GError **error);
PortalRecipient *portal_recipients_find (GPtrArray *recipients, const char *reference);
gboolean         portal_recipients_load (CairnConnection *db, const char *audience, const char *reference, GBytes **text,
                                         GError **error);
gboolean         portal_recipients_dup_name (CairnConnection *db, const char *reference, char **name, GError **error);
char            *portal_recipients_dup_phone (CairnConnection *db, const PortalConfig *config, const char *patient,
                                         GError **error);

G_END_DECLS
