/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/portal-config.h"
#include "server/store/portal-store-mail.h"

G_BEGIN_DECLS

typedef enum
{
  PORTAL_TOPIC_VERIFY,            /* code */
  PORTAL_TOPIC_KNOWN,             /* username: somebody registers with an address that has an account */
  PORTAL_TOPIC_USERNAME,          /* username */
  PORTAL_TOPIC_RECOVER,           /* username, code, link */
  PORTAL_TOPIC_PASSWORD_CHANGED,
  PORTAL_TOPIC_CONTACT_CHANGED,   /* to the old one */
  PORTAL_TOPIC_NEW_DEVICE,        /* device, when */
  PORTAL_TOPIC_NEW_APP,           /* device: the app's name, when */
  PORTAL_TOPIC_FACTOR_ON,
  PORTAL_TOPIC_FACTOR_OFF,
  PORTAL_TOPIC_RECOVERY_CODE,     /* n_left: somebody signed in with one */
  PORTAL_TOPIC_LINKED,
  PORTAL_TOPIC_MESSAGE,           /* to a patient: there is an answer */
  PORTAL_TOPIC_WORK,              /* to the care team: there is a message */
} PortalTopic;

/**
 * PortalFacts:
 * @language: (nullable): tag of what the reader reads; else that of the portal
 *
 * What a letter tells; never anything medical, and never an address to click but the portal's own.
 */
typedef struct
{
  const char *username;
  const char *code;
  const char *link;
  const char *device;
  gint64      when;   /* ms */
  gint64      n_left;
  const char *language;
} PortalFacts;

gboolean portal_letters_queue (CairnConnection *db, const PortalConfig *config, PortalLetterKind kind, const char *to,
                               PortalTopic topic, const PortalFacts *facts, GError **error);
char    *portal_letters_compose (const PortalConfig *config, const char *to, PortalTopic topic, const PortalFacts *facts,
                               const char *message_id, gint64 now);

G_END_DECLS
