/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FHIR's datatypes in words, told apart by the members that they may have. Any thread. */
#include "config.h"

#include "cairn-datatype.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-code-words.h"
#include "cairn-date.h"
#include "cairn-facts.h"
#include "cairn-value.h"

typedef enum
{
  CODING = 1 << 0,
  CONCEPT = 1 << 1,
  QUANTITY = 1 << 2,
  MONEY = 1 << 3,
  RANGE = 1 << 4,
  PERIOD = 1 << 5,
  RATIO = 1 << 6,
  REFERENCE = 1 << 7,
  IDENTIFIER = 1 << 8,
  CONTACT = 1 << 9,
  NAME = 1 << 10,
  ADDRESS = 1 << 11,
  ATTACHMENT = 1 << 12,
  ANNOTATION = 1 << 13,
  SAMPLED = 1 << 14,
  TIMING = 1 << 15,
  DOSAGE = 1 << 16,
  SIGNATURE = 1 << 17,
  USUAL_RANGE = 1 << 18,   /* Observation.referenceRange */
  AMOUNT = 1 << 19,        /* ExplanationOfBenefit.total and item.adjudication */
  ANY = (1 << 20) - 1,
} Datatypes;

/* In order of their names. */
static const struct
{
  const char *name;
  guint       types;
} members[] = {
  { "additionalInstruction", DOSAGE }, { "age", USUAL_RANGE }, { "amount", AMOUNT }, { "appliesTo", USUAL_RANGE },
  { "asNeededBoolean", DOSAGE }, { "asNeededCodeableConcept", DOSAGE }, { "assigner", IDENTIFIER }, { "authorReference", ANNOTATION },
  { "authorString", ANNOTATION }, { "category", AMOUNT }, { "city", ADDRESS }, { "code", CODING | QUANTITY | TIMING }, { "coding", CONCEPT },
  { "comparator", QUANTITY }, { "contentType", ATTACHMENT }, { "country", ADDRESS }, { "creation", ATTACHMENT }, { "currency", MONEY },
  { "data", ATTACHMENT | SAMPLED | SIGNATURE }, { "denominator", RATIO }, { "dimensions", SAMPLED }, { "display", CODING | REFERENCE },
  { "district", ADDRESS }, { "doseAndRate", DOSAGE }, { "end", PERIOD }, { "event", TIMING }, { "factor", SAMPLED }, { "family", NAME },
  { "given", NAME }, { "hash", ATTACHMENT }, { "high", RANGE | USUAL_RANGE }, { "identifier", REFERENCE }, { "language", ATTACHMENT },
  { "line", ADDRESS }, { "low", RANGE | USUAL_RANGE }, { "lowerLimit", SAMPLED }, { "maxDosePerAdministration", DOSAGE },
  { "maxDosePerLifetime", DOSAGE }, { "maxDosePerPeriod", DOSAGE }, { "method", DOSAGE }, { "numerator", RATIO }, { "onBehalfOf", SIGNATURE },
  { "origin", SAMPLED }, { "patientInstruction", DOSAGE }, { "period", IDENTIFIER | CONTACT | NAME | ADDRESS | SAMPLED },
  { "postalCode", ADDRESS }, { "prefix", NAME }, { "rank", CONTACT }, { "reason", AMOUNT }, { "reference", REFERENCE }, { "repeat", TIMING },
  { "route", DOSAGE }, { "sequence", DOSAGE }, { "sigFormat", SIGNATURE }, { "site", DOSAGE }, { "size", ATTACHMENT }, { "start", PERIOD },
  { "state", ADDRESS }, { "suffix", NAME }, { "system", CODING | QUANTITY | IDENTIFIER | CONTACT }, { "targetFormat", SIGNATURE },
  { "text", CONCEPT | ANNOTATION | NAME | ADDRESS | DOSAGE | USUAL_RANGE }, { "time", ANNOTATION }, { "timing", DOSAGE },
  { "title", ATTACHMENT }, { "type", REFERENCE | IDENTIFIER | ADDRESS | SIGNATURE | USUAL_RANGE }, { "unit", QUANTITY }, { "upperLimit", SAMPLED },
  { "url", ATTACHMENT }, { "use", IDENTIFIER | CONTACT | NAME | ADDRESS }, { "userSelected", CODING },
  { "value", QUANTITY | MONEY | IDENTIFIER | CONTACT | AMOUNT }, { "version", CODING }, { "when", SIGNATURE }, { "who", SIGNATURE },
};

