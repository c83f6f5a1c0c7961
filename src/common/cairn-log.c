/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes to the log, with secrets and patients' words taken out. Any thread. */
#include "cairn-log.h"

#include <stdio.h>
#include <string.h>

#define REDACTED "[…]"
#define MAX_MESSAGE 16384   /* bytes; servers can make messages of any length */

static const char *program_name;

static char *
replace (char *text, GRegex *regex, const char *with)
{
  char *result = g_regex_replace (regex, text, -1, 0, with, G_REGEX_MATCH_DEFAULT, NULL);

  g_free (text);
  return result != NULL ? result : g_strdup (REDACTED);
}

static GRegex *
compile (const char *pattern)
{
  GRegex *regex = g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, G_REGEX_MATCH_DEFAULT, NULL);

  g_assert (regex != NULL);
  return regex;
}

char *
cairn_log_redact (const char *text)
{
  static gsize once = 0;
  static GRegex *control, *bearer, *pair, *query, *mail;
  const char *end;
  char *result;

  if (g_once_init_enter (&once))
    {
      control = compile ("[\\x{00}-\\x{1f}\\x{7f}-\\x{9f}\\x{2028}\\x{2029}]+");
      bearer = compile ("\\b(Bearer|Basic)\\s+[A-Za-z0-9._~+/=-]+");
      pair = compile ("([\"']?\\b\\w*(?:token|password|passwd|secret|code|verifier|challenge|auth_session|otp|key|username)[\"']?\\s*[=:]\\s*)"
                      "(?:\"(?:[^\"\\\\]|\\\\.)*+(?:\"|\\\\?$)|[^\\s&,;}]+)");
      query = compile ("(?<=[\\w/%.~-])\\?[^\\s\"']+");
      mail = compile ("(?<![^\\s@<>\"':=])[^\\s@<>\"':=]++@[^\\s@<>\"',;]+");
      g_once_init_leave (&once, 1);
    }
  if (!g_utf8_validate (text, -1, NULL))   /* nothing of it can be trusted to be clean */
    return g_strdup (REDACTED);
  end = strlen (text) > MAX_MESSAGE ? g_utf8_find_prev_char (text, text + MAX_MESSAGE) : NULL;
  result = end != NULL ? g_strdup_printf ("%.*s …", (int) (end - text), text) : g_strdup (text);
  result = replace (result, control, " ");
  result = replace (result, bearer, "\\1 " REDACTED);
  result = replace (result, query, "?" REDACTED);
  result = replace (result, pair, "\\1" REDACTED);
  return replace (result, mail, REDACTED);
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *message = "", *domain = NULL, *name;
  g_autofree char *clean = NULL;

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
    else if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      domain = fields[i].value;
  if (g_log_writer_default_would_drop (level, domain))
    return G_LOG_WRITER_HANDLED;
  name = (level & G_LOG_LEVEL_ERROR) != 0      ? "error"
         : (level & G_LOG_LEVEL_CRITICAL) != 0 ? "critical"
         : (level & G_LOG_LEVEL_WARNING) != 0  ? "warning"
         : (level & G_LOG_LEVEL_DEBUG) != 0    ? "debug"
                                               : "info";
  clean = cairn_log_redact (message);
  fprintf (stderr, "%s: %s%s%s: %s\n", program_name, domain != NULL ? domain : "", domain != NULL ? " " : "", name, clean);
  fflush (stderr);
  return G_LOG_WRITER_HANDLED;
}

void
cairn_log_install (const char *program)
{
  program_name = program;
  g_log_set_writer_func (write_log, NULL, NULL);
}
