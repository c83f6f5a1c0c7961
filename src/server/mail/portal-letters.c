/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of every mail and text message, and their making: a plain and an HTML part of the same words (RFC 2046).
 * In the language of whoever reads it. */
#include "config.h"

#include "portal-letters.h"

#include <glib/gi18n-lib.h>
#include <gmime/gmime.h>
#include <string.h>

#include "common/cairn-crypto.h"
#include "fhir/cairn-date.h"
#include "portal-language.h"
#include "server/html/portal-html.h"

/* In the language that is at hand */
#undef _
#define _(text) portal_language_say (language, text)

#define DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))
#define CODE_MS (15 * 60 * 1000)
/* The work of sending must not fall into the time of the answer: a letter to nobody has less of it */
#define PAUSE_MS 100
#define LINK_MS (60 * 60 * 1000)

typedef struct
{
  const PortalLanguage *language;
  const char *subject;
  GPtrArray  *paragraphs;   /* before code and link, then after them */
  guint       n_before;
} Words;

static const char *
clinic_of (const PortalConfig *config, const PortalLanguage *language)
{
  return config->name != NULL ? config->name : _("Patient portal");
}

static void
say (Words *words, char *paragraph)
{
  g_ptr_array_add (words->paragraphs, paragraph);
}

/* What to do if it wasn't the reader: there is always somebody to turn to. */
static void
say_support (Words *words, const PortalConfig *config, const char *before)
{
  if (config->support != NULL)
    say (words, g_strdup_printf ("%s %s", before, config->support));
  else
    say (words, g_strdup (before));
}

static char *
dup_time (const PortalLanguage *language, gint64 when)
{
  static const char *const months[] = {
    NC_("month", "January"), NC_("month", "February"), NC_("month", "March"), NC_("month", "April"), NC_("month", "May"), NC_("month", "June"),
    NC_("month", "July"), NC_("month", "August"), NC_("month", "September"), NC_("month", "October"), NC_("month", "November"),
    NC_("month", "December"),
  };
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (when / 1000);
  g_autofree char *clock = g_date_time_format (time, "%H:%M %Z");

  /* Translators: date and time of a sign-in: day, month, year, clock; e.g. 24 November 2026, 09:30 UTC */
  return g_strdup_printf (_("%1$d %2$s %3$d, %4$s"), g_date_time_get_day_of_month (time),
                          portal_language_say_in (language, "month", months[g_date_time_get_month (time) - 1]), g_date_time_get_year (time),
                          clock);
}

static void
say_code (Words *words, const PortalConfig *config, PortalTopic topic, const PortalFacts *facts)
{
  const PortalLanguage *language = words->language;

  if (topic == PORTAL_TOPIC_VERIFY)
    {
      words->subject = _("Your code for the patient portal");
      say (words, g_strdup (_("Somebody is making an account at the patient portal with this address. This is the code to go on with:")));
      words->n_before = words->paragraphs->len;
      say (words, g_strdup (_("The code is good for 15 minutes. Nobody from the clinic will ever ask you for it.")));
      say (words, g_strdup (_("If that wasn't you, there is nothing to do: without the code nothing happens.")));
      return;
    }
  words->subject = _("A new password for the patient portal");
  if (facts->link != NULL)
    say (words, g_strdup_printf (_("A new password was asked for the account “%s”. To choose one, open the link below, or type the code in the app."),
                                 facts->username));
  else
    say (words, g_strdup_printf (_("A new password was asked for the account “%s”. To choose one, type the code below in the app."), facts->username));
  words->n_before = words->paragraphs->len;
  say (words, g_strdup (facts->link != NULL ? _("The link is good for an hour, the code for 15 minutes, and either works once.")
                                            : _("The code is good for 15 minutes and works once.")));
  say_support (words, config, _("If that wasn't you, your old password stays good and there is nothing to do. Questions? Ask the clinic."));
}

static void
say_name (Words *words, const PortalConfig *config, PortalTopic topic, const PortalFacts *facts)
{
  const PortalLanguage *language = words->language;

  if (topic == PORTAL_TOPIC_KNOWN)
    {
      words->subject = _("You already have an account at the patient portal");
      say (words, g_strdup_printf (_("Somebody tried to use this address for an account. There is one already, with the user name “%s”."),
                                   facts->username));
      say (words, g_strdup (_("To sign in, use that name or this address. If you have forgotten your password, choose “Forgot password?” in the app.")));
      say_support (words, config, _("If that wasn't you, there is nothing to do. Questions? Ask the clinic."));
      return;
    }
  words->subject = _("Your user name at the patient portal");
  say (words, g_strdup_printf (_("Your user name is “%s”. You can sign in with this address instead, too."), facts->username));
  say_support (words, config, _("If you didn't ask for this, there is nothing to do. Questions? Ask the clinic."));
}

