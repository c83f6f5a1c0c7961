/* SPDX-License-Identifier: GPL-3.0-or-later */
/* value[x] and Quantity in one shape: the text as it was written, its unit, and a number for drawing. */
#include "config.h"

#include "cairn-value.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cairn-date.h"

/**
 * cairn_value_clear:
 * @value: a value that was read
 */
void
cairn_value_clear (CairnValue *value)
{
  g_clear_pointer (&value->text, g_free);
  g_clear_pointer (&value->unit, g_free);
}

/**
 * cairn_value_read_quantity:
 * @quantity: a Quantity, or one of its profiles (FHIR R4 §2.24.0.7)
 * @value: (out caller-allocates): what it says
 *
 * Returns: whether it has a number
 */
gboolean
cairn_value_read_quantity (CairnJson quantity, CairnValue *value)
{
  CairnJson number = cairn_json_member (quantity, "value");
  g_autofree char *digits = cairn_json_dup_number (number);
  g_autofree char *comparator = cairn_json_dup_text_at (quantity, "comparator");

  *value = (CairnValue) { NULL, NULL, FALSE, 0 };
  if (digits == NULL)
    return FALSE;
  value->text = comparator != NULL ? g_strdup_printf ("%s %s", comparator, digits) : g_steal_pointer (&digits);
  value->has_number = cairn_json_double (number, &value->number);
  value->unit = cairn_json_dup_text_at (quantity, "unit");
  if (value->unit == NULL)
    value->unit = cairn_json_dup_text_at (quantity, "code");
  if (value->unit == NULL)   /* Money */
    value->unit = cairn_json_dup_text_at (quantity, "currency");
  return TRUE;
}

/* Two quantities with a separator; the unit is the value's when both share it. */
static gboolean
read_pair (CairnJson first, CairnJson second, const char *separator, CairnValue *value)
{
  g_auto(CairnValue) a = { NULL, NULL, FALSE, 0 }, b = { NULL, NULL, FALSE, 0 };
  gboolean has_a = cairn_value_read_quantity (first, &a), has_b = cairn_value_read_quantity (second, &b);

  if (!has_a && !has_b)
    return FALSE;
  if (g_strcmp0 (a.unit, b.unit) == 0 || !has_a || !has_b)
    value->unit = g_strdup (has_a ? a.unit : b.unit);
  else
    {
      g_autofree char *left = cairn_value_dup_full (&a), *right = cairn_value_dup_full (&b);

      value->text = g_strconcat (left, separator, right, NULL);
      return TRUE;
    }
  if (has_a && has_b)
    value->text = g_strconcat (a.text, separator, b.text, NULL);
  else if (has_a)
    value->text = g_strconcat (g_str_equal (separator, "/") ? "" : "≥ ", a.text, NULL);
  else
    value->text = g_strconcat (g_str_equal (separator, "/") ? "/ " : "≤ ", b.text, NULL);
  return TRUE;
}

static char *
sampled_words (CairnJson data)
{
  g_autofree char *samples = cairn_json_dup_text_at (data, "data");
  guint n = 0;

  if (samples == NULL)
    return g_strdup (C_("value", "A measured curve"));
  for (const char *at = samples; *at != '\0'; at++)
    if (*at != ' ' && (at == samples || at[-1] == ' '))
      n++;
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "A measured curve of %u point", "A measured curve of %u points", n), n);
}

static char *
date_words (CairnJson value)
{
  g_autofree char *text = cairn_json_dup_string (value);
  CairnDate date;

  return cairn_date_parse (text, &date) ? cairn_date_dup_words (&date) : g_steal_pointer (&text);
}

/**
 * cairn_value_read_as:
 * @value: an element
 * @choice: its type as in the name of a choice element, what follows "value" ("Quantity")
 * @out: (out caller-allocates): what it says
 *
 * Returns: whether it says something
 */
