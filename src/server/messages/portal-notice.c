/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters that say that there is something to read, and not a word of what. In the transaction of the message; one a
 * thread and reader in a few minutes, however much is written. */
#include "portal-notice.h"

#include <string.h>

#include "fhir/cairn-date.h"
#include "portal-recipients.h"
#include "server/accounts/portal-account-call.h"
#include "server/mail/portal-letters.h"

#define QUIET_MS (5 * 60 * 1000)

typedef struct
{
  CairnConnection    *db;
  const PortalConfig *config;
  const char         *thread;
  PortalTopic         topic;
  gint64              now;
} Notice;

static gboolean
queue (Notice *notice, const char *to, PortalLetterKind kind, const char *language, GError **error)
{
  PortalFacts facts = { .when = notice->now, .language = language };
  gboolean due;

  return to == NULL ||
         (portal_store_note_notice (notice->db, to, notice->thread, notice->now, notice->now - QUIET_MS, &due, error) &&
          (!due || portal_letters_queue (notice->db, notice->config, kind, to, notice->topic, &facts, error)));
}

static gboolean
queue_all (Notice *notice, GPtrArray *accounts, GError **error)
{
  for (guint i = 0; accounts != NULL && i < accounts->len; i++)
    {
      const PortalAccount *account = g_ptr_array_index (accounts, i);
      PortalLetterKind kind;
      const char *to = portal_account_channel (account, &kind);
      g_autofree char *language = account->quiet ? NULL : portal_account_dup_language (notice->db, account, NULL);

      if (!account->quiet && !queue (notice, to, kind, language, error))
        return FALSE;
    }
  return accounts != NULL;
}

/* The address that the directory has of a pool or an organization */
static gboolean
queue_directory (Notice *notice, const char *reference, GError **error)
{
  g_autoptr(GBytes) text = NULL;
  CairnJsonIter iter;
  CairnJson one;

  if (!portal_recipients_load (notice->db, PORTAL_EVERYONE, reference, &text, error))
    return FALSE;
  cairn_json_iter_init (&iter, text != NULL ? cairn_json_member (cairn_json_from_bytes (text), "telecom") : CAIRN_JSON_NONE);
  while (cairn_json_iter_next (&iter, NULL, &one))
    {
      g_autofree char *value = cairn_json_dup_text_at (one, "value");
      g_autofree char *address = cairn_json_equals (cairn_json_member (one, "system"), "email") ? portal_email_prepare (value) : NULL;

      if (!queue (notice, address, PORTAL_LETTER_MAIL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* To who has a thread: pools by the address in the directory, people by those of their accounts. */
gboolean
portal_notice_team (CairnConnection *db, const PortalConfig *config, CairnJson recipients, const char *thread, GError **error)
{
  Notice notice = { db, config, thread, PORTAL_TOPIC_WORK, cairn_date_now () };
  CairnJsonIter iter;
  CairnJson one;

  cairn_json_iter_init (&iter, recipients);
  while (cairn_json_iter_next (&iter, NULL, &one))
    {
      g_autofree char *reference = cairn_json_dup_text_at (one, "reference");
      g_autoptr(GPtrArray) accounts = NULL;

      if (reference != NULL && g_str_has_prefix (reference, "Practitioner/"))
        {
          accounts = portal_store_list_practitioner (db, reference + strlen ("Practitioner/"), error);
          if (!queue_all (&notice, accounts, error))
            return FALSE;
        }
      else if (reference != NULL && !queue_directory (&notice, reference, error))
        return FALSE;
    }
  return TRUE;
}

/* To all who may open the patient's record, but who don't want it. */
gboolean
portal_notice_patient (CairnConnection *db, const PortalConfig *config, const char *patient, const char *thread, GError **error)
{
  Notice notice = { db, config, thread, PORTAL_TOPIC_MESSAGE, cairn_date_now () };
  g_autoptr(GPtrArray) accounts = portal_store_list_readers (db, patient, error);

  return queue_all (&notice, accounts, error);
}
