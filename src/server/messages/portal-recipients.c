/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a patient may write to: the clinic's pools (HealthcareService with the category "messages"), and the people of
 * the patient's care teams and general practitioners. On the connection's thread. */
#include "portal-recipients.h"

#include <string.h>

#include "fhir/cairn-types.h"

#define MOST_TEAMS 50
#define MOST_POOLS 100
#define MOST_PEOPLE 100

typedef struct
{
  const PortalConfig *config;
  GPtrArray          *found;     /* PortalRecipient */
  GPtrArray          *people;    /* PortalRecipient, not looked up yet */
} Search;

static void
recipient_free (gpointer data)
{
  PortalRecipient *recipient = data;

  g_free (recipient->reference);
  g_free (recipient->name);
  g_free (recipient->about);
  g_free (recipient);
}

PortalRecipient *
portal_recipients_find (GPtrArray *recipients, const char *reference)
{
  for (guint i = 0; i < recipients->len; i++)
    {
      PortalRecipient *recipient = g_ptr_array_index (recipients, i);

      if (g_str_equal (recipient->reference, reference))
        return recipient;
    }
  return NULL;
}

static gboolean
take_text (const PortalRow *row, gpointer data)
{
  if (row->state == PORTAL_STATE_LIVE && !row->deleted)
    *(GBytes **) data = g_bytes_new (row->text.text, row->text.length);
  return FALSE;
}

/* The text of what an audience sees under a reference; NULL when it sees nothing there. */
gboolean
portal_recipients_load (CairnConnection *db, const char *audience, const char *reference, GBytes **text, GError **error)
{
  const char *audiences[] = { audience, NULL };
  g_autofree char *type = NULL, *id = NULL;

  *text = NULL;
  if (reference == NULL || !cairn_reference_split (reference, &type, &id))
    return TRUE;
  return portal_store_find_seen (db, audiences, type, id, 0, take_text, text, error);
}

static gboolean
note_pool_code (CairnJson code, gpointer data)
{
  *(gboolean *) data |= cairn_json_equals (code, PORTAL_POOL_CODE);
  return TRUE;
}

static int
reply_hours_of (const Search *search, CairnJson service)
{
  CairnJson extension;
  CairnJsonIter iter;
  gint64 hours;

  cairn_json_iter_init (&iter, cairn_json_member (service, "extension"));
  while (cairn_json_iter_next (&iter, NULL, &extension))
    if (cairn_json_equals (cairn_json_member (extension, "url"), PORTAL_REPLY_HOURS_URL) &&
        cairn_json_int64 (cairn_json_member (extension, "valueInteger"), &hours) && hours > 0 && hours < G_MAXINT)
      return hours;
  return search->config->reply_hours;
}

static gboolean
take_pool (const PortalRow *row, gpointer data)
{
  Search *search = data;
  g_autofree char *name = cairn_json_dup_text_at (row->text, "name");
  gboolean pool = FALSE;
  PortalRecipient *recipient;

  cairn_json_foreach (row->text, "category.coding.code", note_pool_code, &pool);
  if (!pool || name == NULL || !cairn_json_boolean (cairn_json_member (row->text, "active"), TRUE))
    return TRUE;
  recipient = g_new0 (PortalRecipient, 1);
  recipient->reference = g_strconcat (row->type, "/", row->id, NULL);
  recipient->name = g_steal_pointer (&name);
  recipient->about = cairn_json_dup_text_at (row->text, "comment");
  recipient->pool = TRUE;
  recipient->reply_hours = reply_hours_of (search, row->text);
  g_ptr_array_add (search->found, recipient);
  return TRUE;
}

static void
note_person (Search *search, CairnJson reference, CairnJson role)
{
  g_autofree char *text = cairn_json_dup_text_at (reference, "reference");
  PortalRecipient *recipient;

  if (text == NULL || search->people->len >= MOST_PEOPLE || portal_recipients_find (search->people, text) != NULL)
    return;
  recipient = g_new0 (PortalRecipient, 1);
  recipient->reference = g_steal_pointer (&text);
  recipient->name = cairn_json_dup_text_at (reference, "display");
  recipient->about = cairn_json_dup_text_at (role, "text");
  if (recipient->about == NULL)
    recipient->about = cairn_json_dup_text_at (role, "coding.0.display");
  recipient->reply_hours = search->config->reply_hours;
  g_ptr_array_add (search->people, recipient);
}

static gboolean
take_team (const PortalRow *row, gpointer data)
{
  CairnJson status = cairn_json_member (row->text, "status"), one;
  CairnJsonIter iter;

  if (status.text != NULL && !cairn_json_equals (status, "active"))
    return TRUE;
  cairn_json_iter_init (&iter, cairn_json_member (row->text, "participant"));
  while (cairn_json_iter_next (&iter, NULL, &one))
    note_person (data, cairn_json_member (one, "member"), cairn_json_get (one, "role.0"));
  return TRUE;
}

static char *
dup_name (CairnJson practitioner)
{
  char *text = cairn_json_dup_text_at (practitioner, "name.0.text");
  g_autofree char *prefix = cairn_json_dup_text_at (practitioner, "name.0.prefix.0");
  g_autofree char *given = cairn_json_dup_text_at (practitioner, "name.0.given.0");
  g_autofree char *family = cairn_json_dup_text_at (practitioner, "name.0.family");
  g_autoptr(GString) name = g_string_new (NULL);
  const char *parts[] = { prefix, given, family };

  for (guint i = 0; text == NULL && i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL)
      g_string_append_printf (name, "%s%s", name->len > 0 ? " " : "", parts[i]);
  return text != NULL || name->len == 0 ? text : g_string_free (g_steal_pointer (&name), FALSE);
}

