/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FHIR's datatypes in words for people. Any thread. */
#include "config.h"

#include "cairn-value.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-code-words.h"
#include "cairn-date.h"

static gboolean
is_tag (const char *words)
{
  static const char *const tags[] = {
    "(disorder)", "(finding)", "(procedure)", "(situation)", "(event)", "(regime/therapy)", "(substance)", "(product)",
    "(record artifact)", "(observable entity)", "(morphologic abnormality)", "(body structure)", "(physical object)",
    "(qualifier value)", "(person)", "(occupation)", "(environment)", "(medicinal product)", "(clinical drug)", NULL,
  };

  return g_strv_contains (tags, words);
}

/* SNOMED CT's names end with what kind of thing they name, "Acute bronchitis (disorder)", LOINC's of questions with who was
 * asked, "[Reported]": not for people. */
static char *
without_tag (char *name)
{
  gsize length = name != NULL ? strlen (name) : 0;
  char *open;

  if (length < 3 || strchr (")]", name[length - 1]) == NULL)
    return name;
  if (name[length - 1] == ']')
    {
      open = strstr (name, " [Reported");
      if (open != NULL && open > name && strchr (open, ']')[1] == '\0')
        *open = '\0';
      return name;
    }
  open = strrchr (name, '(');
  if (open > name + 1 && open[-1] == ' ' && is_tag (open))
    open[-1] = '\0';
  return name;
}

/* Whether a language tag is the reader's language, "de-CH" for "de" too. */
static gboolean
is_readers_language (const char *tag)
{
  const char *name = g_get_language_names ()[0];
  gsize length = strcspn (tag, "-_");

  if (*name == 'C')   /* no language is set: the program's own */
    name = "en";
  return length > 0 && g_ascii_strncasecmp (name, tag, length) == 0 && strchr ("_.@", name[length]) != NULL;
}

/* In the reader's language, when a translation is there (http://hl7.org/fhir/StructureDefinition/translation). */
static char *
dup_translation (CairnJson element, const char *shadow)
{
  CairnJsonIter iter;
  CairnJson extension;

  if (element.text == NULL || memchr (element.text, '_', element.length) == NULL ||   /* most have no shadow at all */
      memmem (element.text, element.length, "/translation\"", 13) == NULL)
    return NULL;
  cairn_json_iter_init (&iter, cairn_json_member (cairn_json_member (element, shadow), "extension"));
  while (cairn_json_iter_next (&iter, NULL, &extension))
    {
      CairnJsonIter parts;
      CairnJson part;
      g_autofree char *lang = NULL, *content = NULL;

      cairn_json_iter_init (&parts, cairn_json_member (extension, "extension"));
      while (cairn_json_iter_next (&parts, NULL, &part))
        if (lang == NULL && cairn_json_equals (cairn_json_member (part, "url"), "lang"))
          lang = cairn_json_dup_text_at (part, "valueCode");
        else if (content == NULL && cairn_json_equals (cairn_json_member (part, "url"), "content"))
          content = cairn_json_dup_text_at (part, "valueString");
      if (lang != NULL && content != NULL && is_readers_language (lang))
        return g_steal_pointer (&content);
    }
  return NULL;
}

/* A text member in the reader's language, else as written. */
static char *
dup_text (CairnJson element, const char *name, const char *shadow)
{
  char *text = dup_translation (element, shadow);

  return text != NULL ? text : cairn_json_dup_text_at (element, name);
}

/* Its display, unless that is only the code again, for which there are words. */
static char *
dup_coding_display (CairnJson coding)
{
  char *display = dup_text (coding, "display", "_display"), *words;

  if (display == NULL || (strlen (display) > 3 && strspn (display, "abcdefghijklmnopqrstuvwxyz-") < strlen (display)))
    return display;
  words = cairn_json_equals (cairn_json_member (coding, "code"), display) ? cairn_coding_dup_words (coding) : NULL;
  if (words == NULL)
    return display;
  g_free (display);
  return words;
}

/* A text as "M" says no more than the code does. */
static char *
without_code (char *text, CairnJson coding)
{
  if (text == NULL || strlen (text) > 3 || !cairn_json_equals (cairn_json_member (coding, "code"), text))
    return text;
  g_free (text);
  return NULL;
}

/* The first display among codings; userSelected ones first. */
static char *
dup_display (CairnJson codings)
{
  char *display = NULL;
  CairnJsonIter iter;
  CairnJson coding;

  cairn_json_iter_init (&iter, codings);
  while (cairn_json_iter_next (&iter, NULL, &coding))
    {
      gboolean selected = cairn_json_boolean (cairn_json_member (coding, "userSelected"), FALSE);

      if (display == NULL || selected)
        {
          char *words = dup_coding_display (coding);

          if (words != NULL)
            {
              g_free (display);
              display = words;
              if (selected)
                break;
            }
        }
    }
  return display;
}