static guint
types_with (CairnJson name)
{
  guint low = 0, high = G_N_ELEMENTS (members);

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const char *with = members[middle].name;
      gsize length = strlen (with);
      int order = memcmp (name.text + 1, with, MIN (length, name.length - 2));

      if (order == 0 && length == name.length - 2)
        return members[middle].types;
      if (order < 0 || (order == 0 && name.length - 2 < length))
        high = middle;
      else
        low = middle + 1;
    }
  return 0;
}

static gboolean
is_for_machines (CairnJson name)
{
  static const char *const names[] = { "id", "extension", "modifierExtension" };

  if (name.length > 2 && name.text[1] == '_')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (name.length - 2 == strlen (names[i]) && memcmp (name.text + 1, names[i], name.length - 2) == 0)
      return TRUE;
  return FALSE;
}

/* The types that may have all of its members, and how each member's own type narrows them down. */
static guint
read_types (CairnJson value)
{
  guint types = ANY, n = 0;
  CairnJsonIter iter;
  CairnJson name, member;

  cairn_json_iter_init (&iter, value);
  while (types != 0 && cairn_json_iter_next (&iter, &name, &member))
    if (!is_for_machines (name))
      {
        types &= types_with (name);
        n++;
      }
  if (n == 0)
    return 0;
  member = cairn_json_member (value, "value");
  if (member.text != NULL && cairn_json_type (member) != CAIRN_JSON_NUMBER)
    types &= ~(QUANTITY | MONEY | AMOUNT);
  else if (member.text != NULL)
    types &= ~(IDENTIFIER | CONTACT);
  member = cairn_json_member (value, "code");
  if (member.text != NULL)
    types &= cairn_json_type (member) == CAIRN_JSON_STRING ? ~TIMING : ~(CODING | QUANTITY);
  return types;
}

static gboolean
has (CairnJson value, const char *name)
{
  return cairn_json_member (value, name).text != NULL;
}

static gboolean
is_contact_system (CairnJson system)
{
  static const char *const systems[] = { "phone", "fax", "email", "pager", "url", "sms", "other" };

  for (guint i = 0; i < G_N_ELEMENTS (systems); i++)
    if (cairn_json_equals (system, systems[i]))
      return TRUE;
  return FALSE;
}

/* One type; 0 when it has none. */
static guint
pick_type (CairnJson value)
{
  static const struct
  {
    guint       type;
    const char *needs[4];   /* one of them */
  } order[] = {
    { QUANTITY, { "value" } }, { MONEY, { "value" } }, { AMOUNT, { "category" } }, { CONCEPT, { "coding" } }, { CONTACT, { "system" } },
    { IDENTIFIER, { "value" } }, { REFERENCE, { "reference", "display", "identifier" } }, { CODING, { "code", "display" } },
    { PERIOD, { "start", "end" } }, { RANGE, { "low", "high" } }, { USUAL_RANGE, { "low", "high", "appliesTo" } },
    { RATIO, { "numerator", "denominator" } }, { TIMING, { "repeat", "event", "code" } },
    { SAMPLED, { "origin", "data", "dimensions" } }, { ATTACHMENT, { "contentType", "url", "title", "data" } },
    { SIGNATURE, { "when" } }, { CONCEPT, { "text" } }, { ANNOTATION, { "text" } }, { USUAL_RANGE, { "text" } }, { NAME, { "family", "given", "text" } },
    { ADDRESS, { "line", "city", "country", "text" } }, { ADDRESS, { "state", "postalCode", "district" } },
    { DOSAGE, { "text", "timing", "doseAndRate", "route" } }, { DOSAGE, { "asNeededBoolean", "patientInstruction", "asNeededCodeableConcept", "maxDosePerPeriod" } },
  };
  guint types = read_types (value);

  if ((types & CONTACT) != 0 && !is_contact_system (cairn_json_member (value, "system")))
    types &= ~CONTACT;
  for (guint i = 0; types != 0 && i < G_N_ELEMENTS (order); i++)
    for (guint j = 0; (types & order[i].type) != 0 && j < G_N_ELEMENTS (order[i].needs) && order[i].needs[j] != NULL; j++)
      if (has (value, order[i].needs[j]))
        return order[i].type;
  return 0;
}

static char *
dup_named (CairnJson reference, CairnReferenceNamer namer, gpointer data)
{
  if (reference.text == NULL)
    return NULL;
  return namer != NULL ? namer (reference, data) : cairn_json_dup_text_at (reference, "display");
}

static char *
dup_date_at (CairnJson value, const char *name)
{
  g_autofree char *text = cairn_json_dup_text_at (value, name);
  CairnDate date;

  return cairn_date_parse (text, &date) ? cairn_date_dup_words (&date) : NULL;
}