gboolean
cairn_value_read_as (CairnJson value, const char *choice, CairnValue *out)
{
  static const char *const quantities[] = { "Quantity", "Money", "Age", "Duration", "Distance", "Count", NULL };

  *out = (CairnValue) { NULL, NULL, FALSE, 0 };
  if (g_strv_contains (quantities, choice))
    return cairn_value_read_quantity (value, out);
  if (g_str_equal (choice, "CodeableConcept") || g_str_equal (choice, "Coding"))
    out->text = cairn_concept_dup_text (value);
  else if (g_str_equal (choice, "Boolean") && cairn_json_type (value) == CAIRN_JSON_BOOLEAN)
    out->text = g_strdup (cairn_json_boolean (value, FALSE) ? C_("value", "Yes") : C_("value", "No"));
  else if (g_str_equal (choice, "Range"))
    return read_pair (cairn_json_member (value, "low"), cairn_json_member (value, "high"), "–", out);
  else if (g_str_equal (choice, "Ratio"))
    return read_pair (cairn_json_member (value, "numerator"), cairn_json_member (value, "denominator"), "/", out);
  else if (g_str_equal (choice, "SampledData"))
    {
      out->text = sampled_words (value);
      out->unit = cairn_json_dup_text_at (value, "origin.unit");
    }
  else if (g_str_equal (choice, "Period"))
    out->text = cairn_period_dup_words (value);
  else if (g_str_equal (choice, "Timing"))
    out->text = cairn_timing_dup_words (value);
  else if (g_str_equal (choice, "DateTime") || g_str_equal (choice, "Date") || g_str_equal (choice, "Instant"))
    out->text = date_words (value);
  else if (g_str_equal (choice, "Reference"))
    out->text = cairn_json_dup_text_at (value, "display");
  else if (g_str_equal (choice, "Attachment"))
    out->text = cairn_json_dup_text_at (value, "title");
  else if (cairn_json_type (value) == CAIRN_JSON_NUMBER)
    {
      out->text = cairn_json_dup_number (value);
      out->has_number = cairn_json_double (value, &out->number);
    }
  else if (value.length > 2)
    out->text = cairn_json_dup_string (value);   /* String, Time, Code, Uri … */
  return out->text != NULL;
}

/**
 * cairn_value_read:
 * @element: an object that has a choice element
 * @choice: the element's name without the type, as "value" or "onset"
 * @value: (out caller-allocates): what it says
 *
 * When the element wrongly has several choices, the first that can be read counts.
 *
 * Returns: whether there is a value
 */
gboolean
cairn_value_read (CairnJson element, const char *choice, CairnValue *value)
{
  gsize length = strlen (choice);
  CairnJsonIter iter;
  CairnJson name, member;

  *value = (CairnValue) { NULL, NULL, FALSE, 0 };
  cairn_json_iter_init (&iter, element);
  while (cairn_json_iter_next (&iter, &name, &member))
    if (name.length > length + 2 && memcmp (name.text + 1, choice, length) == 0 && g_ascii_isupper (name.text[length + 1]))
      {
        g_autofree char *type = g_strndup (name.text + 1 + length, name.length - length - 2);

        if (cairn_value_read_as (member, type, value))
          return TRUE;
        cairn_value_clear (value);
      }
  return FALSE;
}

/**
 * cairn_money_dup_words:
 * @money: a Money (FHIR R4 §2.24.0.9)
 *
 * Returns: (transfer full) (nullable): as "$12.50" or "12.50 CHF"
 */
char *
cairn_money_dup_words (CairnJson money)
{
  static const char *const whole[] = { "CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF", NULL };
  g_autofree char *digits = cairn_json_dup_number (cairn_json_member (money, "value"));
  g_autofree char *currency = cairn_json_dup_text_at (money, "currency");
  static const struct
  {
    const char *currency, *symbol;
  } symbols[] = { { "USD", "$" }, { "EUR", "€" }, { "GBP", "£" }, { "JPY", "¥" }, { "INR", "₹" } };
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  double number;

  if (currency == NULL)
    currency = cairn_json_dup_text_at (money, "code");
  if (digits == NULL || currency == NULL || !cairn_json_double (cairn_json_member (money, "value"), &number) || ABS (number) > 1e12)
    return currency != NULL && digits != NULL ? g_strdup_printf ("%s %s", digits, currency) : g_steal_pointer (&digits);
  g_ascii_formatd (buffer, sizeof buffer, g_strv_contains (whole, currency) ? "%.0f" : "%.2f", ABS (number));
  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    if (g_str_equal (symbols[i].currency, currency))
      {
        /* Translators: an amount of money; %1$s is a currency's sign, %2$s a number, as in "$12.50" */
        g_autofree char *amount = g_strdup_printf (C_("money", "%1$s%2$s"), symbols[i].symbol, buffer);

        return g_strconcat (number < 0 ? "−" : "", amount, NULL);
      }
  return g_strdup_printf ("%s%s %s", number < 0 ? "−" : "", buffer, currency);
}