/* "2.16.840.1.113883.3.1937.777.24.2.184" */
static gboolean
is_oid (const char *code)
{
  guint dots = 0;

  for (const char *at = code; *at != '\0'; at++)
    if (*at == '.')
      dots++;
    else if (!g_ascii_isdigit (*at))
      return FALSE;
  return dots > 3;
}

static char *
dup_coding_words (CairnJson coding)
{
  g_autofree char *code = cairn_json_dup_text_at (coding, "code");
  char *words = cairn_coding_dup_words (coding);

  if (words != NULL || code == NULL || strchr (code, ':') != NULL || is_oid (code))
    return words;
  if (strlen (code) > 4 && strspn (code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen (code))
    {
      for (char *at = code + 1; *at != '\0'; at++)
        *at = g_ascii_tolower (*at);
      return g_steal_pointer (&code);
    }
  if (strspn (code, "abcdefghijklmnopqrstuvwxyz-") == strlen (code))   /* English already */
    {
      g_strdelimit (code, "-", ' ');
      code[0] = g_ascii_toupper (code[0]);
      return g_steal_pointer (&code);
    }
  if (strpbrk (code, "0123456789") == NULL || strlen (code) < 4)
    return g_steal_pointer (&code);
  /* Translators: %s is a number or letters from a dictionary, for which there are no words here */
  return g_strdup_printf (C_("code", "Code %s"), code);
}

/* Codes without a display: the first that has words here. */
static char *
dup_codes (CairnJson codings)
{
  CairnJsonIter iter;
  CairnJson coding;

  cairn_json_iter_init (&iter, codings);
  while (cairn_json_iter_next (&iter, NULL, &coding))
    {
      char *words = cairn_coding_dup_words (coding);

      if (words != NULL)
        return words;
    }
  return dup_coding_words (cairn_json_get (codings, "0"));
}

/**
 * cairn_concept_dup_text:
 * @concept: a CodeableConcept or a Coding
 *
 * Returns: (transfer full) (nullable): its text or a display, in the reader's language if it has that; else words for a
 *   code; else the code itself, named as such
 */
char *
cairn_concept_dup_text (CairnJson concept)
{
  CairnJson codings = cairn_json_member (concept, "coding");
  char *text = without_code (dup_text (concept, "text", "_text"), cairn_json_get (codings, "0"));

  if (text == NULL && cairn_coding_has_better_words (codings.text != NULL ? cairn_json_get (codings, "0") : concept))
    text = cairn_coding_dup_words (codings.text != NULL ? cairn_json_get (codings, "0") : concept);
  if (text == NULL)
    text = dup_text (concept, "display", "_display");
  if (text == NULL)
    text = dup_display (codings);
  if (text == NULL)
    text = cairn_plain_name_dup (concept);
  if (text == NULL && codings.text != NULL)
    text = dup_codes (codings);
  if (text == NULL)
    text = dup_coding_words (concept);
  return without_tag (text);
}

/**
 * cairn_concept_has_words:
 * @concept: a CodeableConcept or a Coding
 *
 * Returns: whether cairn_concept_dup_text() says more than a code
 */
gboolean
cairn_concept_has_words (CairnJson concept)
{
  g_autofree char *text = cairn_concept_dup_text (concept), *display = dup_display (cairn_json_member (concept, "coding")), *words = NULL;
  CairnJson coding = cairn_json_get (concept, "coding.0");
  g_autofree char *code = cairn_json_dup_text_at (coding.text != NULL ? coding : concept, "code");

  if (text == NULL || code == NULL || display != NULL || cairn_json_member (concept, "text").text != NULL || cairn_json_member (concept, "display").text != NULL)
    return text != NULL;
  words = g_strdup_printf (C_("code", "Code %s"), code);
  return !g_str_equal (words, text) && !g_str_equal (code, text);
}

/**
 * cairn_concept_dup_term:
 * @concept: a CodeableConcept
 *
 * Returns: (transfer full) (nullable): the clinical term, when it says other words than the text does
 */
char *
cairn_concept_dup_term (CairnJson concept)
{
  g_autofree char *text = without_tag (cairn_json_dup_text_at (concept, "text"));
  char *term = without_tag (dup_display (cairn_json_member (concept, "coding")));

  if (text == NULL || g_strcmp0 (text, term) == 0)
    g_clear_pointer (&term, g_free);
  return term;
}

/**
 * cairn_concept_has_code:
 * @concept: a CodeableConcept
 * @system: (nullable): a system, %NULL for any
 * @code: a code
 *
 * Returns: whether one of its codings is that code
 */
gboolean
cairn_concept_has_code (CairnJson concept, const char *system, const char *code)
{
  CairnJsonIter iter;
  CairnJson coding;

  cairn_json_iter_init (&iter, cairn_json_member (concept, "coding"));
  while (cairn_json_iter_next (&iter, NULL, &coding))
    if (cairn_json_equals (cairn_json_member (coding, "code"), code) &&
        (system == NULL || cairn_json_equals (cairn_json_member (coding, "system"), system)))
      return TRUE;
  return FALSE;
}

static char *
dup_date (CairnJson object, const char *name)
{
  g_autofree char *text = cairn_json_dup_text_at (object, name);
  CairnDate date;

  return cairn_date_parse (text, &date) ? cairn_date_dup_words (&date) : g_steal_pointer (&text);
}

/**
 * cairn_period_dup_words:
 * @period: a Period (FHIR R4 §2.24.0.13)
 *
 * Returns: (transfer full) (nullable): as "7 May 2014 to 2 June 2014"; an open end is said, never filled in
 */
char *
cairn_period_dup_words (CairnJson period)
{
  g_autofree char *start = dup_date (period, "start"), *end = dup_date (period, "end");

  if (start != NULL && end != NULL)
    /* Translators: a period; %1$s and %2$s are dates */
    return g_strcmp0 (start, end) == 0 ? g_steal_pointer (&start) : g_strdup_printf (C_("period", "%1$s to %2$s"), start, end);
  if (start != NULL)
    return g_strdup_printf (C_("period", "since %s"), start);
  return end != NULL ? g_strdup_printf (C_("period", "until %s"), end) : NULL;
}

static void
append_words (GString *out, CairnJson strings, const char *separator)
{
  CairnJsonIter iter;
  CairnJson string;

  cairn_json_iter_init (&iter, strings);
  while (cairn_json_iter_next (&iter, NULL, &string))
    {
      g_autofree char *word = cairn_json_dup_string (string);

      if (word != NULL && *word != '\0')
        g_string_append_printf (out, "%s%s", out->len > 0 ? separator : "", word);
    }
}

static void
append_member (GString *out, CairnJson object, const char *name, const char *separator)
{
  g_autofree char *word = cairn_json_dup_text_at (object, name);

  if (word != NULL)
    g_string_append_printf (out, "%s%s", out->len > 0 ? separator : "", word);
}

static char *
finish (GString *out)
{
  gboolean empty = out->len == 0;

  return g_string_free (out, empty);
}

/* Current names before old and maiden ones (NameUse). */
static CairnJson
pick_name (CairnJson names)
{
  CairnJson best = CAIRN_JSON_NONE, name;
  CairnJsonIter iter;

  if (cairn_json_is_object (names))
    return names;
  cairn_json_iter_init (&iter, names);
  while (cairn_json_iter_next (&iter, NULL, &name))
    {
      CairnJson use = cairn_json_member (name, "use");

      if (cairn_json_equals (use, "official") || cairn_json_equals (use, "usual"))
        return name;
      if (best.text == NULL && !cairn_json_equals (use, "old") && !cairn_json_equals (use, "maiden"))
        best = name;
    }
  return best.text != NULL ? best : cairn_json_get (names, "0");
}

/**
 * cairn_name_dup_words:
 * @human_names: a HumanName or an array of them (FHIR R4 §2.24.0.12)
 *
 * Returns: (transfer full) (nullable): the name in use, as "Maren Lindqvist"
 */
char *
cairn_name_dup_words (CairnJson human_names)
{
  CairnJson name = pick_name (human_names);
  char *text = cairn_json_dup_text_at (name, "text");
  GString *out;

  if (text != NULL)
    return text;
  out = g_string_new (NULL);
  append_words (out, cairn_json_member (name, "prefix"), " ");
  append_words (out, cairn_json_member (name, "given"), " ");
  append_member (out, name, "family", " ");
  append_words (out, cairn_json_member (name, "suffix"), " ");
  return finish (out);
}

/**
 * cairn_address_dup_words:
 * @address: an Address (FHIR R4 §2.24.0.14)
 *
 * Returns: (transfer full) (nullable): its parts joined by commas
 */
char *
cairn_address_dup_words (CairnJson address)
{
  char *text = cairn_json_dup_text_at (address, "text");
  GString *out;

  if (text != NULL)
    return text;
  out = g_string_new (NULL);
  append_words (out, cairn_json_member (address, "line"), ", ");
  append_member (out, address, "city", ", ");
  append_member (out, address, "state", ", ");
  append_member (out, address, "postalCode", " ");
  append_member (out, address, "country", ", ");
  return finish (out);
}