static void
say_news (Words *words, const PortalConfig *config, PortalTopic topic, const PortalFacts *facts)
{
  const PortalLanguage *language = words->language;
  g_autofree char *when = NULL;

  switch (topic)
    {
    case PORTAL_TOPIC_PASSWORD_CHANGED:
      words->subject = _("Your password was changed");
      say (words, g_strdup (_("The password of your account at the patient portal was changed, and all other devices were signed out.")));
      break;
    case PORTAL_TOPIC_CONTACT_CHANGED:
      words->subject = _("Your contact details at the patient portal were changed");
      say (words, g_strdup (_("Your account at the patient portal has another e-mail address or telephone number now. Letters about it no longer come here.")));
      break;
    case PORTAL_TOPIC_FACTOR_ON:
      words->subject = _("Two-step sign-in is on");
      say (words, g_strdup (_("Your account at the patient portal now asks for a code from your authenticator app when somebody signs in.")));
      say (words, g_strdup (_("Keep your recovery codes in a safe place: each of them works once instead of the app.")));
      break;
    case PORTAL_TOPIC_FACTOR_OFF:
      words->subject = _("Two-step sign-in is off");
      say (words, g_strdup (_("Your account at the patient portal no longer asks for a code from an authenticator app.")));
      break;
    case PORTAL_TOPIC_RECOVERY_CODE:
      words->subject = _("A recovery code was used");
      say (words, g_strdup (_("Somebody signed in to your account at the patient portal with a recovery code instead of a code from the authenticator app.")));
      /* Translators: %d is how many recovery codes are left, also 0 */
      say (words, g_strdup_printf (_("Recovery codes left: %d. Cairn makes new ones under Sign-In and Security."), (int) facts->n_left));
      break;
    case PORTAL_TOPIC_LINKED:
      words->subject = _("Your record is ready");
      say (words, g_strdup (_("The clinic has connected your account at the patient portal with your record. Sign in to see it.")));
      break;
    case PORTAL_TOPIC_NEW_APP:
      when = dup_time (language, facts->when);
      words->subject = _("An app was connected with your patient portal account");
      /* Translators: %1$s is a time, %2$s the name that an app gave itself */
      say (words, g_strdup_printf (_("An app was let in to your account: %1$s, “%2$s”. Cairn lists it under Sign-In and Security, where you can disconnect it."),
                                   when, facts->device != NULL ? facts->device : ""));
      break;
    case PORTAL_TOPIC_NEW_DEVICE:
    default:
      when = dup_time (language, facts->when);
      words->subject = _("New sign-in to your patient portal account");
      if (facts->device != NULL)
        /* Translators: %1$s is a time, %2$s the name that a device gave itself */
        say (words, g_strdup_printf (_("Somebody signed in to your account on a new device: %1$s, “%2$s”."), when, facts->device));
      else
        say (words, g_strdup_printf (_("Somebody signed in to your account on a new device: %s."), when));
      break;
    }
  say_support (words, config, _("If that was you, there is nothing to do. If it wasn't, change your password and tell the clinic at once."));
}

/* That there is something, and where; nothing of what or from whom. */
static void
say_message (Words *words, const PortalConfig *config, PortalTopic topic)
{
  const PortalLanguage *language = words->language;

  if (topic == PORTAL_TOPIC_WORK)
    {
      words->subject = _("A message waits at the patient portal");
      say (words, g_strdup (_("There is a message for you or your team at the patient portal. Sign in to read and answer it.")));
      say (words, g_strdup (_("For privacy, nothing of it stands here. Answers to this mail reach nobody.")));
      return;
    }
  words->subject = _("You have a new message");
  say (words, g_strdup (_("Your care team has written to you at the patient portal. Open the app, or sign in, to read it.")));
  say_support (words, config, _("For privacy, nothing of it stands here, and answers to this mail reach nobody. You can switch these notices off in the app. Questions? Ask the clinic."));
}

static void
choose (Words *words, const PortalConfig *config, PortalTopic topic, const PortalFacts *facts)
{
  words->language = portal_language_get (facts->language);
  words->paragraphs = g_ptr_array_new_with_free_func (g_free);
  if (topic == PORTAL_TOPIC_VERIFY || topic == PORTAL_TOPIC_RECOVER)
    say_code (words, config, topic, facts);
  else if (topic == PORTAL_TOPIC_KNOWN || topic == PORTAL_TOPIC_USERNAME)
    say_name (words, config, topic, facts);
  else if (topic == PORTAL_TOPIC_MESSAGE || topic == PORTAL_TOPIC_WORK)
    say_message (words, config, topic);
  else
    say_news (words, config, topic, facts);
  if (words->n_before == 0)
    words->n_before = words->paragraphs->len;
}

static char *
to_plain (const Words *words, const PortalConfig *config, const PortalFacts *facts)
{
  const PortalLanguage *language = words->language;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i <= words->paragraphs->len; i++)
    {
      if (i == words->n_before && facts->link != NULL)
        g_string_append_printf (text, "%s\n\n", facts->link);
      if (i == words->n_before && facts->code != NULL)
        g_string_append_printf (text, "    %s\n\n", facts->code);
      if (i < words->paragraphs->len)
        g_string_append_printf (text, "%s\n\n", (char *) g_ptr_array_index (words->paragraphs, i));
    }
  g_string_append_printf (text, "-- \n%s\n", clinic_of (config, language));
  return g_string_free (text, FALSE);
}