/* UCUM's spelling and what people write (https://ucum.org); anything else stays as it is. */
static const char *
unit_for_people (const char *unit)
{
  static const struct
  {
    const char *ucum, *shown;
  } units[] = {
    { "mm[Hg]", "mmHg" }, { "{score}", "" },     { "1", "" },          { "{count}", "" },         { "kg/m2", "kg/m²" },
    { "Cel", "°C" },      { "[degF]", "°F" },    { "[lb_av]", "lb" },  { "[in_i]", "in" },        { "/min", "per minute" },
    { "{beats}/min", "beats per minute" },       { "10*3/uL", "×10³/µL" }, { "10*6/uL", "×10⁶/µL" }, { "10*9/L", "×10⁹/L" },
    { "umol/L", "µmol/L" }, { "ug/L", "µg/L" },  { "ug", "µg" },       { "uL", "µL" },            { "mL/min/{1.73_m2}", "mL/min/1.73 m²" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_equal (units[i].ucum, unit))
      return units[i].shown;
  return unit;
}

/**
 * cairn_unit_dup_shown:
 * @unit: (nullable): a unit as reported
 *
 * Returns: (transfer full) (nullable): how people write it; %NULL when there is nothing to write
 */
char *
cairn_unit_dup_shown (const char *unit)
{
  const char *shown = unit != NULL ? unit_for_people (unit) : "";

  return *shown != '\0' ? g_strdup (shown) : NULL;
}

/* The length of a plain decimal number at @text, 0 when there is none. */
static gsize
number_length (const char *text)
{
  gsize sign = *text == '-', whole = strspn (text + sign, "0123456789"), fraction = 0;

  if (whole == 0)
    return 0;
  if (text[sign + whole] == '.')
    fraction = strspn (text + sign + whole + 1, "0123456789");
  return sign + whole + (fraction > 0 ? fraction + 1 : 0);
}

/* With more than three digits after the point, to two of them (four below 1). */
static void
append_rounded (GString *out, const char *text, gsize length)
{
  const char *point = memchr (text, '.', length);
  g_autofree char *number = g_strndup (text, length);
  double value = g_ascii_strtod (number, NULL);
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (point == NULL || length - (gsize) (point - text) <= 4 || ABS (value) < 0.001 || ABS (value) > 1e15)
    g_string_append_len (out, text, length);
  else
    g_string_append (out, g_ascii_formatd (buffer, sizeof buffer, ABS (value) >= 1 ? "%.2f" : "%.4f", value));
}

/**
 * cairn_value_dup_shown:
 * @text: (nullable): #CairnValue.text, or #CairnSummary.value
 *
 * Shortens numbers that carry more digits than anybody measured (28.784209288410956 → 28.78), as machines
 * write them. Up to three digits after the point stay as they were written: 1.10 stays 1.10. A text that is
 * more than a number, a comparator and a second number is left alone.
 *
 * Returns: (transfer full) (nullable): the text for a list or a figure; the exact one stays in the facts
 */
char *
cairn_value_dup_shown (const char *text)
{
  static const char *const between[] = { "/", "–" };
  g_autoptr(GString) out = NULL;
  const char *at = text;
  gsize length;

  if (text == NULL)
    return NULL;
  while (*at != '\0' && !g_ascii_isdigit (*at) && *at != '-' && (strchr ("<>= ", *at) != NULL || (guchar) *at >= 0x80))
    at++;
  out = g_string_new_len (text, at - text);
  while ((length = number_length (at)) > 0)
    {
      append_rounded (out, at, length);
      at += length;
      for (guint i = 0; i < G_N_ELEMENTS (between); i++)
        if (g_str_has_prefix (at, between[i]))
          {
            g_string_append (out, between[i]);
            at += strlen (between[i]);
            break;
          }
    }
  return *at == '\0' ? g_strdup (out->str) : g_strdup (text);
}

/**
 * cairn_value_dup_full:
 * @value: a value
 *
 * Returns: (transfer full) (nullable): text and unit together, as people read them
 */
char *
cairn_value_dup_full (const CairnValue *value)
{
  g_autofree char *text = cairn_value_dup_shown (value->text), *unit = cairn_unit_dup_shown (value->unit);

  if (text == NULL || unit == NULL)
    return g_steal_pointer (&text);
  return g_strdup_printf ("%s %s", text, unit);
}
