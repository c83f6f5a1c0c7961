/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On what terms who may write a type at all writes it: a part of portal-access.c, and included by nothing
 * else. Each says why not, or NULL; before is absent when something is made. Pure functions, any thread. */
#include "portal-access-terms.h"

#include <string.h>

#include "fhir/cairn-types.h"

#define LONGEST_CRITERIA 500

typedef const char *(*Terms) (const char *me, CairnJson before, CairnJson after);

static gboolean
is_me (CairnJson resource, const char *path, const char *me)
{
  return cairn_json_equals (cairn_json_get (resource, path), me);
}

static gboolean
is_one_of (CairnJson resource, const char *name, const char *first, const char *second)
{
  CairnJson value = cairn_json_member (resource, name);

  return cairn_json_equals (value, first) || cairn_json_equals (value, second);
}

static const char *
appointment_terms (const char *me, CairnJson before, CairnJson after)
{
  if (before.text == NULL ? !is_one_of (after, "status", "proposed", "proposed")
                          : !is_one_of (after, "status", "proposed", "cancelled"))
    return "A patient proposes appointments, or cancels them";
  return NULL;
}

/* Whether nothing differs but the members with these names, and meta. */
static gboolean
is_same_but (CairnJson before, CairnJson after, const char *const *names)
{
  CairnJson name, value, other;
  CairnJsonIter iter;
  guint n = cairn_json_count (after) - (cairn_json_member (after, "meta").text != NULL);

  for (guint i = 0; names[i] != NULL; i++)
    n -= cairn_json_member (after, names[i]).text != NULL;

  cairn_json_iter_init (&iter, before);
  while (cairn_json_iter_next (&iter, &name, &value))
    {
      g_autofree char *plain = cairn_json_dup_string (name);

      if (g_strv_contains (names, plain) || g_str_equal (plain, "meta"))
        continue;
      other = cairn_json_member (after, plain);
      if (other.length != value.length || memcmp (other.text, value.text, value.length) != 0)
        return FALSE;
      n--;
    }
  return n == 0;
}

static gboolean
is_same_but_received (CairnJson before, CairnJson after)
{
  static const char *const names[] = { "received", NULL };

  return is_same_but (before, after, names);
}

static const char *
communication_terms (const char *me, CairnJson before, CairnJson after)
{
  if (before.text != NULL && !is_me (before, "sender.reference", me))
    return is_same_but_received (before, after) ? NULL
                                                : "Of others' messages a patient says only when they were received";
  return is_me (after, "sender.reference", me) ? NULL : "A patient's messages have the patient as their sender";
}

static const char *
task_terms (const char *me, CairnJson before, CairnJson after)
{
  if (before.text != NULL && !is_me (before, "requester.reference", me))
    return "A patient changes only requests of their own";
  if (!is_me (after, "requester.reference", me))
    return "A patient's requests have the patient as their requester";
  if (before.text == NULL ? !is_one_of (after, "status", "requested", "requested")
                          : !is_one_of (after, "status", "requested", "cancelled"))
    return "A patient makes requests, or cancels them";
  return NULL;
}

static gboolean
is_others (CairnJson resource, const char *path, const char *me)
{
  CairnJson value = cairn_json_get (resource, path);

  return value.text != NULL && !cairn_json_equals (cairn_json_member (value, "reference"), me);
}

static const char *
answers_terms (const char *me, CairnJson before, CairnJson after)
{
  if (is_others (before, "author", me) || is_others (before, "source", me))
    return "A patient changes only answers of their own";
  if (is_others (after, "author", me) || is_others (after, "source", me))
    return "A patient's answers have the patient as their author";
  return NULL;
}

static const char *
observation_terms (const char *me, CairnJson before, CairnJson after)
{
  if (cairn_json_count (cairn_json_member (after, "performer")) != 1 ||
      !is_me (after, "performer.0.reference", me))
    return "A patient's observations have the patient as their only performer";
  return NULL;
}

static const char *
statement_terms (const char *me, CairnJson before, CairnJson after)
{
  if ((before.text != NULL && !is_me (before, "informationSource.reference", me)) ||
      !is_me (after, "informationSource.reference", me))
    return "A patient's medication statements have the patient as their source";
  return NULL;
}

/* Whether its context is seen is for the writer to look up; what is there stays as it is. */
static const char *
binary_terms (const char *me, CairnJson before, CairnJson after)
{
  if (before.text != NULL)
    return "A patient's attachments don't change";
  return cairn_json_get (after, "securityContext.reference").text != NULL
           ? NULL
           : "A patient's attachment needs a securityContext";
}