/* What the directory calls somebody or a pool; NULL when nobody is there. */
gboolean
portal_recipients_dup_name (CairnConnection *db, const char *reference, char **name, GError **error)
{
  g_autoptr(GBytes) text = NULL;

  *name = NULL;
  if (!portal_recipients_load (db, PORTAL_EVERYONE, reference, &text, error))
    return FALSE;
  if (text != NULL)
    *name = g_str_has_prefix (reference, "Practitioner/") ? dup_name (cairn_json_from_bytes (text))
                                                          : cairn_json_dup_text_at (cairn_json_from_bytes (text), "name");
  if (text != NULL && *name == NULL)
    *name = g_strdup (reference);
  return TRUE;
}

/* A role stands for who has it. */
static gboolean
follow_role (CairnConnection *db, PortalRecipient *person, GError **error)
{
  g_autoptr(GBytes) text = NULL;
  CairnJson role;
  char *reference;

  if (!g_str_has_prefix (person->reference, "PractitionerRole/"))
    return TRUE;
  if (!portal_recipients_load (db, PORTAL_EVERYONE, person->reference, &text, error))
    return FALSE;
  role = text != NULL ? cairn_json_from_bytes (text) : CAIRN_JSON_NONE;
  reference = cairn_json_dup_text_at (role, "practitioner.reference");
  g_free (person->reference);
  person->reference = reference != NULL ? reference : g_strdup ("");
  if (person->about == NULL)
    person->about = cairn_json_dup_text_at (role, "code.0.text");
  return TRUE;
}

/* Those who are there and work, each once. */
static gboolean
look_up (Search *search, CairnConnection *db, GError **error)
{
  while (search->people->len > 0)
    {
      PortalRecipient *person = g_ptr_array_steal_index (search->people, 0);
      g_autoptr(GBytes) text = NULL;
      gboolean done = follow_role (db, person, error), works;

      done = done && (!g_str_has_prefix (person->reference, "Practitioner/") ||
                      portal_recipients_load (db, PORTAL_EVERYONE, person->reference, &text, error));
      works = text != NULL && cairn_json_boolean (cairn_json_member (cairn_json_from_bytes (text), "active"), TRUE) &&
              portal_recipients_find (search->found, person->reference) == NULL;
      if (works && person->name == NULL)
        person->name = dup_name (cairn_json_from_bytes (text));
      if (works && person->name != NULL)
        g_ptr_array_add (search->found, person);
      else
        recipient_free (person);
      if (!done)
        return FALSE;
    }
  return TRUE;
}

static gboolean
note_practitioners (Search *search, CairnConnection *db, const char *patient, GError **error)
{
  g_autofree char *reference = g_strconcat ("Patient/", patient, NULL);
  g_autoptr(GBytes) text = NULL;
  CairnJsonIter iter;
  CairnJson one;

  if (!portal_recipients_load (db, patient, reference, &text, error))
    return FALSE;
  cairn_json_iter_init (&iter, cairn_json_member (text != NULL ? cairn_json_from_bytes (text) : CAIRN_JSON_NONE,
                                                  "generalPractitioner"));
  while (cairn_json_iter_next (&iter, NULL, &one))
    note_person (search, one, CAIRN_JSON_NONE);
  return TRUE;
}

/* (element-type PortalRecipient): pools first, then people. */
GPtrArray *
portal_recipients_list (CairnConnection *db, const PortalConfig *config, const char *patient, GError **error)
{
  const char *everyone[] = { PORTAL_EVERYONE, NULL }, *own[] = { patient, NULL };
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (recipient_free);
  g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func (recipient_free);
  Search search = { config, found, people };
  PortalRange all = PORTAL_RANGE_ALL;

  if (!portal_store_search (db, everyone, "HealthcareService", &all, 0, MOST_POOLS, take_pool, &search, error) ||
      !portal_store_search (db, own, "CareTeam", &all, 0, MOST_TEAMS, take_team, &search, error) ||
      !note_practitioners (&search, db, patient, error) || !look_up (&search, db, error))
    return NULL;
  return g_steal_pointer (&found);
}

static char *
dup_phone_of (CairnJson resource)
{
  CairnJsonIter iter;
  CairnJson one;

  cairn_json_iter_init (&iter, cairn_json_member (resource, "telecom"));
  while (cairn_json_iter_next (&iter, NULL, &one))
    if (cairn_json_equals (cairn_json_member (one, "system"), "phone"))
      return cairn_json_dup_text_at (one, "value");
  return NULL;
}

/* (nullable): the number to call for what can't wait: the configured one, else that of the patient's clinic. */
char *
portal_recipients_dup_phone (CairnConnection *db, const PortalConfig *config, const char *patient, GError **error)
{
  g_autofree char *reference = g_strconcat ("Patient/", patient, NULL), *clinic = NULL;
  g_autoptr(GBytes) person = NULL, organization = NULL;

  if (config->messages_phone != NULL)
    return g_strdup (config->messages_phone);
  if (!portal_recipients_load (db, patient, reference, &person, error) || person == NULL)
    return NULL;
  clinic = cairn_json_dup_text_at (cairn_json_from_bytes (person), "managingOrganization.reference");
  if (!portal_recipients_load (db, PORTAL_EVERYONE, clinic, &organization, error) || organization == NULL)
    return NULL;
  return dup_phone_of (cairn_json_from_bytes (organization));
}
