/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a medicine is to be taken, and when something is to be done, in words. Any thread. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-code-words.h"
#include "cairn-date.h"
#include "cairn-value.h"

static void
add (GString *out, const char *words)
{
  if (words != NULL && *words != '\0')
    g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", words);
}

/* Adds @template with @value in it, which is a translator's text with one %s. */
static void
add_filled (GString *out, const char *template, const char *value)
{
  const char *place = strstr (template, "%s");

  if (value == NULL || *value == '\0')
    return;
  g_string_append (out, out->len > 0 ? ", " : "");
  if (place == NULL)
    g_string_append (out, template);
  else
    g_string_append_printf (out, "%.*s%s%s", (int) (place - template), template, value, place + 2);
}

static char *
finish (GString *out)
{
  return g_string_free (out, out->len == 0);
}

typedef struct
{
  char   *text;   /* "4" or "4–6" */
  guint   most;   /* for the plural; decimals count as several */
  gboolean one;
} Span;

static void
span_clear (Span *span)
{
  g_free (span->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Span, span_clear)

/* A number and the greater one that it may rise to; 1 when neither is there. FALSE when they make no sense. */
static gboolean
read_span (CairnJson repeat, const char *name, const char *name_max, Span *span)
{
  CairnJson least = cairn_json_member (repeat, name), greatest = cairn_json_member (repeat, name_max);
  g_autofree char *from = least.text != NULL ? cairn_json_dup_number (least) : g_strdup ("1");
  g_autofree char *to = greatest.text != NULL ? cairn_json_dup_number (greatest) : g_strdup (from);
  double low = from != NULL ? g_ascii_strtod (from, NULL) : 0, high = to != NULL ? g_ascii_strtod (to, NULL) : 0;

  *span = (Span) { NULL, 0, FALSE };
  if (!(low > 0) || !(high >= low) || high > 1000)
    return FALSE;
  span->one = low == 1 && high == 1;
  span->most = high == (guint) high ? (guint) high : 2;
  span->text = high > low ? g_strdup_printf ("%s–%s", from, to) : g_strdup (from);
  return TRUE;
}

/* "every 8 hours"; @n for the plural */
static char *
dup_every (CairnJson unit, const Span *period)
{
  const char *words = NULL;
  GString *out = g_string_new (NULL);
  guint n = period->most;

  if (cairn_json_equals (unit, "s"))
    words = g_dngettext (GETTEXT_PACKAGE, "every %s second", "every %s seconds", n);
  else if (cairn_json_equals (unit, "min"))
    words = g_dngettext (GETTEXT_PACKAGE, "every %s minute", "every %s minutes", n);
  else if (cairn_json_equals (unit, "h"))
    words = g_dngettext (GETTEXT_PACKAGE, "every %s hour", "every %s hours", n);
  else if (cairn_json_equals (unit, "d"))
    words = g_dngettext (GETTEXT_PACKAGE, "every %s day", "every %s days", n);
  else if (cairn_json_equals (unit, "wk"))
    words = g_dngettext (GETTEXT_PACKAGE, "every %s week", "every %s weeks", n);
  else if (cairn_json_equals (unit, "mo"))
    words = g_dngettext (GETTEXT_PACKAGE, "every %s month", "every %s months", n);
  else if (cairn_json_equals (unit, "a"))
    words = g_dngettext (GETTEXT_PACKAGE, "every %s year", "every %s years", n);
  if (words != NULL)
    add_filled (out, words, period->text);
  return finish (out);
}

/* A length of time, as "10 days". */
static char *
dup_length (CairnJson unit, const char *number, guint n)
{
  const char *words = NULL;

  if (cairn_json_equals (unit, "s"))
    words = g_dngettext (GETTEXT_PACKAGE, "second", "seconds", n);
  else if (cairn_json_equals (unit, "min"))
    words = g_dngettext (GETTEXT_PACKAGE, "minute", "minutes", n);
  else if (cairn_json_equals (unit, "h"))
    words = g_dngettext (GETTEXT_PACKAGE, "hour", "hours", n);
  else if (cairn_json_equals (unit, "d"))
    words = g_dngettext (GETTEXT_PACKAGE, "day", "days", n);
  else if (cairn_json_equals (unit, "wk"))
    words = g_dngettext (GETTEXT_PACKAGE, "week", "weeks", n);
  else if (cairn_json_equals (unit, "mo"))
    words = g_dngettext (GETTEXT_PACKAGE, "month", "months", n);
  else if (cairn_json_equals (unit, "a"))
    words = g_dngettext (GETTEXT_PACKAGE, "year", "years", n);
  return words != NULL ? g_strdup_printf ("%s %s", number, words) : NULL;
}

static const struct
{
  const char *unit, *once, *times;
} rates[] = {
  { "s", NC_ ("timing", "once a second"), NC_ ("timing", "%s times a second") },
  { "min", NC_ ("timing", "once a minute"), NC_ ("timing", "%s times a minute") },
  { "h", NC_ ("timing", "once an hour"), NC_ ("timing", "%s times an hour") },
  { "d", NC_ ("timing", "once a day"), NC_ ("timing", "%s times a day") },
  { "wk", NC_ ("timing", "once a week"), NC_ ("timing", "%s times a week") },
  { "mo", NC_ ("timing", "once a month"), NC_ ("timing", "%s times a month") },
  { "a", NC_ ("timing", "once a year"), NC_ ("timing", "%s times a year") },
};

/* How often: "2 times a day", "every 8 hours", "3 times in 2 weeks". FALSE when a number can't be said. */
static gboolean
add_rate (GString *out, CairnJson repeat)
{
  CairnJson unit = cairn_json_member (repeat, "periodUnit");
  g_auto(Span) times = { NULL, 0, FALSE }, period = { NULL, 0, FALSE };
  g_autofree char *every = NULL, *length = NULL;

  if (cairn_json_member (repeat, "period").text == NULL && cairn_json_member (repeat, "frequency").text == NULL)
    return TRUE;
  if (!read_span (repeat, "frequency", "frequencyMax", &times) || !read_span (repeat, "period", "periodMax", &period))
    return FALSE;
  if (cairn_json_member (repeat, "period").text == NULL)
    {
      /* Translators: %s is a number or a span of two */
      add_filled (out, C_("timing", "%s times"), times.text);
      return TRUE;
    }
  every = dup_every (unit, &period);
  if (every == NULL)
    return FALSE;
  for (guint i = 0; period.one && i < G_N_ELEMENTS (rates); i++)
    if (cairn_json_equals (unit, rates[i].unit))
      add_filled (out, g_dpgettext2 (GETTEXT_PACKAGE, "timing", times.one ? rates[i].once : rates[i].times), times.text);
  if (period.one)
    return TRUE;
  if (times.one)
    add (out, every);
  else
    {
      length = dup_length (unit, period.text, period.most);
      /* Translators: %1$s is a number or a span of two, %2$s a time, as in "3 times in 2 weeks" */
      g_string_append_printf (out, C_("timing", "%1$s times in %2$s"), times.text, length);
    }
  return TRUE;
}

static const char *
when_words (const char *code)
{
  static const struct
  {
    const char *code, *words;
  } whens[] = {
    { "MORN", NC_ ("timing", "in the morning") }, { "MORN.early", NC_ ("timing", "early in the morning") },
    { "MORN.late", NC_ ("timing", "late in the morning") }, { "NOON", NC_ ("timing", "at noon") },
    { "AFT", NC_ ("timing", "in the afternoon") }, { "AFT.early", NC_ ("timing", "early in the afternoon") },
    { "AFT.late", NC_ ("timing", "late in the afternoon") }, { "EVE", NC_ ("timing", "in the evening") },
    { "EVE.early", NC_ ("timing", "early in the evening") }, { "EVE.late", NC_ ("timing", "late in the evening") },
    { "NIGHT", NC_ ("timing", "at night") }, { "PHS", NC_ ("timing", "after falling asleep") }, { "HS", NC_ ("timing", "before going to sleep") },
    { "WAKE", NC_ ("timing", "after waking up") }, { "C", NC_ ("timing", "with a meal") }, { "CM", NC_ ("timing", "with breakfast") },
    { "CD", NC_ ("timing", "with lunch") }, { "CV", NC_ ("timing", "with dinner") }, { "AC", NC_ ("timing", "before a meal") },
    { "ACM", NC_ ("timing", "before breakfast") }, { "ACD", NC_ ("timing", "before lunch") }, { "ACV", NC_ ("timing", "before dinner") },
    { "PC", NC_ ("timing", "after a meal") }, { "PCM", NC_ ("timing", "after breakfast") }, { "PCD", NC_ ("timing", "after lunch") },
    { "PCV", NC_ ("timing", "after dinner") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (whens); i++)
    if (g_str_equal (whens[i].code, code))
      return g_dpgettext2 (GETTEXT_PACKAGE, "timing", whens[i].words);
  return cairn_code_get_words (code);
}

/* "before breakfast", "08:00", "Monday": a list of them. */
static char *
dup_list (CairnJson list)
{
  GString *out = g_string_new (NULL);
  CairnJsonIter iter;
  CairnJson value;

  cairn_json_iter_init (&iter, list);
  while (cairn_json_iter_next (&iter, NULL, &value))
    {
      g_autofree char *text = cairn_json_dup_string (value);
      const char *words = text != NULL ? when_words (text) : NULL;

      if (text != NULL && strlen (text) == 8 && g_str_has_suffix (text, ":00") && text[2] == ':')
        text[5] = '\0';
      add (out, words != NULL ? words : text);
    }
  return finish (out);
}

static void
add_events (GString *out, CairnJson events)
{
  g_autoptr(GString) list = g_string_new (NULL);
  CairnJsonIter iter;
  CairnJson event;

  cairn_json_iter_init (&iter, events);
  while (cairn_json_iter_next (&iter, NULL, &event))
    {
      g_autofree char *text = cairn_json_dup_string (event), *words = NULL;
      CairnDate date;

      if (cairn_date_parse (text, &date))
        words = cairn_date_dup_words (&date);
      add (list, words != NULL ? words : text);
    }
  /* Translators: %s is one or several dates */
  add_filled (out, C_("timing", "on %s"), list->str);
}

/**
 * cairn_duration_dup_words:
 * @quantity: a Quantity (FHIR R4 §2.24.0.7)
 *
 * Returns: (transfer full) (nullable): as "74 years" when it is an age or a length of time without a comparator
 */
char *
cairn_duration_dup_words (CairnJson quantity)
{
  g_autofree char *number = cairn_json_dup_number (cairn_json_member (quantity, "value")), *shown = cairn_value_dup_shown (number);
  CairnJson code = cairn_json_member (quantity, "code"), unit = cairn_json_member (quantity, "unit");

  if (shown == NULL || cairn_json_member (quantity, "comparator").text != NULL)
    return NULL;
  if (code.text == NULL)
    code = unit;
  if (cairn_json_equals (unit, "day") || cairn_json_equals (unit, "days") || cairn_json_equals (unit, "Day") || cairn_json_equals (unit, "Days"))
    code = cairn_json_from_string ("\"d\"");
  if (cairn_json_equals (unit, "yr") || cairn_json_equals (unit, "yrs") || cairn_json_equals (unit, "y"))
    code = cairn_json_from_string ("\"a\"");
  return dup_length (code, shown, g_str_equal (shown, "1") ? 1 : 2);
}

static char *
dup_number_and_unit (CairnJson quantity)
{
  g_auto(CairnValue) value = { NULL, NULL, FALSE, 0 };
  char *words = cairn_duration_dup_words (quantity);

  if (words != NULL)
    return words;
  return cairn_value_read_quantity (quantity, &value) ? cairn_value_dup_full (&value) : NULL;
}

static void
add_bounds (GString *out, CairnJson repeat)
{
  CairnJson range = cairn_json_member (repeat, "boundsRange");
  g_autofree char *period = cairn_period_dup_words (cairn_json_member (repeat, "boundsPeriod")), *low = NULL, *high = NULL;
  g_autofree char *length = dup_number_and_unit (cairn_json_member (repeat, "boundsDuration"));

  add (out, period);
  /* Translators: %s is a length of time, as in "for 10 days" */
  add_filled (out, C_("timing", "for %s"), length);
  low = dup_number_and_unit (cairn_json_member (range, "low"));
  high = dup_number_and_unit (cairn_json_member (range, "high"));
  add_filled (out, C_("timing", "for at least %s"), low);
  add_filled (out, C_("timing", "for at most %s"), high);
}

static void
add_lengths (GString *out, CairnJson repeat)
{
  g_auto(Span) duration = { NULL, 0, FALSE }, count = { NULL, 0, FALSE };

  if (cairn_json_member (repeat, "duration").text != NULL && read_span (repeat, "duration", "durationMax", &duration))
    {
      g_autofree char *length = dup_length (cairn_json_member (repeat, "durationUnit"), duration.text, duration.most);

      /* Translators: %s is a length of time, as in "over 30 minutes" */
      add_filled (out, C_("timing", "over %s"), length);
    }
  if (cairn_json_member (repeat, "count").text != NULL && read_span (repeat, "count", "countMax", &count))
    add_filled (out, count.one ? C_("timing", "once in all") : C_("timing", "%s times in all"), count.text);
}

/* Around meals and sleep, with how long before or after. */
static void
add_when (GString *out, CairnJson repeat)
{
  g_autofree char *when = dup_list (cairn_json_member (repeat, "when")), *days = dup_list (cairn_json_member (repeat, "dayOfWeek"));
  g_autofree char *times = dup_list (cairn_json_member (repeat, "timeOfDay")), *offset = cairn_json_dup_number (cairn_json_member (repeat, "offset"));

  if (when != NULL && offset != NULL)
    {
      g_autofree char *minutes = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s minute", "%s minutes", g_str_equal (offset, "1") ? 1 : 2), offset);

      g_string_append_printf (out, "%s%s %s", out->len > 0 ? ", " : "", minutes, when);
    }
  else
    add (out, when);
  /* Translators: %s is one or several days of the week */
  add_filled (out, C_("timing", "on %s"), days);
  /* Translators: %s is one or several times of day */
  add_filled (out, C_("timing", "at %s"), times);
}

/* Its code in words: what "BID" means before what it is called. */
static char *
dup_code (CairnJson code)
{
  CairnJson coding = cairn_json_get (code, "coding.0");
  g_autofree char *system = cairn_json_dup_text_at (coding, "system");

  if (system != NULL && g_str_has_suffix (system, "GTSAbbreviation"))
    {
      char *words = cairn_coding_dup_words (coding);

      if (words != NULL)
        return words;
    }
  return cairn_concept_dup_text (code);
}

/**
 * cairn_timing_dup_words:
 * @timing: a Timing (FHIR R4 §2.28)
 *
 * A timing of which a number can't be said in words is left out whole.
 *
 * Returns: (transfer full) (nullable): as "2 times a day, before breakfast, for 10 days"
 */
char *
cairn_timing_dup_words (CairnJson timing)
{
  CairnJson repeat = cairn_json_member (timing, "repeat");
  g_autofree char *code = dup_code (cairn_json_member (timing, "code"));
  GString *out = g_string_new (code);

  if (code == NULL && !add_rate (out, repeat))
    {
      g_string_free (out, TRUE);
      return NULL;
    }
  add_when (out, repeat);
  add_events (out, cairn_json_member (timing, "event"));
  add_lengths (out, repeat);
  add_bounds (out, repeat);
  return finish (out);
}

/* "1–2 tablets" and how fast; several kinds of it, as ordered and as calculated, one after the other. */
static void
add_doses (GString *out, CairnJson doses)
{
  CairnJsonIter iter;
  CairnJson dose;

  cairn_json_iter_init (&iter, doses);
  while (cairn_json_iter_next (&iter, NULL, &dose))
    {
      g_auto(CairnValue) amount = { NULL, NULL, FALSE, 0 }, rate = { NULL, NULL, FALSE, 0 };
      g_autofree char *amount_words = NULL, *rate_words = NULL;

      if (cairn_value_read (dose, "dose", &amount))
        amount_words = cairn_value_dup_full (&amount);
      if (cairn_value_read (dose, "rate", &rate))
        rate_words = cairn_value_dup_full (&rate);
      add (out, amount_words);
      /* Translators: %s is how fast something flows, as in "at 120 mL/h" */
      add_filled (out, C_("dosage", "at %s"), rate_words);
    }
}

static void
add_limits (GString *out, CairnJson dosage)
{
  CairnJson ratio = cairn_json_member (dosage, "maxDosePerPeriod");
  g_autofree char *once = dup_number_and_unit (cairn_json_member (dosage, "maxDosePerAdministration"));
  g_autofree char *ever = dup_number_and_unit (cairn_json_member (dosage, "maxDosePerLifetime"));
  g_autofree char *most = dup_number_and_unit (cairn_json_member (ratio, "numerator"));
  g_autofree char *time = dup_number_and_unit (cairn_json_member (ratio, "denominator"));

  if (most != NULL && time != NULL)
    {
      /* Translators: %1$s is an amount, %2$s a length of time, as in "at most 4 tablets in 1 day" */
      g_autofree char *limit = g_strdup_printf (C_("dosage", "at most %1$s in %2$s"), most, time);

      add (out, limit);
    }
  add_filled (out, C_("dosage", "at most %s at one time"), once);
  add_filled (out, C_("dosage", "at most %s in a lifetime"), ever);
}

static void
add_needed (GString *out, CairnJson dosage)
{
  g_autofree char *reason = cairn_concept_dup_text (cairn_json_member (dosage, "asNeededCodeableConcept"));

  /* Translators: %s is a reason, as in "when needed for headache" */
  if (reason != NULL)
    add_filled (out, C_("dosage", "when needed for %s"), reason);
  else if (cairn_json_boolean (cairn_json_member (dosage, "asNeededBoolean"), FALSE))
    add (out, C_("dosage", "when needed"));
}

static void
add_concepts (GString *out, CairnJson concepts)
{
  CairnJsonIter iter;
  CairnJson concept;

  cairn_json_iter_init (&iter, concepts);
  while (cairn_json_iter_next (&iter, NULL, &concept))
    {
      g_autofree char *words = cairn_concept_dup_text (concept);

      add (out, words);
    }
}

/**
 * cairn_dosage_dup_details:
 * @dosage: a Dosage (FHIR R4 §2.47)
 *
 * Returns: (transfer full) (nullable): what its parts say, whether or not somebody wrote the instruction as a text
 */
char *
cairn_dosage_dup_details (CairnJson dosage)
{
  g_autofree char *timing = cairn_timing_dup_words (cairn_json_member (dosage, "timing"));
  g_autofree char *route = cairn_concept_dup_text (cairn_json_member (dosage, "route"));
  g_autofree char *method = cairn_concept_dup_text (cairn_json_member (dosage, "method"));
  g_autofree char *site = cairn_concept_dup_text (cairn_json_member (dosage, "site"));
  GString *out = g_string_new (NULL);

  add_doses (out, cairn_json_member (dosage, "doseAndRate"));
  add (out, timing);
  add_needed (out, dosage);
  add (out, route);
  add (out, site);
  add (out, method);
  add_limits (out, dosage);
  add_concepts (out, cairn_json_member (dosage, "additionalInstruction"));
  return finish (out);
}

/**
 * cairn_dosage_dup_words:
 * @dosage: a Dosage (FHIR R4 §2.47)
 *
 * Returns: (transfer full) (nullable): the instruction as written, else dose, timing and route
 */
char *
cairn_dosage_dup_words (CairnJson dosage)
{
  char *text = cairn_json_dup_text_at (dosage, "patientInstruction");

  if (text == NULL)
    text = cairn_json_dup_text_at (dosage, "text");
  return text != NULL ? text : cairn_dosage_dup_details (dosage);
}