/* Of a subscription that both make: it is asked for, and what it watches is for the channel to look at. */
static const char *
subscription_terms (const char *me, CairnJson before, CairnJson after)
{
  CairnJson channel = cairn_json_member (after, "channel");
  g_autofree char *criteria = cairn_json_dup_text_at (after, "criteria");
  g_autofree char *type = criteria != NULL ? g_strndup (criteria, strcspn (criteria, "?")) : NULL;

  if (before.text != NULL)
    return "A subscription is made and deleted, not changed";
  if (!is_one_of (after, "status", "requested", "requested"))
    return "A new subscription's status is requested";
  if (!is_one_of (channel, "type", "websocket", "websocket") || cairn_json_count (channel) != 1)
    return "A subscription's channel is a websocket, and nothing else is said of it";
  if (type == NULL || strlen (criteria) > LONGEST_CRITERIA ||
      cairn_type_get_class (type) != CAIRN_TYPE_CLASS_COMPARTMENT)
    return "A subscription's criteria are a search of patients' records";
  return NULL;
}

/* What a patient writes */
static const struct { const char *type; Terms terms; } patient_terms[] = {
  { "Appointment", appointment_terms },
  { "Binary", binary_terms },
  { "Communication", communication_terms },
  { "MedicationStatement", statement_terms },
  { "Observation", observation_terms },
  { "QuestionnaireResponse", answers_terms },
  { "Subscription", subscription_terms },
  { "Task", task_terms },
};

const char *
portal_terms_of_patient (const char *type, const char *me, CairnJson before, CairnJson after)
{
  for (guint i = 0; i < G_N_ELEMENTS (patient_terms); i++)
    if (g_str_equal (patient_terms[i].type, type))
      return patient_terms[i].terms (me, before, after);
  return "Patients don't write this";
}

/* Handed over, closed or opened again; that is for who works here to say, whoever wrote it. */
static gboolean
is_managed (CairnJson before, CairnJson after)
{
  static const char *const names[] = { "received", "status", "statusReason", "recipient", NULL };
  gboolean known = is_one_of (after, "status", "completed", "stopped") || is_one_of (after, "status", "in-progress", "in-progress");

  return cairn_json_member (before, "partOf").text == NULL && known && is_same_but (before, after, names);
}

/* A message is its sender's; of others' there is only to say that it was received, and of a thread who has it. */
static const char *
staff_message_terms (const char *me, CairnJson before, CairnJson after)
{
  if (before.text != NULL && !is_me (before, "sender.reference", me))
    return is_same_but_received (before, after) || is_managed (before, after)
             ? NULL
             : "Of others' messages one says only when they were received, and of a thread who has it and whether it is closed";
  return is_me (after, "sender.reference", me) ? NULL : "A message has who writes it as its sender";
}

static gboolean
is_by_patient (CairnJson resource, const char *path)
{
  g_autofree char *reference = cairn_json_dup_text_at (resource, path);

  return reference != NULL && g_str_has_prefix (reference, "Patient/");
}

/* What patients say of themselves stays as they said it. */
static const char *
staff_answers_terms (const char *me, CairnJson before, CairnJson after)
{
  return is_by_patient (before, "author.reference") || is_by_patient (before, "source.reference")
           ? "A patient's answers stay as they are"
           : NULL;
}

static const char *
staff_binary_terms (const char *me, CairnJson before, CairnJson after)
{
  return cairn_json_get (after, "securityContext.reference").text != NULL ? NULL : "A Binary needs a securityContext";
}

static const struct { const char *type; Terms terms; } staff_terms[] = {
  { "Binary", staff_binary_terms },
  { "Communication", staff_message_terms },
  { "QuestionnaireResponse", staff_answers_terms },
  { "Subscription", subscription_terms },
};

const char *
portal_terms_of_staff (const char *type, const char *me, CairnJson before, CairnJson after)
{
  for (guint i = 0; i < G_N_ELEMENTS (staff_terms); i++)
    if (g_str_equal (staff_terms[i].type, type))
      return staff_terms[i].terms (me, before, after);
  return NULL;
}

/* Whether nothing but "received" differs. */
gboolean
portal_terms_only_received (const char *type, CairnJson before, CairnJson after)
{
  return g_str_equal (type, "Communication") && before.text != NULL && is_same_but_received (before, after);
}