/* "Dr. A, 1 May 2014: Well done" */
static char *
dup_annotation (CairnJson value, CairnReferenceNamer namer, gpointer data)
{
  g_autofree char *author = cairn_json_dup_text_at (value, "authorString"), *text = cairn_json_dup_text_at (value, "text");
  g_autofree char *time = dup_date_at (value, "time");

  if (author == NULL)
    author = dup_named (cairn_json_member (value, "authorReference"), namer, data);
  if (text == NULL || (author == NULL && time == NULL))
    return g_steal_pointer (&text);
  return g_strdup_printf ("%s%s%s: %s", author != NULL ? author : "", author != NULL && time != NULL ? ", " : "", time != NULL ? time : "", text);
}

/* What an amount of a bill is for, and how much. */
static char *
dup_amount (CairnJson value)
{
  g_autofree char *category = cairn_concept_dup_text (cairn_json_member (value, "category")), *full = NULL;
  g_autofree char *reason = cairn_concept_dup_text (cairn_json_member (value, "reason"));
  CairnJson money = cairn_json_member (value, "amount");

  if (money.text != NULL)
    full = cairn_money_dup_words (money);
  if (full == NULL)
    full = cairn_json_dup_number (cairn_json_member (value, "value"));
  if (full == NULL)
    full = g_steal_pointer (&reason);
  if (category == NULL || full == NULL)
    return category != NULL ? g_steal_pointer (&category) : g_steal_pointer (&full);
  return reason != NULL ? g_strdup_printf ("%s: %s (%s)", category, full, reason) : g_strdup_printf ("%s: %s", category, full);
}

static gboolean
is_old (CairnJson value)
{
  return cairn_json_equals (cairn_json_member (value, "use"), "old") || cairn_json_get (value, "period.end").text != NULL;
}

static char *
dup_contact (CairnJson value)
{
  g_autofree char *text = cairn_json_dup_text_at (value, "value"), *use = cairn_json_dup_text_at (value, "use");
  g_autofree char *use_words = use != NULL ? cairn_contact_use_dup_words (use) : NULL;

  if (text == NULL)
    return NULL;
  if (cairn_json_equals (cairn_json_member (value, "system"), "fax"))
    {
      /* Translators: %s is a number */
      g_autofree char *fax = g_strdup_printf (C_("contact", "Fax %s"), text);

      g_free (text);
      text = g_steal_pointer (&fax);
    }
  return use_words != NULL ? g_strdup_printf ("%s (%s)", text, use_words) : g_steal_pointer (&text);
}

static char *
dup_address (CairnJson value)
{
  g_autofree char *text = cairn_address_dup_words (value);

  /* Translators: %s is an address at which somebody lived before */
  return text != NULL && is_old (value) ? g_strdup_printf (C_("address", "Formerly %s"), text) : g_steal_pointer (&text);
}

static char *
dup_human_name (CairnJson value)
{
  g_autofree char *text = cairn_name_dup_words (value);
  CairnJson use = cairn_json_member (value, "use");

  if (text == NULL)
    return NULL;
  if (is_old (value) || cairn_json_equals (use, "maiden"))
    /* Translators: %s is a name that somebody had before */
    return g_strdup_printf (C_("name", "Formerly %s"), text);
  /* Translators: %s is a name by which somebody is called */
  return cairn_json_equals (use, "nickname") ? g_strdup_printf (C_("name", "Called %s"), text) : g_steal_pointer (&text);
}

/* A UUID, or another long number in hexadecimal digits. */
static gboolean
is_long_number (const char *text)
{
  gsize length = strlen (text);

  return length >= 24 && strspn (text, "0123456789abcdefABCDEF-") == length;
}

/* Whether a text is an address, a number or a format for machines. */
static gboolean
is_machine_text (const char *text)
{
  static const char *const starts[] = { "http://", "https://", "urn:", "mailto:", "ftp://" };

  if (strchr (text, ' ') != NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (text, starts[i]))
      return TRUE;
  return is_long_number (text);
}

static char *
dup_identifier (CairnJson value)
{
  g_autofree char *text = cairn_json_dup_text_at (value, "value"), *type = cairn_concept_dup_text (cairn_json_member (value, "type"));
  g_autofree char *assigner = cairn_json_dup_text_at (value, "assigner.display");

  if (text == NULL || is_machine_text (text))
    return NULL;
  if (assigner != NULL)
    {
      g_autofree char *both = g_strdup_printf ("%s (%s)", text, assigner);

      g_free (text);
      text = g_steal_pointer (&both);
    }
  return type != NULL ? g_strdup_printf ("%s: %s", type, text) : g_steal_pointer (&text);
}