static char *
to_html (const Words *words, const PortalConfig *config, const PortalFacts *facts)
{
  const PortalLanguage *language = words->language;
  g_autoptr(GString) body = g_string_new (NULL);

  for (guint i = 0; i <= words->paragraphs->len; i++)
    {
      if (i == words->n_before && facts->link != NULL)
        {
          portal_html_add (body, "<p><a href=\"", facts->link, "\">");
          portal_html_add (body, "", _("Choose a new password"), "</a></p>\n");
        }
      if (i == words->n_before && facts->code != NULL)
        portal_html_add (body, "<p style=\"font-size:28px;letter-spacing:4px;font-family:monospace\">", facts->code, "</p>\n");
      if (i < words->paragraphs->len)
        portal_html_add (body, "<p>", g_ptr_array_index (words->paragraphs, i), "</p>\n");
    }
  return portal_html_frame ("mail.html", language, words->subject, clinic_of (config, language), "", body->str);
}

static void
add_part (GMimeMultipart *multipart, const char *subtype, const char *text)
{
  GMimeTextPart *part = g_mime_text_part_new_with_subtype (subtype);

  g_mime_text_part_set_charset (part, "utf-8");
  g_mime_text_part_set_text (part, text);
  g_mime_part_set_content_encoding (GMIME_PART (part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_multipart_add (multipart, GMIME_OBJECT (part));
  g_object_unref (part);
}

static void
init_mime (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      g_mime_init ();
      g_once_init_leave (&done, 1);
    }
}

/* A whole message, ready to be sent as often as it takes. */
char *
portal_letters_compose (const PortalConfig *config,
                        const char         *to,
                        PortalTopic         topic,
                        const PortalFacts  *facts,
                        const char         *message_id,
                        gint64              now)
{
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc (now / 1000);
  Words words = { 0 };
  const PortalLanguage *language = portal_language_get (facts->language);
  g_autofree char *plain = NULL, *html = NULL;
  GMimeMultipart *multipart;
  GMimeMessage *message;
  char *text;

  init_mime ();
  choose (&words, config, topic, facts);
  plain = to_plain (&words, config, facts);
  html = to_html (&words, config, facts);
  message = g_mime_message_new (TRUE);
  multipart = g_mime_multipart_new_with_subtype ("alternative");
  g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_FROM, clinic_of (config, language), config->mail_from);
  g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_TO, NULL, to);
  g_mime_message_set_subject (message, words.subject, "utf-8");
  g_mime_message_set_date (message, date);
  g_mime_message_set_message_id (message, message_id);
  g_mime_object_set_header (GMIME_OBJECT (message), "Auto-Submitted", "auto-generated", "utf-8");
  add_part (multipart, "plain", plain);
  add_part (multipart, "html", html);
  g_mime_message_set_mime_part (message, GMIME_OBJECT (multipart));
  text = g_mime_object_to_string (GMIME_OBJECT (message), NULL);
  g_object_unref (multipart);
  g_object_unref (message);
  g_ptr_array_unref (words.paragraphs);
  return text;
}

/* One line for a telephone; what comes without a code is told by its subject alone. */
static char *
dup_text_message (const PortalConfig *config, PortalTopic topic, const PortalFacts *facts)
{
  const PortalLanguage *language = portal_language_get (facts->language);
  Words words = { 0 };
  char *text;

  if (facts->code != NULL)
    /* Translators: a text message; %1$s is the clinic, %2$s a code */
    return g_strdup_printf (_("%1$s: your code is %2$s. It is good for 15 minutes; never give it to anybody."), clinic_of (config, language),
                            facts->code);
  choose (&words, config, topic, facts);
  text = g_strdup_printf ("%s: %s", clinic_of (config, language), words.subject);
  g_ptr_array_unref (words.paragraphs);
  return text;
}

/* Queues a letter in the caller's transaction. */
gboolean
portal_letters_queue (CairnConnection     *db,
                      const PortalConfig  *config,
                      PortalLetterKind     kind,
                      const char          *to,
                      PortalTopic          topic,
                      const PortalFacts   *facts,
                      GError             **error)
{
  const char *at = strrchr (config->mail_from, '@');
  g_autofree char *unique = cairn_random_uuid ();
  g_autofree char *id = g_strdup_printf ("%s@%s", unique, at != NULL ? at + 1 : "localhost"), *body = NULL;
  gint64 now = cairn_date_now ();
  gint64 life = facts->link != NULL ? LINK_MS : facts->code != NULL ? CODE_MS : 3 * DAY_MS;
  PortalLetter letter = { .kind = kind, .recipient = (char *) to, .message_id = id, .pause = g_random_int_range (PAUSE_MS, 2 * PAUSE_MS),
                          .expires = now + life };

  body = kind == PORTAL_LETTER_TEXT || strchr (to, '@') == NULL ? dup_text_message (config, topic, facts)
                                    : portal_letters_compose (config, to, topic, facts, id, now);
  letter.body = body;
  return portal_store_queue_letter (db, &letter, now, error);
}