/* "Discharge letter, PDF, 120 kB" */
static char *
dup_attachment (CairnJson value)
{
  g_autofree char *title = cairn_json_dup_text_at (value, "title"), *type = cairn_json_dup_text_at (value, "contentType");
  g_autofree char *date = dup_date_at (value, "creation"), *kind = type != NULL ? cairn_content_type_dup_words (type) : NULL;
  GString *out = g_string_new (title);
  gint64 size = 0;

  if (kind != NULL)
    g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", kind);
  if (cairn_json_int64 (cairn_json_member (value, "size"), &size) && size > 0)
    {
      g_autofree char *words = g_format_size ((guint64) size);

      g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", words);
    }
  if (date != NULL)
    g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", date);
  return g_string_free (out, out->len == 0);
}

static char *
dup_signature (CairnJson value, CairnReferenceNamer namer, gpointer data)
{
  g_autofree char *who = dup_named (cairn_json_member (value, "who"), namer, data), *when = dup_date_at (value, "when");

  if (who == NULL || when == NULL)
    return who != NULL ? g_steal_pointer (&who) : g_steal_pointer (&when);
  return g_strdup_printf ("%s, %s", who, when);
}

/* Ages and lengths of time in words, all others with their unit. */
static char *
dup_quantity (CairnJson value)
{
  g_auto(CairnValue) quantity = { NULL, NULL, FALSE, 0 };
  char *length = cairn_duration_dup_words (value);

  if (length != NULL)
    return length;
  return cairn_value_read_quantity (value, &quantity) ? cairn_value_dup_full (&quantity) : NULL;
}

/* By the name that a choice element would have. */
static char *
dup_as (CairnJson value, const char *choice)
{
  g_auto(CairnValue) read = { NULL, NULL, FALSE, 0 };

  return cairn_value_read_as (value, choice, &read) ? cairn_value_dup_full (&read) : NULL;
}

static char *
dup_object (CairnJson value, CairnReferenceNamer namer, gpointer data)
{
  switch (pick_type (value))
    {
    case QUANTITY: return dup_quantity (value);
    case MONEY: return cairn_money_dup_words (value);
    case CODING:
    case CONCEPT: return cairn_concept_dup_text (value);
    case RANGE:
    case USUAL_RANGE: return cairn_range_dup_words (value);
    case PERIOD: return cairn_period_dup_words (value);
    case RATIO: return dup_as (value, "Ratio");
    case SAMPLED: return dup_as (value, "SampledData");
    case REFERENCE: return dup_named (value, namer, data);
    case IDENTIFIER: return dup_identifier (value);
    case CONTACT: return dup_contact (value);
    case NAME: return dup_human_name (value);
    case ADDRESS: return dup_address (value);
    case ATTACHMENT: return dup_attachment (value);
    case ANNOTATION: return dup_annotation (value, namer, data);
    case TIMING: return cairn_timing_dup_words (value);
    case DOSAGE: return cairn_dosage_dup_words (value);
    case SIGNATURE: return dup_signature (value, namer, data);
    case AMOUNT: return dup_amount (value);
    default: return NULL;
    }
}

/* A date or a time of day as people write it, a code in words, any other text as it is. */
static char *
dup_string_words (CairnJson value)
{
  g_autofree char *text = cairn_json_dup_string (value);
  const char *words;
  CairnDate date;

  if (text == NULL || is_machine_text (text))
    return NULL;
  if (strlen (text) >= 7 && cairn_date_parse (text, &date))
    return cairn_date_dup_words (&date);
  if (strlen (text) == 8 && text[2] == ':' && text[5] == ':' && strspn (text, "0123456789:") == 8)
    return g_strndup (text, g_str_has_suffix (text, ":00") ? 5 : 8);
  words = cairn_code_get_words (text);
  return words != NULL ? g_strdup (words) : g_steal_pointer (&text);
}

char *
cairn_datatype_dup_words (CairnJson value, CairnReferenceNamer namer, gpointer data)
{
  g_autofree char *number = NULL;

  switch (cairn_json_type (value))
    {
    case CAIRN_JSON_STRING:
      return dup_string_words (value);
    case CAIRN_JSON_NUMBER:
      number = cairn_json_dup_number (value);
      return cairn_value_dup_shown (number);
    case CAIRN_JSON_BOOLEAN:
      return g_strdup (cairn_json_boolean (value, FALSE) ? C_("value", "Yes") : C_("value", "No"));
    case CAIRN_JSON_OBJECT:
      return dup_object (value, namer, data);
    default:
      return NULL;
    }
}

gboolean
cairn_datatype_is_known (CairnJson value)
{
  return cairn_json_type (value) != CAIRN_JSON_ARRAY && (!cairn_json_is_object (value) || pick_type (value) != 0);
}
